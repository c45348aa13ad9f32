# Two commands: "make run" shows what CLICS does, "make test" checks everything. Each does all of the set-up.
# "make docs" builds the documentation, "make screenshots" its pictures.
# Another interpreter: make run PYTHON=/path/to/python3.12
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$name" && break; done)
BIN := .venv/bin

.PHONY: run test stress docs screenshots clean

run: python
	@$(PYTHON) tools/environment.py run
	@$(BIN)/clics analyse resources/examples/rutile.cif
	@echo
	@echo "Next:  $(BIN)/clics analyse resources/examples/        every example"
	@echo "       $(BIN)/clics search \"corner-sharing octahedra\"  crystals for a phrase"
	@echo "       $(BIN)/clics similar resources/examples/prvo4-zircon.cif"
	@echo "       $(BIN)/clics --help"
	@echo "       $(BIN)/clics-gui resources/examples/rutile.cif  the window"

test: python
	@$(PYTHON) tools/environment.py test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile

# Attacks of hours; COUNT=100 makes each script that much smaller. The report is build/stress/report.md.
stress: python
	@$(PYTHON) tools/environment.py test
	$(BIN)/python -m tests.stress $(if $(COUNT),--count $(COUNT))

docs: python
	@$(PYTHON) tools/environment.py test
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet
	@echo "The documentation is in build/site; open build/site/index.html in a browser."

screenshots: python
	@$(PYTHON) tools/environment.py test
	@$(BIN)/python -m tools.screenshots

.PHONY: python
python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found on the PATH." >&2; exit 1; }

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info
