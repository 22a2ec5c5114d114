"""What a saved plan may type again: fields there are, with values of their own kind; anything else is left out."""

from __future__ import annotations

import math

import pytest

from retention.planning.inputs import fields_that_fit

STANDARD = {"rate": 89.0, "worth": None, "years": 3, "made": 0, "ramped": False, "what": "Software", "segments": [0, 1]}


@pytest.mark.parametrize(
    ("field", "value"),
    [("rate", 91.5), ("worth", None), ("worth", 12), ("worth", 0.5), ("years", 5), ("ramped", True),
     ("what", "Training"), ("segments", [2])],
)  # fmt: skip
def test_values_of_its_kind_are_typed_again(field: str, value: object) -> None:
    assert fields_that_fit({field: value}, STANDARD) == {field: value}


@pytest.mark.parametrize(
    ("field", "value"),
    [("files", 1), ("rate", 91), ("rate", "91"), ("rate", math.inf), ("worth", "x"), ("worth", True), ("years", 2.5),
     ("years", True), ("ramped", 1), ("what", "y" * 61), ("what", None), ("segments", "0"), ("segments", [0.5]),
     ("made", None)],
)  # fmt: skip
def test_anything_else_is_left_out(field: str, value: object) -> None:
    assert fields_that_fit({field: value}, STANDARD) == {}
