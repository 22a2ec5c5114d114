"""What a slider on Plan costs: the whole rerun, and its page data alone: `python -m tests.benchmarks.plan`.

Page data is the time inside `retention/`, from where a page calls it; the rest is Streamlit laying out the page. It is
measured under a profiler, which makes it look up to half again as long.
"""

from __future__ import annotations

import cProfile
import logging
import pstats
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from unittest.mock import patch

from streamlit.testing.v1 import AppTest

from pages.parts.shell.session import FilesInUse
from retention.source import Source
from tests.pages.opened import opened, sample_table

FOLDS = ("costs", "months", "load", "coverage", "segments", "levers", "compare", "growth", "figures", "sums", "money")
ROUNDS, MOST = 15, 60.0
ROOM = str(Path(__file__).parents[2] / "retention")


def inside_retention(profile: cProfile.Profile) -> float:
    """Milliseconds between the calls into `retention/` and their returns."""
    called = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    seconds = 0.0
    for (file, *_), (*_, callers) in called.items():
        if file.startswith(ROOM):
            seconds += sum(edge[3] for (caller, *_), edge in callers.items() if not caller.startswith(ROOM))
    return seconds * 1000


@contextmanager
def profiled(profile: cProfile.Profile) -> Iterator[None]:
    """Has a profiler watch the thread in which a script is run."""
    run = threading.Thread.run

    def watched(thread: threading.Thread) -> None:
        profile.enable()
        try:
            run(thread)
        finally:
            profile.disable()

    with patch.object(threading.Thread, "run", watched):
        yield


def dragged(app: AppTest) -> tuple[float, float]:
    """Medians over a drag of the goal: milliseconds of a rerun, and of its page data."""
    whole, data = [], []
    for place in range(ROUNDS):
        app.slider(key="target").set_value(88.0 + place / 10)
        started = perf_counter()
        app.run()
        whole.append((perf_counter() - started) * 1000)
        app.slider(key="target").set_value(88.05 + place / 10)
        profile = cProfile.Profile()
        with profiled(profile):
            app.run()
        data.append(inside_retention(profile))
        assert not app.exception, app.exception
    return median(whole), median(data)


def main() -> None:
    """Drag the goal with all folds closed, with each one open, and over five years."""
    logging.disable(logging.WARNING)
    app = opened(FilesInUse(Source(sample_table()), sample=True))
    app.switch_page("pages/plan.py").run()
    dragged(app)

    def report(what: str) -> None:
        whole, data = dragged(app)
        verdict = "pass" if data <= MOST else "MISS"
        sys.stdout.write(f"{what:16} rerun {whole:4.0f} ms, page data {data:4.0f} ms, limit {MOST:.0f}  {verdict}\n")

    report("all folds closed")
    for fold in FOLDS:
        app.session_state[f"plan.{fold}"] = True
        app.run()
        report(fold)
        if fold == "money":
            app.number_input(key="years").set_value(5).run()
            report("five years")
        app.session_state[f"plan.{fold}"] = False


if __name__ == "__main__":
    main()
