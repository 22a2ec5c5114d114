"""Every sentence with a count is right for none, one and several; every question, and what is said about a file."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import retention.intake.interpret as interpret
from retention.errors import Question
from retention.intake import questions
from retention.intake.questions import ask
from retention.labels import spoken

NOUNS = "row|customer|account|month|column|deal|day|file|sheet|table|group|list|id|currencie|companie|time|term"
COUNTS = {"count", "accounts", "companies", "months", "active"}
"""Blanks that hold counts; all others hold words."""
OF_ONE = re.compile(rf"\b1 ({NOUNS})s\b|\b1 \w+ (are|have|say|show|share|make|go)\b|\bthey (was|is)\b")
OF_SEVERAL = re.compile(
    rf"\b(0|2) ({NOUNS}|currency|company)\b(?!s| ids)|\b(0|2) \w+s (is|has|says|shows|shares|makes|goes)\b"
)
INTAKE = Path(__file__).parents[2] / "retention" / "intake"


def templates() -> Iterator[Question]:
    """Every question that is written out as one."""
    modules = [
        questions,
        *(
            importlib.import_module(f"{interpret.__name__}.{one.name}")
            for one in pkgutil.iter_modules(interpret.__path__)
        ),
    ]
    found = {id(one): one for module in modules for one in vars(module).values() if isinstance(one, Question)}
    yield from found.values()


def filled(question: Question, count: int) -> Question:
    texts = [question.text, *(choice.label for choice in question.choices)]
    blanks = {blank for text in texts for blank in re.findall(r"\{(\w+)\}", text)}
    return ask(question, (), **{blank: count if blank in COUNTS else "word" for blank in blanks})


@pytest.mark.parametrize("count", [0, 1, 2])
@pytest.mark.parametrize("question", list(templates()), ids=lambda question: question.key)
def test_a_question_is_right_for_its_count(question: Question, count: int) -> None:
    asked = filled(question, count)
    wrong = OF_ONE if count == 1 else OF_SEVERAL
    for said in (asked.text, *(choice.label for choice in asked.choices)):
        assert not wrong.search(said), said
        assert "[" not in said
        assert "{" not in said


def test_words_take_the_number_of_the_count_before_them_and_words_from_a_file_take_none() -> None:
    template = "{count} [row says|rows say] “{said}” and [has|have] {days} [day|days]."
    assert spoken(template, count=1, said="[2|3] {days}", days=2) == "1 row says “[2|3] {days}” and has 2 days."
    assert spoken(template, count=1_200, said="1", days=1) == "1,200 rows say “1” and have 1 day."
    assert spoken("no [brackets] here, {a}", a="x") == "no [brackets] here, x"


def test_no_sentence_of_intake_counts_things_without_their_number() -> None:
    said = re.compile(rf"^ ({NOUNS})s\b(?! deals by)")
    wrong = []
    for path in INTAKE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                pairs = zip(node.values, node.values[1:], strict=False)
                wrong += [
                    f"{path.name}:{node.lineno}: {ast.unparse(node)}"
                    for value, text in pairs
                    if isinstance(value, ast.FormattedValue)
                    and isinstance(text, ast.Constant)
                    and said.search(str(text.value))
                ]
    assert wrong == []
