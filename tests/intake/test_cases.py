"""Files that founders bring, with the right figure: each is read right, within the questions it may take."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.intake.cases import cases, tried


@pytest.mark.skipif(not cases(), reason="the shared examples are not beside the project")
@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_case_is_right_within_its_questions(case: Path) -> None:
    assert tried(case).faults == []
