"""Eight visitors on real pages at once: every page is drawn, nothing goes wrong, and the server stays well."""

from __future__ import annotations

import asyncio

from tests.security.visitors import come, served


def test_eight_visitors_on_real_pages_find_no_error_and_a_server_that_is_well() -> None:
    with served(polars_threads=2) as (port, server):
        found = asyncio.run(come(port, 8, 8, server))
    assert not found.errors, found.errors
    assert len(found.first) == 8
    assert found.drawn
    assert found.health < 30, "the server stood still"
