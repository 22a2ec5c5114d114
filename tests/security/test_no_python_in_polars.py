"""Polars never calls back into Python, and no table goes to the browser through pandas: together they stop the server.

A callback waits for the interpreter's lock in a thread of Polars' pool; whoever holds that lock and waits for the pool
(``to_pandas``, as Streamlit does with a Polars frame) waits for ever, and every session with it.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

import polars as pl
import pytest
from polars.dataframe.group_by import GroupBy
from polars.lazyframe.group_by import LazyGroupBy

from tests.test_architecture import MODULES, source_of

PLACES = (pl, pl.Expr, pl.Series, pl.DataFrame, pl.LazyFrame, GroupBy, LazyGroupBy, type(pl.col("").name))
CALLED_AT_ONCE = {"pipe", "pipe_with_schema", "rename", "read_csv", "scan_csv", "PartitionBy"}
"""Take a function too, but call it before Polars' own threads have anything to do (or take a mapping instead)."""
TABLES = "pages.parts.show.table"
SHOWS_FRAMES = {
    "dataframe", "data_editor", "write", "line_chart", "bar_chart", "area_chart", "scatter_chart", "map",
}  # fmt: skip


def takes_a_function() -> set[str]:
    """Names of Polars' own functions and methods that are handed a Python function."""
    found = set()
    for place in PLACES:
        for name, member in inspect.getmembers(place, callable):
            try:
                asked = inspect.signature(member).parameters.values()
            except (TypeError, ValueError):
                continue
            if not name.startswith("_") and any("Callable" in str(argument.annotation) for argument in asked):
                found.add(name)
    return found - CALLED_AT_ONCE


CALLBACKS = takes_a_function()


def callbacks_in(tree: ast.AST) -> Iterator[str]:
    """Calls of methods by which Polars would call Python."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLBACKS:
            owner = node.func.value
            renames = isinstance(owner, ast.Attribute) and owner.attr == "name"
            if node.func.attr != "map" or renames:
                yield f"line {node.lineno}: {node.func.attr}"


def test_polars_still_has_the_callbacks_looked_for() -> None:
    assert {"map_elements", "map_batches", "map_groups", "map_rows", "rolling_map", "fold", "reduce"} <= CALLBACKS


@pytest.mark.parametrize(
    "line",
    [
        "a.map_elements(f)", "a.map_batches(f)", "a.group_by('x').map_groups(f)", "pl.fold(0, f, [])",
        "pl.col('a').name.map(f)", "rows.rolling_map(f, 3)", "rows.map_rows(f)",
    ],
)  # fmt: skip
def test_a_callback_is_seen(line: str) -> None:
    assert list(callbacks_in(ast.parse(line)))


@pytest.mark.parametrize("line", ["map(f, values)", "pool.map(f, values)", "progress.apply(rules)", "reduce(add, a)"])
def test_what_python_does_itself_is_no_callback(line: str) -> None:
    assert not list(callbacks_in(ast.parse(line)))


@pytest.mark.parametrize("module", MODULES)
def test_polars_calls_no_python(module: str) -> None:
    assert list(callbacks_in(source_of(MODULES[module]))) == []


@pytest.mark.parametrize("module", MODULES)
def test_no_table_goes_through_pandas(module: str) -> None:
    """Frames are shown by one module, as Arrow; ``st.table`` takes lists of texts."""
    for node in ast.walk(source_of(MODULES[module])):
        if not isinstance(node, ast.Attribute):
            continue
        assert node.attr not in ("to_pandas", "from_pandas"), f"line {node.lineno}"
        of_streamlit = isinstance(node.value, ast.Name) and node.value.id == "st"
        if of_streamlit and node.attr in SHOWS_FRAMES:
            assert module == TABLES, f"line {node.lineno}: st.{node.attr} belongs into {TABLES}"


def test_the_one_module_hands_over_arrow() -> None:
    calls = [
        node
        for node in ast.walk(source_of(MODULES[TABLES]))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SHOWS_FRAMES
    ]
    assert calls
    for call in calls:
        assert ast.unparse(call.args[0]).endswith(".to_arrow()")


@pytest.mark.parametrize("module", MODULES)
def test_board_tables_are_lists(module: str) -> None:
    for node in ast.walk(source_of(MODULES[module])):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.table":
            assert isinstance(node.args[0], ast.ListComp), f"line {node.lineno}"
