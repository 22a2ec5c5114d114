"""Whole page reruns in AppTest on a large book: `python -m tests.benchmarks.reruns [customers]`.

The book is put in place of the built one, so that a rerun measures what a click costs: the script, the metrics that no
session cache holds yet, and the charts. Session caches hold what `pages/parts/cached.py` names.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from statistics import median
from time import perf_counter
from unittest.mock import patch

from streamlit.testing.v1 import AppTest

from pages.parts.state import Loaded
from tests.benchmarks.population import CUSTOMERS, population
from tests.pages.opened import opened, sample_table

PAGES = ("retention", "cohorts", "segments", "benchmarks", "plan", "proof")
SEGMENTS = (["SMB"], ["Enterprise"], ["Mid-Market"], ["SMB", "Enterprise"], ["Mid-Market", "SMB"])
ROUNDS = 5


def took(app: AppTest) -> float:
    """Milliseconds of one rerun, which must not fail."""
    started = perf_counter()
    app.run()
    assert not app.exception, app.exception
    return (perf_counter() - started) * 1000


def main(customers: int) -> None:
    """Open every page, then rerun it as it is and after each of five filters."""
    book = replace(population(customers).book(), mapping={"customer_id": "Customer ID", "segment": "Segment"})
    with patch("pages.parts.state.book_of", lambda *_args, **_options: book):
        print(f"{'page':12} {'first':>8} {'rerun':>8} {'filter':>8}   milliseconds at {customers:,} customers")  # noqa: T201
        for page in PAGES:
            app = opened(Loaded(sample_table()))
            app.multiselect(key="filters").set_value(["segment"]).run()
            started = perf_counter()
            app.switch_page(f"pages/{page}.py").run()
            first = (perf_counter() - started) * 1000
            again = median(took(app) for _ in range(ROUNDS))
            filtered = []
            for segments in SEGMENTS:
                app.session_state["where.segment"] = segments
                filtered.append(took(app))
            print(f"{page:12} {first:8.0f} {again:8.0f} {median(filtered):8.0f}")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS)
