"""Whose an e-mail address is: its company's, by the domain, or its own, where the domain says nothing."""

from __future__ import annotations

import polars as pl

PUBLIC_DOMAINS = frozenset(
    "gmail googlemail yahoo ymail rocketmail hotmail outlook live msn icloud me mac aol gmx web t-online mail yandex "  # noqa: SIM905
    "qq 163 126 sina naver daum hanmail protonmail proton pm zoho fastmail hey comcast verizon att sbcglobal cox "
    "bellsouth charter earthlink orange wanadoo free laposte sfr libero virgilio tiscali btinternet sky ntlworld "
    "virginmedia bigpond optusnet shaw rogers sympatico telus rediffmail seznam wp o2 interia uol bol terra example "
    "test".split()
)
"""First labels of domains that say nothing about a company (public mail providers and names reserved for examples)."""


def mail_address(column: str) -> pl.Expr:
    """The address in a cell, in lower case; null where it holds none."""
    return pl.col(column).cast(pl.String).str.strip_chars().str.to_lowercase().str.extract(r"^(\S+@[a-z0-9.-]+)$")


def company_domain(column: str) -> pl.Expr:
    """The domain of the address in a cell where it may be a company's; null at public providers."""
    domain = mail_address(column).str.extract(r"@([a-z0-9.-]+\.[a-z]{2,})$")
    return pl.when(~domain.str.extract(r"^([^.]+)").is_in(PUBLIC_DOMAINS)).then(domain)


def mail_owner(column: str) -> pl.Expr:
    """Whose address a cell holds: the company's domain, or the address itself at public providers."""
    return pl.coalesce(company_domain(column), mail_address(column))
