"""How a text is dressed: blank lines above its table, and lines that stand in quotes as a whole."""

from __future__ import annotations

import pytest

from retention.errors import IntakeError
from retention.intake import parse

ROWS = "member,joined,left\nm1,2024-02-01,2025-05-03\nm2,2024-03-09,\nm3,2024-04-11,\n"
CELLS = [("m1", "2024-02-01", "2025-05-03"), ("m2", "2024-03-09", None), ("m3", "2024-04-11", None)]


def wrapped(text: str, quote: str = '"', end: str = "") -> str:
    """Each line in quotes, those inside it doubled."""
    return "".join(f"{quote}{line.replace(quote, 2 * quote)}{quote}{end}\n" for line in text.splitlines())


@pytest.mark.parametrize(
    "above", ["\n", "\n\n\n", "\r\n", " \n", "\t\n", ",,\n", '""\n', "\ufeff\n", "\n,,\n", "\u00a0\n"]
)
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_blank_lines_above_the_table_are_no_damage(above: str, mark: str) -> None:
    table = parse((above + ROWS.replace(",", mark)).encode(), "members.csv")
    assert table.headers == ["member", "joined", "left"]
    assert table.frame.rows() == CELLS


@pytest.mark.parametrize(
    "text",
    [
        wrapped(ROWS),
        wrapped(ROWS, "'"),
        wrapped(ROWS.replace(",", ";")),
        wrapped(ROWS, end=",,"),
        wrapped(ROWS).replace("\n", "\r\n"),
        "\n" + wrapped(ROWS),
        "member,joined,left\n" + wrapped(ROWS.partition("\n")[2]),
    ],
    ids=["double", "single", "semicolons", "cells after it", "CRLF", "blank above", "names without quotes"],
)
def test_lines_that_stand_in_quotes_as_a_whole_are_freed(text: str) -> None:
    table = parse(text.encode(), "members.csv")
    assert table.headers == ["member", "joined", "left"]
    assert table.frame.rows() == CELLS
    assert "each line as a whole stood in quotes, which were taken away" in table.repairs["reason"].to_list()


def test_a_cell_with_a_delimiter_keeps_its_own_quotes() -> None:
    table = parse(wrapped('member,joined\n"Lo, Ltd",2024-02-01\nm2,2024-03-09\n').encode(), "members.csv")
    assert table.frame.rows() == [("Lo, Ltd", "2024-02-01"), ("m2", "2024-03-09")]


def test_cells_in_quotes_are_no_lines_in_quotes() -> None:
    table = parse(b'"a,b","c"\n"x,z","y"\n"u,v","w"\n', "cells.csv")
    assert table.headers == ["a,b", "c"]
    assert table.frame.rows() == [("x,z", "y"), ("u,v", "w")]


def test_nothing_but_blank_lines_is_an_empty_file() -> None:
    with pytest.raises(IntakeError, match="no row has cells"):
        parse(b"\n\n \n", "nothing.csv")
