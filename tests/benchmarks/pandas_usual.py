"""pandas as an analyst would write it: masks, sets of customers, groupby, one window or age after the other."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from tests.benchmarks.population import AS_OF
from tests.benchmarks.works import AGES, TRAILING, YEARS


def load(plain: pd.DataFrame) -> pd.DataFrame:
    """The spans with dates, a categorical segment and every customer's first start."""
    spans = plain.assign(segment=plain["segment"].fillna("not recorded").astype("category"))
    return spans.assign(first_on=spans.groupby("customer")["started_on"].transform("min"))


def active(spans: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    """The spans that are active on a day."""
    return spans[(spans["started_on"] <= day) & ((spans["churned_on"] > day) | spans["churned_on"].isna())]


def yearly(spans: pd.DataFrame) -> pd.DataFrame:
    """Two yearly windows by segment."""
    tables = []
    for start, end in YEARS:
        opening = pd.Timestamp(start)
        there, here = active(spans, opening), active(spans, pd.Timestamp(end))
        stayed = there[there["customer"].isin(here["customer"])]
        came = here[~here["customer"].isin(there["customer"])]
        table = pd.DataFrame(
            {
                "starting": there.groupby("segment", observed=False).size(),
                "retained": stayed.groupby("segment", observed=False).size(),
                "new": came[came["first_on"] > opening].groupby("segment", observed=False).size(),
                "reactivated": came[came["first_on"] <= opening].groupby("segment", observed=False).size(),
                "ending": here.groupby("segment", observed=False).size(),
            }
        )
        tables.append(table.assign(churned=table["starting"] - table["retained"], window_end=end).reset_index())
    return pd.concat(tables)


def trend(spans: pd.DataFrame) -> pd.DataFrame:
    """Sixty trailing windows by segment."""
    tables = []
    for start, end in TRAILING:
        there, here = active(spans, pd.Timestamp(start)), active(spans, pd.Timestamp(end))
        stayed = there[there["customer"].isin(here["customer"])]
        table = pd.DataFrame(
            {
                "starting": there.groupby("segment", observed=False).size(),
                "retained": stayed.groupby("segment", observed=False).size(),
            }
        )
        tables.append(table.assign(window_end=end).reset_index())
    return pd.concat(tables)


def cohorts(spans: pd.DataFrame) -> pd.DataFrame:
    """Quarterly cohorts at every age, to the day."""
    spans = spans.assign(cohort=spans["first_on"].dt.to_period("Q").dt.start_time)
    firsts = spans.drop_duplicates("customer")
    tables = []
    for age in AGES:
        reached = firsts["first_on"] + pd.DateOffset(months=age) <= pd.Timestamp(AS_OF)
        anniversary = spans["first_on"] + pd.DateOffset(months=age)
        there = (spans["started_on"] <= anniversary) & (
            (spans["churned_on"] > anniversary) | spans["churned_on"].isna()
        )
        table = pd.DataFrame(
            {
                "customers": firsts.groupby("cohort").size(),
                "eligible": firsts[reached].groupby("cohort").size(),
                "retained": spans[there & (anniversary <= pd.Timestamp(AS_OF))].groupby("cohort").size(),
            }
        )
        tables.append(table.assign(age_months=age).reset_index())
    cells = pd.concat(tables).query("eligible > 0").fillna(0)
    return cells.assign(cohort=cells["cohort"].dt.date)


def works(spans: pd.DataFrame) -> dict[str, Callable[[], pd.DataFrame]]:
    """The works as an analyst would write them."""
    return {
        "windows": lambda: yearly(spans),
        "cohorts": lambda: cohorts(spans),
        "trend": lambda: trend(spans),
    }
