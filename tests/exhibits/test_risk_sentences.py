"""What At risk says: no surer than the test, with its counts, in the singular where there is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from retention.exhibits.at_risk import (
    accounts,
    calibration_title,
    called,
    called_sentence,
    changes_sentence,
    health_sentence,
    list_sentence,
    own_weights_sentence,
    spread_title,
    unknown_sentence,
)
from retention.risk.backtest import RENEWAL_ALONE, SEGMENT_RATE, Backtest
from retention.risk.factors import Weights


def a_test(*, right: float, low: float | None, better: tuple[str, ...] = ()) -> Backtest:
    """A back-test with these pairs put right."""
    baselines = (SEGMENT_RATE, RENEWAL_ALONE)
    return Backtest(
        opened_on=date(2025, 6, 30),
        closed_on=date(2025, 12, 31),
        months=6,
        accounts=300,
        scored=290,
        left=30,
        left_unscored=1,
        capacity=40,
        orders=pl.DataFrame(
            {"order": ["score"], "pairs_right": [right], "pairs_low": [low]}, schema_overrides={"pairs_low": pl.Float64}
        ),
        gaps=pl.DataFrame({"baseline": baselines, "high": [-0.1 if name in better else 0.1 for name in baselines]}),
        lengths=pl.DataFrame(),
        bands=pl.DataFrame(
            {
                "band": ["high", "medium", "low", None],
                "accounts": [50, 90, 150, 10],
                "leave_rate": [0.3, 0.1, 0.04, 0.1],
            }
        ),
    )


@pytest.mark.parametrize(
    ("test", "name", "said"),
    [
        (None, "rule of thumb", "This score is a rule of thumb, not a forecast. No dates."),
        (
            a_test(right=0.71, low=0.6),
            "tested score",
            "This score has been tested on this file: held against who left in the 6 months after 30 Jun 2025, it "
            "put a leaver above a stayer 71 times in 100, where tossing a coin does 50.",
        ),
        (
            a_test(right=0.71, low=0.6, better=(RENEWAL_ALONE,)),
            "tested score",
            "But the days to renewal alone did clearly better.",
        ),
        (a_test(right=0.52, low=0.4), "rule of thumb", "no better than tossing a coin as far as this file can tell."),
        (a_test(right=0.9, low=None), "rule of thumb", "too few left in the 6 months after 30 Jun 2025 to tell"),
    ],
)
def test_the_score_is_called_what_its_test_allows(test: Backtest | None, name: str, said: str) -> None:
    assert called(test) == name
    assert said in called_sentence(test, "No dates.")


def listed(bands: list[str], arr: list[float | None], days: list[int | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {"band": bands, "arr": arr, "days_to_renewal": days},
        schema={"band": pl.String, "arr": pl.Float64, "days_to_renewal": pl.Int64},
    )


def test_the_list_says_how_many_what_they_are_worth_and_how_soon_they_decide() -> None:
    found = listed(["medium", "high", "high"], [1_000.0, None, 500.0], [90, 91, None])
    assert list_sentence(found, of=12) == (
        "3 accounts of 12: 2 high, 1 medium, $1.5k of ARR; 1 of them decide within 90 days."
    )
    assert list_sentence(found.drop("arr"), of=3).startswith("3 accounts of 3: 2 high, 1 medium; ")
    assert list_sentence(found.with_columns(arr=None).cast({"arr": pl.Float64}), of=3).count("ARR") == 0
    assert list_sentence(found.clear(), of=12).startswith("No account with a score is in these bands")
    assert (accounts(1), accounts(1_200)) == ("1 account", "1,200 accounts")


def test_own_weights_are_said_and_flatter_a_test_on_the_same_past() -> None:
    own = Weights().moved("usage", 60)
    assert own_weights_sentence(Weights(), limits_changed=False, tested=True) is None
    assert own_weights_sentence(own, limits_changed=False, tested=False) == (
        "These are your own weights, not the default ones."
    )
    assert "your own limits" in str(own_weights_sentence(Weights(), limits_changed=True, tested=False))
    both = str(own_weights_sentence(own, limits_changed=True, tested=True))
    assert "your own weights and limits" in both
    assert "look better on it than they will" in both


def test_accounts_without_a_score_are_counted() -> None:
    def scores(*known: float | None) -> pl.DataFrame:
        return pl.DataFrame({"score": known}, schema={"score": pl.Float64})

    assert unknown_sentence(scores(10, 20)) is None
    assert unknown_sentence(scores(10, None)) == "1 account has no score: under half of the weight is known."
    assert str(unknown_sentence(scores(10, None, None))).startswith("2 accounts have no score")
    assert str(unknown_sentence(scores(None))).startswith("No account has a score")
    assert unknown_sentence(scores()) == "Nobody is a customer on this day."


def test_health_names_the_largest_share_beside_the_whole_book() -> None:
    health = pl.DataFrame(
        {
            "csm": ["Ada", "Ben", None],
            "high": [3, 1, 0],
            "medium": [1, 4, 0],
            "low": [0, 1, 0],
            "high_share": [0.75, 1 / 6, None],
        }
    )
    said = health_sentence(health, "csm", heading="CSM", name_of=str)
    assert said == "Ada has the largest share in the high band: 3 of 4 (75.0%), against 40.0% of the whole book."
    calm = health.with_columns(high=pl.lit(0), high_share=pl.lit(0.0))
    assert health_sentence(calm, "csm", heading="CSM", name_of=str) == "No account is in the high band."
    unknown = health.with_columns(high_share=pl.lit(None, dtype=pl.Float64))
    assert "nothing can be said by CSM" in health_sentence(unknown, "csm", heading="CSM", name_of=str)


def test_moves_between_bands_are_counted_both_ways() -> None:
    moved = pl.DataFrame({"moved": ["worse", "worse", "better", "came"]})
    assert changes_sentence(moved, since="30 Jun 2025", now="31 Dec 2025") == (
        "From 30 Jun 2025 to 31 Dec 2025, 2 accounts moved to a worse band and 1 to a better one. 1 account more came, "
        "or gained or lost a score."
    )


def test_titles_of_its_charts() -> None:
    test = a_test(right=0.7, low=0.6)
    assert calibration_title(test) == "30% of the high band left in the 6 months that followed, 4% of the low band"
    alone = replace(test, bands=test.bands.filter(pl.col("band") == "high"))
    assert calibration_title(alone) == "Who left in the 6 months that followed, by band"
    scores = pl.DataFrame({"score": [10.0, 30.0, None]})
    assert spread_title(scores, called="rule of thumb") == "Half of the accounts score 20 or more (rule of thumb)"
    assert spread_title(scores.clear(), called="x") == "No account has a score"
