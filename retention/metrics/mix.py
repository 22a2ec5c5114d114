"""Why did the rate move? Because segments kept more or fewer, or because the book is made up differently."""

from __future__ import annotations

from datetime import date

import polars as pl

from retention.book import Book
from retention.metrics.compare import Share
from retention.metrics.logo import windows
from retention.periods import window_before


def mix_effect(book: Book, *, start: date, end: date, by: str) -> pl.DataFrame:
    """The change of logo retention on the window before, split into rates that moved and a mix that moved.

    Rate effect = mean share x change of rate. Mix effect = (the segment's mean rate - the mean of the two blended
    rates) x change of share. Shares are of the starting customers; a segment that is empty in one window takes the
    other's rate, so that all of its effect is mix.

    Args:
        book: the customers.
        start: the opening snapshot; the window before is equally long and closes here.
        end: the closing snapshot, on or before the as-of date.
        by: an attribute of ``book.customers``; one that changed over time as held at each opening.

    Returns:
        One row per value of ``by`` with customers at either opening: by, starting_before, retained_before,
        starting_after, retained_after (Int64), share_before, share_after, rate_before, rate_after, rate_effect,
        mix_effect. The two effects of all rows sum to the change of the blended rate; they are null where nobody was
        there at one of the two openings.

    Raises:
        InputError: the window is empty or closes after the as-of date, or there is no such attribute.
        NeedsDates: the file holds tenures only.
    """
    earlier = window_before(start, end)
    counted = windows(book, [earlier[0], start], [earlier[1], end], by=by).select(
        "window_end", by, "starting", "retained"
    )
    of_before, of_window = (counted.filter(pl.col("window_end") == day).drop("window_end") for day in (start, end))
    beside = of_before.rename({"starting": "starting_before", "retained": "retained_before"}).with_columns(
        of_window.get_column("starting").alias("starting_after"),
        of_window.get_column("retained").alias("retained_after"),
    )
    return _with_effects(beside.filter((pl.col("starting_before") > 0) | (pl.col("starting_after") > 0)))


def _with_effects(beside: pl.DataFrame) -> pl.DataFrame:
    """Segments with their counts in two windows, their shares and rates, and what each added to the change."""
    rates = {
        f"{name}_{when}": pl.when(of > 0).then(part / of)
        for when in ("before", "after")
        for name, part, of in (
            ("share", pl.col(f"starting_{when}"), pl.col(f"starting_{when}").sum()),
            ("rate", pl.col(f"retained_{when}"), pl.col(f"starting_{when}")),
        )
    }
    share_change = pl.col("share_after") - pl.col("share_before")
    mean_share = (pl.col("share_after") + pl.col("share_before")) / 2
    blended = [pl.col(f"retained_{when}").sum() / pl.col(f"starting_{when}").sum() for when in ("before", "after")]
    before = pl.coalesce("rate_before", "rate_after")
    after = pl.coalesce("rate_after", "rate_before")
    return beside.with_columns(**rates).with_columns(
        rate_effect=mean_share * (after - before),
        mix_effect=((after + before) / 2 - (blended[0] + blended[1]) / 2) * share_change,
    )


def blended_shares(effects: pl.DataFrame) -> tuple[Share, Share]:
    """The blended rates before and after, as counts, from a table of ``mix_effect``."""
    sums = {name: int(effects[name].sum()) for name in effects.columns if name.startswith(("retained_", "starting_"))}
    return (
        Share(sums["retained_before"], sums["starting_before"]),
        Share(sums["retained_after"], sums["starting_after"]),
    )
