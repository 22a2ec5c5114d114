"""The package as it is installed elsewhere: built, put into an environment of its own, and used from another folder."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.request
import venv
from pathlib import Path

import pytest

from retention.command import FILE

ROOT = Path(__file__).parents[1]
BIN = "Scripts" if os.name == "nt" else "bin"
CUSTOMERS = "Customer ID,Start date,Churn date\na,2022-01-01,\nb,2022-02-01,2023-01-15\nc,2022-02-01,\nd,2023-02-28,\n"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment that holds the built package; libraries are those of this one."""
    folder = tmp_path_factory.mktemp("installed")
    wheels, environment = folder / "wheels", folder / "venv"
    build = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(wheels), str(ROOT)]
    subprocess.run([sys.executable, "-m", "pip", *build], check=True)
    venv.create(environment, with_pip=False, symlinks=os.name != "nt")
    (wheel,) = wheels.glob("retention-*.whl")
    python = environment / BIN / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", str(wheel)],
        check=True,
    )
    (packages,) = environment.rglob("site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_paths()["purelib"])
    return environment / BIN


def said_by(installed: Path, code: str, folder: Path, **variables: str) -> str:
    """What some lines print in that environment, run from another folder."""
    ran = subprocess.run(
        [str(installed / "python"), "-c", code],
        cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_the_package_is_imported_from_where_it_is_installed_and_reads_a_file(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(CUSTOMERS)
    code = "import retention as rt; print(rt.__file__); print(rt.read_book('own.csv').ledger.rows_used)"
    where, used = said_by(installed, code, tmp_path).splitlines()
    assert Path(where).is_relative_to(installed.parent)
    assert used == "4"
    assert int(said_by(installed, "from retention.benchmarks import published; print(len(published()))", tmp_path)) > 9


@pytest.mark.parametrize("given", [False, True])
def test_the_installed_app_opens_on_the_sample_or_on_the_file_that_is_named(
    installed: Path, tmp_path: Path, *, given: bool
) -> None:
    (tmp_path / "own.csv").write_text(CUSTOMERS)
    code = (
        "import sys\n"
        "from retention.app_folder import APP_FOLDER\n"
        "sys.path.insert(0, str(APP_FOLDER))\n"
        "from streamlit.testing.v1 import AppTest\n"
        "app = AppTest.from_file(str(APP_FOLDER / 'app.py'), default_timeout=60).run()\n"
        "assert not app.exception, app.exception\n"
        "print(app.session_state['files'].source.table.name, app.metric[0].value)\n"
    )
    said = said_by(installed, code, tmp_path, **({FILE: str(tmp_path / "own.csv")} if given else {}))
    assert said.splitlines()[-1] == ("own.csv 66.7%" if given else "sample_customers.csv 85.8%")


def test_the_command_serves_the_app_on_this_machine_alone(installed: Path, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    command = [str(installed / "retention-notebook"), "--port", str(port)]
    quiet = {**os.environ, "STREAMLIT_SERVER_HEADLESS": "true", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=tmp_path, env=quiet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as app:
        try:
            assert answered(f"http://localhost:{port}/_stcore/health") == "ok"
        finally:
            app.terminate()
            said = app.communicate(timeout=30)[0]
    assert f"localhost:{port}" in said


def answered(address: str) -> str:
    """What a server says once it is up."""
    for _ in range(120):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.5)
    return "nothing"


def test_a_file_that_is_not_there_is_said_before_anything_opens(installed: Path, tmp_path: Path) -> None:
    ran = subprocess.run(
        [str(installed / "retention-notebook"), "nowhere.csv"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert "There is no file nowhere.csv. Give the path of a customer file" in ran.stderr
