"""Writes every sample file of this folder: ``python data/make_samples.py [folder]``.

The same seed gives the same bytes. Companies, people and figures are invented; see README.md for every column.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

from data.samples.history import write_history  # noqa: E402  (run as a script, the project is not on the path yet)
from data.samples.revenue import write_revenue  # noqa: E402
from data.samples.signals import write_signals  # noqa: E402
from data.samples.tables import customer_rows, revenue_rows, signal_rows  # noqa: E402
from data.samples.try_cube import write_cube  # noqa: E402
from data.samples.try_messy import messy_records  # noqa: E402
from data.samples.try_stripe import stripe_rows  # noqa: E402

SEED = "retention sample 451"


def write_csv(path: Path, rows: Iterable[list[str]]) -> None:
    """Write rows as UTF-8 CSV with plain line feeds."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def write_samples(folder: Path) -> None:
    """Write all sample files into a folder."""
    customers = write_history(SEED)
    revenue = write_revenue(SEED, customers)
    signals = write_signals(SEED, customers)
    write_csv(folder / "sample_customers.csv", customer_rows(customers, revenue, signals))
    write_csv(folder / "sample_revenue.csv", revenue_rows(revenue))
    write_csv(folder / "sample_signals.csv", signal_rows(signals))
    write_csv(folder / "try_stripe_subscriptions.csv", stripe_rows(SEED, customers, revenue))
    write_cube(folder / "try_revenue_cube.xlsx", customers, revenue)
    messy = "".join(messy_records(SEED, customers, revenue))
    (folder / "try_messy_customers.csv").write_bytes(messy.encode("utf-8-sig"))


if __name__ == "__main__":
    write_samples(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
