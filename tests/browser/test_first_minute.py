"""A founder's first minute: the sample stands, a file is dropped, questions are asked, and what is no file is said."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.visit import Visit

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
CONTRACTS = ROOT.parent / "shared" / "examples" / "annual_contracts"
needs_contracts = pytest.mark.skipif(
    not CONTRACTS.is_dir(), reason="the annual contracts are not beside the project (../shared/examples)"
)


def test_the_sample_stands_with_its_number(visit: Visit) -> None:
    expect(visit.page.get_by_test_id("stMetricValue")).to_have_text("85.8%")
    visit.counts(1_410, 1_644)
    visit.sees("234 left.", "Sample data", "Drop your file")
    expect(visit.page.get_by_test_id("stVegaLiteChart").first.locator("svg")).to_be_visible()
    visit.is_fine()


DRAGGED = """kind => {
    const carried = new DataTransfer()
    carried.items.add(new File(['a,b'], 'customers.csv'))
    const event = new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true})
    document.querySelector('h2').dispatchEvent(event)
    return event.defaultPrevented
}"""


def test_a_file_dragged_over_any_part_of_the_page_makes_the_field_as_large_as_it(visit: Visit) -> None:
    field = visit.main.get_by_test_id("stFileUploaderDropzone")
    slim = field.bounding_box()
    assert slim is not None
    assert slim["height"] < 60
    visit.page.evaluate(DRAGGED, "dragenter")
    grown = field.bounding_box()
    assert grown == {"x": 0, "y": 0, **(visit.page.viewport_size or {})}
    visit.page.evaluate(DRAGGED, "dragleave")
    assert field.bounding_box() == slim
    # Let go of beside a field, a file would take the browser to itself and the page with all that is in it away.
    assert visit.page.evaluate(DRAGGED, "drop")
    visit.is_fine()


# Annual contracts: a real file of 15,610 rows, as it is


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CONTRACTS / "expected.json").read_text())
    return found


@needs_contracts
def test_annual_contracts_give_every_window_and_every_yearly_cohort(visit: Visit, expected: dict[str, Any]) -> None:
    visit.upload("annual_contracts.csv", (CONTRACTS / "annual_contracts.csv").read_bytes())
    expect(visit.page.get_by_test_id("stSidebar")).to_contain_text("annual_contracts.csv")
    expect(visit.page.get_by_test_id("stSidebar")).to_contain_text("15,610 rows read")
    visit.shows_day("As of", date(2002, 8, 31))

    visit.choose("Window", "Two dates of my own")
    visit.type_day("Opens, end of", date(2000, 10, 1))
    visit.type_day("Closes, end of", date(2001, 10, 1))
    visit.counts(1_186, 1_704)
    fold = visit.unfold("More: the same window, earlier")
    shown = visit.table(fold.get_by_role("table"))
    wanted = [
        {
            "Window": f"1 Oct {window['start'][:4]} to 1 Oct {window['end'][:4]}",
            "Opening": f"{window['starting']:,}",
            "Left": f"{window['churned']:,}",
            "New": f"{window['new']:,}",
            "Came back": f"{window['reactivated']:,}",
            "Closing": f"{window['ending']:,}",
            "Stayed": f"{window['retained']:,}",
            "Retention": f"{window['retained'] / window['starting']:.1%}",
        }
        for window in reversed(expected["windows"])
    ]
    assert len(wanted) == 8
    assert shown == wanted

    visit.turn_to("Cohorts")
    visit.press("Cohorts by", "Year")
    visit.press("In the cells", "Count")
    cohorts = expected["cohorts_active_after_k_years_excluding_left_truncated_1993"]
    assert visit.heatmap() == {year: [f"{count:,}" for count in counts] for year, counts in cohorts.items()}
    visit.sees("1993")  # the cohort that is left out is named
    visit.is_fine()


# What a file cannot decide is asked


def ambiguous() -> bytes:
    """Forty customers of January 2021, of whom four left on 3 May or 5 March 2023, six on 2 December or 12 February.

    One started on 12 December 2023, so the window closes at the end of November: read day first, the six left later.
    """
    left = ["03/05/2023"] * 4 + ["02/12/2023"] * 6 + [""] * 30
    rows = [f"C-{place},01/01/2021,{day}" for place, day in enumerate(left)]
    return "\n".join(["Customer ID,Start date,Churn date", *rows, "C-99,12/12/2023,"]).encode()


def test_dates_that_can_be_read_two_ways_are_asked_about(visit: Visit) -> None:
    dialog = visit.page.get_by_role("dialog")

    visit.upload("dates.csv", ambiguous())
    expect(dialog).to_contain_text("can be read two ways")
    expect(dialog).to_contain_text("90.0%: 36 of 40 stayed")
    expect(dialog).to_contain_text("75.0%: 30 of 40 stayed")

    # Closed, the pages stay on the sample and the question is not asked again
    visit.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    visit.turn_to("Segments")
    expect(dialog).to_have_count(0)
    visit.turn_to("Retention")
    visit.counts(1_410, 1_644)

    for answer, stayed in (("Day first", 36), ("Month first", 30)):
        visit.upload("dates.csv", ambiguous())
        dialog.get_by_text(answer).click()
        visit.settle()
        dialog.get_by_role("button", name="Use these answers").click()
        expect(dialog).to_have_count(0)
        visit.counts(stayed, 40)
        expect(visit.page.get_by_test_id("stSidebar")).to_contain_text("dates.csv")


# What cannot be read is said in one sentence, and the app goes on

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
REFUSED = [
    ("picture.csv", PICTURE, "picture"),
    ("picture.xlsx", PICTURE, "picture"),
    ("paper.csv", b"%PDF-1.7\n1 0 obj<<>>endobj\n" * 30, "PDF"),
    ("nothing.csv", b"", "empty"),
    ("no_customer.csv", b"Start date,Plan\n2021-01-01,Pro\n2021-02-01,Basic\n", "which customer"),
    ("no_start.csv", b"Customer ID,Plan\nC-1,Pro\nC-2,Basic\n", "when a customer started"),
]


LIST = b"Customer ID,Start date,Churn date\nC-1,2021-01-01,\nC-2,2021-01-01,2023-06-30\n"
ALL_GONE = b"Customer ID,Start date,Churn date\nC-1,2021-01-01,2023-05-30\nC-2,2021-01-01,2023-06-30\n"


def test_what_cannot_be_read_is_said_in_a_sentence_and_the_app_goes_on(visit: Visit) -> None:
    for name, content, reason in REFUSED:
        visit.upload(name, content)
        alert = visit.main.get_by_test_id("stAlert")
        expect(alert).to_contain_text(name)
        expect(alert).to_contain_text(reason)
        expect(alert).to_have_count(1)
        visit.counts(1_410, 1_644)
        visit.is_fine()
    visit.turn_to("Segments")
    visit.sees("Where do we lose them?")
    visit.turn_to("Retention")
    visit.main.get_by_role("button", name="Close").click()
    expect(visit.main.get_by_test_id("stAlert")).to_have_count(0)

    # A table under a wrong ending is read as what it is, the next file takes its place, and the sample comes back
    visit.upload("list.xlsx", LIST)
    visit.counts(1, 2)
    expect(visit.page.get_by_test_id("stSidebar")).to_contain_text("2 rows read")
    visit.upload("gone.csv", ALL_GONE)
    visit.counts(0, 2)
    visit.open_replace()
    visit.page.get_by_role("button", name="Back to the sample").click()
    visit.counts(1_410, 1_644)
