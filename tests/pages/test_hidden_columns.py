"""Hide names hides contacts, phones and notes as well, on every page."""

from __future__ import annotations

import re

from tests.pages.opened import fine, loaded, opened, texts, through

COLUMNS = (
    "Customer ID", "Company", "Segment", "Main Contact", "Phone", "Renewal Notes", "ARR", "Start date", "Churn date",
)  # fmt: skip
SECRET = re.compile("Falkenhain|Lena|Brandt|4930|Umzug|K-17")
ROWS = [
    (f"K-17{row}", f"Falkenhain {row}", ("SMB", "Mid")[row % 2], f"Lena Brandt {row}", f"+4930 90182{row:04d}",
     f"Umzug {row} mit Lena", 1_000 + row, f"2023-0{row % 9 + 1}-05", ("2024-06-01", "2025-02-01", "")[row % 3])
    for row in range(40)
]  # fmt: skip


def test_no_page_names_anybody() -> None:
    file = loaded(ROWS, COLUMNS, name="list.csv")
    before = [text for page in through(opened(file)) for _, text in texts(page)]
    assert any(map(SECRET.search, before)), "the names are there to be hidden"
    app = opened(file)
    app.toggle(key="hide_names").set_value(True).run()
    for page in through(fine(app)):
        assert [(where, text) for where, text in texts(page) if SECRET.search(text)] == [], page.header[0].value
