from __future__ import annotations

import pytest

from retention.charts import roi_curve
from retention.number_styles import FORMATS, NARROW_SPACE, NumberStyle

CONTINENTAL = NumberStyle("€", *FORMATS["1.234,5"])


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("€1,841,280 at 85.8%", "€1.841.280 at 85,8%"),
        ("1,644 customers, of 3.", "1.644 customers, of 3."),
        ("As of 31 Dec 2025, month 12.", "As of 31 Dec 2025, month 12."),
        ("−€5,579 and 0.65 pts", "−€5.579 and 0,65 pts"),
    ],
)
def test_numbers_change_and_punctuation_stays(written: str, said: str) -> None:
    assert CONTINENTAL.text(written) == said
    assert NumberStyle().text(written) == written


def test_spaces_between_thousands_never_break_a_line() -> None:
    assert NumberStyle("kr ", *FORMATS["1 234,5"]).text("1,841,280.5") == f"1{NARROW_SPACE}841{NARROW_SPACE}280,5"


def test_a_chart_is_written_in_the_style_and_its_numbers_stay_numbers() -> None:
    spec = roi_curve([{"target_rate": 0.858, "net": -1500.5}, {"target_rate": 0.89, "net": 2500.0}],
                     target_rate=0.89, title="1,644 customers", description="x").spec()  # fmt: skip
    styled = CONTINENTAL.chart(spec)
    assert styled["config"]["locale"]["number"]["decimal"] == ","
    assert styled["datasets"]["reached"][0]["net"] == -1500.5
    assert styled["datasets"]["reached"][0]["rate_said"] == "85,8%"
    assert next(p["value"] for p in styled["params"] if p["name"] == "title_full") == ["1.644 customers"]
    assert NumberStyle().chart(spec) is spec
