"""Rows are set aside and mended under stable codes; the sentence for a founder is looked up by the code."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import polars as pl

from retention.intake import parse
from retention.intake.interpret.build import build
from retention.intake.interpret.reasons import OTHERS, REASONS, sentence
from retention.intake.interpret.rows_in_progress import RowsInProgress, Rule

INTAKE = Path(__file__).parents[2] / "retention" / "intake" / "interpret"


def _texts() -> set[str]:
    """Every text in the modules that judge rows, but for the table of sentences itself."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in INTAKE.glob("*.py") if path.stem != "reasons"]
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_code_has_one_sentence_and_is_used() -> None:
    assert set(REASONS) <= _texts()
    assert len(set(REASONS.values())) == len(REASONS)


def test_no_module_writes_a_sentence_of_the_table_again() -> None:
    assert set(REASONS.values()) & _texts() == set()


def test_a_rule_is_said_in_the_words_of_its_code() -> None:
    progress = RowsInProgress(pl.DataFrame({"at": [0, 1], "row": [2, 3], "customer_id": ["a", "b"]}))
    progress.apply(
        [Rule(pl.col("customer_id") == "a", "start_after_as_of", "Begin", "customer_id", words={"as_of": 7})]
    )
    assert progress.set_aside[0].rows() == [(2, "Begin", "a", "set aside", "starts after the as-of date 7")]
    assert sentence("amount_unreadable" + OTHERS, {}).startswith("another row of this customer is set aside (an amount")


def test_the_ledger_keeps_its_columns() -> None:
    content = b"client id,begin date,churn date\nq1,2024-01-02,\nq2,soon,\nq3,2024-02-01,2023-02-01\n"
    entries = build(parse(content, "x.csv"), today=date(2025, 1, 1)).ledger.entries
    assert entries.columns == ["row", "column", "value", "action", "reason"]
    said = dict(entries.filter(pl.col("action") == "set aside").select("row", "reason").iter_rows())
    assert said == {3: REASONS["start_unreadable"], 4: REASONS["end_before_start"]}
