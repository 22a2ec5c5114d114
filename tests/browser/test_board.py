"""The board pack: presented and taken away by the keyboard alone, opened without a network, and any page on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

import retention as rt
from tests.browser.visit import Visit

pytestmark = pytest.mark.browser


SHADES = """() => [...document.querySelectorAll('.stApp, .st-key-screen *')].filter(one => one.getClientRects().length)
  .map(one => getComputedStyle(one))
  .map(style => [style.backgroundColor, style.color].map(one => (one.match(/[\\d.]+/g) || []).map(Number)))"""


def is_light(visit: Visit) -> bool:
    """Whether nothing on a screen has a dark ground, and no text is pale."""
    for ground, ink in visit.page.evaluate(SHADES):
        opaque = len(ground) == 3 or ground[3] > 0.4
        if (opaque and sum(ground[:3]) < 250) or sum(ink[:3]) > 480:
            return False
    return True


def test_from_the_sample_to_a_presented_pack_by_keyboard(
    visit_to: Callable[..., Visit], address: str, browser: Browser, tmp_path: Path
) -> None:
    visit = visit_to(address, theme="dark")

    # Pinned from Retention: the answer is there already, the things to look at are not
    visit.tab_to("button: Pin to board pack")
    visit.strike("Enter")
    toast = visit.page.get_by_test_id("stToast").last
    expect(toast).to_contain_text("Already on Board pack: exhibit 1.")
    for _trend_walk_findings in range(3):
        visit.tab_to("button: Pin to board pack")
    visit.strike("Enter")
    expect(toast).to_contain_text("Pinned: exhibit 14 on Board pack.")

    # On paper: what the page says, and nothing it is operated with
    paper = "".join(part.extract_text() for part in PdfReader(io.BytesIO(visit.page.pdf())).pages)
    assert "1,410 of 1,644 customers stayed" in paper
    assert not re.search("Pin to board pack|Take away|Download|Hide names|Window|How computed", paper)

    # The pack, presented: arrows, a presenter's remote, Escape
    visit.tab_to("a: .*Board pack", key="Shift+Tab")
    visit.strike("Enter")
    visit.sees("What do we show?", "14 exhibits")
    visit.tab_to("button: Present")
    visit.strike("Enter")
    visit.sees("1 of 14", "85.8% of 1,644 customers stayed")
    expect(visit.page.get_by_test_id("stSidebarNavLink").first).not_to_be_visible()
    visit.strike("ArrowRight", "PageDown")
    visit.sees("3 of 14")
    visit.strike("PageUp")
    visit.sees("2 of 14")
    assert is_light(visit)  # on a projector, whatever the browser's theme

    # Another window and one segment without leaving; Escape closes what was opened, then leaves
    visit.strike("PageUp")
    visit.sees("1 of 14")
    visit.strike("f")
    visit.sees("Close the filters")
    visit.tab_to("combobox: Window")
    visit.strike("ArrowDown", "ArrowDown", "Enter")
    visit.sees("6 months to", "Differs from the book")
    assert is_light(visit)
    visit.strike("Escape")
    visit.sees("Window and filters")
    visit.strike("Escape")
    visit.sees("What do we show?")

    # Taken away as a web page, which opens with the network off and draws every chart
    visit.tab_to("summary: .*Download or save")
    visit.strike("Enter")
    visit.tab_to("button: Web page")
    with visit.page.expect_download(timeout=60_000) as waiting:
        visit.page.keyboard.press("Enter")
    saved = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(saved)
    assert re.fullmatch(r"sample_customers_2025-12-31\.html", saved.name)
    offline(browser, saved)


def offline(browser: Browser, saved: Path) -> None:
    """A web page that was taken away draws its charts without a network, and asks nobody for anything."""
    context = browser.new_context(offline=True)
    page, asked, complaints = context.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(saved.as_uri())
    charts = page.locator(".chart")
    expect(charts.last.locator("svg")).to_be_visible()
    assert charts.count() >= 8
    assert charts.locator("svg").count() == charts.count()
    expect(page.locator("section").first).to_contain_text("85.8% of 1,644 customers stayed")
    assert ([url for url in asked if not url.startswith(("file:", "data:", "blob:"))], complaints) == ([], [])
    context.close()


def test_a_page_of_hostile_words_does_nothing_when_it_is_opened(browser: Browser, tmp_path: Path) -> None:
    words = ["<script>document.title='taken'</script>", '"><img src=x onerror="document.title=1">', "</script><b>b",
             "${document.title=2}"]  # fmt: skip
    quoted = [word.replace('"', '""') for word in words]
    ends = ["2025-05-06", "", ""]
    rows = [f'c{at},"{quoted[at % 4]}",2023-0{at % 9 + 1}-04,{ends[at % 3]}' for at in range(24)]
    text = "\n".join(["customer_id,segment,start_date,churn_date", *rows, "z,last,2025-12-31,"])
    book = rt.read_book(text.encode(), name="x.csv", answers={"end_day": "exclusive"})
    pack = rt.board_pack(book)
    first = replace(pack.tiles[0], title=words[0], note=words[1], owner=words[2])
    saved = replace(pack.with_tile(0, first), name=words[1]).write(tmp_path / "hostile.html")
    context = browser.new_context(offline=True)
    page, complaints = context.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url) if request.url != saved.as_uri() else None)
    page.goto(saved.as_uri())
    expect(page.locator(".chart svg").last).to_be_visible()
    assert page.title().startswith("Customer retention")
    assert page.locator("img, b:text-is('b')").count() == 0
    expect(page.locator("h2").first).to_have_text(words[0])
    assert complaints == []
    context.close()
