"""Which request is blamed for the end of the engine."""

from __future__ import annotations

from clics.engine_process.job import Job, SessionChoice, ThreadName
from clics.engine_process.operation import Operation

from clics_gui.engine_thread.blame import Sent, hold, judge
from clics_gui.engine_thread.request import Listeners, Request


def sent(title: str, thread: ThreadName = "quick", name: str = "search") -> Sent:
    job = Job(1, Operation(name), SessionChoice(), thread, title=title)
    return Sent(Request(job, Listeners()), running=True)


def run(*those: Sent) -> None:
    for one in those:
        one.running = not one.held


def test_what_ran_is_repeated_once() -> None:
    search, waiting = sent("Searching"), sent("Opening")
    waiting.running = False
    assert judge([search, waiting], wanted=False).repeated == [search]
    run(search)
    verdict = judge([search, waiting], wanted=False)
    assert (verdict.refused, verdict.repeated) == ([search], [])
    assert waiting.deaths == 0


def test_of_two_the_guilty_one_is_found() -> None:
    for guilty in ("Searching", "Adding"):
        search, adding = sent("Searching"), sent("Adding", "long")
        both = [search, adding]
        assert judge(both, wanted=False).repeated == both
        hold(both)
        assert (search.held, adding.held) == (False, True)
        run(*both)
        if guilty == "Searching":
            assert judge(both, wanted=False).refused == [search]
            hold([adding])
            assert (adding.held, adding.deaths) == (False, 0)
        else:
            hold([adding])  # the search has passed
            assert not adding.held
            run(adding)
            assert judge([adding], wanted=False).refused == [adding]


def test_what_was_cancelled_is_not_repeated() -> None:
    search = sent("Searching")
    search.cancelled = 1.0
    verdict = judge([search], wanted=True)
    assert (verdict.cancelled, verdict.repeated) == ([search], [])


def test_what_may_have_been_done_is_not_done_again() -> None:
    start = sent("Starting", name="training.start")
    assert judge([start], wanted=False).uncertain == [start]


def test_a_request_without_title_has_a_name() -> None:
    assert sent("").name == "The request “search”"
