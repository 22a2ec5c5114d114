"""Every page as it is seen: light and dark, wide and narrow, by any way in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.visit import Visit

pytestmark = pytest.mark.browser

BRIGHTNESS = """() => getComputedStyle(document.querySelector('[data-testid="stApp"]')).backgroundColor
    .match(/\\d+/g).slice(0, 3).map(Number).reduce((sum, part) => sum + part, 0) / 3"""
SIDEWAYS = """() => {
    const main = document.querySelector('[data-testid="stMain"]')
    return main.scrollWidth - main.clientWidth
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 420])
def test_every_page_is_drawn(visit_to: Callable[..., Visit], address: str, theme: str, width: int) -> None:
    visit = visit_to(address, width=width, theme=theme)
    assert (visit.page.evaluate(BRIGHTNESS) > 128) == (theme == "light")
    titles = visit.titles()
    assert len(titles) >= 6
    for title in titles:
        visit.turn_to(title)
        expect(visit.main.get_by_test_id("stHeading").first).to_be_visible()
        for chart in visit.main.get_by_test_id("stVegaLiteChart").all():
            if chart.is_visible():
                expect(chart.locator("svg, canvas").first).to_be_visible()
        visit.is_fine()
        assert visit.page.evaluate(SIDEWAYS) <= 1, f"{title} scrolls sideways at {width} px"
        if title == "Plan":
            lines = visit.main.get_by_role("table", name="The plan: today, with the plan").bounding_box()
            assert lines is not None
            assert lines["x"] + lines["width"] <= width, "the improvement is cut off"
        if width == 1440:
            assert barriers(visit, only_colour=theme == "dark") == [], title


FIRST_SCREEN = """() => {
    const seen = part => {
        const box = part.getBoundingClientRect()
        return box.width > 0 && box.top >= 0 ? Math.min(box.bottom, innerHeight) - box.top : 0
    }
    const main = document.querySelector('[data-testid="stMain"]')
    const all = name => [...main.querySelectorAll(name)]
    const texts = all('[data-testid="stMetricValue"], svg text, h3').filter(text => seen(text) > 10)
    return {
        chart: Math.max(0, ...all('[data-testid="stVegaLiteChart"] svg').map(seen)),
        number: texts.some(text => /\\d/.test(text.textContent)),
        sentence: all('p').some(text => seen(text) > 15 && text.textContent.trim().split(/\\s+/).length > 6),
    }
}"""
"""How much of a chart stands on the screen before anybody scrolls, and whether a number and a sentence do."""


def test_a_projector_shows_number_chart_and_sentence_at_once(visit_to: Callable[..., Visit], address: str) -> None:
    visit = visit_to(address, width=1280, height=720)
    for title in visit.titles():
        visit.turn_to(title)
        expect(visit.main.get_by_test_id("stVegaLiteChart").first.locator("svg")).to_be_visible()
        first = visit.page.evaluate(FIRST_SCREEN)
        assert first["chart"] > 150, f"{title}: {first}"
        assert first["number"], title
        assert first["sentence"], title


STREAMLITS_OWN = ("list", "listitem")
"""The navigation of the sidebar wraps the points of its list in boxes, which no setting of ours changes."""


def barriers(visit: Visit, *, only_colour: bool) -> list[str]:
    """What keeps some readers out, by the rules of axe: serious findings and worse; of colour alone where asked."""
    rules = {"runOnly": ["color-contrast"]} if only_colour else {}
    found = Axe().run(visit.page, options={"resultTypes": ["violations"], **rules}).response["violations"]
    return [
        f"{broken['id']}: {node['html'][:200]} {node['failureSummary']}"
        for broken in found
        if broken["impact"] in ("serious", "critical") and broken["id"] not in STREAMLITS_OWN
        for node in broken["nodes"]
    ]


def test_a_link_brings_window_and_filters_back(visit: Visit, visit_to: Callable[..., Visit]) -> None:
    visit.choose("Window", "Calendar 2024")
    visit.add("Only customers with …", "Segment")
    visit.add("Segment", "SMB")
    visit.counts(1_025, 1_185)
    visit.sees("Segment: SMB")
    query = parse_qs(urlsplit(visit.page.url).query)
    assert {"window", "filters", "where.segment"} <= query.keys()

    other = visit_to(visit.page.url)
    other.counts(1_025, 1_185)
    other.sees("Segment: SMB")
    other.turn_to("Segments")
    other.sees("86.5%", "Segment: SMB")
    other.page.get_by_role("button", name="Back to it").click()
    other.settle()
    expect(other.main.get_by_text("Differs from the book")).to_have_count(0)
    other.turn_to("Retention")
    other.counts(1_410, 1_644)
    assert "where.segment" not in parse_qs(urlsplit(other.page.url).query)


def test_a_link_is_the_first_thing_a_server_is_asked_for(
    new_server: Callable[[], AbstractContextManager[str]], visit_to: Callable[..., Visit]
) -> None:
    with new_server() as address:
        visit = visit_to(f"{address}/cohorts?age=24")
        visit.sees("Do newer customers stay longer?", "Still customers after 24 months")
        visit.is_fine()
        visit.turn_to("Retention")
        visit.counts(1_410, 1_644)
        visit.close()
