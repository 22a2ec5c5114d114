"""What `make app` installs: the very files of the versions that CI tests, by their hashes, on any platform."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def requirements(name: str) -> dict[str, list[Requirement]]:
    """The requirements of a file by the name of their project, hashes aside."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [HASH.sub("", line).strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found: dict[str, list[Requirement]] = {}
    for one in map(Requirement, lines):
        found.setdefault(one.name.lower().replace("_", "-"), []).append(one)
    return found


APP = requirements("requirements.app.lock.txt")


def test_every_file_that_may_be_installed_is_known_by_its_hash() -> None:
    text = (ROOT / "requirements.app.lock.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    assert all(HASH.search(line) for line in text.splitlines())
    assert not re.search(r"://|^-(?!-hash)|--(?!hash=)", text, re.MULTILINE), "an index, a link or an option"


@pytest.mark.parametrize("name", requirements("requirements.txt"))
def test_every_library_of_the_app_is_pinned_within_its_range(name: str) -> None:
    (asked,) = requirements("requirements.txt")[name]
    assert APP[name]
    for pinned in APP[name]:
        (pin,) = pinned.specifier
        assert pin.operator == "=="
        assert asked.specifier.contains(pin.version)


def test_the_app_runs_on_the_versions_that_are_tested() -> None:
    tested = requirements("requirements.lock.txt")
    for name, pins in APP.items():
        assert {str(pin) for pin in pins} <= {str(pin) for pin in tested[name]}, name


def test_the_app_is_installed_by_hashes_and_without_what_only_tests_need() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"--require-hashes \\\n\s+-r requirements\.app\.lock\.txt", makefile)
    assert not {"pytest", "hypothesis", "playwright", "mypy"} & set(APP)
