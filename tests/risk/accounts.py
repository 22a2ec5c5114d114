"""Books and signals files made up for these tests."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl

from retention.book import Book
from retention.ledger import Ledger, entries
from retention.risk.signals import Signals
from retention.risk.soundness import SCHEMA, SIGNALS
from tests.strategies import plain_book

AS_OF = date(2025, 12, 31)
OPENED, LATER = date(2024, 12, 31), date(2025, 6, 30)
STARTED = date(2022, 1, 1)


def recorded(*rows: dict[str, Any]) -> Signals:
    """Signals of these rows (recorded_on, customer_id and what is known); every file looks at reviews."""
    schema = {"recorded_on": pl.Date, "customer_id": pl.String, **SCHEMA}
    found = pl.DataFrame(
        [{name: row.get(name) for name in schema} for row in rows], schema=schema, orient="row"
    ).with_row_index("row", offset=2)
    return Signals(
        found.select(
            pl.col("row").cast(pl.Int64), "customer_id", "recorded_on", *SIGNALS, reviews_watched=pl.lit(value=True)
        ),
        Ledger(len(rows), len(rows), 0, 0, 0, entries([])),
    )


def invented(size: int, *, seed: int, strength: float = 1.0) -> tuple[Book, Signals]:
    """A book and its signals on two days, half a year apart; signals lean towards leaving by ``strength``."""
    draw = np.random.default_rng(seed)
    strain = draw.normal(size=size)
    leaves = draw.random(size) < 1 / (1 + np.exp(2.0 - strength * strain))
    names = [f"c{number:05d}" for number in range(size)]
    churned = [
        date.fromordinal(int(day)) if gone else None
        for gone, day in zip(leaves, draw.integers(OPENED.toordinal() + 1, AS_OF.toordinal() + 1, size), strict=True)
    ]
    book = plain_book(
        [(name, STARTED, gone) for name, gone in zip(names, churned, strict=True)],
        AS_OF,
        segment=draw.choice(["SMB", "Enterprise"], size).tolist(),
        csm=draw.choice(["Ada", "Ben"], size).tolist(),
        arr=draw.integers(1, 90, size).astype(float).tolist(),
    )
    rows = []
    for day in (OPENED, LATER):
        noisy = strain + draw.normal(size=size)
        renewal = draw.integers(1, 400, size)
        for at, name in enumerate(names):
            level = noisy[at]
            rows.append(
                {
                    "recorded_on": day,
                    "customer_id": name,
                    "usage_share": float(1 / (1 + np.exp(level))),
                    "engagement_trend": "declining" if level > 1 else "stable" if level > -0.5 else "increasing",
                    "tickets_per_month": float(np.exp(level)),
                    "renewal_on": date.fromordinal(day.toordinal() + int(renewal[at])),
                    "active_features": float(round(max(0.0, 3 - level))),
                }
            )
    return book, recorded(*rows)
