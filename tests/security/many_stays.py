"""Reads a file of customers with very many short stays and counts what the first page shows: started by its test.

Prints what the process held at most, the seconds it took, and the figures of one year, as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter

import retention as rt
from retention.metrics.walk import customer_walk

FIRST = date(1909, 1, 1)
GIGABYTE = 2**30


def rentals(customers: int, stays: int) -> bytes:
    """Customers who rent a day and stay away two, a third of them a day later than others; the last stay goes on."""
    lines = []
    for who in range(customers):
        starts = [FIRST + timedelta(days=3 * stay + who % 3) for stay in range(stays)]
        ends = [f"{start + timedelta(days=1)}" for start in starts[:-1]] + [""]
        lines += [f"c{who},{start},{end}" for start, end in zip(starts, ends, strict=True)]
    return "\n".join(["Customer ID,Start date,End date", *lines]).encode()


def sheet_with_gaps(customers: int, months: int) -> bytes:
    """Customers who pay every second month."""
    heads = [f"{2004 + month // 12}-{month % 12 + 1:02d}" for month in range(months)]
    cells = ",".join("100" if month % 2 else "" for month in range(months))
    return "\n".join([",".join(["Customer", *heads]), *(f"c{who},{cells}" for who in range(customers))]).encode()


def filled_sheet(customers: int, months: int) -> bytes:
    """Customers who pay one figure every month: two bytes an amount, the most amounts that a file of its size holds."""
    heads = [f"{2004 + month // 12}-{month % 12 + 1:02d}" for month in range(months)]
    rows = (f"c{who}," + ",".join([str(1 + who % 9)] * months) for who in range(customers))
    return "\n".join([",".join(["Customer", *heads]), *rows]).encode()


def figures_apart(customers: int, months: int) -> bytes:
    """Customers who pay another figure every month, told apart to the cent, so that no text repeats."""
    heads = [f"{2004 + month // 12}-{month % 12 + 1:02d}" for month in range(months)]
    rows = (
        f"c{who}," + ",".join(f"{who * months + m + 100}.{m % 100:02d}" for m in range(months))
        for who in range(customers)
    )
    return "\n".join([",".join(["Customer", *heads]), *rows]).encode()


def payments(customers: int, each: int) -> bytes:
    """One row a customer and month, with a month left out here and there."""
    rows = [
        f"c{who},{2004 + month // 12}-{month % 12 + 1:02d},{10 + who % 90}"
        for who in range(customers)
        for month in range(each)
        if (who + month) % 7
    ]
    return "\n".join(["Customer,Month,MRR", *rows]).encode()


MAKES = {
    "rentals": rentals,
    "sheet": sheet_with_gaps,
    "filled": filled_sheet,
    "apart": figures_apart,
    "payments": payments,
}


def most_held() -> int:
    """Megabytes this process held at its most, without its parent's, which the system's own count begins with."""
    status = Path("/proc/self/status")
    if not status.exists():
        return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
    most = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return round(int(most.split()[1]) / 1024)


def main(kind: str, customers: int, each: int) -> None:
    """Read, count, and say what it took."""
    resource.setrlimit(resource.RLIMIT_DATA, (3 * GIGABYTE, 3 * GIGABYTE))
    content = MAKES[kind](customers, each)
    began = perf_counter()
    book = rt.read_book(content, name=f"{kind}.csv", answers=None if kind == "rentals" else {"billing": "as_is"})
    start, end = book.as_of - timedelta(days=365), book.as_of
    row = rt.logo_retention(book, start=start, end=end).row(0, named=True)
    rt.logo_retention_trend(book)
    rt.compare_conventions(book, start=start, end=end)
    rt.cohort_retention(book)
    rt.survival_curve(book)
    customer_walk(book, start=start, end=end)
    rt.match_figure(book, reported=0.9)
    told = {
        "megabytes": most_held(),
        "file": round(len(content) / 2**20, 1),
        "seconds": round(perf_counter() - began, 1),
        "stays": book.spans.collect().height,
        "as_of": book.as_of.isoformat(),
        "starting": row["starting"],
        "retained": row["retained"],
    }
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
