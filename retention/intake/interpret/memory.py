"""Whether this machine has the memory that building a book of a table takes, asked before any of it is spent."""

from __future__ import annotations

import psutil

from retention import labels
from retention.errors import IntakeError
from retention.intake.columns.recognise import Roles
from retention.intake.table import Table

_A_CELL, _AN_AMOUNT = 50, 60
"""Bytes that a cell of a list, and an amount of a sheet with months across, take at their most while a book is built:
measured on lists of 1 to 10 million rows and on sheets of 5 to 20 million amounts."""
_SHARE = 0.7
"""Of the memory that is free, the share one book may take: the pages drawn from it need some, other users too."""
_ALWAYS = 1_000_000_000
"""What every book may take; a machine with less left than this is short of memory whatever is opened."""


def refuse_without_memory(table: Table, roles: Roles) -> None:
    """Refuse a table whose book would take more memory than this machine can spare.

    Raises:
        IntakeError: how much it would take, how much there is, and what to do.
    """
    across = table.height * len(roles.months)
    needed = across * _AN_AMOUNT + table.height * (len(table.headers) - len(roles.months)) * _A_CELL
    spare = memory_to_spare()
    if needed <= spare:
        return
    months = labels.many(len(roles.months), "month")
    held = f"{labels.customers(table.height)} by {months}" if across else labels.many(table.height, "row")
    raise IntakeError(
        f"{table.name} holds {held}: counting it takes about {needed / 1e9:.1f} GB of memory, and this machine has "
        f"{spare / 1e9:.1f} GB to spare. Close other programs, keep only the columns and the months you need, or count "
        "it where it is (see “When the file is too large” in the README)."
    )


def memory_to_spare() -> int:
    """Bytes that one book may take on this machine as it is now."""
    return max(_ALWAYS, int(psutil.virtual_memory().available * _SHARE))
