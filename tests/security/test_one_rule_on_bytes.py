"""No upload is parsed outside the sandbox, or is above 1 MB when it is: however it comes in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.parts.shell.saved_files import text_of
from retention.errors import InputError, IntakeError, RetentionError
from retention.intake.columns.saved import mapping_from_json
from retention.planning.scenarios import from_file
from retention.saved_text import LARGEST_SAVED, read_saved
from tests.test_architecture import MODULES, source_of

IN_THE_WORKER = "retention.intake.read."
SAVED_ONLY = "retention.saved_text"
OWN_FILES = {
    "retention.benchmarks": "the table of published figures",
    "pages.parts.shell.sample": "the sample",
    "pages.parts.shell.sidebar": "the files to try",
    "retention.intake": "names the parser for tests and notebooks",
    "retention.pack.pictures": "the answer of its own drawing process",
    "retention.pack.analysis": "a saved analysis, by its path in a notebook; no page may, see below",
}
"""Modules that parse what is nobody's upload."""
UPLOADS = {"pages.parts.shell.upload": "hands it to the sandbox", "pages.parts.shell.saved_files": "checks its size"}
PARSERS = re.compile(
    r"""(?x) (parse|eval|exec|ZipFile) | \w+(\.\w+)* \. (loads|literal_eval|fromstring|ZipFile|open_file|open_stream)
        | (json|pickle|marshal|tomllib|yaml|ast)\.(load|parse) | csv\.\w+ | \w*\.?CalamineWorkbook(\.\w+)?
        | pl\.(read|scan)_\w+"""
)


def parsing(tree: ast.AST) -> Iterator[str]:
    """Calls that give bytes or text a meaning."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and PARSERS.fullmatch(ast.unparse(node.func)):
            yield f"line {node.lineno}: {ast.unparse(node.func)}"


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith(IN_THE_WORKER)])
def test_only_the_sandbox_parses(module: str) -> None:
    if module != SAVED_ONLY and module not in OWN_FILES:
        assert list(parsing(source_of(MODULES[module]))) == []


@pytest.mark.parametrize("line", ["json.loads(a)", "pl.read_csv(a)", "parse(a, 'b')", "pa.ipc.open_file(a)", "eval(a)"])
def test_parsing_is_seen(line: str) -> None:
    assert list(parsing(ast.parse(line)))


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("pages")])
def test_the_bytes_of_an_upload_are_taken_in_two_places(module: str) -> None:
    taken = [
        node.lineno
        for node in ast.walk(source_of(MODULES[module]))
        if isinstance(node, ast.Attribute) and node.attr in ("getvalue", "getbuffer")
    ]
    assert module in UPLOADS or taken == [], f"lines {taken}: an upload is read by text_of or by the sandbox"


IN_THE_SANDBOX = {"retention.intake.read.worker", "retention.intake.read.saved_tables"}


@pytest.mark.parametrize("module", [name for name in MODULES if name not in IN_THE_SANDBOX])
def test_a_saved_analysis_is_unpacked_in_the_sandbox_alone(module: str) -> None:
    taken = {
        alias.name
        for node in ast.walk(source_of(MODULES[module]))
        if isinstance(node, ast.ImportFrom) and node.module == "retention.intake.read.saved_tables"
        for alias in node.names
    }
    assert "unpacked" not in taken, "it is a zip of tables: it is read by read_saved"


class Upload:
    """What Streamlit hands a page; its bytes are not to be touched where it is too large."""

    def __init__(self, content: bytes, size: int | None = None) -> None:
        self.content, self.size, self.name = content, len(content) if size is None else size, "saved.json"

    def getvalue(self) -> bytes:
        assert self.size <= LARGEST_SAVED, "looked into a file that is too large"
        return self.content


def test_a_file_above_the_limit_is_refused_before_it_is_looked_at() -> None:
    with pytest.raises(InputError, match=r"too large for scenarios: 60\.0 MB, where 1 MB is the most"):
        text_of(Upload(b"", size=60_000_000), what="scenarios")  # type: ignore[arg-type]
    assert text_of(Upload("{„}".encode()), what="scenarios") == "{„}"  # type: ignore[arg-type]


@pytest.mark.parametrize("depth", [5_000, 100_000, LARGEST_SAVED])
@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"headers":'])
def test_brackets_without_an_end_are_no_saved_file(depth: int, opening: str) -> None:
    text = (opening * depth)[:LARGEST_SAVED]
    with pytest.raises(IntakeError, match="no saved mapping"):
        mapping_from_json(text)
    with pytest.raises(InputError, match="no file of scenarios"):
        from_file(text, survival={})


def test_a_text_above_the_limit_is_not_parsed() -> None:
    text = "[" + "0," * LARGEST_SAVED + "0]"
    for read in (
        mapping_from_json,
        lambda text: from_file(text, survival={}),
        lambda text: read_saved(text, what="it"),
    ):
        with pytest.raises(RetentionError, match="where 1 MB is the most"):
            read(text)


def test_the_project_has_no_other_fields() -> None:
    fields = [
        ast.unparse(node)
        for module, path in MODULES.items()
        if module.startswith("pages")
        for node in ast.walk(source_of(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("file_uploader")
    ]
    small = [field for field in fields if "max_upload_size=MEGABYTES" in field]
    assert len(fields) - len(small) == 1, "one field takes tables, for the sandbox"
    assert Path(MODULES["pages.parts.shell.upload"]).read_text(encoding="utf-8").count("file_uploader(") == 1
