"""The rooms of the project and what each may use: one table, held against the imports the source really has."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

LAYERS: tuple[tuple[str, ...], ...] = (
    (
        "retention.coded",
        "retention.saved_text",
        "retention.errors",
        "retention.intake.columns.registry",
        "retention.periods",
        "retention.labels",
        "retention.app_folder",
        "retention.metrics.intervals",
    ),
    (
        "retention.glossary",
        "retention.kpi_texts",
        "retention.rules",
        "retention.ledger",
        "retention.listing",
        "retention.number_styles",
        "retention.pseudonyms",
        "retention.saved_text",
    ),
    ("retention.engines.in_polars",),
    (
        "retention.intake.table",
        "retention.engines.counting",
        "retention.engines.on_disk",
        "retention.engines.revenue",
        "retention.engines.sql",
    ),
    ("retention.book.bands", "retention.book.by_period"),
    ("retention.book.facts", "retention.engines"),
    ("retention.book.assemble", "retention.book.book"),
    ("retention.book.parts",),
    ("retention.book",),
    ("retention.selection",),
    ("retention.intake", "retention.metrics.tally", "retention.splits"),
    (
        "retention.source",
        "retention.metrics.conventions",
        "retention.metrics.counted_revenue",
        "retention.metrics.paid",
        "retention.metrics.resampling",
        "retention.metrics.renewal",
    ),
    (
        "retention.metrics.logo",
        "retention.metrics.cohorts",
        "retention.metrics.survival",
        "retention.metrics.leaving",
        "retention.metrics.tenure",
        "retention.metrics.projection",
        "retention.metrics.adjusted",
        "retention.metrics.opening_attributes",
        "retention.metrics.compare",
    ),
    (
        "retention.metrics.revenue",
        "retention.metrics.match",
        "retention.metrics.mix",
        "retention.metrics.drivers",
        "retention.metrics.walk",
    ),
    ("retention.metrics.revenue_walk", "retention.metrics.revenue_cohorts", "retention.metrics.reconcile"),
    (
        "retention.metrics.last_paid",
        "retention.metrics.managers",
        "retention.metrics.reasons",
        "retention.metrics.data_warnings",
    ),
    ("retention.metrics.lead", "retention.metrics.anomalies", "retention.reading", "retention.currencies"),
    ("retention.benchmarks", "retention.other_rules", "retention.risk", "retention.planning"),
    ("retention.charts",),
    ("retention.exhibits",),
    ("retention.pack",),
    ("retention.command",),
    ("retention",),
    ("pages.parts",),
    ("pages",),
    ("app",),
)
"""Lowest first. A module belongs to the longest name it begins with, and uses its own room and lower layers only."""

OUTSIDE = {
    "retention": {"polars", "numpy", "scipy", "psutil", "python_calamine", "charset_normalizer", "xlsxwriter"},
    "retention.engines": {"narwhals"},
    "retention.engines.in_polars": {"polars"},
    "retention.engines.on_disk": {"polars", "numpy"},
    "retention.metrics": {"polars", "numpy", "scipy", "sklearn", "threadpoolctl"},
    "retention.charts": {"polars", "altair"},
    "retention.exhibits": {"polars", "altair", "vl_convert"},
    "retention.pack": {"polars", "pptx", "xlsxwriter", "typst", "vl_convert"},
    "retention.risk": {"polars", "numpy", "scipy", "sklearn", "threadpoolctl"},
    "retention.intake": {"polars", "psutil", "python_calamine", "charset_normalizer", "pyarrow", "duckdb"},
    "retention.intake.interpret": {"polars", "numpy", "psutil"},
    "pages": {"streamlit", "polars", "pyarrow"},
    "pages.parts.shell.server": {"streamlit", "starlette"},
    "pages.parts.shell.ready": {"pandas"},
    "app": {"streamlit", "starlette"},
}
"""The libraries a room may use, by the longest name that fits."""

HEAVY = ("altair", "scipy", "streamlit", "pandas", "xlsxwriter", "retention.charts")
CACHES_FOR_ALL_SESSIONS = {
    "retention.intake.read.formats.header",
    "retention.charts.template",
    "pages.parts.shell.sample",
}
"""The first reads cells inside the sandbox only, whose process ends with the file. The second keeps the templates of
charts, which are written before any file is read: functions of a module, called with the colours of a theme. The third
keeps the sample company, which is nobody's data and comes with the program: its functions take no arguments."""


def paths() -> list[Path]:
    """Every source file of the product."""
    return [*sorted((ROOT / "retention").rglob("*.py")), *sorted((ROOT / "pages").rglob("*.py")), ROOT / "app.py"]


def module_of(path: Path) -> str:
    """The dotted name of a source file."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def source_of(path: Path) -> ast.Module:
    """A source file as its tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


MODULES = {module_of(path): path for path in paths()}
PARTS = [(name, tree) for name, path in MODULES.items() for tree in [source_of(path)]]


def imported_by(tree: ast.AST) -> Iterator[str]:
    """Every module a tree imports, at the top, inside functions and for type checkers alike.

    ``from package import name`` is the module ``package.name`` where there is one, else ``package`` itself. A bare
    ``import retention`` takes no name out of the package and is left out.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name != "retention")
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are written in full"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in MODULES else str(node.module)


def room_of(module: str, rooms: object) -> str | None:
    """The longest room name a module begins with."""
    fitting = [room for room in rooms if module == room or module.startswith(f"{room}.")]  # type: ignore[attr-defined]
    return max(fitting, key=len, default=None)


LEVEL = {room: level for level, layer in enumerate(LAYERS) for room in layer}
OURS = ("retention", "pages", "app")


def ours(module: str) -> bool:
    return module.partition(".")[0] in OURS


# Layers


def test_every_module_has_a_place_of_its_own_in_the_table() -> None:
    """A new module under ``retention/`` or ``retention/metrics/`` has to be placed by hand."""
    packages = {
        "retention.charts",
        "retention.intake",
        "retention.risk",
        "retention.planning",
        "retention.exhibits",
        "retention.pack",
        "pages.parts",
    }
    unplaced = [
        module
        for module in MODULES
        if module not in LEVEL
        and module != "retention.metrics"
        and not any(module.startswith(f"{package}.") for package in packages)
        and not re.fullmatch(r"pages\.\w+", module)
    ]
    assert unplaced == [], f"give {', '.join(unplaced)} a place in LAYERS"


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_lower_layers(module: str) -> None:
    room = room_of(module, LEVEL)
    assert room is not None
    for used in filter(ours, imported_by(source_of(MODULES[module]))):
        if module == "retention":  # the public names, from wherever they live below
            assert used.startswith("retention.")
            continue
        other = room_of(used, LEVEL)
        assert other is not None, f"{module} imports {used}, which is in no layer"
        assert other == room or LEVEL[other] < LEVEL[room], f"{module} ({room}) may not import {used} ({other})"


def test_no_imports_go_round_in_a_circle() -> None:
    uses = {module: {used for used in imported_by(tree) if used in MODULES} for module, tree in PARTS}
    while uses:
        bottom = {module for module, used in uses.items() if not used & uses.keys()}
        assert bottom, f"a circle among {', '.join(sorted(uses))}"
        uses = {module: used for module, used in uses.items() if module not in bottom}


@pytest.mark.parametrize("module", [module for module in MODULES if re.fullmatch(r"pages\.\w+", module)])
def test_pages_import_no_other_page(module: str) -> None:
    used = {used for used in imported_by(source_of(MODULES[module])) if used.startswith("pages")}
    assert all(name.startswith("pages.parts.") for name in used), used


@pytest.mark.parametrize("module", MODULES)
def test_a_room_uses_its_own_libraries_only(module: str) -> None:
    allowed = OUTSIDE[room_of(module, OUTSIDE) or ""]
    libraries = {used.split(".")[0] for used in imported_by(source_of(MODULES[module])) if not ours(used)}
    foreign = libraries - allowed - sys.stdlib_module_names
    assert not foreign, f"{module} may not use {', '.join(sorted(foreign))}"


@pytest.mark.parametrize("imported", ["retention", "retention.intake.read.worker", "retention.intake.read.sandbox"])
def test_the_parsing_worker_pays_for_no_charts(imported: str) -> None:
    asked = f"import json, sys, {imported}; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = json.loads(ran.stdout)
    assert imported in loaded
    assert [name for name in HEAVY if name in loaded] == []


def test_what_the_worker_runs_pays_for_no_charts() -> None:
    """The worker imports its parser when it starts to read, not when it is imported."""
    asked = (
        "import json, sys, retention.intake.read.parsing, retention.intake.read.worker_io; "
        "print(json.dumps(sorted(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert [name for name in HEAVY if name in json.loads(ran.stdout)] == []


KNOW_FACTS = ("retention.book.", "retention.intake.interpret.")
"""The rooms that know what a Book is made of: the Book itself, and what assembles it."""


@pytest.mark.parametrize("module", MODULES)
def test_only_the_book_and_what_assembles_it_know_its_facts(module: str) -> None:
    """Everything downstream asks a Book by its public verbs."""
    tree = source_of(MODULES[module])
    reached = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "facts"]
    assert module.startswith(KNOW_FACTS) or reached == [], f"{module} reaches into a Book in lines {reached}"


def test_the_book_has_facts_to_reach_for() -> None:
    """Otherwise the rule above could not fail."""
    assert "facts" in {
        node.attr for node in ast.walk(source_of(MODULES["retention.book.book"])) if isinstance(node, ast.Attribute)
    }


# What anybody may read


def public_definitions(tree: ast.Module) -> Iterator[ast.ClassDef | ast.FunctionDef]:
    """Public functions and classes of a module, and the public methods of those classes."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from (
                    part for part in node.body if isinstance(part, ast.FunctionDef) and not part.name.startswith("_")
                )


DOCUMENTED = [module for module in MODULES if not re.fullmatch(r"pages\.\w+", module)]


@pytest.mark.parametrize("module", DOCUMENTED)
def test_everything_public_says_what_it_is(module: str) -> None:
    tree = source_of(MODULES[module])
    assert ast.get_docstring(tree) or not tree.body, f"{module} has no docstring"
    silent = [f"{node.name}, line {node.lineno}" for node in public_definitions(tree) if not ast.get_docstring(node)]
    assert silent == []


def test_the_public_names_are_where_they_are_said_to_be() -> None:
    import retention

    assert {name for name in retention.__all__ if getattr(retention, name).__doc__ is None} == set()
    for_type_checkers = {
        alias.asname
        for node in ast.walk(source_of(MODULES["retention"]))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname
    }
    assert for_type_checkers == set(retention.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing_of_the_kind'"):
        _ = retention.nothing_of_the_kind


EMPTY_NAMES = re.compile(r"^(df|data|get_.*|calc_.*|process(_.*)?)$")


@pytest.mark.parametrize("module", MODULES)
def test_names_say_something(module: str) -> None:
    assert not {"utils", "util", "helpers", "common", "misc"} & set(module.split("."))
    functions = [node for node in ast.walk(source_of(MODULES[module])) if isinstance(node, ast.FunctionDef)]
    named = {function.name for function in functions}
    for function in functions:
        if not function.name.startswith("handle_"):  # the standard library names the arguments of its parser's hooks
            named |= {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    for node in ast.walk(source_of(MODULES[module])):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            named.add(node.id)
    assert [name for name in named if EMPTY_NAMES.match(name)] == []


# Traps


@pytest.mark.parametrize("module", MODULES)
def test_dates_are_decided_on_the_whole_column_never_by_the_reader(module: str) -> None:
    keywords = {node.arg for node in ast.walk(source_of(MODULES[module])) if isinstance(node, ast.keyword)}
    assert "try_parse_dates" not in keywords


@pytest.mark.parametrize("module", [module for module in MODULES if not module.startswith("retention")])
def test_pages_write_no_html_and_load_no_icons(module: str) -> None:
    keywords = {node.arg for node in ast.walk(source_of(MODULES[module])) if isinstance(node, ast.keyword)}
    assert "unsafe_allow_html" not in keywords
    assert "unsafe_allow_javascript" not in keywords or module == IN_BROWSER
    called = {node.attr for node in ast.walk(source_of(MODULES[module])) if isinstance(node, ast.Attribute)}
    assert not {"html", "iframe", "components"} & called or module == IN_BROWSER
    assert ":material/" not in MODULES[module].read_text(encoding="utf-8")


def test_the_browser_is_given_two_files_that_say_nothing_and_fetch_nothing() -> None:
    tree = source_of(MODULES[IN_BROWSER])
    shown = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.html"]
    assert [ast.unparse(call.args[0]) for call in shown] == ["STYLESHEET", "SCRIPT"]
    assert {"STYLESHEET", "SCRIPT"} <= dict(module_names(tree)).keys()
    style = MODULES[IN_BROWSER].with_name("frame.css").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|@font-face|(?<!-)content:|expression|<", style)
    script = MODULES[IN_BROWSER].with_name("frame.js").read_text(encoding="utf-8")
    assert not re.search(r"fetch|XMLHttp|import|eval|Function|innerHTML|cookie|location|Storage|https?:|<", script)


IN_BROWSER = "pages.parts.shell.in_browser"
"""The one module that hands the browser anything but text: a stylesheet and a script of the project's own."""


def session_only(call: ast.AST | None) -> bool:
    """Whether a node calls for a cache of the session."""
    return isinstance(call, ast.Call) and any(
        part.arg == "scope" and isinstance(part.value, ast.Constant) and part.value.value == "session"
        for part in call.keywords
    )


def is_a_cache(node: ast.AST) -> bool:
    """Whether a node makes one of Streamlit's caches."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("st.cache_resource", "st.cache_data")


@pytest.mark.parametrize("module", MODULES)
def test_every_cache_belongs_to_one_session(module: str) -> None:
    tree = source_of(MODULES[module])
    called = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name in ("cache_resource", "cache_data") and module != "pages.parts.shell.cache":
            assert session_only(called.get(id(node))), f"{module}, line {node.lineno}: scope='session' is missing"
        if name in ("cache", "lru_cache"):
            assert module in CACHES_FOR_ALL_SESSIONS, f"{module} caches for all sessions"


def test_there_is_one_cache_to_look_at() -> None:
    """Whatever is kept is kept by the one ``cached``: for the session, or for all where it is of the sample.

    What is of the sample, ``tests/pages/test_sessions.py`` says.
    """
    kept = [ast.unparse(node) for _, tree in PARTS for node in ast.walk(tree) if is_a_cache(node)]
    assert sorted("'session'" in one for one in kept) == [False, True], kept


CHANGES = {"append", "add", "update", "setdefault", "extend", "insert", "pop", "clear", "remove", "discard"}
EMPTY_MAKERS = {
    "dict",
    "list",
    "set",
    "defaultdict",
    "WeakValueDictionary",
    "WeakKeyDictionary",
    "OrderedDict",
    "deque",
}


def module_names(tree: ast.Module) -> Iterator[tuple[str, ast.expr | None]]:
    """What a module binds at its top, and to what."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            yield from ((target.id, node.value) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node.value


def starts_empty(bound: ast.expr | None) -> bool:
    """Whether a value is an empty container: a constant never is, a store always."""
    if isinstance(bound, ast.Dict):
        return not bound.keys
    if isinstance(bound, ast.List | ast.Set):
        return not bound.elts
    made = bound.func if isinstance(bound, ast.Call) else None
    name = made.attr if isinstance(made, ast.Attribute) else made.id if isinstance(made, ast.Name) else ""
    return name in EMPTY_MAKERS and isinstance(bound, ast.Call) and not bound.args and not bound.keywords


@pytest.mark.parametrize("module", MODULES)
def test_no_module_keeps_anything_of_an_upload(module: str) -> None:
    tree = source_of(MODULES[module])
    bound = dict(module_names(tree))
    assert [name for name, value in bound.items() if starts_empty(value)] == []
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Global)]
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
        own = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        own |= {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
        for node in ast.walk(function):
            written = isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del)
            changed = isinstance(node, ast.Attribute) and node.attr in CHANGES
            if (written or changed) and isinstance(node.value, ast.Name):  # type: ignore[attr-defined]
                kept = node.value.id  # type: ignore[attr-defined]
                assert kept not in bound or kept in own, f"{module}, {function.name} changes {kept}"
