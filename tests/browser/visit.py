"""One visit to the app: what a person does there, and what the browser noticed meanwhile."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Dialog, FilePayload, Locator, expect

expect.set_options(timeout=30_000)

AT_HOME = {"localhost", "127.0.0.1"}
FOCUSED = """() => {
    const here = document.activeElement
    const role = here.getAttribute('role') || here.tagName.toLowerCase()
    return `${role}: ${here.getAttribute('aria-label') || here.textContent.trim().slice(0, 80)}`
}"""
LOOKED_FOR_ITS_SERVER = re.compile(r"/\w+/_stcore/(health|host-config)")
"""Opened by the address of a page, Streamlit asks below that address first, which the browser notes as an error."""
WENT_WRONG = "encountered an error"


class Visit:
    """A browser context with the app open in it.

    Attributes:
        page: Playwright's page.
        hosts: every machine that was asked for something.
        complaints: what the browser wrote to its console as errors, and what scripts failed with.
    """

    def __init__(self, browser: Browser, address: str, *, width: int, height: int, theme: str) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="en-GB",
            color_scheme="dark" if theme == "dark" else "light",
            accept_downloads=True,
            reduced_motion="reduce",
        )
        self.narrow = width < 700
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        self.page = self.context.new_page()
        self.context.on("request", lambda request: self._asked(request.url))
        self.page.on("websocket", lambda socket: self._asked(socket.url))
        self.page.on("console", self._wrote)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", self._was_asked)
        self.page.goto(address)
        self.settle()

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about"):
            self.hosts.add(parts.hostname or url)

    def _wrote(self, said: ConsoleMessage) -> None:
        where = urlsplit(said.location["url"]).path
        if said.type == "error" and not LOOKED_FOR_ITS_SERVER.fullmatch(where):
            self.complaints.append(f"{said.text} {where}")

    def _was_asked(self, dialog: Dialog) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def settle(self) -> None:
        """Wait until the page is drawn and nothing on it is of an earlier run."""
        self.page.wait_for_timeout(120)
        self.page.evaluate("window.calm = 0")
        self.page.wait_for_function(
            """() => {
                const app = document.querySelector('[data-testid="stApp"]')
                const drawn = app?.getAttribute('data-test-script-state') === 'notRunning'
                const stale = document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]')
                window.calm = drawn && !stale ? (window.calm || 0) + 1 : 0
                return window.calm > 3
            }""",
            polling=60,
            timeout=60_000,
        )

    # What a person does

    def turn_to(self, title: str) -> None:
        """Another page, through the navigation."""
        sidebar = self.page.get_by_test_id("stSidebar")
        if sidebar.get_attribute("data-collapsed") == "true":
            self.page.get_by_test_id("stExpandSidebarButton").click()
            expect(sidebar).to_have_attribute("data-collapsed", "false")
        self.page.get_by_test_id("stSidebarNavLink").filter(has_text=re.compile(rf"{title}$")).click()
        self.settle()
        if self.narrow:  # the menu closes behind the choice
            expect(sidebar).to_have_attribute("data-collapsed", "true")

    def titles(self) -> list[str]:
        """The pages that the navigation offers."""
        links = self.page.get_by_test_id("stSidebarNavLink").all_text_contents()
        return [re.sub(r"^\W+", "", link).strip() for link in links]

    def open_replace(self) -> None:
        """Open the menu in which a loaded file is replaced, if it is not open."""
        if not self.page.get_by_role("button", name="Back to the sample").is_visible():
            self.page.get_by_role("button", name="Replace the file").click()
            expect(self.page.get_by_role("button", name="Back to the sample")).to_be_visible()

    def upload(self, name: str, content: bytes) -> None:
        """Drop a file, by the banner of the sample or by "Replace the file"."""
        if self.page.get_by_role("button", name="Replace the file").count():
            self.open_replace()
            label = "Drop another file"
        else:
            label = "Drop your file"
        field = self.page.get_by_test_id("stFileUploader").filter(has_text=label).locator("input[type=file]")
        expect(field).to_have_count(1)  # one of an earlier run is still being taken away
        with self.page.expect_response(lambda response: "upload_file" in response.url, timeout=60_000):
            field.set_input_files(FilePayload(name=name, mimeType="application/octet-stream", buffer=content))
        self.page.wait_for_timeout(200)
        self.settle()

    def choose(self, label: str, option: str) -> None:
        """Pick an option of a select box by its label."""
        box = self.page.get_by_role("combobox", name=label)
        box.click()
        self.page.get_by_role("option", name=option, exact=True).click()
        self.settle()

    def press(self, label: str, option: str) -> None:
        """Press one of a row of buttons."""
        self.page.get_by_role("radiogroup", name=label).get_by_role("radio", name=option, exact=True).click()
        self.settle()

    def type_day(self, label: str, day: date) -> None:
        """Type a day into a date field, part by part."""
        for part, digits in (("year", f"{day.year:04d}"), ("month", f"{day.month:02d}"), ("day", f"{day.day:02d}")):
            self.page.get_by_role("spinbutton", name=f"{part}, {label}").click()
            self.page.keyboard.type(digits)
        self.page.get_by_test_id("stHeading").first.click()  # a day counts when its field is left
        self.settle()
        self.shows_day(label, day)

    def shows_day(self, label: str, day: date) -> None:
        """A date field stands on a day."""
        for part, figure in (("year", day.year), ("month", day.month), ("day", day.day)):
            field = self.page.get_by_role("spinbutton", name=f"{part}, {label}")
            expect(field).to_have_attribute("aria-valuenow", str(figure))

    def unfold(self, title: str) -> Locator:
        """Open a fold, and hand over what is in it."""
        fold = self.page.get_by_test_id("stExpander").filter(has=self.page.get_by_text(title, exact=True))
        summary = fold.locator("summary")
        if fold.locator("details").get_attribute("open") is None:
            summary.click()
            self.settle()
        return fold

    def unfold_all(self) -> None:
        """Open every fold of the page."""
        for fold in self.main.get_by_test_id("stExpander").all():
            if fold.is_visible() and fold.locator("details").first.get_attribute("open") is None:
                fold.locator("summary").first.click()
        self.settle()

    def add(self, label: str, option: str) -> None:
        """Add an option to a field that takes several."""
        self.page.get_by_role("combobox", name=label, exact=True).click()
        self.page.get_by_role("option", name=option, exact=True).click()
        self.page.keyboard.press("Escape")
        self.settle()

    def tab_to(self, wanted: str, *, key: str = "Tab") -> None:
        """Press a key until something of that name has the focus; no hand touches the mouse."""
        met: list[str] = []
        for _ in range(150):
            self.page.keyboard.press(key)
            met.append(str(self.page.evaluate(FOCUSED)))
            if re.search(wanted, met[-1]):
                return
        raise AssertionError(f"the keyboard never reaches {wanted!r}, only {list(dict.fromkeys(met))}")

    def strike(self, *keys: str) -> None:
        """Press keys one after the other, and wait for what they do."""
        for key in keys:
            self.page.keyboard.press(key)
        self.settle()

    # What a person sees

    @property
    def main(self) -> Locator:
        """The page without its sidebar."""
        return self.page.get_by_test_id("stMain")

    def counts(self, retained: int, starting: int) -> None:
        """The number of the page, as a rate and as a count."""
        noun = "customer" if starting == 1 else "customers"
        self.sees(f"{retained:,} of {starting:,} {noun} stayed")
        expect(self.page.get_by_test_id("stMetricValue").first).to_have_text(f"{retained / starting:.1%}")

    def sees(self, *texts: str | re.Pattern[str]) -> None:
        """Each of the texts is on the page."""
        for text in texts:
            expect(self.main).to_contain_text(text)

    def is_fine(self) -> None:
        """No exception stands on the page."""
        assert self.page.get_by_test_id("stException").count() == 0
        assert WENT_WRONG not in (self.page.text_content("body") or "")

    def table(self, where: Locator) -> list[dict[str, str]]:
        """The rows of a board table as a reader sees them."""
        rows = where.locator("tbody tr")
        expect(rows.first).to_be_visible()
        names = [cell.strip() for cell in where.locator("thead th").all_text_contents()]
        read = [rows.nth(place).locator("td, th").all_text_contents() for place in range(rows.count())]
        return [dict(zip(names, (cell.strip() for cell in row), strict=True)) for row in read]

    def heatmap(self) -> dict[str, list[str]]:
        """The cells of the cohort chart, row by row; the row of all cohorts together is left out."""
        chart = self.page.get_by_test_id("stVegaLiteChart").first.locator("svg").first
        expect(chart).to_be_visible()
        labels = [(y, name) for x, y, name in _placed(chart, ".role-axis-label text") if x < 0]
        cells = _placed(chart, ".layer_2_marks text")
        rows: dict[str, list[tuple[float, str]]] = {}
        for x, y, count in cells:
            _, name = min(labels, key=lambda label: abs(label[0] - y))
            rows.setdefault(name, []).append((x, count))
        return {name: [count for _, count in sorted(row)] for name, row in rows.items()}

    def fetch(self, button: Locator) -> tuple[str, bytes]:
        """What a download button gives: a file's name and its bytes."""
        self.settle()  # a click on a button that is being drawn again is lost
        with self.page.expect_download(timeout=60_000) as waiting:
            button.click()
        return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()

    def download(self, button: Locator) -> tuple[str, list[dict[str, str]]]:
        """What a download button gives: the file's name, and its rows."""
        name, content = self.fetch(button)
        return name, list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))

    # What must hold at the end of every visit

    def close(self) -> None:
        """End the visit."""
        self.context.close()

    def check(self) -> None:
        """Nothing left the machine and the browser had nothing to complain about."""
        assert self.hosts <= AT_HOME, f"asked {self.hosts - AT_HOME}"
        assert self.complaints == [], self.complaints


def _placed(chart: Locator, texts: str) -> list[tuple[float, float, str]]:
    """The texts of a chart with where they stand."""
    found = chart.locator(texts).evaluate_all(
        "texts => texts.map(text => [text.getAttribute('transform'), text.textContent])"
    )
    places = [re.findall(r"-?[\d.]+", str(place)) for place, _ in found]
    return [(float(place[0]), float(place[1]), str(text)) for place, (_, text) in zip(places, found, strict=True)]
