"""HTML tables to records: what many "Excel" exports really are."""

from __future__ import annotations

from html.parser import HTMLParser

from retention.intake.read.checks import refuse
from retention.intake.read.formats.encoding import to_utf8
from retention.intake.read.formats.records import MOST_COLUMNS, Records, cell_frame, row_numbers, too_wide
from retention.intake.table import Dialect


class _Tables(HTMLParser):
    """Collects the rows of every table; one inside another counts as a table of its own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str | None]]] = []
        self._open: list[list[list[str | None]]] = []
        self._cell: list[str] | None = None
        self._span = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._open.append([])
            self.tables.append(self._open[-1])
        elif tag == "tr" and self._open:
            self._close_cell()
            self._open[-1].append([])
        elif tag in ("td", "th") and self._open and self._open[-1]:
            self._close_cell()
            self._cell = []
            span = dict(attrs).get("colspan") or "1"
            self._span = min(int(span), MOST_COLUMNS) if span.isdigit() else 1
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._close_cell()
        if tag == "table" and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _close_cell(self) -> None:
        if self._cell is not None and self._open and self._open[-1]:
            text = " ".join("".join(self._cell).split())
            self._open[-1][-1] += [text or None, *[None] * (self._span - 1)]
        self._cell = None


def read_markup(content: bytes, options: str | None = None) -> tuple[Records, Dialect]:
    """The records of the largest table of an HTML page, in the encoding that is told or else found out."""
    utf8, encoding, notes = to_utf8(content, options)
    reader = _Tables()
    reader.feed(utf8.decode(errors="replace"))
    rows = max(reader.tables, key=lambda table: sum(map(len, table)), default=[])
    width = max(map(len, rows), default=0)
    if width < 2 or len(rows) < 2:
        raise refuse("a web page without a table", "Export the customers as CSV or XLSX")
    if width > MOST_COLUMNS:
        raise too_wide("The table", width)
    cells = cell_frame([row + [None] * (width - len(row)) for row in rows], width)
    return Records(cells, row_numbers(range(1, len(rows) + 1)), repairs=notes), Dialect("html", encoding)
