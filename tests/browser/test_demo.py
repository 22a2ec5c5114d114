"""The live demo: six stops with the keyboard alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visit import Visit

pytestmark = pytest.mark.browser


def test_the_demo_by_keyboard(visit: Visit) -> None:
    page = visit.page

    # Retention: the number, and who left
    visit.counts(1_410, 1_644)
    visit.tab_to("Download all 234 customers")
    expect(visit.main.get_by_text("Who left, largest first")).to_be_in_viewport()

    # Cohorts at 12 months, by way of 24
    visit.tab_to("a: .*Cohorts", key="Shift+Tab")
    visit.strike("Enter")
    visit.sees("Do newer customers stay longer?", "Still customers after 12 months")
    visit.tab_to("radio: 12")
    visit.strike("ArrowRight", "Space")
    visit.sees("Still customers after 24 months")
    visit.strike("ArrowLeft", "Space")
    visit.sees("Still customers after 12 months")

    # Segments: where it moved, then by another attribute
    visit.tab_to("a: .*Segments", key="Shift+Tab")
    visit.strike("Enter")
    visit.sees("Where do we lose them?", "SMB lost 203 of the 234 who left", "SMB probably down 2.8 points")
    visit.tab_to("combobox: Split by")
    visit.strike("ArrowDown", "Enter")
    expect(page.get_by_role("table", name=re.compile("^Retention by Plan"))).to_be_visible()

    # Benchmarks
    visit.tab_to("a: .*Benchmarks", key="Shift+Tab")
    visit.strike("Enter")
    visit.sees("Is that good?", "Inside 82.3–87.0%, close: 21 more stayers would have reached 87.0%")

    # Plan: from today's rate to the goal, and what pays for it
    visit.tab_to("a: .*Plan", key="Shift+Tab")
    visit.strike("Enter")
    visit.sees("What is one more point worth?", re.compile(r"\d+ customers pay for"))
    before = visit.main.inner_text()
    visit.tab_to("input: Goal for yearly logo retention")
    visit.strike("ArrowUp")
    assert visit.main.inner_text() != before
    visit.is_fine()
