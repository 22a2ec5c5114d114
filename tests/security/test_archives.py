"""An archive that says two things under one name is refused, not half read."""

from __future__ import annotations

import io
import warnings
import zipfile

import pytest

from retention.errors import IntakeError
from retention.intake.read.parsing import parse


@pytest.mark.parametrize("name", ["list.csv", "export/März/kunden.csv"])
def test_one_name_twice_is_refused_in_a_sentence(name: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for rows in ("id,start\na,2024-01-01\n", "id,start\nb,2024-01-01\nc,2024-02-01\n"):
            archive.writestr(name, rows)
    with pytest.raises(IntakeError, match=rf"two files under the one name “{name.rpartition('/')[2]}”"):
        parse(out.getvalue(), "export.zip")
