"""The pack as a PDF: the same exhibits typeset, a page each, pages numbered; its text is data and never markup."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from retention import labels
from retention.glossary import define
from retention.pack.filled import MAPS, filled_table
from retention.pack.fitting import LONGEST, showing
from retention.pack.footnotes import footnote
from retention.pack.inert import plain
from retention.pack.pictures import pictures
from retention.pack.tiles import BoardPack, Tile

MOST_ROWS, MOST_COLUMNS = 40, 10
PICTURE: Final = 820
"""The narrower a drawing, the larger its words on a page."""
FEW: Final = 8
"""Rows up to which the figures stand under their chart."""
LAYOUT: Final = """
#let pack = json("pack.json")
#set document(title: pack.title)
#set page(paper: "a4", flipped: true, margin: (x: 1.8cm, y: 1.6cm),
  footer: context [#set text(8pt, fill: rgb("#5b6b7c")); #h(1fr) #counter(page).display("1 / 1", both: true)])
#set text(font: ("Inter", "Liberation Sans", "DejaVu Sans", "Libertinus Serif"), size: 11pt, fill: rgb("#16202c"))
#v(4cm)
#text(30pt, weight: "bold", "Customer retention")
#parbreak()
#text(15pt, pack.day)
#v(1fr)
#text(9pt, pack.source)
#for tile in pack.tiles {
  pagebreak()
  text(19pt, weight: "bold", tile.heading)
  parbreak()
  if tile.figure != "" { text(44pt, weight: "bold", tile.figure); parbreak() }
  for word in tile.words { text(weight: "bold", word.at(0) + ": "); text(word.at(1)); parbreak() }
  for sentence in tile.sentences { text(sentence); parbreak() }
  if tile.picture != none {
    block(height: 1fr, width: 100%, image(tile.picture, width: 100%, height: 100%, fit: "contain"))
  }
  if tile.rows.len() > 0 {
    set text(if tile.picture == none { 11pt } else { 9pt })
    table(
      columns: tile.headings.len(), stroke: (x, y) => (bottom: 0.5pt + rgb("#d9e1ea")),
      fill: (x, y) => if y == 0 { rgb("#e4ecf5") },
      table.header(..tile.headings.map(heading => text(weight: "bold", heading))),
      ..tile.rows.flatten().map(entry => text(entry)),
    )
    if tile.more != "" { text(8pt, tile.more); parbreak() }
  }
  if tile.map != none {
    set text(8.5pt)
    table(
      columns: (auto, auto) + (1fr,) * (tile.map.headings.len() - 2), stroke: 0.6pt + white,
      inset: (x: 1pt, y: 3.2pt), align: (x, y) => if x == 0 { left } else { center },
      table.header(..tile.map.headings.map(heading => text(weight: "bold", heading))),
      ..tile.map.rows.flatten().map(cell => table.cell(
        fill: if cell.fill == none { none } else { rgb(cell.fill) },
        stroke: if cell.open { stroke(paint: rgb("#566270"), thickness: 0.5pt, dash: "dashed") } else { 0.6pt + white },
        text(fill: rgb(cell.ink), size: if cell.open { 6.5pt } else { 8.5pt }, cell.text),
      )),
    )
    text(8pt, tile.map.said)
  }
  if tile.picture == none { v(1fr) }
  text(8pt, fill: rgb("#5b6b7c"), tile.footnote)
}
#pagebreak()
#text(19pt, weight: "bold", "How every figure is counted")
#for term in pack.terms {
  parbreak()
  text(9.5pt, weight: "bold", term.at(0) + ": ")
  text(9.5pt, term.at(1))
}
"""


def write(pack: BoardPack) -> bytes:
    """The document's bytes."""
    import typst

    drawn = [tile for tile in pack.tiles if tile.exhibit.drawing is not None and tile.exhibit.name not in MAPS]
    with TemporaryDirectory() as name:
        folder = Path(name)
        images = pictures([tile.exhibit for tile in drawn], "svg", titled=False, style=pack.style, width=PICTURE)
        for at, image in enumerate(images):
            (folder / f"{at}.svg").write_bytes(image)
        files = {id(tile): f"{at}.svg" for at, tile in enumerate(drawn)}
        (folder / "pack.json").write_text(json.dumps(_told(pack, files)), encoding="utf-8")
        layout = folder / "pack.typ"
        layout.write_text(LAYOUT, encoding="utf-8")
        return bytes(typst.compile(str(layout), root=name))


def _told(pack: BoardPack, files: Mapping[int, str]) -> dict[str, Any]:
    """Everything that is set in type, as plain data."""
    text = pack.style.text
    return {
        "title": text(pack.title),
        "day": text(f"As of {labels.day(pack.book.as_of)}"),
        "source": ("Sample data of a made-up company. " if pack.sample else f"{plain(pack.name)} ").lstrip()
        + text(pack.rows_account),
        "tiles": [_tile(pack, tile, files.get(id(tile))) for tile in pack.tiles],
        "terms": [[term.name, text(f"{term.plain} {term.definition}")] for term in map(define, pack.terms)],
    }


def _tile(pack: BoardPack, tile: Tile, picture: str | None) -> dict[str, Any]:
    shown, text = tile.exhibit, pack.style.text
    rows = shown.rows(style=pack.style)
    filled = filled_table(shown)
    if filled is not None or (picture is not None and len(rows) >= FEW):
        rows = []
    headings = list(rows[0])[:MOST_COLUMNS] if rows else []
    return {
        "heading": plain(pack.claim(tile)),
        "figure": plain(text(shown.figure)) if picture is None and 0 < len(rows) < FEW else "",
        "words": [[heading, plain(said, longest=1_500)] for heading, said in tile.words.items()],
        "sentences": [plain(text(said), longest=1_500) for said in shown.said],
        "picture": picture,
        "map": None if filled is None else {**asdict(filled), "said": text(filled.said)},
        "headings": [plain(heading) for heading in headings],
        "rows": [[plain(row[heading], longest=LONGEST) for heading in headings] for row in rows[:MOST_ROWS]],
        "more": text(showing(rows, MOST_ROWS, MOST_COLUMNS)),
        "footnote": footnote(pack, tile),
    }
