"""Names from a file: inert wherever they stand, and nowhere to be read when they are hidden."""

from __future__ import annotations

import itertools
import re
from datetime import date, timedelta

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.shell.session import FilesInUse
from pages.parts.show.text import plain
from retention.intake.columns.registry import PERSONAL
from retention.pseudonyms import pseudonym, salted, without_names
from tests.pages.opened import fine, loaded, opened, texts, through, turned_to

# Hostile names

HOSTILE = [
    "=cmd()",
    "<script>alert(1)</script>",
    "$x^2$ and $y$",
    "![pixel](http://evil.example/p.png)",
    "[click](http://evil.example)",
    "http://evil.example/bare",
    "www.evil.example",
    "me@evil.example",
    "<a href='http://evil.example'>x</a>",
    "\u202eright to left עברית",
    "🙂‍↔️ :material/skull: :violet[x] :smile:",
    "**bold** _it_ `code` ~~gone~~ # head",
    "two\nlines\ttab",
    "Enormous " * 1_100,
    "{{7*7}} ${jndi} %s {0}",
    "'; DROP TABLE customers; --",
]
FURTHER = [
    "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<iframe src='http://evil.example'></iframe>",
    "<style>@import 'http://evil.example/x.css'</style>", "<base href='http://evil.example/'>",
    "<meta http-equiv=refresh content='0;http://evil.example'>", "<form action='http://evil.example'>", "<!-- x -->",
    "[x](javascript:alert(1))", "[x](data:text/html,<script>alert(1)</script>)", "[x][1] [1]: http://evil.example",
    "<http://evil.example>", "<me@evil.example>", "![x][1]", "\\![x](http://evil.example)", "\\\\[x](http://evil.example)",
    "HTTPS://EVIL.EXAMPLE", "Www.evil.example", "$$x^2$$", "\\(x\\)", "```js alert(1) ```", "| a | b | |---|---|",
    "> quoted", "- listed", "1. numbered", "# head", "---", "&lt;script&gt;", "&#60;img src=x&#62;", "%3Cscript%3E",
    ":material/home: GmbH", ":streamlit: AG", ":red-badge[x]", ":blue-background[x]", "A -> B", "a^b^ c~d~",
    "+1", "@SUM(A1)", "-2+3|cmd", "\u2066isolate\u2069", "datum.x", "{expr: 'alert(1)'}",
]  # fmt: skip
"""In names of customers only: of segments there may not be so many."""
HEADERS = ["Customer ID", "Company", "Segment", "CSM", "[x](http://evil.example)", "Start date", "Churn date"]


@pytest.fixture(scope="module")
def hostile() -> FilesInUse:
    """Every hostile text as id, name, segment, manager and attribute, the attribute under a hostile heading."""
    rows = [
        [
            f"{name}{n}",
            f"{name} {n}",
            text,
            text,
            text,
            "2021-01-01",
            str(date(2023, 6, 1) + timedelta(days=n)) if n % 3 else "",
        ]
        for n, (name, text) in enumerate(zip(HOSTILE + FURTHER, itertools.cycle(HOSTILE)))
    ]
    rows.append(["late", "late", "SMB", "Ada", "x", "2023-12-31", ""])
    rows.append(["bad", "bad", "SMB", "Ada", "x", "2021-01-01", "![pixel](http://evil.example/cell.png)"])
    return loaded(rows, HEADERS, name="![x](http://evil.example) <b>$y$</b>.csv")


READ_AS_MARKDOWN = re.compile(
    r"^(Markdown\.body|Alert\.body|Heading\.body|Metric\.(label|body|delta)|.*\.help|.*\.label|Table\.arrow_data\.data"
    r"|Block\..*label|Expandable\.label|Exception\..*|Toast\..*|ButtonGroup\..*content|.*\.captions)$"
)
MARKS = re.compile(r"!\[|\]\(|<[a-z/!]|\$[^$]+\$|`|~~|\*\*\w+\*\* _it|:material/|:violet\[|:smile:|\n# ", re.IGNORECASE)
ADDRESS = re.compile(r"(https?://|www\.|[\w.+-]@)\w", re.IGNORECASE)


def alive(text: str) -> list[str]:
    """What of the hostile texts a Markdown reader would act on: marks that are not escaped, addresses it would link."""
    without_own = re.sub(r"^:(blue|orange|gray)-badge\[|:gray\[", "", text)
    marks = MARKS.findall(re.sub(r"\\.", "", without_own))
    addresses = [found[0] for found in ADDRESS.finditer(re.sub(r"\\(.)", r"\1", text))]
    return [*marks, *addresses]


def test_the_reader_of_this_test_sees_what_is_alive() -> None:
    """Each hostile text as it is would be noticed, or is one that Markdown leaves alone."""
    harmless = {"=cmd()", HOSTILE[9], HOSTILE[12], HOSTILE[13], HOSTILE[14], HOSTILE[15]}
    for text in HOSTILE:
        assert bool(alive(text)) == (text not in harmless)
        assert not alive(plain(text))
    assert [text for text in FURTHER if alive(plain(text))] == []
    assert len(HOSTILE + FURTHER) >= 56


def read_as_markdown(app: AppTest) -> list[tuple[str, str]]:
    """Every text of every page that the browser reads as Markdown."""
    return [found for page in through(app) for found in texts(page) if READ_AS_MARKDOWN.match(found[0])]


def test_hostile_names_are_inert(hostile: FilesInUse) -> None:
    seen = read_as_markdown(opened(hostile))
    assert "evil" in str(seen)  # they are there, or this test tests nothing
    assert [found for found in seen if alive(found[1])] == []


def test_hostile_values_are_inert_in_filters_and_in_the_sentence_about_them(hostile: FilesInUse) -> None:
    app = opened(hostile)
    assert len(app.multiselect(key="filters").options) == 3
    app.session_state["filters"] = ["segment", "csm"]
    app.run()
    app.session_state["where.segment"] = [" ".join(text.split()) for text in HOSTILE]
    app.run()
    assert len(app.session_state["view"].selection.filters) == 1
    assert [found for found in read_as_markdown(app) if alive(found[1])] == []


def test_every_text_is_the_same_once_its_escapes_are_resolved() -> None:
    for text in HOSTILE + FURTHER:
        shown = re.sub(r"\\(.)", r"\1", plain(text)).replace("\u2060", "")
        assert shown == " ".join(text.split())


# Hidden names

WHO = ["Zebrafone", "Quillmart", "Ostrichly", "Umbrafield", "Kestrelworks", "Nimbusbay", "Pelicano", "Tundra Oats"]
MANAGERS = ["Ada Lovelace", "Grace Hopper"]
PARENTS = ["Holding Aldebaran", "Holding Betelgeuse"]
NAMED = ["Account ID", "Company", "Email", "Parent ID", "CSM", "Segment", "ARR", "Start date", "Churn date"]
WORDS = [word for name in [*WHO, *MANAGERS, *PARENTS] for word in name.split() if word != "Holding"]
SECRET = re.compile(rf"\b(ACC-0|{'|'.join(WORDS)})", re.IGNORECASE)


@pytest.fixture(scope="module")
def named() -> FilesInUse:
    """A book of names, with rows that were repaired and set aside in every column that holds one."""
    rows = [
        [f"ACC-0{n}", name, f"post@{name.split()[0].lower()}.example", PARENTS[n % 2], MANAGERS[n % 2],
         ["SMB", "Enterprise"][n % 2], "1,200.50", "2021-01-01", f"2023-0{n + 1}-10" if n % 2 else ""]
        for n, name in enumerate(WHO)
    ]  # fmt: skip
    rows.append(rows[0])  # the same row twice
    rows.append(["ACC-090", " Zebrafone  Two ", "x", "", " ada lovelace", "smb", "x", "2021-01-01", "no idea"])
    rows.append(["ACC-091", "Zebrafone Three", "", "", "Ada Lovelace", "SMB", "1", "2022-01-01", "2021-01-01"])
    rows.append(["ACC-092", "Zebrafone Four", "", "", "Ada Lovelace", "SMB", "1", "2023-12-31", ""])
    rows.append(["Total", "", "", "", "", "", "9,604.00", "", ""])
    return loaded(rows, NAMED, name="customers.csv", answers={"logo": "customer"})


def secrets(app: AppTest) -> set[str]:
    return {match[0] for where, text in texts(app) for match in SECRET.finditer(text)}


def test_names_are_there_to_be_hidden(named: FilesInUse) -> None:
    app = opened(named)
    found = set().union(*(secrets(page) for page in through(app)))
    assert {"Zebrafone", "Quillmart", "Lovelace", "Hopper", "ACC-0"} <= found


def test_hidden_names_are_nowhere(named: FilesInUse) -> None:
    app = opened(named)
    app.toggle(key="hide_names").set_value(True).run()
    assert [page.header[0].value for page in through(app) if secrets(page)] == []


def test_hidden_managers_are_nowhere_where_the_book_is_split_or_filtered_by_them(named: FilesInUse) -> None:
    app = opened(named)
    app.toggle(key="hide_names").set_value(True).run()
    salted(app.session_state["salt"])  # the test's browser knows options by what they are shown as
    app.multiselect(key="filters").set_value(["csm"]).run()
    app.session_state["where.csm"] = ["Ada Lovelace"]
    app.run()
    assert len(app.session_state["view"].selection.filters) == 1
    assert [page.header[0].value for page in through(app) if secrets(page)] == []
    turned_to(app, "segments")
    app.selectbox(key="by").set_value("csm").run()
    assert secrets(fine(app)) == set()
    assert pseudonym("csm", "Ada Lovelace") in str(list(texts(app)))


def test_nothing_that_names_somebody_splits_or_filters_a_book(named: FilesInUse) -> None:
    """An address with such a filter would hold the name."""
    app = opened(named)
    offered = app.multiselect(key="filters").options
    assert offered == ["Segment", "CSM"]
    turned_to(app, "segments")
    assert app.selectbox(key="by").options == ["Segment", "CSM"]


def test_pseudonyms_are_stable_and_tell_nothing() -> None:
    table = pl.DataFrame(
        {"customer_id": ["1", "2", "1"], "name": ["Zebrafone", "Quillmart", "Zebrafone"], "csm": ["Ada", None, "Ada"]}
    )
    hidden = without_names(table, hide=True)
    assert without_names(table, hide=False).equals(table)
    assert hidden.get_column("name")[0] == hidden.get_column("name")[2] != hidden.get_column("name")[1]
    assert hidden.get_column("csm").to_list()[1] is None
    assert not SECRET.search(str(hidden.rows()))
    assert not re.search(r"\bAda\b", str(hidden.rows()))
    assert set(table.columns) <= set(PERSONAL)
    assert pseudonym("name", "Ada") != pseudonym("csm", "Ada")
