"""The pack as a PDF: the same exhibits typeset, a page each, pages numbered; its text is data and never markup."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from retention import labels
from retention.glossary import define
from retention.pack.footnotes import footnote
from retention.pack.inert import plain
from retention.pack.pictures import pictures
from retention.pack.tiles import BoardPack, Tile

MOST_ROWS, MOST_COLUMNS = 18, 8
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
  for word in tile.words { text(weight: "bold", word.at(0) + ": "); text(word.at(1)); parbreak() }
  for sentence in tile.sentences { text(sentence); parbreak() }
  if tile.picture != none { align(center, image(tile.picture, width: 24cm)) }
  if tile.rows.len() > 0 and (tile.picture == none or tile.rows.len() < 8) {
    set text(9pt)
    table(
      columns: tile.headings.len(), stroke: (x, y) => (bottom: 0.5pt + rgb("#d9e1ea")),
      fill: (x, y) => if y == 0 { rgb("#e4ecf5") },
      table.header(..tile.headings.map(heading => text(weight: "bold", heading))),
      ..tile.rows.flatten().map(entry => text(entry)),
    )
    if tile.more != "" { text(8pt, tile.more) }
  }
  v(1fr)
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

    drawn = [tile for tile in pack.tiles if tile.exhibit.drawing is not None]
    with TemporaryDirectory() as name:
        folder = Path(name)
        images = pictures([tile.exhibit for tile in drawn], "svg", titled=False)
        for at, image in enumerate(images):
            (folder / f"{at}.svg").write_bytes(image)
        files = {id(tile): f"{at}.svg" for at, tile in enumerate(drawn)}
        told = {
            "title": pack.title,
            "day": f"As of {labels.day(pack.book.as_of)}",
            "source": ("Sample data of a made-up company. " if pack.sample else f"{plain(pack.name)} ").lstrip()
            + pack.rows_account,
            "tiles": [_tile(pack, tile, files.get(id(tile))) for tile in pack.tiles],
            "terms": [[term.name, f"{term.plain} {term.definition}"] for term in map(define, pack.terms)],
        }
        (folder / "pack.json").write_text(json.dumps(told), encoding="utf-8")
        layout = folder / "pack.typ"
        layout.write_text(LAYOUT, encoding="utf-8")
        return bytes(typst.compile(str(layout), root=name))


def _tile(pack: BoardPack, tile: Tile, picture: str | None) -> dict[str, Any]:
    rows = tile.exhibit.rows()
    headings = list(rows[0])[:MOST_COLUMNS] if rows else []
    return {
        "heading": plain(tile.heading),
        "words": [[heading, plain(text, longest=1_500)] for heading, text in tile.words.items()],
        "sentences": [plain(text, longest=1_500) for text in (*tile.exhibit.sentences, *tile.exhibit.warnings)],
        "picture": picture,
        "headings": [plain(heading) for heading in headings],
        "rows": [[plain(row[heading], longest=60) for heading in headings] for row in rows[:MOST_ROWS]],
        "more": f"Showing {MOST_ROWS} of {len(rows):,} rows" if len(rows) > MOST_ROWS else "",
        "footnote": footnote(pack, tile),
    }
