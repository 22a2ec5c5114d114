from __future__ import annotations

import json

import pytest

from retention.errors import IntakeError
from retention.intake.columns.saved import mapping_from_json, mapping_to_json
from tests.intake.literal import book, spans, table

LAST_MONTH = "Kunde,Beginn,Ende\na,2024-01-01,2024-03-01"
THIS_MONTH = "Kunde,Beginn,Ende\nb,2024-02-01,2024-03-05"
MAPPING: dict[str, str | None] = {"customer_id": "Kunde", "started_on": "Beginn", "churned_on": "Ende"}


def test_a_saved_mapping_reads_the_next_file_with_the_same_headers() -> None:
    saved = mapping_from_json(mapping_to_json(table(LAST_MONTH), MAPPING, {"date_order": "day_first"}))
    assert saved.fits(table(THIS_MONTH))
    assert saved.answers == {"date_order": "day_first"}
    assert [who for who, *_ in spans(book(THIS_MONTH, mapping=saved.mapping))] == ["b"]


def test_a_file_with_other_headers_is_not_fitted() -> None:
    saved = mapping_from_json(mapping_to_json(table(LAST_MONTH), MAPPING))
    assert not saved.fits(table("Kunde,Beginn\na,2024-01-01"))
    assert saved.fits(table("Ende,Kunde,Beginn\n2024-03-01,a,2024-01-01"))


def test_nothing_out_of_the_rows_is_saved() -> None:
    assert "2024" not in mapping_to_json(table(LAST_MONTH), MAPPING)


GOOD = json.loads(mapping_to_json(table(LAST_MONTH), MAPPING))


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", "null", "not json", "[" * 100_000,
        json.dumps({**GOOD, "version": 2}),
        json.dumps({**GOOD, "headers": [1]}),
        json.dumps({**GOOD, "mapping": {"password": "Kunde"}}),
        json.dumps({**GOOD, "mapping": {"customer_id": "Elsewhere"}}),
        json.dumps({**GOOD, "answers": {"date_order": 1}}),
        json.dumps({**GOOD, "answers": []}),
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(IntakeError, match="no saved mapping"):
        mapping_from_json(text)
