import streamlit as st

from pages.parts.more.segments import namer, show_drivers, show_managers, show_mix, show_reasons
from pages.parts.shell import cached
from pages.parts.show.show import (
    frame_of,
    open_page,
    show_board_table,
    show_chart,
    show_method,
    show_when_open,
    written,
)
from retention import charts, labels
from retention.benchmarks import published, segment_bands
from retention.dashboard import Line, own_mix
from retention.exhibits.wording import (
    change_in_short,
    change_range,
    heading,
    span_before,
    standing_sentence,
    window_name,
)
from retention.takeaways.rates import range_cell, segments_sentence

CODE = "print(rt.logo_retention(book, start={start!r}, end={end!r}, by={by!r}))"

view = open_page("Where do we lose them?")
columns = cached.attributes_to_split_by(view.book)
if not columns:
    st.info(
        "This file has no column with 2 to 40 different values to split by: a segment, plan, region or CSM would do."
    )
    st.stop()

by = st.selectbox("Split by", columns, format_func=lambda name: heading(view.book, name), key="by", bind="query-params")
bands = segment_bands(published()) if by == "segment" else None
lines = cached.dashboard(view.book, start=view.start, end=view.end, by=by, bands=bands)
total = cached.total_line(view.book, start=view.start, end=view.end, band=own_mix(lines, bands) if bands else None)
since = span_before(view.start, view.end)

name_of = namer(view, by)


def board_row(name: str, line: Line) -> dict[str, str]:
    row = {
        heading(view.book, by): name,
        "Opening": labels.count(line.counts["starting"]),
        "Left": labels.count(line.counts["churned"]),
        "New": labels.count(line.counts["new"]),
        "Came back": labels.count(line.counts["reactivated"]),
        "Closing": labels.count(line.counts["ending"]),
        "Retention": labels.percent(line.now.rate),
        f"Change {since}": change_in_short(line.change),
    }
    if bands:
        row["Benchmark"] = line.band.label if line.band else labels.NOTHING
        row["Verdict"] = standing_sentence(line.verdict, line.now, line.band)
    return row


sentence = segments_sentence(lines, heading(view.book, by).lower(), name_of=name_of, since=since)
rows = [line.row() | {by: name_of(line.value)} for line in lines]
show_chart(
    charts.segment_ranges(
        rows,
        by=by,
        **frame_of(
            view,
            sentence,
            f"Retention by {heading(view.book, by)} over the {window_name(view.start, view.end)}, each with the range "
            "luck alone could give",
            total.now.starting,
        ),
    ),
    key="ranges",
)
st.caption(
    f"Over the {window_name(view.start, view.end)}. {heading(view.book, by)} as recorded now, not at the opening: "
    "those who stay get upgraded, those who left keep their last value, so the upper ones look better than they were."
)
show_board_table(
    [*(board_row(name_of(line.value), line) for line in lines), board_row("Total", total)],
    alt=f"Customers by {heading(view.book, by)}: opening, left, new, closing, retention, change and verdict",
)
if bands:
    band = next(iter(bands.values()))
    st.caption(written(f"Benchmarks: {band.source}. Total: the same bands weighted by your own mix of segments."))

show_when_open("More: why the rate moved", lambda: show_mix(view, by))
show_when_open("More: what sets stayers apart", lambda: show_drivers(view))
if "csm" in view.book.attributes:
    show_when_open("More: managers against what their mix predicts", lambda: show_managers(view, "csm"))
show_when_open("More: the reasons they gave", lambda: show_reasons(view))

show_method(
    view,
    ["logo_retention", "attributes_as_now", "ladder", "newcombe_interval", "verdict", "swing_count", "mixed_band"],
    CODE.format(start=view.start, end=view.end, by=by),
    [
        {
            "Line": name_of(line.value) if line is not total else "Total",
            "Now": f"{line.now.retained:,} of {line.now.starting:,}",
            "Luck alone, 95%": range_cell(line.now),
            "Before": f"{line.before.retained:,} of {line.before.starting:,}",
            "Difference": change_range(line.change),
        }
        for line in [*lines, total]
    ],
)
