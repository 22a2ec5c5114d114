"""The sample files against the definitions, counted here in plain Python on days, without the retention package."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from calendar import monthrange
from collections import Counter, defaultdict
from datetime import date
from itertools import combinations, pairwise
from math import exp, factorial
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
BEFORE, OPENING, CLOSING = date(2023, 12, 31), date(2024, 12, 31), date(2025, 12, 31)
TEXT_FILES = (
    "sample_customers.csv",
    "sample_revenue.csv",
    "sample_signals.csv",
    "try_stripe_subscriptions.csv",
    "try_messy_customers.csv",
)
ATTRIBUTES = ("Industry", "Company size", "Region", "Channel", "Plan", "Use case", "CSM")
Row = dict[str, str]


def read(name: str) -> list[Row]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def must(text: str) -> date:
    return date.fromisoformat(text)


def months_later(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


ROWS = read("sample_customers.csv")
CUSTOMERS: dict[str, list[Row]] = defaultdict(list)
for _row in ROWS:
    CUSTOMERS[_row["Customer ID"]].append(_row)
SPANS = {key: [(must(row["Start date"]), day(row["Churn date"])) for row in rows] for key, rows in CUSTOMERS.items()}
SIGNALS = read("sample_signals.csv")


def active(key: str, on: date) -> bool:
    return any(start <= on and (end is None or end > on) for start, end in SPANS[key])


def dashboard(opens: date, closes: date) -> dict[str, Counter[str]]:
    """Counts of the definitions' window, per segment and in total."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for key, rows in CUSTOMERS.items():
        first = min(start for start, _ in SPANS[key])
        at_open, at_close = active(key, opens), active(key, closes)
        for segment in (rows[0]["Segment"], "total"):
            counts[segment].update(
                starting=int(at_open),
                churned=int(at_open and not at_close),
                new=int(opens < first <= closes and at_close),
                reactivated=int(first <= opens and not at_open and at_close),
                ending=int(at_close),
            )
    return counts


@pytest.mark.parametrize(
    ("segment", "starting", "churned", "new", "ending", "rate", "change"),
    [
        ("Enterprise", 85, 3, 12, 94, "96.5%", "+1.2"),
        ("Mid-Market", 312, 28, 67, 351, "91.0%", "-1.5"),
        ("SMB", 1247, 203, 418, 1462, "83.7%", "-2.8"),
        ("total", 1644, 234, 497, 1907, "85.8%", "-1.9"),
    ],
)
def test_dashboard_of_the_definitions(
    segment: str, starting: int, churned: int, new: int, ending: int, rate: str, change: str
) -> None:
    now, before = dashboard(OPENING, CLOSING)[segment], dashboard(BEFORE, OPENING)[segment]
    found = (now["starting"], now["churned"], now["new"], now["reactivated"], now["ending"])
    assert found == (starting, churned, new, 0, ending)
    kept, kept_before = (1 - counts["churned"] / counts["starting"] for counts in (now, before))
    assert f"{kept:.1%}" == rate
    assert f"{100 * (kept - kept_before):+.1f}" == change


@pytest.mark.parametrize(
    ("segment", "retained", "starting"), [("Enterprise", 61, 64), ("Mid-Market", 185, 200), ("SMB", 1025, 1185)]
)
def test_the_year_before(segment: str, retained: int, starting: int) -> None:
    counts = dashboard(BEFORE, OPENING)[segment]
    assert (counts["starting"] - counts["churned"], counts["starting"]) == (retained, starting)
    assert counts["starting"] - counts["churned"] + counts["new"] + counts["reactivated"] == counts["ending"]


def test_every_year_walks_from_opening_to_ending() -> None:
    for year in range(2021, 2026):
        for counts in dashboard(date(year - 1, 12, 31), date(year, 12, 31)).values():
            kept = counts["starting"] - counts["churned"]
            assert kept + counts["new"] + counts["reactivated"] == counts["ending"]


def test_size_and_reach() -> None:
    assert 2_500 <= len(CUSTOMERS) <= 2_700
    assert (DATA / "sample_customers.csv").stat().st_size < 1_500_000
    assert (DATA / "sample_revenue.csv").stat().st_size < 4_000_000
    assert {start.year for spans in SPANS.values() for start, _ in spans} == set(range(2021, 2026))


def test_the_file_speaks_up_to_its_last_day() -> None:
    starts = [start for spans in SPANS.values() for start, _ in spans]
    ends = [end for spans in SPANS.values() for _, end in spans if end]
    assert max(starts) == CLOSING
    assert max(ends) == CLOSING


def test_no_day_or_first_month_looks_cut() -> None:
    by_month = Counter(min(start for start, _ in spans).strftime("%Y-%m") for spans in SPANS.values())
    months = sorted(by_month)
    assert len(months) == 60
    assert by_month[months[0]] <= 2 * max(by_month[month] for month in months[1:])
    ends = Counter(end for spans in SPANS.values() for _, end in spans)
    del ends[None]
    assert max(ends.values()) <= 10


def test_spans_are_apart_and_attributes_agree() -> None:
    varying = {"Start date", "Churn date", "Status", "Churn reason", "Renewal date"}
    for key, rows in CUSTOMERS.items():
        for (_, end), (start, _) in pairwise(SPANS[key]):
            assert end is not None
            assert (start - end).days >= 1
        assert all(end is None or end > start for start, end in SPANS[key])
        fixed = [{header: row[header] for header in row.keys() - varying} for row in rows]
        assert all(one == fixed[0] for one in fixed)


def test_some_came_back_but_none_in_the_last_year() -> None:
    returns = [spans[1][0] for spans in SPANS.values() if len(spans) > 1]
    assert 0.01 < len(returns) / len(CUSTOMERS) < 0.05
    assert max(returns) <= OPENING
    back_inside_a_year = [
        key
        for key, spans in SPANS.items()
        for (_, end), (start, _) in pairwise(spans)
        if end is not None and end.year == start.year and spans[0][0].year < start.year
    ]
    assert back_inside_a_year, "a lapse inside one window tells never-lapsed from active-at-both-ends"


def test_status_follows_the_dates() -> None:
    assert all((row["Status"] == "Churned") == bool(row["Churn date"]) for row in ROWS)
    assert Counter(row["Status"] for row in ROWS).keys() == {"Active", "Churned", "Past due", "Paused"}


def test_names_are_unique_and_domains_belong_to_one_company() -> None:
    assert len({rows[0]["Company"] for rows in CUSTOMERS.values()}) == len(CUSTOMERS)
    owners: dict[str, set[str]] = defaultdict(set)
    for key, rows in CUSTOMERS.items():
        if rows[0]["Email"]:
            assert rows[0]["Email"].endswith(".example")
            owners[rows[0]["Email"].split("@")[1]].add(rows[0]["Parent ID"] or key)
    assert all(len(companies) == 1 for companies in owners.values())


def test_parents_have_several_accounts_and_none_moved_to_a_new_id() -> None:
    groups: dict[str, list[str]] = defaultdict(list)
    for key, rows in CUSTOMERS.items():
        if rows[0]["Parent ID"]:
            groups[rows[0]["Parent ID"]].append(key)
    assert 0.03 < sum(map(len, groups.values())) / len(CUSTOMERS) < 0.05
    assert all(len(keys) >= 2 for keys in groups.values())
    for keys in groups.values():
        for one, other in combinations(keys, 2):
            for left, right in ((one, other), (other, one)):
                gaps = [(start - end).days for _, end in SPANS[left] if end for start, _ in SPANS[right]]
                assert all(abs(gap) > 31 for gap in gaps)


def test_a_few_attributes_were_not_recorded() -> None:
    assert all(row["Segment"] and row["Company"] and row["ARR"] for row in ROWS)
    for header in (*ATTRIBUTES, "Email"):
        share = sum(not row[header] for row in ROWS) / len(ROWS)
        assert 0.002 < share < 0.09, header
    churned = [row for row in ROWS if row["Churn date"]]
    assert 0.05 < sum(not row["Churn reason"] for row in churned) / len(churned) < 0.20


def cohort_cell(cohort: tuple[int, int], months_long: int, age: int) -> tuple[int, int] | None:
    """Members of a cohort and how many of them were active at an age; None until all of them have reached it."""
    firsts = {key: min(start for start, _ in spans) for key, spans in SPANS.items()}
    members = [key for key, first in firsts.items() if (first.year, (first.month - 1) // months_long) == cohort]
    last_month = cohort[1] * months_long + months_long
    last_day = date(cohort[0], last_month, monthrange(cohort[0], last_month)[1])
    if months_later(last_day, age) > CLOSING:
        return None
    return sum(active(key, months_later(firsts[key], age)) for key in members), len(members)


@pytest.mark.parametrize(
    ("year", "joined", "kept"),
    [
        (2021, 498, {12: 434, 24: 391, 36: 303, 48: 290}),
        (2022, 793, {12: 685, 24: 625, 36: 494}),
        (2023, 396, {12: 354, 24: 327}),
        (2024, 357, {12: 319}),
    ],
)
def test_golden_figures_of_the_yearly_cohorts(year: int, joined: int, kept: dict[int, int]) -> None:
    """How many of those who joined in a year were customers 12, 24, 36 and 48 months on, where all are known."""
    cells = {age: cohort_cell((year, 0), 12, age) for age in (12, 24, 36, 48)}
    assert {age: cell for age, cell in cells.items() if cell} == {age: (count, joined) for age, count in kept.items()}


def test_cohorts_are_those_one_believes() -> None:
    """First years keep 84-93%, 88-92% from 2023 on; the second takes about 6-8 points more; few leave at once.

    A quarter's cohort has about a hundred members: it lies within a point or two of its year's.
    """
    for months_long, slack in ((12, 0.007), (3, 0.03)):
        for year in range(2021, 2026):
            for place in range(12 // months_long):
                cells = {age: cohort_cell((year, place), months_long, age) for age in (3, 12, 24)}
                rates = {age: cell[0] / cell[1] for age, cell in cells.items() if cell}
                lowest, highest = (0.87, 0.92) if year >= 2023 else (0.84, 0.93)
                assert rates.get(3, 1.0) >= 0.98
                assert lowest - 0.001 <= rates.get(12, 0.9) <= highest
                if 24 in rates:
                    assert 0.06 - slack <= rates[12] - rates[24] <= 0.08 + slack


def test_trailing_retention_moves_between_83_and_89_percent() -> None:
    ends = [date(2022, 12, 31)] + [
        date(year, month, monthrange(year, month)[1]) for year in (2023, 2024, 2025) for month in range(1, 13)
    ]
    rates = []
    for end in ends:
        opening = [key for key in SPANS if active(key, end.replace(year=end.year - 1, day=min(end.day, 28)))]
        rates.append(sum(active(key, end) for key in opening) / len(opening))
    assert 0.83 <= min(rates) <= max(rates) <= 0.89
    assert max(rates) - min(rates) > 0.02


def test_few_join_and_leave_in_the_last_year() -> None:
    brief = [key for key, spans in SPANS.items() if spans[0][0] > OPENING and not active(key, CLOSING)]
    assert 0 < len(brief) <= 0.04 * dashboard(OPENING, CLOSING)["total"]["new"]


def test_contracts_end_at_their_renewals() -> None:
    for row in ROWS:
        if row["Churn date"]:
            started_on, churned_on = must(row["Start date"]), must(row["Churn date"])
            months = (churned_on.year - started_on.year) * 12 + churned_on.month - started_on.month
            assert months % int(row["Term (months)"]) == 0
            assert months_later(started_on, months) == churned_on


def test_no_month_has_twice_the_usual_losses() -> None:
    """Held to the twelve months before and including it, by the share of those who were customers when it opened."""
    ends = [date(year, month, monthrange(year, month)[1]) for year in range(2022, 2026) for month in range(1, 13)]
    lost = []
    for before, end in pairwise(ends):
        opening = [key for key in SPANS if active(key, before)]
        lost.append(sum(not active(key, end) for key in opening) / len(opening))
    for place in range(12, len(lost)):
        usual = sum(lost[place - 11 : place + 1]) / 12
        assert lost[place] < 1.75 * usual, ends[place + 1]


def retention_by(header: str) -> dict[str, float]:
    starting: Counter[str] = Counter()
    retained: Counter[str] = Counter()
    for key, rows in CUSTOMERS.items():
        if active(key, OPENING):
            starting[rows[0][header]] += 1
            retained[rows[0][header]] += active(key, CLOSING)
    return {value: retained[value] / starting[value] for value in starting if value}


def test_what_was_put_in_can_be_found() -> None:
    channel, use_case, industry = (retention_by(header) for header in ("Channel", "Use case", "Industry"))
    assert min(channel, key=channel.__getitem__) == "Paid"
    assert min(channel["Partner"], channel["Referral"]) > channel["Organic"]
    assert max(use_case, key=use_case.__getitem__) == "Team scheduling"
    assert min(use_case, key=use_case.__getitem__) == "Single project"
    assert sorted(industry, key=industry.__getitem__)[:2] == ["Hospitality", "Retail"]


def csm_surprises(opens: date, closes: date) -> set[str]:
    """CSMs whose losses lie outside what the other CSMs' rates in the same segments predict, at 95%."""
    books: dict[str, Counter[str]] = defaultdict(Counter)
    lost: dict[str, Counter[str]] = defaultdict(Counter)
    for key, rows in CUSTOMERS.items():
        if active(key, opens):
            books[rows[0]["CSM"]][rows[0]["Segment"]] += 1
            lost[rows[0]["CSM"]][rows[0]["Segment"]] += not active(key, closes)
    surprises = set()
    for csm, book in books.items():
        expected = variance = 0.0
        for segment, accounts in book.items():
            others = [other for other in books if other != csm]
            rate = sum(lost[other][segment] for other in others) / sum(books[other][segment] for other in others)
            expected += accounts * rate
            variance += accounts * rate * (1 - rate)
        seen = sum(lost[csm].values())
        at_least = 1 - sum(exp(-expected) * expected**n / factorial(n) for n in range(seen))
        if at_least < 0.025 if expected < 5 else abs(seen - expected) > 1.96 * variance**0.5:
            surprises.add(csm)
    return surprises


def test_one_csm_stands_out_and_only_in_the_last_year() -> None:
    assert csm_surprises(OPENING, CLOSING) == {"Alex Varga"}
    assert csm_surprises(BEFORE, OPENING) == set()


@pytest.mark.parametrize(
    ("segment", "low", "high"),
    [("SMB", 7_000, 9_000), ("Mid-Market", 35_000, 45_000), ("Enterprise", 195_000, 245_000)],
)
def test_arr_by_segment(segment: str, low: int, high: int) -> None:
    running = [rows[0] for key, rows in CUSTOMERS.items() if active(key, CLOSING) and rows[0]["Segment"] == segment]
    assert low < median(float(row["ARR"]) for row in running) < high


def test_those_lost_are_mostly_small() -> None:
    lost = [rows[0] for key, rows in CUSTOMERS.items() if active(key, OPENING) and not active(key, CLOSING)]
    kept = [rows[0] for key, rows in CUSTOMERS.items() if active(key, CLOSING)]
    mean_lost, mean_kept = (sum(float(row["ARR"]) for row in rows) / len(rows) for rows in (lost, kept))
    assert sum(row["Segment"] == "SMB" for row in lost) / len(lost) > 0.8
    assert mean_lost < 0.6 * mean_kept


def test_revenue_covers_the_months_at_whose_end_a_customer_is_active() -> None:
    paid: dict[str, dict[str, int]] = defaultdict(dict)
    for row in read("sample_revenue.csv"):
        assert int(row["mrr"]) > 0
        assert row["month"] not in paid[row["customer_id"]]
        paid[row["customer_id"]][row["month"]] = int(row["mrr"])
    month_ends = [date(year, month, monthrange(year, month)[1]) for year in range(2021, 2026) for month in range(1, 13)]
    for key, rows in CUSTOMERS.items():
        assert set(paid[key]) == {f"{end:%Y-%m}" for end in month_ends if active(key, end)}
        assert int(rows[0]["ARR"]) == 12 * paid[key][max(paid[key])]


def test_revenue_retention_is_believable() -> None:
    at: dict[str, dict[str, int]] = {"2024-12": {}, "2025-12": {}}
    for row in read("sample_revenue.csv"):
        if row["month"] in at:
            at[row["month"]][row["customer_id"]] = int(row["mrr"])
    opening, closing = at["2024-12"], at["2025-12"]
    gross = sum(min(mrr, closing.get(key, 0)) for key, mrr in opening.items()) / sum(opening.values())
    net = sum(closing.get(key, 0) for key in opening) / sum(opening.values())
    assert 0.86 < gross < 0.94
    assert 0.97 < net < 1.08


def test_signals_stand_for_everyone_active_on_the_day() -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    for row in SIGNALS:
        assert row["customer_id"] not in seen[row["snapshot_on"]]
        seen[row["snapshot_on"]].add(row["customer_id"])
        assert not row["last_review_on"] or row["last_review_on"] <= row["snapshot_on"] < (row["next_review_on"] or "9")
    assert set(seen) == {"2024-12-31", "2025-06-30", "2025-12-31"}
    for snapshot_on, keys in seen.items():
        assert keys == {key for key in CUSTOMERS if active(key, must(snapshot_on))}


def test_the_latest_signals_are_those_of_the_customer_list() -> None:
    latest = {row["customer_id"]: row for row in SIGNALS if row["snapshot_on"] == "2025-12-31"}
    same = {
        "Usage share": "usage_share",
        "Engagement trend": "engagement_trend",
        "Tickets per month": "tickets_per_month",
        "Last review": "last_review_on",
        "Next review": "next_review_on",
        "Active features": "active_features",
        "Renewal date": "renewal_on",
    }
    for key, rows in CUSTOMERS.items():
        expected = latest.get(key, defaultdict(str))
        assert [rows[-1][header] for header in same] == [expected[column] for column in same.values()]
    passed = [row for row in latest.values() if row["renewal_on"] and must(row["renewal_on"]) < CLOSING]
    assert 0 < len(passed) < 30


def band(value: float, green: bool, red: bool) -> float:
    return 0.0 if green else 1.0 if red else 0.5


def risk_score(row: Row, on: date) -> float | None:
    """The weighted score of the definitions with its default weights, none under half of the weight."""
    known: list[tuple[int, float]] = []
    if row["usage_share"]:
        usage = float(row["usage_share"])
        known.append((30, band(usage, usage > 0.75, usage < 0.25)))
    if row["engagement_trend"]:
        known.append((20, {"increasing": 0.0, "stable": 0.5, "declining": 1.0}[row["engagement_trend"]]))
    if row["tickets_per_month"]:
        tickets = float(row["tickets_per_month"])
        known.append((15, band(tickets, tickets < 2, tickets > 5)))
    if row["renewal_on"] and must(row["renewal_on"]) >= on:
        days = (must(row["renewal_on"]) - on).days
        known.append((15, band(days, days > 180, days < 90)))
    if row["next_review_on"]:
        known.append((10, 0.0))
    elif row["last_review_on"]:
        last = must(row["last_review_on"])
        known.append((10, band(0, (on - last).days < 90, last < months_later(on, -6))))
    if row["active_features"]:
        features = int(row["active_features"])
        known.append((10, band(features, features >= 4, features < 2)))
    weight = sum(each for each, _ in known)
    return 100 * sum(each * red for each, red in known) / weight if weight >= 50 else None


@pytest.mark.parametrize("snapshot_on", [date(2024, 12, 31), date(2025, 6, 30)])
def test_the_score_tells_leavers_of_the_next_half_year_imperfectly(snapshot_on: date) -> None:
    until = months_later(snapshot_on, 6)
    left: list[float] = []
    stayed: list[float] = []
    for row in SIGNALS:
        score = risk_score(row, snapshot_on) if row["snapshot_on"] == snapshot_on.isoformat() else None
        if score is not None:
            leaver = any(end is not None and snapshot_on < end <= until for _, end in SPANS[row["customer_id"]])
            (left if leaver else stayed).append(score)
    assert len(left) > 100
    wins = sum((mine > other) + 0.5 * (mine == other) for mine in left for other in stayed)
    assert 0.70 <= wins / (len(left) * len(stayed)) <= 0.78


def test_the_script_writes_the_same_bytes_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(DATA / "make_samples.py"), str(tmp_path)], check=True, cwd=tmp_path)
    for name in TEXT_FILES:
        assert (tmp_path / name).read_bytes() == (DATA / name).read_bytes(), name
    again, kept = (zipfile.ZipFile(folder / "try_revenue_cube.xlsx") for folder in (tmp_path, DATA))
    assert [(item.filename, item.date_time) for item in again.infolist()] == [
        (item.filename, item.date_time) for item in kept.infolist()
    ]
    # Parts are compared inflated: another build of zlib may pack the same parts into other bytes.
    assert all(again.read(item) == kept.read(item.filename) for item in again.infolist())


def test_stripe_export_to_try() -> None:
    rows = read("try_stripe_subscriptions.csv")
    assert Counter(row["Status"] for row in rows) == {
        "canceled": 135, "active": 240, "trialing": 8, "past_due": 4, "paused": 2,
    }  # fmt: skip
    assert len({row["id"] for row in rows}) == len(rows)
    assert all(bool(row["Ended At (UTC)"]) == (row["Status"] == "canceled") for row in rows)
    assert all(row["Canceled At (UTC)"] <= row["Ended At (UTC)"] for row in rows if row["Ended At (UTC)"])
    scheduled = [row for row in rows if row["Canceled At (UTC)"] and not row["Ended At (UTC)"]]
    assert {row["Status"] for row in scheduled} == {"active"}
    assert len(scheduled) == 9
    spans: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        if row["Status"] != "trialing":
            spans[row["Customer ID"]].append((row["Start (UTC)"][:10], row["Ended At (UTC)"][:10] or "9999"))

    def held(on: str) -> set[str]:
        return {key for key, own in spans.items() if any(start <= on < end for start, end in own)}

    opening, closing = held("2024-12-31"), held("2025-12-31")
    assert (len(spans), len(opening), len(opening & closing), len(closing)) == (361, 220, 182, 246)


def test_revenue_cube_to_try() -> None:
    calamine = pytest.importorskip("python_calamine")
    workbook = calamine.CalamineWorkbook.from_path(str(DATA / "try_revenue_cube.xlsx"))
    assert workbook.sheet_names == ["MRR by customer"]
    sheet = workbook.get_sheet_by_index(0).to_python()
    header, body, total = sheet[3], sheet[4:-1], sheet[-1]
    assert header[:5] == ["Customer ID", "Customer", "Segment", "Region", "CSM"]
    assert header[5:] == [date(year, month, 1) for year in (2023, 2024, 2025) for month in range(1, 13)]
    assert total[0] == "Total"
    for place in range(5, len(header)):
        assert total[place] == sum(row[place] or 0 for row in body)
    opening = {row[0] for row in body if row[header.index(date(2024, 12, 1))]}
    closing = {row[0] for row in body if row[-1]}
    assert (len(opening), len(opening & closing), len(closing)) == (85 + 312, 82 + 284, 94 + 351)


def test_messy_list_to_try() -> None:
    raw = (DATA / "try_messy_customers.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    records = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    header = [
        "Account ID",
        "Account Name",
        "Segment",
        "Industry",
        "CSM",
        "ARR",
        "Start Date",
        "Churn Date",
        "Churn Reason",
    ]
    assert [place for place, record in enumerate(records) if record == header] == [3, 205]
    blank = [record for record in records[4:] if not any(record)]
    assert [len(record) for record in blank] == [0, 0, 9, 9]
    assert records[-2][0] == "Total"
    assert records[-1] == ["Confidential: for internal use only"]

    accounts = [record for record in records[4:-2] if any(record) and record != header]
    assert sum(count - 1 for count in Counter(map(tuple, accounts)).values()) == 6
    assert [len(record) for record in accounts if len(record) != 9] == [10]
    good = [record for record in accounts if len(record) == 9]
    ends = Counter(record[7] for record in good if not record[7][:1].isdigit())
    assert {text: count for text, count in ends.items() if text} == {
        "n/a": 10, "N/A": 10, "-": 10, "NULL": 10, "TBD": 3, "ask Maren": 1, "end of contract": 1,
    }  # fmt: skip
    dated = [(turned(record[6]), turned(record[7])) for record in good if record[7][:1].isdigit()]
    assert sum(end < start for start, end in dated) == 3
    assert sum(end == start for start, end in dated) == 1
    assert sum(int(record[6][:2]) > 12 for record in good) > 100
    assert sum(record[2] not in ("SMB", "Mid-Market", "Enterprise") for record in good) == 60
    assert {record[2].strip().casefold() for record in good} == {"smb", "mid-market", "enterprise"}
    assert sum("\n" in record[1] for record in good) == 2
    assert {"=cmd()", "<script>alert('hello')</script>"} <= {record[1] for record in good}
    assert Counter(record[5] for record in good if not record[5].startswith("$")) == {
        "NaN": 1, "on request": 1, "($250.00)": 1,
    }  # fmt: skip


def turned(day_first: str) -> str:
    """A dd/mm/yyyy text as yyyy-mm-dd."""
    return "-".join(reversed(day_first.split("/")))
