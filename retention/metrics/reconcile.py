"""Do two systems agree? The same customers in two books, and the way from one rate to the other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from retention.book import Book
from retention.metrics.tally import check_windows
from retention.periods import last_complete_month_end, opening_of

MATCHED_ON: Final = ("id", "email", "name")
"""What two accounts of one customer are matched on, the surest first."""
FAR_APART: Final = 31
"""Days from which on two starts, or two ends, of one customer are different."""
STEPS: Final = ("only_in_a", "only_in_b", "opening", "close")


@dataclass(frozen=True, eq=False)
class Reconciliation:
    """Two books of the same customers, held against each other over one window.

    Attributes:
        bridge: from the rate of the first book to that of the second, one row a step: step ("a", only_in_a taken out,
            only_in_b put in, opening and close as the second book has them, "b"), starting, retained, logo_retention,
            customers (whose part differs at this step; Int64). The last step leaves nothing over.
        differences: one row per customer and difference: customer_id (the first book's where it has one), kind
            (only_in_a, only_in_b, opening, close, start, end), a and b (what each book says, in words).
        matches: one row per way of matching (id, email, name): matched_on, customers (Int64).
    """

    bridge: pl.DataFrame
    differences: pl.DataFrame
    matches: pl.DataFrame


def reconcile(a: Book, b: Book, *, start: date, end: date, excluded: Collection[str] = ()) -> Reconciliation:
    """The same customers in two books, such as a CRM and a billing system: who differs, and what that does to the rate.

    Customers are matched on their id, else on an e-mail address, else on their name without case or
    punctuation; an address or a name that stands for several customers of a book matches nobody.

    Args:
        a: the first book.
        b: the second book.
        start: the opening snapshot.
        end: the closing snapshot, on or before both as-of dates.
        excluded: customers who are left out of both books, by the id under which ``differences`` names them.

    Raises:
        InputError: the window is empty or closes after an as-of date, or a file counts its customers in groups.
        NeedsDates: a file holds tenures only.
    """
    for book in (a, b):
        check_windows(book, [start], [end])
        book.needs_customers("A comparison of two systems")
    everyone = _pairs(_standing(a, start, end), _standing(b, start, end))
    pairs = everyone.filter(~pl.col("customer_id").is_in(list(excluded)))
    return Reconciliation(
        bridge=_bridge(pairs),
        differences=_differences(pairs),
        matches=pl.DataFrame({"matched_on": MATCHED_ON}).join(
            pairs.group_by("matched_on").agg(customers=pl.len().cast(pl.Int64)), on="matched_on", how="left",
            maintain_order="left",
        ).with_columns(pl.col("customers").fill_null(0)),
    )  # fmt: skip


def on_common_ground(a: Book, b: Book, *, start: date, end: date) -> tuple[Book, Book, date, date]:
    """Two books as of the last day both can speak for, and the window moved back where it closes after that day.

    What only the newer file can know is no disagreement. The window keeps its length in months.

    Args:
        a: the first book.
        b: the second book.
        start: the opening snapshot that is wished for.
        end: the closing snapshot that is wished for.
    """
    last = min(a.as_of, b.as_of)
    both = [book if book.as_of == last else book.at(last) for book in (a, b)]
    if end <= last:
        return both[0], both[1], start, end
    closes = last_complete_month_end(last)
    months = max((end.year - start.year) * 12 + end.month - start.month, 1)
    return both[0], both[1], opening_of(closes, months), closes


def _standing(book: Book, start: date, end: date) -> pl.DataFrame:
    """One row per customer: id, email, name (folded), first start, last end (null while active), there at both ends."""

    def active(day: date) -> pl.Expr:
        return (pl.col("started_on") <= day) & (pl.col("churned_on").is_null() | (pl.col("churned_on") > day))

    ended = pl.when(pl.col("churned_on").is_null().any()).then(None).otherwise(pl.col("churned_on").max())
    spans = book.spans.group_by("customer_id").agg(
        pl.col("started_on").min(), ended_on=ended, opening=active(start).any(), close=active(end).any()
    )
    held = [name for name in ("email", "name") if name in book.attributes]
    return (
        book.customers.select("customer_id", *held)
        .with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in ("email", "name") if name not in held)
        .join(spans, on="customer_id")
        .select(
            "customer_id", "started_on", "ended_on", "opening", "close",
            id=_folded("customer_id", keep="a-z0-9"), email=_folded("email", keep="a-z0-9@._+-"),
            name=_folded("name", keep=r"\p{L}\p{N}"),
        )
        .collect()
    )  # fmt: skip


def _folded(column: str, *, keep: str) -> pl.Expr:
    """A text as it is compared: small letters, without anything but what is kept; nothing left is null."""
    text = pl.col(column).cast(pl.String).str.normalize("NFKC").str.to_lowercase()
    kept = text if column == "customer_id" else text.str.replace_all(f"[^{keep}]", "")
    return pl.when(kept.str.strip_chars() != "").then(kept.str.strip_chars())


def _pairs(a: pl.DataFrame, b: pl.DataFrame) -> pl.DataFrame:
    """Every customer once, with what each book says under ``_a`` and ``_b``, and what they were matched on."""
    found, of_a, of_b = [], a, b
    for key in MATCHED_ON:
        once_a, once_b = (rows.filter(pl.col(key).is_not_null() & pl.col(key).is_unique()) for rows in (of_a, of_b))
        matched = once_a.join(once_b, on=key, suffix="_b").select(
            pl.col("customer_id").alias("customer_id_a"), "customer_id_b", pl.lit(key).alias("matched_on")
        )
        found.append(matched)
        of_a, of_b = (
            rows.join(matched, left_on="customer_id", right_on=f"customer_id_{side}", how="anti")
            for rows, side in ((of_a, "a"), (of_b, "b"))
        )
    alone_a, alone_b = (
        rows.select(pl.col("customer_id").alias(f"customer_id_{side}")) for rows, side in ((of_a, "a"), (of_b, "b"))
    )
    everyone = pl.concat([*found, alone_a, alone_b], how="diagonal")
    kept = ("started_on", "ended_on", "opening", "close")
    for side, rows in (("a", a), ("b", b)):
        own = rows.select(
            pl.col("customer_id").alias(f"customer_id_{side}"), *(pl.col(name).alias(f"{name}_{side}") for name in kept)
        )
        everyone = everyone.join(own, on=f"customer_id_{side}", how="left", maintain_order="left")
    return everyone.with_columns(
        pl.coalesce("customer_id_a", "customer_id_b").alias("customer_id"),
        *(pl.col(f"{name}_{side}").fill_null(value=False) for name in ("opening", "close") for side in "ab"),
    )


def _kinds() -> dict[str, pl.Expr]:
    """The differences of a pair, each as a condition."""
    both = pl.col("matched_on").is_not_null()
    ended_a, ended_b = pl.col("ended_on_a"), pl.col("ended_on_b")
    return {
        "only_in_a": pl.col("customer_id_b").is_null(),
        "only_in_b": pl.col("customer_id_a").is_null(),
        "opening": both & (pl.col("opening_a") != pl.col("opening_b")),
        "close": both & (pl.col("close_a") != pl.col("close_b")),
        "start": both & ((pl.col("started_on_a") - pl.col("started_on_b")).dt.total_days().abs() > FAR_APART),
        "end": both
        & ((ended_a.is_null() != ended_b.is_null()) | ((ended_a - ended_b).dt.total_days().abs() > FAR_APART)),
    }


def _differences(pairs: pl.DataFrame) -> pl.DataFrame:
    """One row per customer and difference."""

    def stay(side: str) -> pl.Expr:
        end = pl.col(f"ended_on_{side}").cast(pl.String).fill_null("still a customer")
        told = pl.format("{} to {}", pl.col(f"started_on_{side}").cast(pl.String), end)
        return pl.when(pl.col(f"customer_id_{side}").is_null()).then(pl.lit("not in this file")).otherwise(told)

    return pl.concat(
        pairs.filter(condition.fill_null(value=False)).select(
            "customer_id", pl.lit(kind).alias("kind"), stay("a").alias("a"), stay("b").alias("b")
        )
        for kind, condition in _kinds().items()
    ).sort("customer_id", maintain_order=True)


def _bridge(pairs: pl.DataFrame) -> pl.DataFrame:
    """The steps from one rate to the other."""
    kinds = _kinds()
    out, into = kinds["only_in_a"], kinds["only_in_b"]
    opening_a, opening_b, close_a, close_b = (
        pl.col(f"{name}_{side}") for name in ("opening", "close") for side in "ab"
    )
    states = (  # step: who is there at the opening, and of them at the close
        ("a", opening_a & ~into, close_a),
        ("only_in_a", opening_a & ~into & ~out, close_a),
        ("only_in_b", (opening_a & ~out & ~into) | (opening_b & into), pl.when(into).then(close_b).otherwise(close_a)),
        ("opening", opening_b & ~out, pl.when(into).then(close_b).otherwise(close_a)),
        ("close", opening_b & ~out, close_b),
        ("b", opening_b & ~out, close_b),
    )
    rows, before = [], None
    for step, there, stays in states:
        now = pl.struct(there.alias("there"), (there & stays).alias("stays"))
        moved = pl.lit(0) if before is None else (now != before).sum()
        rows.append(
            pairs.select(
                step=pl.lit(step),
                starting=there.sum().cast(pl.Int64),
                retained=(there & stays).sum().cast(pl.Int64),
                customers=moved.cast(pl.Int64),
            )
        )
        before = now
    return pl.concat(rows).select(
        "step", "starting", "retained",
        pl.when(pl.col("starting") > 0).then(pl.col("retained") / pl.col("starting")).alias("logo_retention"),
        "customers",
    )  # fmt: skip
