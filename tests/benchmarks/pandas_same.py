"""pandas with our algorithm: months and positions from dates, one packed integer, one count, sums over intervals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd

from tests.benchmarks.population import AS_OF, FIRST_DAY
from tests.benchmarks.works import AGES, TRAILING, YEARS, Rows

OPEN = 2**30


def keys(day: pd.Series) -> pd.Series:
    """month * 32 + day; missing days stand after all others."""
    return ((day.dt.year * 12 + day.dt.month - 1) * 32 + day.dt.day).fillna(OPEN).astype("int64")


def key_of(day: date) -> int:
    """The same for one day."""
    return (day.year * 12 + day.month - 1) * 32 + day.day


def load(plain: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """pandas' own form of the spans (dates, a categorical), and the pairs of spans of those who came back."""
    spans = plain.sort_values(["customer", "started_on"], ignore_index=True)
    spans["segment"] = spans["segment"].astype("category")
    spans["first_on"] = spans.groupby("customer")["started_on"].transform("min")
    repeated = spans[spans["customer"].duplicated(keep=False)]
    pairs = repeated.merge(repeated[["customer", "started_on", "churned_on"]], on="customer", suffixes=("", "_again"))
    return {"spans": spans, "pairs": pairs[pairs["started_on"] < pairs["started_on_again"]].reset_index(drop=True)}


def with_keys(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The same tables with the integer keys derived beforehand, as our Book holds them."""
    return {
        name: table.assign(**{column: keys(table[column]) for column in table if column.endswith(("_on", "_again"))})
        for name, table in tables.items()
    }


def _days(table: pd.DataFrame, column: str) -> pd.Series:
    return table[column] if table[column].dtype.kind == "i" else keys(table[column])


def _covering(groups: pd.Series, lo: pd.Series, hi: pd.Series, *, shape: tuple[int, int]) -> np.ndarray:
    """Per group and position, how many rows cover it, each covering [lo, hi)."""
    rows, positions = shape
    packed = ((groups * (positions + 1) + lo.clip(0, positions)) * (positions + 1) + hi.clip(0, positions)).to_numpy()
    counted = pd.Series(packed).groupby(packed).size()
    key, n = counted.index.to_numpy(), counted.to_numpy()
    key, until = np.divmod(key, positions + 1)
    group, since = np.divmod(key, positions + 1)
    some = until > since
    steps = np.zeros((rows, positions + 1), dtype=np.int64)
    np.add.at(steps, (group[some], since[some]), n[some])
    np.subtract.at(steps, (group[some], until[some]), n[some])
    return steps.cumsum(axis=1)[:, :positions]


def windows(tables: dict[str, pd.DataFrame], wanted: list[tuple[date, date]]) -> dict[str, np.ndarray]:
    """Every count of every window, by segment."""
    spans, pairs = tables["spans"], tables["pairs"]
    opens, closes = (np.array([key_of(day) for day in days]) for days in zip(*wanted, strict=True))
    groups = len(spans["segment"].cat.categories) + 1

    def code(table: pd.DataFrame) -> pd.Series:
        codes = table["segment"].cat.codes.astype("int64")
        return codes.where(codes >= 0, groups - 1)

    def place(table: pd.DataFrame, column: str, ends: np.ndarray) -> pd.Series:
        return pd.Series(np.searchsorted(ends, _days(table, column).to_numpy()))

    segment, shape = code(spans), (groups, len(wanted))
    opening = {name: place(spans, name, opens) for name in ("started_on", "churned_on", "first_on")}
    closing = {name: place(spans, name, closes) for name in ("started_on", "churned_on")}
    returned = _covering(
        code(pairs),
        np.maximum(place(pairs, "started_on", opens), place(pairs, "started_on_again", closes)),
        np.minimum(place(pairs, "churned_on", opens), place(pairs, "churned_on_again", closes)),
        shape=shape,
    )
    fresh = np.minimum(closing["churned_on"], opening["first_on"])
    return {
        "starting": _covering(segment, opening["started_on"], opening["churned_on"], shape=shape),
        "ending": _covering(segment, closing["started_on"], closing["churned_on"], shape=shape),
        "retained": _covering(segment, opening["started_on"], closing["churned_on"], shape=shape) + returned,
        "new": _covering(segment, closing["started_on"], fresh, shape=shape),
    }


def _by_segment(
    tables: dict[str, pd.DataFrame], wanted: list[tuple[date, date]], counts: dict[str, np.ndarray]
) -> pd.DataFrame:
    segments = [*tables["spans"]["segment"].cat.categories, None]
    return pd.DataFrame(
        {
            "window_end": [end for _ in segments for _, end in wanted],
            "segment": [segment for segment in segments for _ in wanted],
            **{name: count.ravel() for name, count in counts.items()},
        }
    )


def yearly(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Two yearly windows by segment."""
    table = _by_segment(tables, list(YEARS), windows(tables, list(YEARS)))
    return table.assign(
        churned=table["starting"] - table["retained"], reactivated=table["ending"] - table["retained"] - table["new"]
    )


def trend(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Sixty trailing windows by segment: the opening and closing counts of a span are its two positions."""
    spans, pairs = tables["spans"], tables["pairs"]
    opens, closes = (np.array([key_of(day) for day in days]) for days in zip(*TRAILING, strict=True))
    groups = len(spans["segment"].cat.categories) + 1
    shape = (groups, len(TRAILING))

    def code(table: pd.DataFrame) -> pd.Series:
        codes = table["segment"].cat.codes.astype("int64")
        return codes.where(codes >= 0, groups - 1)

    month_ends = np.union1d(opens, closes)
    place = np.searchsorted(month_ends, np.arange(month_ends[0], month_ends[-1] + 2))

    def placed(table: pd.DataFrame, column: str) -> pd.Series:
        return pd.Series(place[_days(table, column).clip(month_ends[0], month_ends[-1] + 1) - month_ends[0]])

    started, churned = placed(spans, "started_on"), placed(spans, "churned_on")
    returned = _covering(
        code(pairs),
        np.maximum(placed(pairs, "started_on"), placed(pairs, "started_on_again") - 12),
        np.minimum(placed(pairs, "churned_on"), placed(pairs, "churned_on_again") - 12),
        shape=shape,
    )
    packed = ((code(spans) * 100 + started) * 100 + churned).to_numpy()
    counted = pd.Series(packed).groupby(packed).size().reset_index(name="n")
    group, since, gone = counted["index"] // 10_000, counted["index"] // 100 % 100, counted["index"] % 100

    def covering(until: pd.Series) -> np.ndarray:
        steps = np.zeros((groups, len(TRAILING) + 1), dtype=np.int64)
        lo, hi = since.clip(0, len(TRAILING)), until.clip(0, len(TRAILING))
        some = (hi > lo).to_numpy()
        np.add.at(steps, (group[some], lo[some]), counted["n"][some])
        np.subtract.at(steps, (group[some], hi[some]), counted["n"][some])
        return steps.cumsum(axis=1)[:, :-1]

    return _by_segment(tables, TRAILING, {"starting": covering(gone), "retained": covering(gone - 12) + returned})


def cohorts(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Quarterly cohorts at every age, to the day."""
    spans = tables["spans"]
    first, started, churned = (_days(spans, f"{name}_on") for name in ("first", "started", "churned"))
    observed = (key_of(AS_OF) - first) // 32 + 1
    quarter = first // 96 - key_of(FIRST_DAY) // 96
    shape = (int(quarter.max()) + 1, len(AGES))
    is_first = started == first
    eligible = _covering(quarter[is_first], 0 * quarter[is_first], observed[is_first], shape=shape)
    until = np.minimum((churned - first + 31) // 32, observed)
    retained = _covering(quarter, (started - first + 31) // 32, until, shape=shape)
    return pd.DataFrame(
        {
            "cohort": np.repeat(pd.date_range(FIRST_DAY, periods=shape[0], freq="QS").date, len(AGES)),
            "age_months": np.tile(list(AGES), shape[0]),
            "customers": np.repeat(quarter[is_first].value_counts().sort_index().to_numpy(), len(AGES)),
            "eligible": eligible.ravel(),
            "retained": retained.ravel(),
        }
    ).query("eligible > 0")


def works(tables: dict[str, pd.DataFrame]) -> dict[str, Callable[[], pd.DataFrame]]:
    """The works with pandas and our algorithm."""
    return {
        "windows": lambda: yearly(tables),
        "cohorts": lambda: cohorts(tables),
        "trend": lambda: trend(tables),
    }


def rows_of(columns: tuple[str, ...], answer: pd.DataFrame) -> Rows:
    """The answer as a set of rows."""
    return {
        tuple(None if value is None or value != value else value for value in row)
        for row in answer[list(columns)].astype(object).itertuples(index=False, name=None)
    }
