"""What is said about files is one frozen thing, and the lines it writes read the same book."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import retention as rt
from retention.errors import NeedsAnswer
from retention.source import Source

ACCOUNTS = """Konto;Beginn;Ende;Zustand;Gruppe
k1;03/04/2023;;paused;Nord
k2;05/06/2023;07/08/2024;active;Nord
k3;09/10/2023;;active;Süd
"""
FEES = "Konto,2024-01,2024-02\nk1,10,10\nk3,20,0\n"
SAID = {"customer_id": "Konto", "started_on": "Beginn", "churned_on": "Ende", "status": "Zustand"}


def read(folder: Path, name: str, text: str) -> rt.Source:
    (folder / name).write_text(text)
    return Source(rt.read_table(folder / name))


def same(one: rt.Book, another: rt.Book) -> bool:
    return one.key == another.key and one.spans.collect().equals(another.spans.collect())


def run(source: Source) -> rt.Book:
    """What the printed lines read."""
    names: dict[str, object] = {"rt": rt}
    exec(source.as_python(), names)
    book = names["book"]
    assert isinstance(book, rt.Book)
    return book


def test_the_printed_line_reads_the_same_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    bare = read(tmp_path, "konten.csv", ACCOUNTS)
    told = Source(bare.table, mapping=SAID, rules=rt.Rules(paused="churn"))
    with pytest.raises(NeedsAnswer):
        told.book()
    answered = told.with_answers({"date_order": "day_first", "status_conflict": "date"})
    assert same(run(answered), answered.book())
    assert answered.answers == {"date_order": "day_first", "status_conflict": "date"}
    assert told.answers == {}


def test_two_files_are_read_together_and_answered_about_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    first, second = read(tmp_path, "konten.csv", ACCOUNTS), read(tmp_path, "fees.csv", FEES)
    both = Source(first.table, second.table, mapping=SAID, other_mapping={"customer_id": "Konto"}).with_answers(
        {"date_order": "month_first", "status_conflict": "date", "other.delimiter": ","}
    )
    own, other = both.files
    assert (own.answers, other.answers) == (
        {"date_order": "month_first", "status_conflict": "date"},
        {"delimiter": ","},
    )
    assert both.as_python().startswith("book = rt.read_together('konten.csv', 'fees.csv', mapping=")
    assert same(run(both), both.book())


def test_other_rules_answer_what_a_customer_is_only_where_that_changes(tmp_path: Path) -> None:
    source = read(tmp_path, "konten.csv", ACCOUNTS)
    assert source.under(rt.Rules(paused="churn")).answers == {}
    assert source.under(rt.Rules(logo="parent")).answers == {"logo": "parent"}
    assert source.with_answers({"logo": "parent"}).under(rt.Rules()).rules_in_use.logo == "customer"


def test_the_key_hangs_on_everything_that_was_said(tmp_path: Path) -> None:
    source, other = read(tmp_path, "konten.csv", ACCOUNTS), read(tmp_path, "fees.csv", FEES)
    keys = {
        one.key
        for one in (
            source,
            other,
            Source(source.table, other.table),
            Source(source.table, mapping=SAID),
            source.with_answers({"date_order": "day_first"}),
            source.under(rt.Rules(trials="active")),
        )
    }
    assert len(keys) == 6
    assert Source(source.table, signals=other.table).key == source.key


def test_a_file_read_again_forgets_what_was_said_of_columns_that_are_gone(tmp_path: Path) -> None:
    source = Source(read(tmp_path, "konten.csv", ACCOUNTS).table, mapping=SAID).with_answers({"delimiter": ";"})
    again = source.files[0].read_again(read(tmp_path, "k2.csv", "Konto,Start\na,2024-01-01\n").table, {"sheet": "x"})
    assert again.mapping == {"customer_id": "Konto"}
    assert again.answers == {"sheet": "x"}


# Selection

BOOK = b"""customer_id,segment,csm,started_on,churned_on
001,North,Ada,2023-01-01,
002,North,,2023-01-01,2024-03-01
003,South,Ada,2023-01-01,2024-05-01
004,South,Bo,2024-04-15,
005,North,Bo,2024-05-31,
"""
AS_OF = rt.read_book(BOOK, name="b.csv").as_of


def listed(book: rt.Book) -> list[str]:
    return book.customers.collect().get_column("customer_id").to_list()


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (rt.Selection(), ["001", "002", "003", "004", "005"]),
        (rt.Selection(as_of=AS_OF.replace(month=4, day=30)), ["001", "002", "003", "004"]),
        (rt.Selection(filters=(("csm", ("Ada", None)),)), ["001", "002", "003"]),
        (rt.Selection(filters=(("csm", ("Ada",)), ("segment", ("North", "East")))), ["001"]),
        (rt.Selection().without(["002", "003"], "test accounts"), ["001", "004", "005"]),
        (rt.Selection(AS_OF.replace(day=1), (("segment", ("South",)),), {"004": "free"}), ["003"]),
    ],
)
def test_a_selection_and_the_lines_it_writes_make_the_same_book(selection: rt.Selection, expected: list[str]) -> None:
    whole = rt.read_book(BOOK, name="b.csv")
    names: dict[str, object] = {"book": whole, "pl": pl, "datetime": __import__("datetime")}
    exec(selection.as_python(), names)
    written = names["book"]
    assert isinstance(written, rt.Book)
    chosen = selection.of(whole)
    assert listed(chosen) == listed(written) == expected
    assert chosen.spans.collect().equals(written.spans.collect())
    assert chosen.as_of == written.as_of


def test_a_selection_of_everything_is_the_book_itself_and_writes_nothing() -> None:
    whole = rt.read_book(BOOK, name="b.csv")
    assert rt.Selection().of(whole) is whole
    assert rt.Selection().as_python() == ""


def test_more_who_are_left_out_keep_the_reasons_of_those_before() -> None:
    some = rt.Selection().without(["002"], "free").without(["003"], "test")
    assert some.excluded == {"002": "free", "003": "test"}
    assert some.as_python().splitlines()[::2] == ["# left out, 1: free", "# left out, 1: test"]
    assert some.with_back(["002"]).excluded == {"003": "test"}
    assert some.key == rt.Selection().without(["003", "002"], "whatever").key != rt.Selection().key


def test_hidden_values_are_not_written_out() -> None:
    selection = rt.Selection(filters=(("csm", ("Ada",)), ("segment", ("North",)))).without(["002"], "free")
    hidden = selection.as_python(("csm", "customer_id"))
    assert "Ada" not in hidden
    assert "002" not in hidden
    assert "North" in hidden
