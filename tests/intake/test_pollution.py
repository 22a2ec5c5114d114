"""One clean file, spoilt in one place or throughout: every other row stays as it was, and what went is listed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from retention.intake.read.parsing import parse

NAMES = ["DAY", "TIME", "Seats", "CODE", "Price", "Plan", "Note", "Link", "Remark"]
ROWS = [
    [
        f"{day:02}/01/2024",
        f"{day % 24:02}:15",
        str(day),
        f"AB-{8000 + day}",
        f"${day}.50",
        plan,
        f"{note} {day}",
        link,
        "",
    ]
    for day in range(1, 25)
    for plan, note, link in [
        (
            ("Pro, yearly", "Basic", 'Team 24"')[day % 3],
            ("Kept, so far, by all", "it's fine")[day % 2],
            f"https://example.com/{day}",
        )
    ]
]
QUOTED = (6, 7)


def cells_of(row: list[str], delimiter: str = ",") -> list[str]:
    return [
        '"' + cell.replace('"', '""') + '"' if at in QUOTED or delimiter in cell or '"' in cell else cell
        for at, cell in enumerate(row)
    ]


def line(row: list[str], delimiter: str = ",") -> str:
    return delimiter.join(cells_of(row, delimiter))


LINES = [line(NAMES), *map(line, ROWS)]
CLEAN = [tuple(cell or None for cell in row) for row in ROWS]


def spoilt_rows() -> Iterator[tuple[str, int, str]]:
    """A delimiter more, one less, a stray quote, or another delimiter, in one row."""
    for at in (1, 2, 3, 12, 24):
        cells = cells_of(ROWS[at - 1])
        for place in range(0, len(cells), 2):
            yield "more", at, ",".join([*cells[:place], "", *cells[place:]])
            yield "quote", at, ",".join([*cells[:place], '"' + cells[place], *cells[place + 1 :]])
            if place:
                yield "less", at, ",".join([*cells[: place - 1], cells[place - 1] + cells[place], *cells[place + 1 :]])
        yield "blanks", at, line(ROWS[at - 1], " ")


@pytest.mark.parametrize(("how", "at", "spoilt"), list(spoilt_rows()))
def test_a_spoilt_row_costs_no_other_row(how: str, at: int, spoilt: str) -> None:
    text = "\n".join([*LINES[:at], spoilt, *LINES[at + 1 :]]) + "\n"
    table = parse(text.encode(), f"{how}.csv")
    kept = dict(zip(table.rows.to_list(), table.frame.rows(), strict=True))
    others = {number + 2: row for number, row in enumerate(CLEAN) if number + 1 != at}
    assert {number: row for number, row in kept.items() if number != at + 1} == others
    assert table.frame.columns == NAMES
    noted = {*table.set_aside["row"], *table.repairs["row"]}
    assert kept.get(at + 1) == CLEAN[at - 1] or at + 1 in noted
    assert table.rows_read == len(ROWS)


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ", "])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_another_dialect_throughout(delimiter: str, newline: str) -> None:
    mark = delimiter.strip(" ")
    text = newline.join(delimiter.join(cells_of(row, mark)) for row in [NAMES, *ROWS])
    table = parse(text.encode(), "file.csv")
    assert (table.frame.columns, table.frame.rows(), table.set_aside.height) == (NAMES, CLEAN, 0)


def test_the_head_and_the_foot_of_the_file() -> None:
    body = "\n".join(LINES)
    for text, first in (
        (body, 2),
        (body + "\n\n", 2),
        ("PREAMBLE,,,,,,,,\n,,,,,,,,\n" + body, 4),
        (LINES[0] + "\n" + body, 3),
        (body + "\n" + "\n".join(cells.rsplit(",", 1)[0] for cells in LINES[:20]), 2),
        (body + "\n" + "\n".join(cells + ",x" for cells in LINES[:20]), 2),
    ):
        table = parse(text.encode(), "file.csv")
        assert table.frame.rows() == CLEAN
        assert (table.frame.columns, table.rows[0]) == (NAMES, first)


def test_without_a_header_or_with_nothing_else() -> None:
    bare = parse("\n".join(LINES[1:]).encode(), "file.csv")
    assert (bare.header_row, bare.frame.rows()) == (None, CLEAN)
    assert parse(LINES[0].encode(), "file.csv").frame.columns == NAMES
    assert parse("\n".join(LINES[:2]).encode(), "file.csv").frame.rows() == CLEAN[:1]
