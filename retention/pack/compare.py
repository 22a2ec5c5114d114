"""What changed since last time: every headline then and now, who was restated, and which definitions differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final, Protocol

import polars as pl

from retention import labels
from retention.book import Book
from retention.errors import RetentionError
from retention.metrics.logo import logo_retention
from retention.metrics.reconcile import reconcile
from retention.metrics.revenue import revenue_retention
from retention.pack.tiles import BoardPack
from retention.pseudonyms import is_personal
from retention.selection import Selection
from retention.source import Source

COUNTS: Final = ("logo_retention", "starting", "churned", "new", "reactivated", "ending")
MONEY: Final = ("grr", "nrr")


class Held(Protocol):
    """What is held against each other: files as they are understood, what is selected of them, and its pack."""

    @property
    def source(self) -> Source:
        """The files, and how they are understood."""

    @property
    def selection(self) -> Selection:
        """What is selected of them."""

    @property
    def pack(self) -> BoardPack:
        """The board pack on the selected book."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """One analysis held against an earlier one.

    Attributes:
        figures: one row per headline: figure, then (each as of its own day), restated (the old window on the new data),
            now, change (now - then).
        definitions: one row per rule, answer, column or filter that differs: what, then, now (texts).
        restated: one row per customer whose past is told differently: customer_id, kind ("started", "ended", "gone",
            "added", "renamed", "merged"), then, now (texts).
        bridge: from the old rate to the same window on the new data, as ``reconcile`` gives it.
        promises: one row per tile with a promise: exhibit, owner, promise, outcome.
    """

    figures: pl.DataFrame
    definitions: pl.DataFrame
    restated: pl.DataFrame
    bridge: pl.DataFrame
    promises: pl.DataFrame


def compare(old: Held, new: Held) -> Comparison:
    """What changed between two analyses of the same business: figures, definitions, and customers restated.

    Both are looked at as of the old as-of date, so that what merely happened since then is no restatement.

    Args:
        old: the analysis as it was saved.
        new: the same on new data, see ``Analysis.on``.
    """
    was, now = old.pack.book, new.pack.book
    start, end = was.default_window()
    seen = now.at(was.as_of) if now.as_of > was.as_of else now
    promised = [tile for tile in old.pack.tiles if tile.promise]
    became = {tile.promise: tile.outcome for tile in new.pack.tiles if tile.outcome}
    return Comparison(
        figures=_figures(was, now, seen, (start, end)),
        definitions=pl.DataFrame(
            list(_definitions(old, new)), schema=dict.fromkeys(("what", "then", "now"), pl.String), orient="row"
        ),
        restated=_restated(was, seen),
        bridge=reconcile(was, seen, start=start, end=end).bridge,
        promises=pl.DataFrame(
            {
                "exhibit": [tile.exhibit.name for tile in promised],
                "owner": [tile.owner for tile in promised],
                "promise": [tile.promise for tile in promised],
                "outcome": [became.get(tile.promise, tile.outcome) for tile in promised],
            },
            schema=dict.fromkeys(("exhibit", "owner", "promise", "outcome"), pl.String),
        ),
    )


def earlier_figures(old: Held, new: Held, found: Comparison) -> dict[str, Any]:
    """What an earlier analysis said, as plain data for the tiles that say what changed: counts, and nobody's name.

    Args:
        old: the analysis as it was saved.
        new: the same on new data.
        found: what ``compare`` found between them.
    """
    named = {tile.exhibit.name: tile.heading for tile in old.pack.tiles if tile.promise}
    return {
        "as_of": old.pack.book.as_of.isoformat(),
        "figures": found.figures.drop("change").to_dicts(),
        "bridge": found.bridge.to_dicts(),
        "restated": dict(sorted(Counter(found.restated.get_column("kind").to_list()).items())),
        "customers_restated": found.restated.get_column("customer_id").n_unique(),
        "definitions": [
            {"what": what, "then": then, "now": now} for what, then, now in _definitions(_nameless(old), _nameless(new))
        ],
        "promises": [
            {**row, "exhibit": named.get(row["exhibit"], row["exhibit"])} for row in found.promises.to_dicts()
        ],
    }


@dataclass(frozen=True)
class _Nameless:
    source: Source
    selection: Selection
    pack: BoardPack


def _nameless(held: Held) -> Held:
    """The same with counts in place of whom its filters and exclusions name."""
    filters = tuple(
        (column, (labels.count(len(values)) + " chosen",) if is_personal(column) else values)
        for column, values in held.selection.filters
    )
    left_out = Counter(held.selection.excluded.values())
    excluded = {f"({why})": labels.customers(count) for why, count in sorted(left_out.items())}
    return _Nameless(held.source, replace(held.selection, filters=filters, excluded=excluded), held.pack)


def _figures(old: Book, new: Book, seen: Book, window: tuple[date, date]) -> pl.DataFrame:
    then, again = (_headlines(book, *window) for book in (old, seen))
    now = _headlines(new, *new.default_window())
    names = [name for name in (*COUNTS, *MONEY) if name in then or name in now]
    return pl.DataFrame(
        {
            "figure": names,
            "then": [then.get(name) for name in names],
            "restated": [again.get(name) for name in names],
            "now": [now.get(name) for name in names],
        },
        schema={"figure": pl.String, **dict.fromkeys(("then", "restated", "now"), pl.Float64)},
    ).with_columns(change=pl.col("now") - pl.col("then"))


def _headlines(book: Book, start: date, end: date) -> dict[str, float | None]:
    """The headline figures of a window; those of revenue where the book holds it."""
    counted = logo_retention(book, start=start, end=end).row(0, named=True)
    found = {name: None if counted[name] is None else float(counted[name]) for name in COUNTS}
    try:
        kept = revenue_retention(book, start=start, end=end).row(0, named=True)
    except RetentionError:
        return found
    return found | {name: kept[name] for name in MONEY}


def _definitions(old: Held, new: Held) -> Iterator[tuple[str, str, str]]:
    """Everything that was chosen and differs."""
    chosen = (
        ("rule", asdict(old.source.rules), asdict(new.source.rules)),
        ("answer", dict(old.source.answers), dict(new.source.answers)),
        ("column", dict(old.source.mapping), dict(new.source.mapping)),
        ("column of the second file", dict(old.source.other_mapping), dict(new.source.other_mapping)),
        ("filter", dict(old.selection.filters), dict(new.selection.filters)),
        ("left out", dict(old.selection.excluded), dict(new.selection.excluded)),
    )
    for kind, then, now in chosen:
        for name in sorted({*then, *now}):
            if then.get(name) != now.get(name):
                yield f"{kind} {name}", _said(then.get(name)), _said(now.get(name))


def _said(value: Any) -> str:
    return "not set" if value is None else ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _restated(old: Book, new: Book) -> pl.DataFrame:
    """Customers whose past differs between two books as of one day."""
    then, now = _pasts(old), _pasts(new)
    both = then.join(now, on="customer_id", suffix="_now", how="inner")
    gone = then.join(now, on="customer_id", how="anti")
    added = now.join(then, on="customer_id", how="anti")
    elsewhere = _elsewhere(gone, now)
    merged = gone.join(elsewhere, on="customer_id")
    still_gone = gone.join(elsewhere, on="customer_id", how="anti")
    taken = merged.get_column("other_id").implode()
    rows = [
        _kind(both.filter(pl.col("started") != pl.col("started_now")), "started", "started", "started_now"),
        _kind(both.filter(pl.col("ended") != pl.col("ended_now")), "ended", "ended", "ended_now"),
        _kind(both.filter(pl.col("name").ne_missing(pl.col("name_now"))), "renamed", "name", "name_now"),
        _kind(merged, "merged", "customer_id", "other_id"),
        _kind(still_gone, "gone", "stay", None),
        _kind(added.filter(~pl.col("customer_id").is_in(taken)), "added", None, "stay"),
    ]
    return pl.concat(rows).sort("customer_id", maintain_order=True)


def _kind(rows: pl.DataFrame, kind: str, then: str | None, now: str | None) -> pl.DataFrame:
    absent = pl.lit("not in the file")
    return rows.select(
        "customer_id",
        pl.lit(kind).alias("kind"),
        (absent if then is None else pl.col(then)).cast(pl.String).alias("then"),
        (absent if now is None else pl.col(now)).cast(pl.String).alias("now"),
    )


def _pasts(book: Book) -> pl.DataFrame:
    """One row per customer: starts, ends and stays as texts, name, and what finds it under another id."""
    start = pl.col("started_on").cast(pl.String)
    end = pl.col("churned_on").cast(pl.String).fill_null("still a customer")
    stays = (
        book.spans.sort("customer_id", "started_on")
        .group_by("customer_id", maintain_order=True)
        .agg(
            start.str.join(", ").alias("started"),
            end.str.join(", ").alias("ended"),
            pl.format("{} to {}", start, end).str.join(", ").alias("stay"),
        )
    )
    held = [name for name in ("name", "email") if name in book.attributes]
    return (
        book.customers.select("customer_id", *held)
        .with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in ("name", "email") if name not in held)
        .with_columns(found_by=pl.coalesce("email", "name").cast(pl.String).str.strip_chars().str.to_lowercase())
        .join(stays, on="customer_id")
        .collect()
    )


def _elsewhere(gone: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Customers whose id is gone and whose address or name stands under one other id: customer_id, other_id."""
    once = now.filter(pl.col("found_by").is_unique()).select("found_by", pl.col("customer_id").alias("other_id"))
    return gone.filter(pl.col("found_by").is_unique()).join(once, on="found_by").select("customer_id", "other_id")
