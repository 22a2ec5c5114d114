"""The fence holds: hostile files become a sentence, quickly, and leave nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import polars as pl
import pytest

from retention.coded import is_coded
from retention.errors import Choice, IntakeError, NeedsAnswer, Question
from retention.intake.read import sandbox as fence
from retention.intake.read.parsing import parse
from retention.intake.read.sandbox import read_table
from retention.intake.read.worker_io import collect, leave_error

CSV = "id,name,arr\n1,Acmé,10\n2,b,20,x\n3,c,\n\n4,d,40\n".encode()


def test_the_table_arrives_as_it_was_parsed(tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_bytes(CSV)
    expected = parse(CSV, "customers.csv")
    for table in (read_table(file), read_table(str(file)), read_table(CSV, name="customers.csv")):
        assert table.frame.equals(expected.frame)
        assert table.rows.equals(expected.rows)
        assert table.set_aside.equals(expected.set_aside)
        assert table.repairs.equals(expected.repairs)
        about = ("header_row", "dialect", "rows_blank", "name", "sha256", "rows_read")
        assert [getattr(table, one) for one in about] == [getattr(expected, one) for one in about]


def test_words_that_repeat_arrive_as_they_were_held(tmp_path: Path) -> None:
    words = ["Größe", None, "basic", "", "NULL\x00", "🦆"] * 9
    held = pl.DataFrame({"note": words, "plan": words[::-1], "id": [str(at) for at in range(54)]})
    held.write_parquet(tmp_path / "customers.parquet")
    table = read_table(tmp_path / "customers.parquet")
    expected = parse((tmp_path / "customers.parquet").read_bytes(), "customers.parquet")
    assert [is_coded(cells) for cells in table.cells] == [True, True, False]
    assert table.cells.schema == expected.cells.schema
    assert table.frame.equals(expected.frame)
    assert table.frame.equals(held.with_columns(pl.all().replace("", None)))


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    read_table(CSV, name="customers.csv")
    with pytest.raises(IntakeError):
        read_table(b"%PDF-1.7", name="customers.csv")
    assert list(tmp_path.iterdir()) == []


def test_an_error_is_the_same_sentence_on_both_sides() -> None:
    with pytest.raises(IntakeError) as inside:
        parse(b"%PDF-1.7", "customers.csv")
    with pytest.raises(IntakeError) as outside:
        read_table(b"%PDF-1.7", name="customers.csv")
    assert str(outside.value) == str(inside.value)


def test_a_question_crosses_whole(tmp_path: Path) -> None:
    question = Question("sheet", "Which?", (Choice("A", "A: 2 rows"), Choice("B", "B", "91%")), ((1, "A", "id"),))
    leave_error(tmp_path, NeedsAnswer([question]))
    with pytest.raises(NeedsAnswer) as asked:
        collect(tmp_path)
    assert asked.value.questions == (question,)


def test_what_never_reaches_the_worker(tmp_path: Path) -> None:
    for source, name, said in (
        (b"", "a.csv", "empty"),
        (b"x" * 2_000, "a.csv", "too large"),
        (CSV, None, "name="),
        (tmp_path / "nowhere.csv", None, "no file"),
        (tmp_path, None, "no file"),
    ):
        with pytest.raises(IntakeError, match=said):
            read_table(source, name=name, max_bytes=1_000)


def run_instead(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Puts a program in the worker's place that does what a parser must not."""
    start = subprocess.Popen

    def other(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        return start([sys.executable, "-c", code, *command[3:]], **options)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(fence.subprocess, "Popen", other)


@pytest.mark.parametrize("code", ["import os; os.abort()", "raise SystemExit(3)", "import os; os.kill(os.getpid(), 9)"])
def test_a_worker_that_dies_becomes_a_sentence(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    run_instead(monkeypatch, code)
    with pytest.raises(IntakeError, match="crash"):
        read_table(CSV, name="a.csv")


def test_a_worker_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(fence, "_SHORTEST", 0.5)
    started = time.monotonic()
    with pytest.raises(IntakeError, match="stopped after"):
        read_table(CSV, name="a.csv")
    assert time.monotonic() - started < 50, "the worker sleeps for a minute"


def test_a_worker_that_grows_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, "x = bytearray(b'1' * 300_000_000); import time; time.sleep(60)")
    monkeypatch.setattr(fence, "_MEMORY", 100_000_000)
    with pytest.raises(IntakeError, match="memory"):
        read_table(CSV, name="a.csv")


def test_reading_can_be_watched_and_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    run_instead(monkeypatch, "import time; time.sleep(60)")
    seen: list[float] = []

    def watch(seconds: float) -> bool:
        seen.append(seconds)
        return len(seen) < 3

    with pytest.raises(IntakeError, match="as asked"):
        read_table(CSV, name="a.csv", watch=watch)
    assert seen == sorted(seen)


def test_a_parser_panic_becomes_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def panic(*_: object) -> None:
        raise pl.exceptions.PanicException("boom")

    monkeypatch.setattr("retention.intake.read.parsing.read_delimited", panic)
    with pytest.raises(IntakeError, match="damaged"):
        parse(CSV, "a.csv")


@pytest.mark.skipif(sys.platform != "linux", reason="resource limits are set on Linux")
def test_memory_is_capped_inside_the_worker() -> None:
    code = "from retention.intake.read.worker import _limit; _limit(300_000_000, 9); x = bytearray(10**9)"
    env = {**os.environ, "PYTHONPATH": str(Path(fence.__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert "MemoryError" in done.stderr


def test_the_worker_pays_for_no_charts() -> None:
    code = "import sys, retention.intake.read.worker, retention.intake.read.parsing; print(*sys.modules)"
    env = {**os.environ, "PYTHONPATH": str(Path(fence.__file__).parents[2])}
    loaded = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout
    assert {"altair", "scipy", "streamlit", "pandas", "xlsxwriter"}.isdisjoint(loaded.split())


def test_customers_never_reach_the_environment_or_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    code = "import json, os, sys, pathlib; o = json.loads(sys.stdin.readline());"
    code += "pathlib.Path(o['folder'], 'outcome.json').write_text(json.dumps({'error': ' '.join(os.environ)}))"
    run_instead(monkeypatch, code)
    with pytest.raises(IntakeError) as options:
        read_table(CSV, name="a.csv")
    assert "SECRET_TOKEN" not in str(options.value)
