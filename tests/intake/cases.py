"""The shared cases: small files with the right figure, read as a founder would who tries every answer.

Run as ``python -m tests.intake.cases [name ...]`` for a line a case.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import retention as rt
from retention.errors import Question

FOLDER = Path(__file__).parents[2] / "../shared/examples/cases"
DEEPEST = 4
"""How many questions in a row are answered before a path is given up."""
MOST_PATHS = 200


@dataclass(frozen=True)
class Way:
    """One way of answering: what was answered, what was asked on the way, and where it led."""

    answers: dict[str, str]
    asked: tuple[Question, ...]
    book: rt.Book | None = None
    refusal: str = ""
    first: bool = True
    """Whether every answer was the first choice."""


@dataclass
class Verdict:
    """What became of a case: right, or the reasons why not."""

    name: str
    faults: list[str] = field(default_factory=list)
    questions: int = 0


def cases() -> list[Path]:
    """The folders of the cases, none where the examples are absent."""
    return sorted(path.parent for path in FOLDER.glob("*/case.json"))


def read(case: Path, files: list[str], answers: dict[str, str]) -> rt.Book:
    """The book of a case's one or two files."""
    if len(files) == 1:
        return rt.read_book(case / files[0], answers=answers)
    first, second = (case / name for name in files)
    return rt.read_together(first, second, answers=answers)


def paths(case: Path, files: list[str]) -> Iterator[Way]:
    """Every way of answering, the first choices first."""
    waiting: list[tuple[dict[str, str], tuple[Question, ...], bool]] = [({}, (), True)]
    tried = 0
    while waiting and tried < MOST_PATHS:
        answers, asked, first = waiting.pop()
        tried += 1
        try:
            yield Way(answers, asked, book=read(case, files, answers), first=first)
        except rt.NeedsAnswer as needed:
            question = needed.questions[0]
            if question.key in answers or len(answers) >= DEEPEST:
                yield Way(answers, (*asked, *needed.questions), refusal="asked without end", first=first)
                continue
            for at, choice in reversed(list(enumerate(question.choices))):
                step = {**answers, question.key: choice.value}
                waiting.append((step, (*asked, *needed.questions), first and at == 0))
        except rt.IntakeError as refused:
            yield Way(answers, asked, refusal=str(refused), first=first)


def figure(book: rt.Book, window: list[str] | None) -> tuple[int, int] | str:
    """Customers at the opening and those of them who stayed; of tenures, all customers and those who have not left."""
    try:
        return _figure(book, window)
    except (rt.InputError, rt.NeedsDates) as problem:
        return str(problem)


def _figure(book: rt.Book, window: list[str] | None) -> tuple[int, int]:
    if window is None:
        row = rt.tenure_shares(book).row(0, named=True)
        return row["customers"], row["customers"] - row["churned"]
    start, end = map(date.fromisoformat, window)
    row = rt.logo_retention(book, start=start, end=end).row(0, named=True)
    return row["starting"], row["retained"]


def breaches(book: rt.Book, told: dict[str, Any]) -> Iterator[str]:
    """The checks of a case that a book does not meet."""
    checks = told["checks"]
    if "as_of_at_most" in checks and book.as_of > date.today():
        yield f"as of {book.as_of}"
    if checks.get("no_renewal_rate") and told["window"]:
        start, end = map(date.fromisoformat, told["window"])
        if due := rt.renewal_retention(book, start=start, end=end).item(0, "due"):
            yield f"{due} renewals due"
    if "customers" in checks and (count := book.customers.collect().height) != checks["customers"]:
        yield f"{count} customers"
    if "cohort_12" in checks:
        row = rt.pooled_cohorts(rt.cohort_retention(book)).filter(age_months=12)
        if [row.item(0, "retained"), row.item(0, "eligible")] != checks["cohort_12"]:
            yield f"cohorts at 12 months: {row.to_dicts()}"
    if "longest_months" in checks:
        longest = book.customers.collect().get_column("tenure_months").max()
        low, high = checks["longest_months"]
        if not low <= longest <= high:
            yield f"the longest tenure is {longest} months"


def tried(case: Path) -> Verdict:
    """What became of a case."""
    told = json.loads((case / "case.json").read_text(encoding="utf-8"))
    verdict, checks = Verdict(case.name), told["checks"]
    ways = list(paths(case, told["files"]))
    asked = [question for way in ways for question in way.asked]
    said = [text for q in asked for text in (q.text, *(f"{c.label} {c.effect}" for c in q.choices))]
    messages = " | ".join([*said, *(way.refusal for way in ways)])
    for words in checks.get("not_in_messages", []):
        if re.search(words, messages, re.IGNORECASE):
            verdict.faults.append(f"says “{words}”")
    about = checks.get("asks_about", [])
    if asked and about and not any(re.search(words, " ".join(said), re.IGNORECASE) for words in about):
        verdict.faults.append(f"asks about something else: {asked[0].text}")
    wanted = (told["starting"], told["retained"])
    unasked = next((way for way in ways if not way.answers and way.book is not None), None)
    if told["refuse"] or told["starting"] is None:
        _judge_refusal(ways, asked, told, verdict)
        return verdict
    right: list[int] = []
    for way in ways:
        if way.book is None:
            continue
        found = figure(way.book, told["window"])
        problems = list(breaches(way.book, told))
        if found == wanted and not problems:
            right.append(len(way.answers))
        elif way is unasked:
            verdict.faults.append(f"silent: {found} {'; '.join(problems)}")
        if checks.get("first") and way.first and found != wanted:
            verdict.faults.append(f"first answers give {found}")
    if unasked is not None and told["must_ask"]:
        verdict.faults.append("must ask")
    if not right and unasked is None:
        refusals = {way.refusal for way in ways if way.refusal}
        verdict.faults.append(f"unreachable: {[q.key for q in asked][:4]} {list(refusals)[:2]}")
    elif right and min(right) > told["may_ask"]:
        verdict.faults.append(f"{min(right)} questions, may ask {told['may_ask']}")
    verdict.questions = min(right, default=0)
    return verdict


def _judge_refusal(ways: list[Way], asked: list[Question], told: dict[str, Any], verdict: Verdict) -> None:
    names = told.get("refusal_names", [])
    refused = [way.refusal for way in ways if way.refusal and not way.answers]
    if refused:
        if not any(re.search(word, refused[0], re.IGNORECASE) for word in names):
            verdict.faults.append(f"refuses about something else: {refused[0]}")
    elif not asked or not told["must_ask"]:
        verdict.faults.append("silent: is not refused" if not asked else f"asks instead: {asked[0].text}")


if __name__ == "__main__":
    wanted_names = sys.argv[1:]
    verdicts = [tried(case) for case in cases() if not wanted_names or case.name in wanted_names]
    for one in verdicts:
        sys.stdout.write(
            f"{'right' if not one.faults else 'WRONG'}  {one.name} ({one.questions} asked)  {one.faults}\n"
        )
    sys.stdout.write(f"{sum(not one.faults for one in verdicts)} of {len(verdicts)} right\n")
