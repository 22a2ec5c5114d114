"""Every page on every kind of book: it says what can be known, and nothing goes wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.shell.session import FilesInUse
from retention.intake.read.parsing import parse
from retention.source import Source
from tests.pages.opened import (
    COLUMNS,
    PAGES,
    ROOT,
    fine,
    loaded,
    number,
    opened,
    pages_of,
    said,
    texts,
    through,
    turned_to,
    whole_sample,
)
from tests.plain_words import too_long, unplain

QUESTIONS = {
    "How many customers do we keep?",
    "Do newer customers stay longer?",
    "Where do we lose them?",
    "Is that good?",
    "Does the money agree?",
    "Who may leave next?",
    "What is one more point worth?",
    "Will the number stand up?",
    "What do we show?",
}


def customer(number: int, started: str, left: str = "", segment: str = "SMB", arr: str = "1200") -> list[str]:
    return [f"C-{number}", f"Company {number}", segment, "Ada", arr, started, left]


def years(count: int, *, leave: bool = False) -> list[list[str]]:
    """Customers who joined one a month from 2021 on, and stayed or left one after the other from 2023 on."""
    return [
        customer(
            n,
            str(date(2021, 1, 15) + timedelta(days=31 * n)),
            str(date(2023, 1, 10) + timedelta(days=23 * n)) if leave else "",
        )
        for n in range(count)
    ]


FILES = {
    "one customer": loaded([customer(1, "2021-03-01")]),
    "one customer who left": loaded([customer(1, "2021-03-01", "2024-05-01")]),
    "one customer who came today": loaded([customer(1, "2024-05-31")]),
    "all churned": loaded(years(20, leave=True)),
    "none churned": loaded(years(30)),
    "no segment, no ARR, no name": loaded(
        [[f"C-{n}", f"2021-{n:02d}-01", "2024-03-05" if n % 4 == 0 else ""] for n in range(1, 13)],
        ["Customer ID", "Start date", "Churn date"],
    ),
    "nothing but an id and a status": loaded(
        [[f"C-{n}", f"2021-{n:02d}-01", "Churned" if n % 5 == 0 else "Active"] for n in range(1, 13)],
        ["Customer ID", "Start date", "Status"],
    ),
    "ARR of nothing": loaded([customer(n, "2021-01-01", "2024-03-01" if n < 3 else "", arr="0") for n in range(9)]),
    "a segment nobody publishes": loaded([customer(n, "2021-01-01", segment="Galactic") for n in range(9)]),
    "segments partly blank": loaded(
        [customer(n, "2021-01-01", "2024-03-01" if n < 3 else "", ["SMB", ""][n % 2]) for n in range(9)]
    ),
}


def test_each_page_asks_a_question_of_its_own() -> None:
    app = opened()
    asked = [page.header[0].value for page in through(app)]
    assert len(asked) == len(set(asked)) >= 6
    assert set(asked) <= QUESTIONS
    assert asked[0] == "How many customers do we keep?"


def tenures() -> FilesInUse:
    """A file without dates: how long, and whether gone."""
    rows = [[f"C-{n}", n % 40 + 1, ["No", "Yes"][n % 3 == 0], ["SMB", "Enterprise"][n % 2]] for n in range(120)]
    return loaded(rows, ["Customer ID", "Tenure (months)", "Churn", "Segment"])


def test_every_page_is_offered_to_some_book() -> None:
    cube = ROOT / "data" / "try_revenue_cube.xlsx"
    offered = set()
    for file in (None, FilesInUse(Source(parse(cube.read_bytes(), cube.name))), tenures()):
        app = opened(file)
        assert list(through(app))
        offered |= set(pages_of(app))
    assert offered == set(PAGES)


CONTRACTS = ROOT.parent / "shared" / "examples" / "annual_contracts" / "annual_contracts.csv"
COUNTED = re.compile(r"\d of \d|[$]\d|stayed|customers")
"""What stands under a rate or an amount: the counts or the amounts it is made of."""


def contracts() -> FilesInUse:
    """A real file, where it is beside the project."""
    if not CONTRACTS.exists():
        pytest.skip("the annual contracts are not beside the project (../shared/examples)")
    return FilesInUse(Source(parse(CONTRACTS.read_bytes(), CONTRACTS.name)))


@pytest.mark.parametrize("file", [whole_sample, contracts])
def test_all_pages_speak_plainly_and_no_number_stands_alone(file: Callable[[], FilesInUse]) -> None:
    use = file()
    for page in through(opened(use)):
        assert ("Sample data" in said(page)) == use.sample
        assert unplain("\n".join(text for _, text in texts(page))) == []
        front = [part.value for kind in (page.markdown, page.caption, page.info, page.warning) for part in kind]
        assert [sentence for text in front for sentence in too_long(text)] == []
        assert list(alone(page)) == []


def alone(page: AppTest) -> Iterator[str]:
    """The rates and amounts in front whose next line says nothing of what they are made of."""
    shown = [element for element in page.main if element.type in ("metric", "markdown", "caption")]
    for place, element in enumerate(shown):
        if element.type == "metric" and re.search(r"[%$]", element.value):
            below = next((other.value for other in shown[place + 1 :] if other.type != "metric"), "")
            if not COUNTED.search(re.sub(r"\\(.)", r"\1", below)):
                yield f"{element.label}: {element.value}"


@pytest.mark.parametrize("file", FILES.values(), ids=FILES.keys())
def test_all_pages_open_on_any_book(file: FilesInUse) -> None:
    app = opened(file)
    for page in through(app):
        assert "Sample data" not in said(page)


@pytest.mark.usefixtures("cold")
def test_all_pages_open_by_a_cold_link_before_their_frame() -> None:
    for page in through(opened()):
        assert len(page.sidebar.toggle) == 0  # the frame was not drawn, or this test tests nothing


@pytest.mark.parametrize("window", ["3m", "6m", "24m", "y2022", "own"])
def test_all_pages_open_on_any_window(window: str) -> None:
    app = opened(window=window)
    assert list(through(app))


def test_all_pages_open_on_the_first_days_of_a_book() -> None:
    """Nobody was a customer at any opening, and no cohort has an age."""
    app = opened(as_of=date(2021, 1, 2))
    assert list(through(app))
    assert app.session_state["view"].book.as_of == date(2021, 1, 2)


def test_all_pages_open_on_a_book_filtered_to_nothing() -> None:
    rows = [[f"C-{n}", ["SMB", "Enterprise"][n % 2], ["North", "South"][n % 2], "2021-01-01", ""] for n in range(8)]
    app = opened(loaded(rows, ["Customer ID", "Segment", "Region", "Start date", "Churn date"]))
    app.multiselect(key="filters").set_value(["segment", "region"]).run()
    app.multiselect(key="where.segment").set_value(["SMB"]).run()
    app.multiselect(key="where.region").set_value(["South"]).run()
    assert app.session_state["view"].book.customers.collect().is_empty()
    assert list(through(app))


# What the pages say where little can be known


NEWCOMER = customer(90, "2024-05-31")
"""Whose start is the last fact of a file: it speaks until then."""


@pytest.mark.parametrize(
    ("rows", "rate", "sentence"),
    [
        ([customer(1, "2021-03-01")], "–", "Nobody was a customer at the opening, so there is no rate."),
        ([customer(1, "2021-03-01"), NEWCOMER], "100.0%", "1 of 1 customer stayed"),
        ([customer(1, "2021-03-01", "2024-05-31")], "0.0%", "0 of 1 customer stayed"),
        ([*years(20, leave=True)[4:], NEWCOMER], "0.0%", "0 of 13 customers stayed"),
        ([*years(24), NEWCOMER], "100.0%", "24 of 24 customers stayed"),
    ],
)
def test_the_number_of_a_small_book(rows: list[list[str]], rate: str, sentence: str) -> None:
    app = fine(opened(loaded(rows)))
    assert number(app) == rate
    assert sentence in said(app)


def test_a_book_without_any_churn_is_doubted() -> None:
    app = opened(FILES["none churned"])
    assert len(app.warning) == 1


def test_customers_who_left_on_an_unknown_day_stand_beside_the_rate() -> None:
    rows = [customer(n, "2021-01-01", f"2024-03-{n + 1:02d}" if n < 2 else "") for n in range(8)]
    rows += [NEWCOMER]
    rows += [customer(50, "2021-01-01", "last spring"), customer(51, "2021-01-01", "who knows")]
    app = fine(opened(loaded(rows)))
    assert "6 of 8 customers stayed" in said(app)
    (warning,) = app.warning
    assert "Between 60\\.0% and 75\\.0%" in warning.value
    assert "2 customers who started by the opening left without a readable date" in warning.value
    assert "6 of 10 stayed" in warning.value
    proof = fine(turned_to(app, "proof"))
    (kept,) = [table.value for table in proof.dataframe if "value" in table.value.columns]
    assert set(kept.loc[kept["action"] == "set aside", "value"]) >= {"last spring", "who knows"}
    assert list(through(app))


def test_every_column_that_is_read_can_be_missing() -> None:
    """A file of the two columns that are needed, in all orders of the others."""
    for without in COLUMNS[1:]:
        if without == "Start date":
            continue
        kept = [place for place, name in enumerate(COLUMNS) if name != without]
        rows = [[row[place] for place in kept] for row in years(24)]
        app = opened(loaded(rows, [COLUMNS[place] for place in kept]))
        assert list(through(app))
