"""The pack as one web page: it opens without a network, with charts one can point at, and prints a tile a page."""

from __future__ import annotations

import json
from html import escape
from typing import Any, Final

from retention.glossary import define
from retention.pack.fitting import showing
from retention.pack.footnotes import footnote, method
from retention.pack.inert import plain
from retention.pack.tiles import BoardPack, Tile

POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; "
    "font-src data:; connect-src 'none'; form-action 'none'; base-uri 'none'"
)
"""Nothing is loaded and nothing is sent; charts compile their expressions in the page."""
STYLE: Final = """
:root { color-scheme: light; }
body { font: 17px/1.5 Inter, 'Segoe UI', system-ui, sans-serif; color: #16202c; max-width: 1080px; margin: 0 auto;
  padding: 2rem 1.2rem; }
h1 { font-size: 2.1rem; } h2 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
section { margin: 3rem 0; } .small { color: #5b6b7c; font-size: .82rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem;
  border-bottom: 1px solid #d9e1ea; } th { background: #e4ecf5; }
.wide { overflow-x: auto; } .chart { width: 100%; } summary { cursor: pointer; color: #1f5fa8; }
pre { background: #f3f6fa; padding: .8rem; overflow-x: auto; font-size: .85rem; }
@media print { section { break-after: page; margin: 0; } details { display: none; } }
"""
DRAW: Final = """
for (const holder of document.querySelectorAll('.chart')) {
  const spec = JSON.parse(document.getElementById(holder.dataset.spec).textContent);
  vegaEmbed(holder, spec, {actions: false, renderer: 'svg'});
}
"""
MOST_ROWS: Final = 200


def write(pack: BoardPack) -> bytes:
    """The page's bytes: text, tables, charts and the one script that draws them."""
    sections = [_section(pack, tile, at) for at, tile in enumerate(pack.tiles)]
    text = pack.style.text
    drawn = any(tile.exhibit.drawing for tile in pack.tiles)
    words = "".join(
        f"<dt><b>{escape(term.name)}</b></dt><dd>{escape(text(f'{term.plain} {term.definition}'))} "
        f"<span class='small'>({escape(term.source)})</span></dd>"
        for term in map(define, pack.terms)
    )
    source = "Sample data of a made-up company. " if pack.sample else f"From {plain(pack.name)}. " if pack.name else ""
    script = f"<script>{_bundle()}</script><script>{DRAW}</script>" if drawn else ""
    page = (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'>"
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(text(pack.title))}</title><style>{STYLE}</style></head><body>"
        f"<h1>{escape(text(pack.title))}</h1><p class='small'>{escape(source + text(pack.rows_account))}</p>"
        f"{''.join(sections)}<section><h2>How every figure is counted</h2><dl>{words}</dl></section>{script}"
        f"</body></html>"
    )
    return page.encode()


def _section(pack: BoardPack, tile: Tile, at: int) -> str:
    shown, text = tile.exhibit, pack.style.text
    said = "".join(f"<p>{escape(plain(text(line), longest=2_000))}</p>" for line in shown.said)
    words = "".join(
        f"<p><b>{escape(heading)}</b>: {escape(plain(own, longest=2_000))}</p>" for heading, own in tile.words.items()
    )
    how = "".join(f"<p>{escape(text(line))}</p>" for line in method(tile))
    return (
        f"<section><h2>{escape(plain(pack.claim(tile)))}</h2>{words}{said}{_chart(pack, tile, at)}{_table(pack, tile)}"
        f"<p class='small'>{escape(footnote(pack, tile))}</p>"
        f"<details><summary>How computed</summary>{how}<pre>{escape(shown.code)}</pre></details></section>"
    )


def _chart(pack: BoardPack, tile: Tile, at: int) -> str:
    spec = tile.exhibit.spec("light", sample=pack.sample)
    if spec is None:
        return ""
    inside = json.dumps(pack.style.chart(spec), default=str).replace("<", "\\u003c").replace("\u2028", "\\u2028")
    held = f"<script type='application/json' id='spec-{at}'>{inside}</script>"
    described = escape(plain(pack.style.text(str(spec.get("description", "")))))
    return f"{held}<div class='chart' data-spec='spec-{at}' role='img' aria-label='{described}'></div>"


def _table(pack: BoardPack, tile: Tile) -> str:
    rows = tile.exhibit.rows(style=pack.style)
    if not rows:
        return ""
    head = "".join(f"<th>{escape(plain(name))}</th>" for name in rows[0])
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(plain(text))}</td>' for text in row.values())}</tr>" for row in rows[:MOST_ROWS]
    )
    cut = pack.style.text(showing(rows, MOST_ROWS, len(rows[0])))
    more = f"<p class='small'>{escape(cut)}</p>" if cut else ""
    return f"<div class='wide'><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{more}"


def _bundle() -> str:
    """The one script that draws every chart of the page."""
    import vl_convert

    bundle: Any = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return str(bundle).replace("</script", "<\\/script")
