"""CLICS: contrastive learning between crystal graphs and geometry sentences.

Subpackages follow the way of the data (docs/explanation/architecture.md): crystals → concepts → dataset → model → training →
library → retrieval → evaluation → export; :mod:`clics.session` is the one door for programs.
"""

__version__ = "0.2.0"
