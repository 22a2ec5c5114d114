"""The dashboard of definitions, on the sample book: every figure, every change, every verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from retention import labels
from retention.benchmarks import Band, published, segment_bands
from retention.book import Book
from retention.exhibits.lines import Line, covered_share, lines_by, own_mix, total_line
from retention.exhibits.segments import mix_standing
from retention.exhibits.wording import change_in_short, share_of, standing_sentence
from retention.intake.read.parsing import parse
from retention.metrics.compare import Share
from retention.reading import book_of
from retention.source import Source
from retention.splits import attributes_to_split_by
from tests.strategies import plain_book

FILE = Path(__file__).parents[2] / "data" / "sample_customers.csv"
YEAR = {"start": date(2024, 12, 31), "end": date(2025, 12, 31)}
BANDS = segment_bands(published())
FIGURES = ("starting", "churned", "new", "reactivated", "ending")


@pytest.fixture(scope="module")
def sample() -> Book:
    return book_of(Source(parse(FILE.read_bytes(), FILE.name)))


@pytest.fixture(scope="module")
def lines(sample: Book) -> dict[object, Line]:
    return {line.value: line for line in lines_by(sample, **YEAR, by="segment", bands=BANDS)}


@pytest.fixture(scope="module")
def total(sample: Book, lines: dict[object, Line]) -> Line:
    return total_line(sample, **YEAR, band=own_mix(list(lines.values()), BANDS))


WORKED = [
    ("Enterprise", (85, 3, 12, 0, 94), (82, 85), (61, 64), "+1.2 pts, within normal variation", "96.5%"),
    ("Mid-Market", (312, 28, 67, 0, 351), (284, 312), (185, 200), "−1.5 pts, within normal variation", "91.0%"),
    ("SMB", (1247, 203, 418, 0, 1462), (1044, 1247), (1025, 1185), "−2.8 pts, probably down", "83.7%"),
]


@pytest.mark.parametrize(("segment", "counts", "now", "before", "changed", "rate"), WORKED)
def test_a_segment_of_the_worked_example(
    lines: dict[object, Line],
    segment: str,
    counts: tuple[int, ...],
    now: tuple[int, int],
    before: tuple[int, int],
    changed: str,
    rate: str,
) -> None:
    line = lines[segment]
    assert tuple(line.row[name] for name in FIGURES) == counts
    assert (line.share, share_of(line.before)) == (Share(*now), Share(*before))
    assert labels.percent(line.row["logo_retention"]) == rate
    assert change_in_short(line.change) == changed
    assert (line.before["window_start"], line.before["window_end"]) == (date(2023, 12, 31), date(2024, 12, 31))


def test_the_total_of_the_worked_example(lines: dict[object, Line], total: Line) -> None:
    assert tuple(total.row[name] for name in FIGURES) == (1644, 234, 497, 0, 1907)
    assert (total.share, share_of(total.before)) == (Share(1410, 1644), Share(1271, 1449))
    assert labels.percent(total.row["logo_retention"]) == "85.8%"
    assert change_in_short(total.change) == "−1.9 pts, within normal variation"
    assert list(lines) == ["Enterprise", "Mid-Market", "SMB"]
    for name in FIGURES:
        assert sum(line.row[name] for line in lines.values()) == total.row[name]


@pytest.mark.parametrize(
    ("segment", "said"),
    [
        ("Enterprise", "Meets 95%+, close: 2 more losses would put it under 95%"),
        ("Mid-Market", "Inside 88–92%, close: 4 more stayers would have reached 92%"),
        ("SMB", "Inside 80–85%, close: 16 more stayers would have reached 85%"),
    ],
)
def test_the_verdict_of_a_segment(lines: dict[object, Line], segment: str, said: str) -> None:
    line = lines[segment]
    assert line.verdict is not None
    assert not line.verdict.firm
    assert standing_sentence(line.verdict, line.share, line.band) == said


def test_the_total_is_inside_its_own_mix(total: Line) -> None:
    # 85 x 98% + 312 x 92% + 1,247 x 85% = 1,430.29 of 1,644 would be the upper bound.
    assert total.band is not None
    assert (total.band.low, total.band.high) == pytest.approx((1352.91 / 1644, 1430.29 / 1644))
    assert (
        standing_sentence(total.verdict, total.share, total.band)
        == "Inside 82.3–87.0%, close: 21 more stayers would have reached 87.0%"
    )


def test_the_total_is_below_the_band_one_source_holds_it_to(sample: Book) -> None:
    published_for_all = Band(
        segment="All", low=0.88, high=0.92, population="B2B SaaS", publisher="a glossary", how_known="glossary"
    )
    line = total_line(sample, **YEAR, band=published_for_all)
    # 88% of 1,644 is 1,446.7.
    assert (
        standing_sentence(line.verdict, line.share, line.band)
        == "Below 88–92%, firm: 37 more stayers would have reached 88%"
    )


def test_a_line_is_drawn_with_its_evidence(lines: dict[object, Line]) -> None:
    line = lines["Enterprise"]
    row = line.drawn("Enterprise")
    assert (row["starting"], row["retained"], row["logo_retention"]) == (85, 82, 82 / 85)
    assert (row["low"], row["high"]) == pytest.approx((0.901, 0.988), abs=5e-4)
    assert (row["band_low"], row["band_high"], row["label"]) == (0.95, None, "Enterprise")
    assert line.before["logo_retention"] == 61 / 64
    assert line.change is not None
    assert line.change.points == pytest.approx(82 / 85 - 61 / 64)


def test_customers_without_a_band_are_on_neither_side(lines: dict[object, Line]) -> None:
    book = plain_book(
        [
            (f"{segment}{n}", date(2021, 5, 1), date(2023, 6, 1) if n == 0 else None)
            for segment in "ax"
            for n in range(4)
        ],
        CLOSED,
        segment=["SMB"] * 4 + ["Charity"] * 4,
    )
    found = lines_by(book, start=OPENED, end=CLOSED, by="segment", bands=BANDS)
    mix = own_mix(found, BANDS)
    assert mix is not None
    assert mix.covers == 0.5
    assert covered_share(found) == Share(3, 4)
    said = "Below 80–85%, close: 1 more stayer would have reached 80% (SMB: 4 of 8 customers)"
    assert mix_standing(mix, found) == said
    few = [*found, *found[:1]]
    assert mix_standing(replace(mix, covers=1 / 3), few) == "No verdict: a band covers only 33% of the customers"


# Books of a few customers: one with a segment of its own, one without, one gone before the window.
OPENED, CLOSED = date(2022, 12, 31), date(2023, 12, 31)


def test_customers_without_a_value_are_a_line_and_those_of_another_time_are_none() -> None:
    book = plain_book(
        [
            ("stays", date(2021, 5, 1), None),
            ("leaves", date(2021, 5, 1), date(2023, 6, 1)),
            ("nobody knows", date(2022, 1, 1), None),
            ("long gone", date(2020, 1, 1), date(2020, 8, 1)),
        ],
        CLOSED,
        segment=["SMB", "SMB", None, "Enterprise"],
    )
    lines = lines_by(book, start=OPENED, end=CLOSED, by="segment", bands=BANDS)
    assert [(line.value, line.row["starting"], line.row["retained"]) for line in lines] == [
        ("SMB", 2, 1),
        (None, 1, 1),
    ]
    assert lines[1].band is None
    assert lines[1].verdict is None


def test_without_bands_there_is_no_verdict() -> None:
    book = plain_book([("a", date(2021, 1, 1), None)], CLOSED, plan=["Pro"])
    (line,) = lines_by(book, start=OPENED, end=CLOSED, by="plan")
    assert (line.band, line.verdict) == (None, None)
    assert own_mix([line], BANDS) is None


def test_nobody_at_the_opening_is_no_rate_no_change_and_no_verdict() -> None:
    book = plain_book([("new", date(2023, 3, 1), None)], CLOSED, segment=["SMB"])
    (line,) = lines_by(book, start=OPENED, end=CLOSED, by="segment", bands=BANDS)
    assert (line.row["logo_retention"], line.change, line.verdict) == (None, None, None)
    assert line.row["ending"] == 1


def test_all_gone_and_none_gone() -> None:
    gone = plain_book([(who, date(2021, 1, 1), date(2023, 5, 5)) for who in "abc"], CLOSED)
    stayed = plain_book([(who, date(2021, 1, 1), None) for who in "abc"], CLOSED)
    assert total_line(gone, start=OPENED, end=CLOSED).share == Share(0, 3)
    assert total_line(stayed, start=OPENED, end=CLOSED).share == Share(3, 3)


def test_what_a_book_can_be_split_by() -> None:
    two = ["x", "y"]
    book = plain_book(
        [("1", date(2021, 1, 1), None), ("2", date(2021, 1, 1), None)],
        CLOSED,
        region=two,
        team=two,
        segment=two,
        name=two,  # a name splits nothing
        parent_id=two,
        churn_reason=two,  # only those who left have one
        plan=["same", "same"],  # one value
        seats=[5, 6],  # a number
        csm=["Ada", None],  # one value and nobody
    )
    assert attributes_to_split_by(book) == ["segment", "region", "csm", "team"]
    assert attributes_to_split_by(book, most=1) == []


def test_what_only_leavers_have_is_no_filter_and_so_never_stands_in_an_address() -> None:
    book = plain_book(
        [(str(n), date(2023, 1, 1), date(2025, 3, 1) if n % 2 else None) for n in range(4)],
        date(2025, 12, 31),
        churn_reason=[None, "Price", None, "Maria left"],
        segment=["SMB", "SMB", "Large", "Large"],
    )
    assert attributes_to_split_by(book) == ["segment"]
