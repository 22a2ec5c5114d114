"""A reload loses nothing, another browser finds nothing, and after a restart the page says what is gone."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.visit import Visit

pytestmark = pytest.mark.browser


def guests() -> bytes:
    """Fifty guests of two halls, of whom seven of the Upper hall left in 2024; the last arrival dates the file."""
    rows = [
        f"G-{n},Zebrafone {n},{('Upper', 'Lower')[n % 2]},2021-02-03,{'2024-05-06' if n < 14 and n % 2 == 0 else ''}"
        for n in range(49)
    ]
    return "\n".join(
        ["Customer ID,Company,Hall,Start date,Churn date", *rows, "G-99,Zebrafone 99,Upper,2024-12-31,"]
    ).encode()


def reloaded(visit: Visit) -> None:
    visit.page.reload()
    visit.settle()


def test_a_browser_comes_back_to_what_it_had_open(
    visit_to: Callable[..., Visit], new_server: Callable[..., AbstractContextManager[str]]
) -> None:
    with new_server() as address:
        mine, port = visit_to(address), urlsplit(address).port
        mine.upload("guests.csv", guests())
        mine.counts(42, 49)
        mine.page.get_by_text("Hide names", exact=True).click()
        mine.settle()
        mine.page.get_by_role("button", name="Pin to board pack").nth(3).click()
        mine.settle()
        mine.choose("Window", "Calendar 2023")
        mine.counts(49, 49)
        reloaded(mine)
        mine.counts(49, 49)
        expect(mine.page.get_by_role("switch", name="Hide names")).to_be_checked()
        assert "Zebrafone" not in mine.page.content()

        ours = [cookie for cookie in mine.context.cookies() if cookie["name"].startswith("notebook-")]
        cookies = {cookie["name"].split("-")[1]: cookie for cookie in ours}
        assert {"key", "file"} == cookies.keys()
        assert all(cookie["httpOnly"] and cookie["sameSite"] == "Strict" for cookie in cookies.values())
        assert cookies["key"]["value"] not in mine.page.url
        mine.page.goto(address)  # as it is after Back was pressed twice and the address typed again
        mine.settle()
        mine.counts(49, 49)
        mine.turn_to("Board pack")
        mine.sees("7 exhibits")  # what is usual, and the one that was pinned

        # Back, Back once more, and forward again: the file is there, under the settings of each address
        mine.page.go_back()
        mine.page.go_back()
        mine.page.go_forward()
        mine.settle()
        mine.sees("of 49 customers stayed")
        mine.turn_to("Board pack")
        mine.sees("7 exhibits")
        mine.turn_to("Retention")
        mine.choose("Window", "Calendar 2023")
        mine.counts(49, 49)

        # The connection drops, and comes back by itself
        lines: list[WebSocketRoute] = []

        def through(line: WebSocketRoute) -> None:
            line.connect_to_server()
            lines.append(line)

        mine.page.route_web_socket(re.compile("_stcore/stream"), through)
        reloaded(mine)
        mine.counts(49, 49)
        lines[-1].close()
        mine.page.wait_for_timeout(1_500)
        mine.settle()
        assert len(lines) > 1
        mine.choose("Window", "Calendar 2024")
        mine.counts(42, 49)
        mine.choose("Window", "Calendar 2023")
        mine.counts(49, 49)

        other = visit_to(address)
        other.counts(1_410, 1_644)
        reloaded(other)
        assert "guests" not in other.page.content()
        expect(other.page.get_by_text("Sample data", exact=True).first).to_be_visible()
        other.close()

    with new_server(port):
        mine.page.wait_for_timeout(300)
        mine.page.goto(f"{address}/?window=y2023&rule.paused=churn")
        mine.settle()
        mine.sees("This notebook was restarted; the file you had open is gone. Drop it in again, or the analysis")
        mine.counts(1_410, 1_644)
        mine.upload("guests.csv", guests())
        mine.counts(42, 49)
        expect(mine.main).not_to_contain_text("was restarted")
        mine.page.get_by_role("button", name="Forget my data").click()
        mine.settle()
        mine.counts(1_410, 1_644)
        reloaded(mine)
        mine.counts(1_410, 1_644)
        expect(mine.main).not_to_contain_text("gone")
        mine.close()
        mine.complaints.clear()  # the socket of the server that was ended
