"""Builds files of any shape, reads each and counts what the first page shows: asked line by line by its test.

Every line is a shape as JSON; what is answered is what this process held at most since the line came, as JSON.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import retention as rt
from retention import exhibits
from tests.security.many_stays import GIGABYTE, most_held

FIRST = date(1990, 1, 1)
KINDS = ("stays", "events", "payments", "sheet", "log", "panel")
HEADS = {
    "stays": "Customer ID,Start date,End date",
    "events": "customer_id,event_date",
    "payments": "Customer,Month,MRR",
    "log": "customer_id,changed_on,old_status,new_status",
    "panel": "customer_id,month,status",
}


def file_of(shape: dict[str, Any]) -> bytes:
    """A file of a kind: so many customers with so many stays or months, days between them, further columns."""
    columns = range(shape["columns"])
    heads = "".join(f",attribute {column}" for column in columns)
    more = ["".join(f",{(column * 31 + row) % shape['distinct']}x" for column in columns) for row in range(997)]
    text = io.StringIO()
    if shape["kind"] == "sheet":
        months = ",".join(f"{1990 + month // 12}-{month % 12 + 1:02d}" for month in range(shape["each"]))
        text.write(f"Customer{heads},{months}\n")
        for who in range(shape["customers"]):
            paid = ("" if (month + who) % (1 + shape["gap"]) else str(1 + who % shape["distinct"])
                    for month in range(shape["each"]))  # fmt: skip
            text.write(f"c{who}{more[who % 997]},{','.join(paid)}\n")
        return text.getvalue().encode()
    text.write(f"{HEADS[shape['kind']]}{heads}\n")
    for row, line in enumerate(_lines(shape)):
        text.write(f"{line}{more[row % 997]}\n")
    return text.getvalue().encode()


def _lines(shape: dict[str, Any]) -> Iterator[str]:
    length, gap = shape["length"], shape["gap"]
    for who in range(shape["customers"]):
        for place in range(shape["each"]):
            start = FIRST + timedelta(days=(length + gap) * place + who % 29)
            month = f"{1990 + (place * (1 + gap)) // 12}-{(place * (1 + gap)) % 12 + 1:02d}"
            end = start + timedelta(days=length)
            last = place == shape["each"] - 1
            match shape["kind"]:
                case "stays":
                    yield f"c{who},{start},{'' if last else end}"
                case "events":
                    yield f"c{who},{start}"
                case "payments":
                    yield f"c{who},{month},{1 + (who + place) % shape['distinct']}"
                case "panel":
                    yield f"c{who},{month}-01,{'active' if place % 3 else 'cancelled'}"
                case "log":
                    yield f"c{who},{start},{'cancelled,active' if place % 2 == 0 else 'active,cancelled'}"


def first_page(content: bytes) -> None:
    """What the first page shows of a file, with the likeliest answer to what it asks."""
    answers: dict[str, str] = {}
    for _ in range(6):
        try:
            book = rt.read_book(content, name="any.csv", answers=answers)
            break
        except rt.NeedsAnswer as asked:
            answers |= {question.key: question.choices[0].value for question in asked.questions}
    else:
        raise AssertionError(answers)
    start, end = book.default_window()
    for name in ("retention_rate", "opening_to_closing", "findings", "who_left", "other_definitions"):
        exhibits.build(name, book, {"start": start.isoformat(), "end": end.isoformat()}).spec()
    exhibits.build("retention_trend", book, {}).spec()


def main() -> None:
    """Answers shape after shape."""
    resource.setrlimit(resource.RLIMIT_DATA, (3 * GIGABYTE, 3 * GIGABYTE))
    for line in sys.stdin:
        shape = json.loads(line)
        content = file_of(shape)
        Path("/proc/self/clear_refs").write_text("5")  # what was held at most counts from now on
        told: dict[str, Any] = {"file": round(len(content) / 2**20, 2), "before": most_held()}
        try:
            first_page(content)
        except rt.RetentionError as refused:
            told["refused"] = str(refused)
        sys.stdout.write(json.dumps({**told, "megabytes": most_held()}) + "\n")
        sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
