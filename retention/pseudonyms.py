"""Stable pseudonyms in place of names of people and companies, where names are hidden."""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import b32encode
from collections.abc import Callable
from contextvars import ContextVar, copy_context
from typing import Final, TypeVar

import polars as pl

from retention.intake.columns.registry import PERSONAL

Made = TypeVar("Made")

_OF_THIS_PROCESS: Final = secrets.token_bytes(16)
_SALT: ContextVar[bytes] = ContextVar("salt", default=_OF_THIS_PROCESS)
_TOLD_BY_NAME = re.compile(
    r"""(?x) (?:^|_) (?: contact|contacts|kontakt|contacto|phone|phones|telephone|telefon|telefono|tel|mobile|mobil
    |cell|cellphone|fax|e?mail|emails|correo|note|notes|notas|notiz|notizen|notizfeld|comment|comments|comentarios
    |commentaire|kommentar|remark|remarks|bemerkung|bemerkungen|memo|owner|owners|owned|rep|reps|representative|agent
    |seller|salesperson|salesman|champion|sponsor|manager|csm|csms|ae|person|people|ansprechpartner|betreuer|interlocuteur
    |firstname|lastname|fullname|surname|forename|vorname|nachname|nom|prenom|nombre|apellido|naam|username|login|handle
    |address|addresses|adresse|direccion|street|strasse|rue|calle|postcode|postal|zip|zipcode|plz|domain|domains
    |website|webseite|site_web|url|urls|homepage|linkedin|twitter|birthday|birthdate|iban|ssn|passport|vat|vat_id
    |tax_id|taxid|ip|first_name|last_name|full_name|user_name|assigned_to|reports_to|invoice_to|bill_to|ship_to
    |signed_by|sold_by|created_by|updated_by|managed_by|handled_by ) (?:_\d+)? (?:_(?:name|names|id|line|field|text|code
    |number|no|nr|email|address|\d+))* $"""
)
"""Names of columns that speak of people though no role knows them: their last words say so."""
_TOLD_BY_CELLS = r"\S@\S|https?://|\bwww\.|^\s*\+?[\d(][\d\s()./-]{7,}\d\s*$"
"""An address, or a number to call, in a cell."""


def is_personal(column: str) -> bool:
    """Whether a column by its name speaks of a customer or a person: a role that does, a contact, a phone, notes."""
    return column in PERSONAL or _TOLD_BY_NAME.search(column.strip().lower().replace(" ", "_")) is not None


def salted(salt: bytes) -> None:
    """From now on, in this run, names get the pseudonyms of one session: nobody else can make the same ones.

    Args:
        salt: what a session drew by lot when it began.
    """
    _SALT.set(salt)


def with_same_names(make: Callable[[], Made]) -> Callable[[], Made]:
    """A function that is called later and elsewhere, giving names the pseudonyms they have here and now."""
    here = copy_context()
    return lambda: here.copy().run(make)


def pseudonym(column: str, value: object) -> str:
    """A name that is always the same for the same value of a column in one session, and tells nothing.

    It has 65 bits, so that of a million names no two share one; without the session's salt a list of candidates does
    not find out who is behind it.
    """
    told = hashlib.blake2b(f"{column}\x1f{value}".encode(), key=_SALT.get(), digest_size=10).digest()
    kind = {"csm": "CSM", "parent_id": "Parent", "email": "Address"}.get(column, "Customer")
    return f"{kind if column in PERSONAL else column.replace('_', ' ').capitalize()} {b32encode(told).decode()[:13]}"


def without_names(table: pl.DataFrame, *, hide: bool) -> pl.DataFrame:
    """A table with stable pseudonyms in place of names, contacts and notes, if names are hidden."""
    hidden = [name for name in table.columns if _speaks_of_people(table.get_column(name))] if hide else []
    return table.with_columns(
        pl.Series(name, [None if value is None else pseudonym(name, value) for value in table[name]], dtype=pl.String)
        for name in hidden
    )


def _speaks_of_people(cells: pl.Series) -> bool:
    if cells.dtype == pl.Boolean or cells.dtype.is_temporal() or cells.dtype.is_float():
        return False
    if is_personal(cells.name):
        return True
    return cells.dtype == pl.String and bool(cells.str.contains(_TOLD_BY_CELLS).any())
