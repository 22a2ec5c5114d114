"""Exhibits as pictures, drawn in a process of their own: the drawing library takes seconds and memory to start."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal

import retention
from retention.errors import InputError
from retention.exhibits import Exhibit
from retention.number_styles import ENGLISH, NumberStyle

WIDTH: Final = 1_000
SHARPNESS: Final = 2
SECONDS: Final = 120
Format = Literal["png", "svg"]

_DRAW: Final = """
import base64, json, sys
import vl_convert
asked = json.load(sys.stdin)
draw = {"svg": lambda spec: vl_convert.vegalite_to_svg(spec).encode(),
        "png": lambda spec: vl_convert.vegalite_to_png(spec, scale=asked["scale"])}[asked["format"]]
json.dump([base64.b64encode(draw(spec)).decode() for spec in asked["specs"]], sys.stdout)
"""


def pictures(
    shown: Sequence[Exhibit], kind: Format, *, sample: bool = False, titled: bool = True,
    style: NumberStyle = ENGLISH, width: int = WIDTH,
) -> list[bytes]:  # fmt: skip
    """The charts of some exhibits as pictures, in light colours, sharp enough for a projector.

    Args:
        shown: exhibits that have a chart.
        kind: "png" or "svg".
        sample: whether the book is the sample, which every picture then says.
        titled: whether the takeaway and the line below it stand in the picture, not beside it.
        style: how numbers are written.
        width: of the drawing: the narrower, the larger its words where it is shown.

    Raises:
        InputError: the drawing did not come to an end.
    """
    specs = [style.chart(_alone(one, sample=sample, titled=titled, width=width)) for one in shown]
    if not specs:
        return []
    asked = json.dumps({"specs": specs, "format": kind, "scale": SHARPNESS}, default=str)
    try:
        ran = subprocess.run(
            [sys.executable, "-I", "-c", _DRAW], input=asked, capture_output=True, text=True, check=True,
            timeout=SECONDS, cwd=Path(retention.__file__ or ".").parent,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as problem:
        raise InputError(
            "The charts could not be drawn as pictures; try again, or take another kind of file."
        ) from problem
    return [base64.b64decode(picture) for picture in json.loads(ran.stdout)]


def _alone(shown: Exhibit, *, sample: bool, titled: bool, width: int) -> dict[str, Any]:
    """The specification of a chart that stands by itself, on white."""
    spec = shown.spec("light", sample=sample) or {}
    kept = spec if titled else {name: part for name, part in spec.items() if name != "title"}
    return {**kept, "width": width, "background": "white"}


def picture(shown: Exhibit, kind: Format, *, sample: bool = False, style: NumberStyle = ENGLISH) -> bytes:
    """The chart of one exhibit as a picture."""
    return pictures([shown], kind, sample=sample, style=style)[0]
