"""One registry of parts: a new part is one more row, and everything that asks about parts knows it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from retention.intake.columns.registry import ROLES

ROOT = Path(__file__).parents[2]
REGISTRY = ROOT / "retention" / "intake" / "columns" / "registry.py"

A_NEW_ROLE = """
import json, sys, types
source = open(sys.argv[1], encoding="utf-8").read()
opening = "ROLES: Final[tuple[Role, ...]] = ("
assert source.count(opening) == 1
words = '"reseller", "word", ("reseller", "sold_by"), personal=True, splittable=True, listed=0.5, brings=SEGMENTS'
added = f"Role({words}),"
module = types.ModuleType("retention.intake.columns.registry")
sys.modules[module.__name__] = module
exec(compile(source.replace(opening, opening + added), "registry", "exec"), module.__dict__)

from datetime import date
from retention.pseudonyms import without_names
from retention.splits import attributes_to_split_by
from retention.intake import parse
from retention.intake.columns.confidence import confidence_in
from retention.intake.columns.saved import mapping_from_json, mapping_to_json
from retention.intake.interpret.build import build
from retention.listing import largest_first
from retention.exhibits.proof import lacking

rows = [f"k{n},2024-0{n}-05,{'North' if n % 2 else 'South'}" for n in range(1, 6)]
table = parse("\\n".join(["Account ID,Begin Date,Sold By", *rows]).encode(), "list.csv")
book = build(table, today=date(2025, 1, 1))
print(json.dumps({
    "mapping": book.mapping.get("reseller"),
    "sure": str(confidence_in(table, "reseller", "Sold By")),
    "saved": mapping_from_json(mapping_to_json(table, {"reseller": "Sold By"})).mapping,
    "split": attributes_to_split_by(book),
    "listed": largest_first(book.customers).columns[0],
    "hidden": without_names(book.customers.collect(), hide=True)["reseller"][0],
    "lacks": [row["Not in this file"] for row in lacking(book)],
}))
"""


def test_a_new_part_is_one_row_of_the_registry() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", A_NEW_ROLE, str(REGISTRY)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert found["mapping"] == "Sold By"
    assert found["sure"].startswith("Certain: a known name")
    assert found["saved"] == {"reseller": "Sold By"}
    assert found["split"] == ["reseller"]
    assert found["listed"] == "reseller"
    assert found["hidden"] not in ("North", "South")
    assert "segment" not in found["lacks"]


def test_names_of_parts_stand_once() -> None:
    names = [role.name for role in ROLES]
    assert len(set(names)) == len(names)
    assert {other for role in ROLES for other in role.serves} <= set(names)


def _texts(node: ast.AST) -> set[str]:
    """The texts that stand directly in a literal collection."""
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else []
    parts = [key for key in node.keys if key] if isinstance(node, ast.Dict) else parts
    return {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}


ATTRIBUTE_NAMES = {role.name for role in ROLES if role.is_attribute}
MEANT = {
    "retention.risk.factors": "each factor is counted its own way",
    "retention.risk.soundness": "each signal has a range of its own",
    "retention.exhibits.findings": "few on purpose: the fewer are looked at, the less can stand out by accident",
    "retention.pseudonyms": "what kind of name a pseudonym stands for",
    "retention.exhibits.lists": "what a list of customers shows",
    "retention.exhibits.columns": "how columns of a table are headed",
    "retention.metrics.data_warnings": "where words such as “test” or “free” speak of the customer",
    "retention.risk.worklist": "what a person who calls a customer needs to see",
    "retention.intake.values.changes": "words that say in a log what changed, such as a plan",
    "retention.planning.prefill": "the columns of the tables that the plan is filled from",
}
"""Modules that choose a few parts for a reason of their own."""


@pytest.mark.parametrize("path", sorted((ROOT / "retention").rglob("*.py")), ids=lambda path: path.stem)
def test_no_other_module_lists_the_parts_again(path: Path) -> None:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    if path == REGISTRY or module in MEANT:
        return
    repeated = [
        sorted(_texts(node) & ATTRIBUTE_NAMES)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if len(_texts(node) & ATTRIBUTE_NAMES) >= 3
    ]
    assert repeated == []
