from __future__ import annotations

import pytest

from retention.errors import InputError
from retention.planning.growth import growth_by_quarter, growth_to_find


def test_the_worked_forecast() -> None:
    table = growth_to_find(arr_now=10e6, target_arr=13e6, retention=[0.88, 0.95])
    assert table.get_column("left").to_list() == pytest.approx([8.8e6, 9.5e6])
    assert table.get_column("to_find").to_list() == pytest.approx([4.2e6, 3.5e6])
    assert table.get_column("share_of_arr").to_list() == pytest.approx([0.42, 0.35])


def test_what_is_kept_beyond_the_target_leaves_nothing_to_find() -> None:
    assert growth_to_find(arr_now=10.0, target_arr=9.0, retention=[0.95]).get_column("to_find").to_list() == [0]


def test_quarters_lead_to_the_target_and_foot() -> None:
    table = growth_by_quarter(arr_now=10e6, target_arr=13e6, retention=[0.88, 1.0])
    assert table.get_column("closing").to_list()[3::4] == pytest.approx([13e6, 13e6])
    footed = table.select((table["opening"] - table["lost"] + table["to_find"] - table["closing"]).abs().max()).item()
    assert footed < 1e-6
    found = table.group_by("retention", maintain_order=True).sum().get_column("to_find").to_list()
    assert found[1] == pytest.approx(3e6)  # nothing lost, only the growth to find
    assert found[0] > 4.2e6  # and what is lost of what was found
    first = table.row(0, named=True)
    assert first["lost"] == pytest.approx(10e6 * (1 - 0.88**0.25))


def test_inputs_without_meaning_are_refused() -> None:
    with pytest.raises(InputError, match="arr_now is 0"):
        growth_to_find(arr_now=0, target_arr=1, retention=[0.9])
    with pytest.raises(InputError, match="retention is 88; it lies"):
        growth_to_find(arr_now=1, target_arr=1, retention=[88])
    with pytest.raises(InputError, match="retention is empty"):
        growth_by_quarter(arr_now=1, target_arr=1, retention=[])
