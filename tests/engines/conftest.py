"""Engines that stand apart: Spark in one session, PostgreSQL on a socket of its own; without them tests are skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

import pytest

ENGINES = "ENGINES"
"""The variable that has these tests run: any value, or "required" where an absent engine is a fault."""


@pytest.fixture(scope="session", autouse=True)
def _only_if_asked() -> None:
    if ENGINES not in os.environ:
        pytest.skip("takes Spark and PostgreSQL: run by `make test-engines`")


def absent(what: str) -> NoReturn:
    """Skip, or fail where the engines are required."""
    if os.environ.get(ENGINES) == "required":
        pytest.fail(f"{ENGINES}=required, but there is no {what}")
    pytest.skip(f"there is no {what}")


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """One session of Spark for all tests."""
    if find_spec("pyspark") is None:
        absent("PySpark")
    if shutil.which("java") is None:
        absent("Java runtime")
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    yield session
    session.stop()


def _server() -> Path | None:
    """The folder of PostgreSQL's programs: Debian keeps them off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda place: int(place.parts[-3]))
    named = shutil.which("initdb")
    return found[-1].parent if found else Path(named).resolve().parent if named else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A connection to a PostgreSQL server of these tests' own, stopped when they end."""
    programs = _server()
    if programs is None:
        absent("PostgreSQL")
    if find_spec("psycopg") is None:
        absent("psycopg")
    import psycopg

    # A server refuses to be run by root: then it is run by the account that the package made for it.
    own = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    with tempfile.TemporaryDirectory() as folder:
        if own:
            shutil.chown(folder, "postgres")
        rows = f"{folder}/rows"

        def run(*command: str) -> None:
            ran = subprocess.run([*own, *command], capture_output=True, text=True, cwd=folder, timeout=60, check=False)
            if ran.returncode:
                raise RuntimeError(f"{command[0]}: {ran.stdout} {ran.stderr}")

        run(str(programs / "initdb"), "-D", rows, "-U", "tests", "-A", "trust", "--no-sync", "-E", "UTF8")
        settings = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run(str(programs / "pg_ctl"), "-D", rows, "-o", settings, "-l", f"{folder}/log", "-w", "start")
        try:
            with psycopg.connect(host=folder, user="tests", dbname="postgres", autocommit=True) as connection:
                yield connection
        finally:
            run(str(programs / "pg_ctl"), "-D", rows, "-m", "immediate", "stop")
