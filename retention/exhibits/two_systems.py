"""Does the other system agree? The same customers in two files, and the way from one rate to the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Final

import polars as pl

from retention import charts, labels
from retention.book import Book
from retention.exhibits.exhibit import Exhibit
from retention.intake.interpret.reasons import CONTRADICTIONS, REASONS
from retention.ledger import Ledger, by_reason
from retention.metrics.reconcile import Reconciliation, reconcile
from retention.pseudonyms import pseudonym

STEPS: Final = {
    "only_in_a": "Only in {a}, taken out", "only_in_b": "Only in {b}, put in",
    "opening": "A customer at the opening in one alone", "close": "Still a customer at the close in one alone",
    "b": "{b}", "a": "{a}",
}  # fmt: skip
KINDS: Final = {
    "only_in_a": "Only in {a}", "only_in_b": "Only in {b}", "opening": "At the opening in one alone",
    "close": "At the close in one alone", "start": "Start over 31 days apart", "end": "End over 31 days apart",
}  # fmt: skip
MATCHED: Final = {"id": "id", "email": "e-mail address", "name": "name"}


def two_systems(
    book: Book,
    other: Book,
    *,
    start: date,
    end: date,
    names: tuple[str, str] = ("the first file", "the other file"),
    excluded: Mapping[str, str] | None = None,
    hide_names: bool = False,
) -> Exhibit:
    """The rate of one file, the rate of another file of the same customers, and every difference between them.

    It needs two books, so that no board pack makes it again by itself.

    Args:
        book: the first book.
        other: the other book.
        start: the opening snapshot.
        end: the closing snapshot, on or before both as-of dates.
        names: what the two files are called.
        excluded: customer_id -> why the customer is left out of both.
        hide_names: whether the lines that are printed leave out who that is.

    Table: one row per step from one rate to the other: step, starting, retained, logo_retention, customers (who moved).

    Raises:
        InputError: the window is empty or closes after an as-of date.
        NeedsDates: a file holds tenures only.
    """
    found = reconcile(book, other, start=start, end=end, excluded=tuple(excluded or ()))
    first, second = found.bridge.row(0, named=True), found.bridge.row(-1, named=True)
    steps = [_named(STEPS, step, names) for step in found.bridge.get_column("step").to_list()]
    return Exhibit(
        title=agreement_title(found, names),
        sentences=tuple(agreement_sentences(found, names)),
        table=found.bridge.with_columns(pl.Series("step", steps, dtype=pl.String)),
        drawing=partial(charts.reconcile_bridge, found.bridge, opening=_capital(names[0]), closing=_capital(names[1])),
        n=max(first["starting"], second["starting"]),
        as_of=book.as_of,
        terms=("two_systems", "matched_customers", "logo_retention"),
        code=_lines(start, end, excluded or {}, hide_names=hide_names),
        description=f"From the rate of {names[0]} to that of {names[1]}, one kind of difference after the other",
        headings={"customers": "Customers who differ"},
    )


def _lines(start: date, end: date, excluded: Mapping[str, str], *, hide_names: bool) -> str:
    """The lines that hold the two against each other; who is left out stands there with the reason."""
    told = {("…" if hide_names else who): " ".join(why.split()) for who, why in excluded.items()}
    left_out = [f"left_out = {told!r}"] if told else []
    option = ", excluded=left_out" if told else ""
    return "\n".join(
        [
            *left_out,
            f"found = rt.reconcile(book, other, start={start!r}, end={end!r}{option})",
            "print(found.bridge, found.differences)",
        ]
    )


def same_ground_sentence(wished: tuple[date, date], used: tuple[date, date], *, filtered: bool) -> str:
    """What differs from the page's own window and customers, so that two files can be held against each other.

    Args:
        wished: the window of the page.
        used: the window both files can speak for.
        filtered: whether the page counts only some customers.
    """
    moved = (
        f"One of the files does not reach {labels.day(wished[1])}: both are counted from {labels.day(used[0])} to "
        f"{labels.day(used[1])}."
    )
    whole = "Filters are left aside here: both files are held against each other whole."
    return " ".join([*([moved] if wished != used else []), *([whole] if filtered else [])])


def contradictions(ledger: Ledger) -> Iterator[str]:
    """Where one file alone contradicts itself: what its status says of a customer against what its dates say.

    Args:
        ledger: what happened to each row.
    """
    reasons = {REASONS[code] for code in CONTRADICTIONS}
    for done in by_reason(ledger.entries.filter(pl.col("reason").is_in(sorted(reasons)))).iter_rows(named=True):
        rows = done["rows"] or 0
        many = "1 row" if rows == 1 else f"{rows:,} rows"
        yield f"This file contradicts itself in {many} ({done['action']}): {done['reason']}."


def agreement_title(found: Reconciliation, names: tuple[str, str]) -> str:
    """The two rates, and how many customers are told differently."""
    rates = [found.bridge.item(place, "logo_retention") for place in (0, -1)]
    said = [f"{name} {labels.percent(rate)}" for name, rate in zip(names, rates, strict=True)]
    differ = found.differences.get_column("customer_id").n_unique()
    if not differ:
        return _capital(f"{said[0]}, {said[1]}: no customer differs")
    same = rates[0] is not None and labels.percent(rates[0]) == labels.percent(rates[1])
    verb = "differs" if differ == 1 else "differ"
    how = "the same rate, and yet" if same else ""
    return _capital(" ".join(filter(None, [f"{said[0]}, {said[1]}:", how, f"{labels.customers(differ)} {verb}"])))


def agreement_sentences(found: Reconciliation, names: tuple[str, str]) -> Iterator[str]:
    """The counts behind both rates, how customers were matched, and how many differ in which way."""
    first, second = found.bridge.row(0, named=True), found.bridge.row(-1, named=True)
    yield (
        f"In {names[0]} {first['retained']:,} of {labels.customers(first['starting'])} stayed, in {names[1]} "
        f"{second['retained']:,} of {second['starting']:,}."
    )
    matched = dict(found.matches.iter_rows())
    ways = [f"{count:,} on their {MATCHED[key]}" for key, count in matched.items() if count]
    yield (
        f"{labels.customers(sum(matched.values()))} are in both: matched {_listed(ways)}."
        if ways
        else ("No customer is in both: neither ids, e-mail addresses nor names meet. Are these the same customers?")
    )
    counts = dict(found.differences.group_by("kind").agg(pl.len()).iter_rows())
    if counts:
        kinds = [f"{_small(_named(KINDS, kind, names))}: {counts[kind]:,}" for kind in KINDS if kind in counts]
        yield f"Where they differ: {'; '.join(kinds)}. One customer can differ in several ways."


def differences(
    found: Reconciliation, *, names: tuple[str, str], kind: str | None = None, hide_names: bool = False
) -> pl.DataFrame:
    """Every difference between two files, in words.

    Args:
        found: the two files held against each other.
        names: what they are called.
        kind: only one kind of difference.
        hide_names: whether customers stand under pseudonyms.

    Returns:
        One row per customer and difference: customer_id, kind, a, b (what each file says).
    """
    rows = found.differences if kind is None else found.differences.filter(pl.col("kind") == kind)
    said = [_named(KINDS, name, names) for name in rows.get_column("kind").to_list()]
    shown = rows.with_columns(pl.Series("kind", said, dtype=pl.String))
    if not hide_names:
        return shown
    hidden = [pseudonym("customer_id", value) for value in shown.get_column("customer_id").to_list()]
    return shown.with_columns(pl.Series("customer_id", hidden, dtype=pl.String))


def kind_name(kind: str, names: tuple[str, str]) -> str:
    """A kind of difference in words."""
    return _named(KINDS, kind, names)


def _named(words: dict[str, str], key: str, names: tuple[str, str]) -> str:
    return _capital(words[key].replace("{a}", names[0]).replace("{b}", names[1]))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _listed(parts: list[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
