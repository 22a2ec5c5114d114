"""Names from a file in a real browser: they do nothing, they hide, and no other session sees them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visit import Visit

pytestmark = pytest.mark.browser

HOSTILE = [
    "=cmd()",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "$x^2$",
    "![pixel](http://evil.example/p.png)",
    "[click](http://evil.example)",
    "http://evil.example/bare",
    "www.evil.example",
    "me@evil.example",
    "\u202eright to left",
    ":material/skull: :violet[x]",
    "Enormous " * 1_100,
]


def as_file(names: list[str]) -> bytes:
    """Customers, half of whom left, who bear these names as company, segment and manager."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["Customer ID", "Company", "Segment", "CSM", "[x](http://evil.example)", "Start date", "Churn date"])
    for place, name in enumerate(names * 2):
        left = f"2023-06-{place + 1:02d}" if place % 2 else ""
        rows.writerow([f"C-{place}", f"{name} {place}", name, name, name, "2021-01-01", left])
    rows.writerow(["C-99", "late", names[0], names[0], "x", "2023-12-31", ""])
    rows.writerow(["C-98", "set aside", names[0], names[0], "x", "2021-01-01", names[4]])
    return text.getvalue().encode()


def test_hostile_names_do_nothing(visit: Visit) -> None:
    """That nothing is loaded from anywhere and no dialog opens is seen at the end of every visit."""
    visit.upload("![x](http://evil.example) <b>$y$</b>.csv", as_file(HOSTILE))
    expect(visit.page.get_by_test_id("stSidebar")).to_contain_text("evil.example")
    for title in visit.titles():
        visit.turn_to(title)
        visit.unfold_all()
        visit.is_fine()
        assert visit.page.locator("a[href*='evil'], a[href^='mailto'], img[src*='evil'], img[src='x']").count() == 0
        assert visit.page.locator(".katex, [data-testid='stMain'] script").count() == 0
    visit.turn_to("Segments")
    visit.sees("=cmd()", "<script>alert(1)</script>", "$x^2$", "![pixel](http")


WHO = ["Zebrafone", "Quillmart", "Ostrichly", "Umbrafield", "Kestrelworks"]


def test_hidden_names_are_nowhere_and_no_other_session_sees_any(
    visit: Visit, visit_to: Callable[..., Visit], address: str
) -> None:
    other = visit_to(address)
    visit.upload("own.csv", as_file(WHO))
    visit.turn_to("Segments")
    visit.sees("Zebrafone")
    visit.page.get_by_text("Hide names", exact=True).click()
    visit.settle()
    visit.choose("Split by", "CSM")
    visit.sees("CSM ")
    for title in visit.titles():
        visit.turn_to(title)
        assert "Hide names" in visit.page.get_by_test_id("stSidebar").inner_text()
        if title in ("Retention", "Cohorts"):
            shown = visit.page.content()
            assert [name for name in WHO if f"{name} " in shown] == []
    for title in other.titles():
        other.turn_to(title)
        other.is_fine()
        assert [name for name in WHO if name in other.page.content()] == []
    other.turn_to("Retention")
    other.counts(1_410, 1_644)
    other.sees("Sample data")
