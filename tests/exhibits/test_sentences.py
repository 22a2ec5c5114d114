"""Every sentence: with its counts, in the words of the ladder, in the singular where there is one."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from retention.benchmarks import Band
from retention.exhibits import wording as say
from retention.exhibits.cohorts import cohorts_sentence
from retention.exhibits.lines import Line, lines_by
from retention.exhibits.lists import worth_sentence
from retention.exhibits.managers import mix_words
from retention.exhibits.retention import trend_span, trend_title, undated_sentence
from retention.exhibits.segments import moves_sentence, others_sentence, segments_title
from retention.listing import Worth
from retention.metrics.compare import NewerOlder, Share, change, verdict
from tests.strategies import plain_book


@pytest.mark.parametrize(
    ("start", "end", "name", "since"),
    [
        (date(2024, 12, 31), date(2025, 12, 31), "12 months to 31 Dec 2025", "on the year"),
        (date(2025, 11, 30), date(2025, 12, 31), "month to 31 Dec 2025", "on the month before"),
        (date(2025, 9, 30), date(2025, 12, 31), "3 months to 31 Dec 2025", "on the 3 months before"),
        (date(2025, 9, 3), date(2025, 12, 31), "3 Sep 2025 to 31 Dec 2025", "on the window before"),
    ],
)
def test_a_window_has_a_name(start: date, end: date, name: str, since: str) -> None:
    assert say.window_name(start, end) == name
    assert say.span_before(start, end) == since


@pytest.mark.parametrize(
    ("share", "said"),
    [
        ((1410, 1644), "85.8%: 1,410 of 1,644 customers stayed"),
        ((1, 1), "100.0%: 1 of 1 customer stayed"),
        ((0, 1), "0.0%: 0 of 1 customer stayed"),
        ((0, 0), "Nobody was a customer at the opening, so there is no rate"),
    ],
)
def test_a_rate_is_a_count(share: tuple[int, int], said: str) -> None:
    assert say.rate_sentence(Share(*share)) == said


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        ((300, 400), (360, 400), "Clearly down 15.0 points on the year."),
        ((360, 400), (300, 400), "Clearly up 15.0 points on the year."),
        (
            (1044, 1247),
            (1025, 1185),
            "Down 2.8 points on the year: probably real. With nothing changed, a move this big would still "
            "appear about 1 time in 18.",
        ),
        (
            (1025, 1185),
            (1044, 1247),
            "Up 2.8 points on the year: probably real. With nothing changed, a move this big would still "
            "appear about 1 time in 18.",
        ),
        (
            (9_000, 10_000),
            (9_010, 10_000),
            "No sign of a change on the year: the difference lies within a point either way.",
        ),
        (
            (1410, 1644),
            (1271, 1449),
            "Down 1.9 points on the year: within the normal variation of a book this size (about 2.4 points "
            "either way).",
        ),
        (
            (82, 85),
            (61, 64),
            "Up 1.2 points on the year: within the normal variation of a book this size (about 7.8 points either way).",
        ),
        (
            (90, 100),
            (90, 100),
            "Level on the year: within the normal variation of a book this size (about 8.7 points either way).",
        ),
        ((90, 100), (0, 0), "There is no earlier window to compare with."),
    ],
)
def test_each_rung_has_its_sentence(now: tuple[int, int], before: tuple[int, int], said: str) -> None:
    assert say.change_sentence(change(Share(*now), Share(*before))) == said


def test_a_change_in_a_cell() -> None:
    moved = change(Share(1410, 1644), Share(1271, 1449))
    assert say.change_in_short(moved) == "−1.9 pts, within normal variation"
    assert say.change_range(moved) == "−1.9 pts (−4.3 to +0.5)"
    assert (say.change_in_short(None), say.change_range(None)) == ("–", "–")


def test_a_share_in_a_cell() -> None:
    assert say.share_cell(Share(999, 1117)) == "89% (999 of 1,117)"
    assert say.share_cell(Share(0, 0)) == "–"


def band(low: float, high: float | None) -> Band:
    return Band(segment="All", low=low, high=high, population="any", publisher="somebody", how_known="glossary")


@pytest.mark.parametrize(
    ("share", "ends", "said"),
    [
        ((700, 1000), (0.80, 0.85), "Below 80–85%, firm: 100 more stayers would have reached 80%"),
        ((950, 1000), (0.80, 0.85), "Above 80–85%, firm: 101 more losses would put it under 85%"),
        ((8_250, 10_000), (0.80, 0.85), "Inside 80–85%, firm: 250 more stayers would have reached 85%"),
        ((990, 1000), (0.95, None), "Meets 95%+, firm: 41 more losses would put it under 95%"),
        ((900, 1000), (0.95, None), "Below 95%+, firm: 50 more stayers would have reached 95%"),
        ((82, 85), (0.95, None), "Meets 95%+, close: 2 more losses would put it under 95%"),
        ((81, 85), (0.95, None), "Meets 95%+, close: 1 more loss would put it under 95%"),
        ((80, 85), (0.95, None), "Below 95%+, close: 1 more stayer would have reached 95%"),
        ((84, 100), (0.80, 0.85), "Inside 80–85%, close: 1 more stayer would have reached 85%"),
        ((82, 100), (0.80, 0.855), "Inside 80.0–85.5%, close: 3 more losses would put it under 80%"),
        ((0, 3), (0.0, None), "Meets 0%+, firm: no number of losses would put it under 0%"),
    ],
)  # fmt: skip
def test_each_verdict_has_its_sentence(share: tuple[int, int], ends: tuple[float, float | None], said: str) -> None:
    found = verdict(Share(*share), *ends)
    assert say.standing_sentence(found, Share(*share), band(*ends)) == said


def test_no_band_and_nobody_give_no_verdict() -> None:
    assert say.standing_sentence(None, Share(5, 6), None) == "–"
    assert say.standing_sentence(verdict(Share(0, 0), 0.8, 0.9), Share(0, 0), band(0.8, 0.9)) == "–"


# Segments: the two years to the end of 2023, with as many customers as each sentence needs.
JOINED, OPENED, CLOSED = date(2021, 1, 1), date(2022, 12, 31), date(2023, 12, 31)


def segment_lines(**segments: tuple[int, int]) -> list[Line]:
    """One line per segment of (stayed, lost in the window) customers."""
    rows = [
        (f"{segment}{number}", JOINED, date(2023, 6, 1) if number >= stayed else None, segment)
        for segment, (stayed, lost) in segments.items()
        for number in range(stayed + lost)
    ]
    book = plain_book([row[:3] for row in rows], CLOSED, segment=[row[3] for row in rows])
    return lines_by(book, start=OPENED, end=CLOSED, by="segment")


def test_where_customers_were_lost_and_how_that_stands_to_the_others() -> None:
    lost = segment_lines(SMB=(30, 30), Enterprise=(24, 1))
    assert segments_title(lost, "segment") == (
        "SMB lost 30 of the 31 who left (50.0%: 30 of 60 customers stayed), clearly below the others’ 96.0%."
    )
    assert others_sentence(lost, "segment") == (
        "Below the others: SMB clearly, 50.0% (30 of 60) against 96.0% (24 of 25). "
        "Above the others: Enterprise clearly, 96.0% (24 of 25) against 50.0% (30 of 60)."
    )
    # Most of the losses by its size alone: whose rate is low is named beside it
    large = segment_lines(Full=(300, 40), Trio=(10, 20))
    assert segments_title(large, "package") == (
        "Full lost 40 of the 60 who left (88.2%: 300 of 340 customers stayed); clearly below the others: Trio, 33.3% "
        "(10 of 30)."
    )
    # Most of the losses, and as good a rate as anybody's
    alike = segment_lines(SMB=(50, 10), Enterprise=(5, 1))
    assert (
        segments_title(alike, "segment")
        == "No segment stands apart from the others. SMB lost 10 of the 11 who left (83.3%: 50 of 60 customers stayed)."
    )
    assert others_sentence(alike, "segment") == (
        "No segment stands apart from the others by more than normal variation."
    )
    assert others_sentence(segment_lines(SMB=(5, 1)), "segment") is None
    nobody = [segments_title(lines, "segment") for lines in (segment_lines(SMB=(5, 0)), [])]
    assert nobody == ["Nobody left in this window."] * 2


def test_a_segment_that_moved_since_the_window_before() -> None:
    # Nobody left in the year before, so 30 of 60 is a move; 1 of 6 is none.
    assert moves_sentence(segment_lines(SMB=(30, 30), Enterprise=(5, 1)), "segment") == (
        "On the year: SMB clearly down 50.0 points."
    )
    assert moves_sentence(segment_lines(SMB=(5, 1)), "segment", since="on the month before") == (
        "On the month before, no segment moved by more than its normal variation."
    )


def test_many_segments_come_with_how_many_would_move_anyway() -> None:
    lines = segment_lines(**dict.fromkeys("ABCDE", (9, 1)), F=(20, 20))
    assert moves_sentence(lines, "segment", name_of=lambda value: f"<{value}>") == (
        "On the year: <F> clearly down 50.0 points. Of 6, about 1 would move this far with nothing changed."
    )


def pooled(*rows: tuple[int, int, int, int]) -> pl.DataFrame:
    """Rows of pooled cohorts: age, retained, eligible, cohorts."""
    return pl.DataFrame(
        rows, schema=["age_months", "retained", "eligible", "cohorts"], orient="row", infer_schema_length=None
    ).with_columns(logo_retention=pl.col("retained") / pl.col("eligible"))


def halves(newer: tuple[int, int], older: tuple[int, int]) -> NewerOlder:
    return NewerOlder(Share(*newer), Share(*older), date(2023, 7, 1), change(Share(*newer), Share(*older)))


HEAD = "89.4% stayed 12 months: 999 of 1,117, over 6 complete cohorts."


@pytest.mark.parametrize(
    ("compared", "said"),
    [
        (None, HEAD),
        (
            halves((300, 400), (360, 400)),
            f"{HEAD} Newer customers (from Jul 2023) clearly stay less long: 75.0% against 90.0%.",
        ),
        (
            halves((360, 400), (300, 400)),
            f"{HEAD} Newer customers (from Jul 2023) clearly stay longer: 90.0% against 75.0%.",
        ),
        (
            halves((1044, 1247), (1025, 1185)),
            f"{HEAD} Newer customers (from Jul 2023) probably stay less long: 83.7% against 86.5%.",
        ),
        (
            halves((1025, 1185), (1044, 1247)),
            f"{HEAD} Newer customers (from Jul 2023) probably stay longer: 86.5% against 83.7%.",
        ),
        (
            halves((9_000, 10_000), (9_010, 10_000)),
            f"{HEAD} Newer customers (from Jul 2023) stay about as long: 90.0% against 90.1%.",
        ),
        (
            halves((82, 85), (61, 64)),
            f"{HEAD} Newer customers (from Jul 2023): 96.5% against 95.3%, within the normal variation of a "
            "book this size (about 7.8 points either way).",
        ),
    ],
)
def test_cohorts_in_one_sentence(compared: NewerOlder | None, said: str) -> None:
    assert cohorts_sentence(pooled((12, 999, 1117, 6)), compared, age=12) == said


def test_one_cohort_and_none() -> None:
    assert (
        cohorts_sentence(pooled((12, 3, 4, 1)), None, age=12)
        == "75.0% stayed 12 months: 3 of 4, over 1 complete cohort."
    )
    assert cohorts_sentence(pooled((12, 3, 4, 1)), None, age=24) == "No cohort is complete at 24 months yet."


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (Worth(0, 0, 0.0, 0.0), "Nobody left in this window."),
        (Worth(1, 1, 0.0, 0.0), "1 customer left."),
        (Worth(2, 2, 0.0, 0.0), "2 customers left."),
        (Worth(1, 0, 1200.0, 1200.0), "1 customer left, worth $1.2k of ARR."),
        (Worth(10, 0, 10.0, 10.0), "10 customers left, worth $10 of ARR."),  # ten are the ten largest
        (
            Worth(31, 1, 150_000.0, 100_000.0),
            "31 customers left, worth $150k of ARR (1 without an ARR); the ten largest are 67% of it.",
        ),
        (Worth(1, 0, 0.0, 0.0), "1 customer left, worth $0 of ARR."),
        (Worth(3, 1, 280.0, 280.0, "mrr"), "3 customers left, worth $280 of MRR (1 without an MRR)."),
    ],
)
def test_who_left_in_sum(left: Worth, said: str) -> None:
    assert worth_sentence(left) == said


def test_customers_who_left_on_an_unknown_day_are_never_forgotten() -> None:
    assert undated_sentence(Share(90, 100), 1) == (
        "Between 89.1% and 90.0%: 1 customer who started by the opening left without a readable date. Had all of them "
        "left in this window, 90 of 101 stayed; had none of them, 90 of 100."
    )
    assert undated_sentence(Share(169, 169), 58).startswith("Between 74.4% and 100.0%: 58 customers who started by")


def trend(*rates: float | None) -> pl.DataFrame:
    """A trend of quarter ends up to the end of 2025."""
    ends = [date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31)][-len(rates) :]
    return pl.DataFrame(
        {"window_end": ends, "logo_retention": list(rates)},
        schema={"window_end": pl.Date, "logo_retention": pl.Float64},
    )


@pytest.mark.parametrize(
    ("rates", "title", "span"),
    [
        ((None, None), "There is no full year to look back on yet", None),
        ((None, None, None, 0.9), "90.0% kept over the 12 months to Dec 2025", None),
        ((0.8, 0.9), "90.0% kept over the 12 months to Dec 2025", None),
        ((0.9, 0.9, 0.9), "90.0% kept over the 12 months to Dec 2025, the same all along", None),
        (
            (0.9, 0.85, 0.8),
            "80.0% kept over the 12 months to Dec 2025, the lowest of these 3 windows",
            "Between 80.0% (Dec 2025) and 90.0% (Jun 2025) over these 3 windows.",
        ),
        (
            (0.8, 0.85, 0.9),
            "90.0% kept over the 12 months to Dec 2025, the highest of these 3 windows",
            "Between 80.0% (Jun 2025) and 90.0% (Dec 2025) over these 3 windows.",
        ),
        (
            (0.8, 0.95, 0.7, 0.9),
            "90.0% kept over the 12 months to Dec 2025",
            "Between 70.0% (Sep 2025) and 95.0% (Jun 2025) over these 4 windows.",
        ),
    ],
)
def test_a_trend_in_words(rates: tuple[float | None, ...], title: str, span: str | None) -> None:
    assert (trend_title(trend(*rates)), trend_span(trend(*rates))) == (title, span)


def test_a_managers_mix_names_the_largest_kind_first() -> None:
    segments = pl.DataFrame(
        {
            "csm": ["Ada", "Ada", "Ben", None],
            "segment": ["SMB", "Enterprise", None, "SMB"],
            "accounts": [9, 3, 5, 0],
        }
    )
    assert mix_words(segments, by="csm") == {"Ada": "SMB 9, Enterprise 3", "Ben": "not recorded 5"}
