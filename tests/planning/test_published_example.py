"""The published 295%, the subtraction that makes it, and what is right."""

from __future__ import annotations

import pytest

from retention.planning.published_example import PUBLISHED_ROI, published_example


def test_the_published_return_takes_the_investment_off_twice() -> None:
    published, whole, exact = published_example().iter_rows(named=True)
    assert published["roi"] == pytest.approx((53 * 35_000 - 375_000 - 375_000) / 375_000)
    assert f"{published['roi']:.0%}" == f"{PUBLISHED_ROI:.0%}" == "295%"
    assert (whole["net_run_rate"], f"{whole['roi']:.1%}") == (1_480_000, "394.7%")
    assert (exact["arr_kept_by"], f"{exact['roi']:.1%}") == (pytest.approx(1_841_280), "391.0%")
