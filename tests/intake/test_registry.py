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
ABOUT_COLUMNS = [REGISTRY.parents[1] / room for room in ("columns", "interpret")]


@pytest.mark.parametrize(
    "path", [path for room in ABOUT_COLUMNS for path in sorted(room.glob("*.py"))], ids=lambda path: path.stem
)
def test_no_other_module_about_columns_lists_the_parts_again(path: Path) -> None:
    """Which columns a table or a page shows is its own choice; which parts there are is the registry's."""
    if path == REGISTRY:
        return
    repeated = [
        sorted(_texts(node) & ATTRIBUTE_NAMES)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if len(_texts(node) & ATTRIBUTE_NAMES) >= 3
    ]
    assert repeated == []
