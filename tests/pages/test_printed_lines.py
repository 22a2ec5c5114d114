"""The lines under "How computed" give the page's figures in a fresh process, whatever cuts the book; so does README."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import retention as rt
from pages.parts.shell.session import FilesInUse
from retention import exhibits, labels
from retention.intake.read.parsing import parse
from tests.pages.opened import ROOT, fine, opened, pages_of, turned_to

FOLD = "fold.How computed"
WIDE = {"POLARS_FMT_MAX_COLS": "-1", "POLARS_FMT_MAX_ROWS": "-1", "POLARS_TABLE_WIDTH": "9999",
        "POLARS_FMT_FLOAT": "full"}  # fmt: skip
HIGH = 'print(float(rt.risk_scores(book, signals=globals().get("signals"))["band"].eq("high").sum()))'
"""What At risk counts in its headline, of the scores that its lines print."""

ACCOUNTS = "Konto;Beginn;Ende;Zustand;Gruppe;Sitz\n" + "".join(
    f"k{n};0{1 + n % 9}/02/202{n % 3};{'' if n % 5 else '03/07/2024'};{('paused', 'active')[n % 2]};"
    f"{('Nord', 'Sud')[n % 2]};{('Rom', 'Bari', 'Turin')[n % 3]}\n"
    for n in range(60)
)
FEES = "Konto,2023-12,2024-06,2024-07\n" + "".join(f"k{n},{10 + n},{10 + n},{n}\n" for n in range(60))


def of_sample(folder: Path, **said: Any) -> rt.Source:
    """The sample with its revenue and signals, as files that were dropped."""
    names = [f"sample_{what}.csv" for what in ("customers", "revenue", "signals")]
    for name in names:
        shutil.copy(ROOT / "data" / name, folder)
    return rt.Source(*(parse((folder / name).read_bytes(), name) for name in names), **said)


def of_accounts(folder: Path, *, second: bool = False, **said: Any) -> rt.Source:
    """A file that has to be mapped and answered about, and another one beside it."""
    files = {"konten.csv": ACCOUNTS, **({"fees.csv": FEES} if second else {})}
    for name, text in files.items():
        (folder / name).write_text(text)
    tables = [parse(text.encode(), name) for name, text in files.items()]
    mapping = {"customer_id": "Konto", "started_on": "Beginn", "churned_on": "Ende", "status": "Zustand",
               "segment": "Gruppe"}  # fmt: skip
    answers = {"date_order": "day_first", "status_conflict": "date"}
    return rt.Source(*tables, mapping=mapping, answers=answers, **said)


SCENARIOS: dict[str, tuple[Any, dict[str, Any], dict[str, Any]]] = {
    "plain": (of_sample, {}, {}),
    "filtered": (of_sample, {}, {"filters": ["segment"], "where.segment": ["SMB"]}),
    "as of an earlier day": (of_sample, {}, {"as_of": date(2025, 2, 17)}),
    "excluded": (of_sample, {}, {"selection": rt.Selection().without([f"C-{n}" for n in range(1001, 1900)], "test")}),
    "other rules, a mapping and answers": (of_accounts, {"rules": rt.Rules(paused="churn")}, {}),
    "a second file, filtered": (of_accounts, {"second": True, "other_mapping": {"customer_id": "Konto"}},
                                {"filters": ["segment"], "where.segment": ["Nord"]}),
}  # fmt: skip


def of_pages(app: AppTest) -> dict[str, tuple[str, list[str]]]:
    """The lines and the large figures of every page that prints lines."""
    found = {}
    for page in pages_of(app):
        turned_to(app, page)
        app.session_state[FOLD] = True
        fine(app.run())
        if app.code:
            found[page] = (app.code[-1].value, [str(metric.value) for metric in app.metric])
    return found


def fresh(lines: Mapping[str, str], folder: Path) -> dict[str, str]:
    """What some lines print, each by themselves, in one process that has seen no page."""
    code = (
        "import contextlib, io, json, sys\n"
        "said = {}\n"
        "for page, lines in json.load(sys.stdin).items():\n"
        "    with contextlib.redirect_stdout(io.StringIO()) as out:\n"
        "        exec(lines, {'__name__': page})\n"
        "    said[page] = out.getvalue()\n"
        "print(json.dumps(said))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env={**os.environ, **WIDE, "PYTHONPATH": str(ROOT)},
        input=json.dumps(lines), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    said: dict[str, str] = json.loads(ran.stdout)
    return said


def figures_in(printed: str) -> set[str]:
    """Every number of what was printed, as a page would write it: as a share, as money, as a count."""
    numbers = [float(number) for number in re.findall(r"-?\d+\.\d+", printed)]
    return {
        text
        for number in numbers
        for text in (labels.percent(number), labels.money(number, "$"), labels.count(round(number)))
    }


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_printed_lines_give_the_figures_of_every_page(name: str, tmp_path: Path) -> None:
    make, said, state = SCENARIOS[name]
    found = of_pages(opened(FilesInUse(make(tmp_path, **said)), **state))
    planned = {"plan"} if make is of_sample else set()  # where nobody left there is no point to gain, and no lines
    assert {"retention", "cohorts", "benchmarks"} | planned <= found.keys()
    lines = {page: code + ("\n" + HIGH if page == "at_risk" else "") for page, (code, _) in found.items()}
    printed = fresh(lines, tmp_path)
    for page, (_, figures) in found.items():
        missing = [figure for figure in figures if figure not in figures_in(printed[page])]
        assert missing == [], f"{page}: {figures}"
    names = [name for code, _ in found.values() for name in private_names(code)]
    assert names == []


def test_the_scenarios_cut_the_book(tmp_path: Path) -> None:
    """Otherwise the lines could leave the cut out and nobody would see it."""
    rates = {
        name: str(opened(FilesInUse(make(tmp_path, **said)), **state).metric[0].value)
        for name, (make, said, state) in SCENARIOS.items()
        if make is of_sample
    }
    assert len(set(rates.values())) == len(rates), rates


def private_names(code: str) -> list[str]:
    """What lines use of the package that it does not offer by name."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom):
            found += [
                f"{node.module}.{alias.name}" for alias in node.names if node.module not in ("dataclasses", "datetime")
            ]
        elif isinstance(node, ast.Import):
            found += [a.name for a in node.names if a.name not in ("datetime", "polars", "retention")]
        elif isinstance(node, ast.Attribute):
            of = ast.unparse(node.value)
            if (of == "rt" and node.attr not in rt.__all__) or (
                of == "rt.exhibits" and node.attr not in exhibits.__all__
            ):
                found.append(ast.unparse(node))
    return found


def test_private_names_would_be_found() -> None:
    assert private_names("import retention as rt\nrt.logo_retention(book)\nrt.exhibits.who_left(book)") == []
    assert private_names("from retention.book import Book\nrt.internal(book)") == ["retention.book.Book", "rt.internal"]


BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)


def test_every_python_block_of_the_readme_runs(tmp_path: Path) -> None:
    assert BLOCKS
    for what in ("customers", "revenue", "signals"):
        (tmp_path / "data").mkdir(exist_ok=True)
        shutil.copy(ROOT / "data" / f"sample_{what}.csv", tmp_path / "data")
    assert len(fresh({str(n): block for n, block in enumerate(BLOCKS)}, tmp_path)) == len(BLOCKS)
    assert [name for block in BLOCKS for name in private_names(block)] == []
