"""One file that contradicts itself: every planted row is counted under its kind, and no other row is."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from retention.exhibits.two_systems import contradictions
from retention.intake.read.parsing import parse
from retention.source import Source

SOUND = [("2022-03-01", "", "Live"), ("2022-04-09", "2024-02-05", "Terminated"), ("2023-05-20", "", "Live")]
PLANTED = {
    "left by its status, but without a date": ("2022-06-11", "", "Terminated"),
    "the churn date is before the start": ("2023-07-01", "2022-01-15", "Terminated"),
}


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from([*SOUND, *PLANTED.values()]), max_size=12))
def test_every_planted_contradiction_is_counted_under_its_kind(drawn: list[tuple[str, str, str]]) -> None:
    rows = [*SOUND, *drawn]
    file = "\n".join(
        ["account,start date,churn date,state", *(f"N{at}," + ",".join(row) for at, row in enumerate(rows))]
    )
    book = Source(parse(file.encode(), "accounts.csv")).book(as_of=date(2024, 6, 30))
    said = {
        sentence.split(": ", 1)[1]: int(match[1])
        for sentence in contradictions(book.ledger)
        if (match := re.search(r"in (\d+) rows? \(set aside\)", sentence))
    }
    assert sum(said.values()) == sum(row in PLANTED.values() for row in drawn)
    for kind, row in PLANTED.items():
        counts = [count for sentence, count in said.items() if sentence.startswith(kind)]
        assert counts == ([drawn.count(row)] if row in drawn else [])
