"""Eight threads that do what eight users' sessions do at once, for some seconds: started by a test that watches it.

Four compute what once called Python out of Polars, four send tables to the browser as pages do. Prints how often each
was done; a deadlock prints nothing.
"""

from __future__ import annotations

import logging
import sys
from datetime import date
from pathlib import Path
from threading import Thread
from time import monotonic

import streamlit as st

import retention as rt
from pages.parts.show.table import show_table
from retention.intake.columns.confidence import confidence_in
from retention.intake.read.parsing import parse
from retention.listing import as_csv, largest_first
from retention.metrics.managers import manager_table
from retention.pseudonyms import without_names

SAMPLE = Path(__file__).parents[2] / "data" / "sample_customers.csv"
MONTHS = b"customer,month,mrr\n" + b"".join(b"a%d,2024-%02d,10\n" % (row % 9, row % 12 + 1) for row in range(900))


def main(seconds: float) -> None:
    """Work until the time is over, then say how much was done."""
    logging.disable(logging.WARNING)  # Streamlit warns that nobody looks at the page
    book = rt.read_book(SAMPLE)
    months = parse(MONTHS, "months.csv")
    listed = largest_first(book.customers)
    start, end = date(2024, 1, 31), date(2025, 1, 31)
    until = monotonic() + seconds

    def compute() -> None:
        rt.match_figure(book, reported=0.9)
        manager_table(book, start=start, end=end, by="csm", mix="segment")
        confidence_in(months, "month", "month")

    def show() -> None:
        table = without_names(listed, hide=True)
        for rows in range(1, 40):
            show_table(table.head(rows))
            st.table([{"Rows": str(rows)}])
        as_csv(table)

    done = {compute.__name__: 0, show.__name__: 0}

    def work(job: object) -> None:
        while monotonic() < until:
            job()  # type: ignore[operator]
            done[job.__name__] += 1  # type: ignore[attr-defined]

    threads = [Thread(target=work, args=(job,), daemon=True) for job in (compute, show) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout.write(f"{done}\n")


if __name__ == "__main__":
    main(float(sys.argv[1]))
