"""What a status word says about being a customer."""

from __future__ import annotations

from typing import Literal

import polars as pl

from retention.coded import by_text, is_coded
from retention.intake.values.dates import is_empty

Standing = Literal["active", "churned", "paused", "past_due", "trial", "never"]

WORDS: dict[Standing, tuple[str, ...]] = {
    "active": ("active", "live", "current", "customer", "paying", "paid", "renewed", "open", "won", "closed won", "ok",
               "non renewing", "enabled", "true", "yes", "y", "t", "1", "good standing", "in good standing"),
    "churned": ("churned", "churn", "canceled", "cancelled", "expired", "lost", "inactive", "ended", "terminated",
                "closed", "former", "former customer", "deactivated", "disabled", "left", "lapsed", "false", "no", "n",
                "f", "0", "closed lost", "not renewed", "suspended permanently"),
    "paused": ("paused", "on hold", "hold", "suspended", "frozen"),
    "past_due": ("past due", "unpaid", "overdue", "delinquent", "dunning", "in dunning", "failed"),
    "trial": ("trial", "trialing", "trialling", "in trial", "free trial", "evaluation", "on trial"),
    "never": ("incomplete", "incomplete expired", "draft", "pending", "lead", "prospect", "opportunity", "subscriber",
              "marketingqualifiedlead", "salesqualifiedlead", "not started", "future"),
}  # fmt: skip
"""Status words, compared in lower case with _ and - as spaces."""

UNPAID = ("void", "voided", "uncollectible", "draft", "failed", "refunded", "unpaid", "error", "canceled", "cancelled",
          "deleted", "queued", "skipped", "scheduled", "pending")  # fmt: skip
"""Status words of invoices and orders that were not paid."""

STANDING_OF: dict[str, Standing] = {word: standing for standing, words in WORDS.items() for word in words}


def read_statuses(cells: pl.Series, *, churn_flag: bool = False) -> pl.DataFrame:
    """Standing of every cell.

    Args:
        cells: the column as text, coded or not.
        churn_flag: the column says yes for those who left, instead of naming a status.

    Returns:
        One row per cell: standing (null where empty or unknown), unknown (a word that is not on the list).
    """
    if is_coded(cells):
        texts, place = by_text(cells)
        return read_statuses(texts, churn_flag=churn_flag)[place]
    words = dict(STANDING_OF)
    if churn_flag:
        words |= dict.fromkeys(("true", "yes", "y", "t", "1"), "churned")
        words |= dict.fromkeys(("false", "no", "n", "f", "0"), "active")
    distinct = pl.DataFrame({"cell": cells.unique()})
    word = pl.col("cell").str.strip_chars().str.to_lowercase().str.replace_all(r"[\s_-]+", " ")
    read = distinct.with_columns(
        standing=word.replace_strict(words, default=None, return_dtype=pl.String), empty=is_empty("cell")
    ).with_columns(unknown=pl.col("standing").is_null() & ~pl.col("empty"))
    return (
        pl.DataFrame({"cell": cells})
        .join(read, on="cell", how="left", nulls_equal=True, maintain_order="left")
        .select("standing", "unknown")
    )
