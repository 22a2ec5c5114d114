"""Opening the app on a file, and reading everything it says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from pages.parts.shell.session import FilesInUse
from retention.intake.read.parsing import parse
from retention.intake.table import Table
from retention.reading import book_of
from retention.source import Source

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data" / "sample_customers.csv"
PAGES = tuple(sorted(path.stem for path in (ROOT / "pages").glob("*.py")))
COLUMNS = ("Customer ID", "Company", "Segment", "CSM", "ARR", "Start date", "Churn date")


@cache
def sample_table() -> Table:
    return parse(SAMPLE.read_bytes(), SAMPLE.name)


def whole_sample() -> FilesInUse:
    """The sample with its revenue and its signals, as a session opens on it."""
    files = [ROOT / "data" / f"sample_{what}.csv" for what in ("revenue", "signals")]
    revenue, signals = (parse(file.read_bytes(), file.name) for file in files)
    return FilesInUse(Source(sample_table(), revenue, signals), sample=True)


def as_file(rows: Sequence[Sequence[object]], columns: Sequence[str] = COLUMNS) -> bytes:
    """Rows as a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows([columns, *rows])
    return text.getvalue().encode()


def loaded(
    rows: Sequence[Sequence[object]],
    columns: Sequence[str] = COLUMNS,
    *,
    name: str = "own.csv",
    answers: dict[str, str] | None = None,
) -> FilesInUse:
    """Rows as the file in use; raises what the file leaves open, as the uploader does before it puts one into use."""
    table = parse(as_file(rows, columns), name)
    source = Source(table, answers=answers or {})
    book_of(source)
    return FilesInUse(source)


def opened(file: FilesInUse | None = None, *, page: str = "retention", **state: object) -> AppTest:
    """The app on a page; on the sample unless a file is given."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.session_state["files"] = file or FilesInUse(Source(sample_table()), sample=True)
    for key, value in state.items():
        app.session_state[key] = value
    app.run()
    return app if page == "retention" else turned_to(app, page)


def turned_to(app: AppTest, page: str) -> AppTest:
    """Another page of the same session."""
    return app.switch_page(f"pages/{page}.py").run()


def pages_of(app: AppTest) -> list[str]:
    """The pages its navigation offers: one without its data is left out."""
    return [Path(str(page["script_path"])).stem for page in app._registered_pages.values()]


def through(app: AppTest) -> Iterator[AppTest]:
    """The app on each of its pages in turn, if nothing goes wrong there."""
    for page in pages_of(app):
        yield fine(turned_to(app, page))


def fine(app: AppTest) -> AppTest:
    """The same app, if nothing went wrong on it."""
    here = [header.value for header in app.header]
    assert [error.message for error in app.exception] == [], here
    assert [error.value for error in app.error] == [], here
    assert len(here) == 1
    return app


def number(app: AppTest) -> str:
    """The one large number of a page."""
    (metric,) = app.metric
    return str(metric.value)


def said(app: AppTest) -> str:
    """All Markdown of the page and its sidebar as a reader sees it."""
    return "\n".join(re.sub(r"\\(.)", r"\1", str(part.value)) for part in app.markdown)


def protos(app: AppTest) -> Iterator[Message]:
    """What the browser is sent for every element and block."""
    for node in app._tree:
        proto = getattr(node, "proto", None)
        if isinstance(proto, Message):
            yield proto


def texts(app: AppTest) -> Iterator[tuple[str, str]]:
    """Every text the browser is sent, as (where, text): fields, and the cells of tables and charts."""
    for proto in protos(app):
        yield from _texts_of(proto, proto.DESCRIPTOR.name)


def _texts_of(message: Message, where: str) -> Iterator[tuple[str, str]]:
    for field, value in message.ListFields():
        here = f"{where}.{field.name}"
        for part in value if _is_many(value) else [value]:
            if isinstance(part, Message):
                yield from _texts_of(part, here)
            elif isinstance(part, str):
                yield here, part
            elif isinstance(part, bytes):
                yield from ((here, cell) for cell in _cells(part))


def _is_many(value: Any) -> bool:
    return hasattr(value, "__len__") and not isinstance(value, str | bytes | Message)


def _cells(arrow: bytes) -> Iterator[str]:
    if not arrow:
        return
    table = pa.ipc.open_stream(arrow).read_all()
    yield from table.column_names
    for column in table.columns:
        yield from (str(cell) for cell in column.to_pylist() if cell is not None)
