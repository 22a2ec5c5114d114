"""Accounts or companies: several ids of one company are shown with both counts, and never merged silently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from retention import labels
from retention.errors import IntakeError, Question
from retention.intake.columns.registry import named
from retention.intake.interpret.rows_in_progress import RowsInProgress
from retention.intake.questions import LOGO, SAME_ADDRESS, Evidence, ask
from retention.intake.values.emails import company_domain, mail_address, mail_owner
from retention.rules import Rules

AMOUNTS = named("recurring")
MATERIAL, SMALLEST = 0.05, 0.01
"""Asked where at least this share of the accounts share a company, or of the leavers were followed by a new account; a
smaller share is enough where two ids are one e-mail address."""
FOLLOWS_WITHIN = timedelta(days=31)
ONE_COMPANY, AT_LEAST = 0.5, 10
"""A domain that over half of at least ten accounts bear is a habit of the file, no company."""


@dataclass(frozen=True)
class Companies:
    """Which accounts belong to one company.

    Attributes:
        of: customer_id -> company, for accounts that share one, if companies count as customers; else empty.
        sentence: what was noticed, with both counts; "" where no two accounts share a company.
    """

    of: pl.DataFrame
    sentence: str = ""

    def applied(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with the company in the place of the account, where companies count as customers."""
        if self.of.is_empty():
            return rows
        return rows.join(self.of, on="customer_id", how="left", maintain_order="left").with_columns(
            customer_id=pl.coalesce("company", "customer_id")
        )

    def added_up(self, described: pl.DataFrame, accounts: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
        """Customers with the amounts of a company's accounts added up: those still open, or the last that ended.

        Args:
            described: one row per customer with its attributes.
            accounts: the same per account.
            rows: customer_id (of the account) and ended_on; one row or more per account.
        """
        amounts = [name for name in AMOUNTS if name in described.columns and described.schema[name].is_numeric()]
        if self.of.is_empty() or not amounts:
            return described
        end = pl.col("ended_on").fill_null(date.max).max()
        summed = (
            accounts.select("customer_id", *amounts)
            .join(rows.group_by("customer_id").agg(end), on="customer_id")
            .join(self.of, on="customer_id")
            .filter(pl.col("ended_on") == pl.col("ended_on").max().over("company"))
            .group_by("company")
            .agg(pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in amounts)
        )
        joined = described.join(summed, left_on="customer_id", right_on="company", how="left", maintain_order="left",
                                suffix="_summed")  # fmt: skip
        return joined.with_columns(pl.coalesce(f"{name}_summed", name).alias(name) for name in amounts).drop(
            f"{name}_summed" for name in amounts
        )


def find_companies(
    progress: RowsInProgress, names: pl.DataFrame, rules: Rules, answers: Mapping[str, str]
) -> Companies:
    """The companies behind the accounts; asks what counts as a customer where it would matter.

    Args:
        progress: its rows hold at, customer_id, started_on, ended_on.
        names: parent_id, email and name, where the file has them; one row per row of the table.
        rules: ``logo`` says what counts where no answer does.
        answers: ``logo`` decides.
    """
    nothing = pl.DataFrame(schema={"customer_id": pl.String, "company": pl.String})
    evidence, shared = _shared(progress, names)
    wanted = answers.get("logo", rules.logo)
    if wanted == "parent" and not evidence:
        raise IntakeError(
            "Companies are to count as customers, but no column names a parent company, an e-mail address or a company "
            "name. Count accounts, or add a parent column."
        )
    if shared.is_empty():
        return Companies(nothing)
    accounts = progress.rows.get_column("customer_id").n_unique() if progress.repeats else progress.rows.height
    merged = accounts - shared.height + shared.get_column("company").n_unique()
    words: dict[str, str | int] = {"count": shared.height, "by": evidence, "accounts": accounts, "companies": merged}
    if wanted == "customer" and "logo" not in answers and _is_material(progress, shared, accounts, evidence):
        shown = progress.rows.join(shared, on="customer_id").sort("company", "row").head(3)
        evidenced = shown.select("row", "customer_id", "company").rows()
        progress.questions.append(_question(progress, shared, evidence, evidenced, words))
    if evidence == ADDRESS:
        counted = "e-mail addresses" if wanted == "parent" else "ids"
        sentence = labels.spoken(
            "{count} [id shares its|ids share their] e-mail address with another one: {accounts} [id|ids], {companies} "
            "e-mail [address|addresses]. Counted here: {counted}.",
            **words,
            counted=counted,
        )
        return Companies(shared if wanted == "parent" else nothing, sentence)
    counted = "companies" if wanted == "parent" else "accounts"
    sentence = labels.spoken(
        "{count} [account shares|accounts share] a company with another one (by {by}): {accounts} [account|accounts], "
        "{companies} [company|companies]. Counted here: {counted}.",
        **words,
        counted=counted,
    )
    return Companies(shared if wanted == "parent" else nothing, sentence)


ADDRESS = "e-mail address"
"""What shows that two ids are one customer where no company is behind them."""


def _question(
    progress: RowsInProgress, shared: pl.DataFrame, evidence: str, shown: Evidence, words: Mapping[str, str | int]
) -> Question:
    """What counts as one customer; the shared thing first where its ids mostly take turns instead of overlapping."""
    asked = ask(SAME_ADDRESS if evidence == ADDRESS else LOGO, shown, **words)
    if evidence != ADDRESS or 2 * _followed(progress, shared) < shared.get_column("company").n_unique():
        return asked
    return replace(asked, choices=asked.choices[::-1])


def _shared(progress: RowsInProgress, names: pl.DataFrame) -> tuple[str, pl.DataFrame]:
    """What shows companies, and customer_id with company for the accounts that share one."""
    ids = progress.rows.select("at", "customer_id")
    found = ""
    for column, evidence, key in (
        ("parent_id", "parent", _parent),
        ("email", "e-mail domain", _mail_owner),
        ("name", "name", _name),
    ):
        if column not in names.columns:
            continue
        found = found or evidence
        told = [column, "email"] if column == "name" and "email" in names.columns else [column]
        known = ids.with_columns(
            names.get_column(name).cast(pl.String)[ids.get_column("at")].alias(alias)
            for name, alias in zip(told, ("told", "mail"), strict=False)
        )
        if progress.repeats:
            known = known.group_by("customer_id").agg(pl.exclude("at", "customer_id").drop_nulls().last())
        shared = _repeated(known, key(known))
        if "mail" in known.columns:
            shared = shared.filter(mail_owner("mail").n_unique().over("company") == 1)
        if shared.height or column == "parent_id":
            by_address = column == "email" and bool(shared.get_column("company").str.contains("@").all())
            return ADDRESS if by_address else evidence, shared.select("customer_id", "company").sort("customer_id")
    return found, pl.DataFrame(schema={"customer_id": pl.String, "company": pl.String})


def _repeated(known: pl.DataFrame, company: pl.Expr) -> pl.DataFrame:
    """The rows whose company stands in another one too; numbers first, for comparing a million texts takes longer."""
    numbers = known.select(company.hash()).to_series()
    if numbers.n_unique() == len(numbers):
        return known.clear().with_columns(company=company)
    named = known.filter(numbers.is_duplicated()).with_columns(company=company).filter(pl.col("company") != "")
    return named.filter(pl.col("company").is_duplicated())


def _parent(known: pl.DataFrame) -> pl.Expr:
    options = pl.col("told").str.strip_chars()
    parent = pl.when(options != "").then(options)
    parents = known.select(parent.drop_nulls().unique().implode()).item().to_list()
    return pl.coalesce(parent, pl.when(pl.col("customer_id").is_in(parents)).then("customer_id"))


def _mail_owner(known: pl.DataFrame) -> pl.Expr:
    """The company's domain; the address itself at public providers and where a domain is a habit of the file.

    A domain is no company's if over half of the accounts, and at least ten, are under it.
    """
    domains = known.select(domain=company_domain("told")).drop_nulls().get_column("domain")
    counts = domains.value_counts(name="n").filter(
        (pl.col("n") > ONE_COMPANY * known.height) & (pl.col("n") >= AT_LEAST)
    )
    habits = counts.get_column("domain").to_list()
    return pl.when(company_domain("told").is_in(habits)).then(mail_address("told")).otherwise(mail_owner("told"))


def _name(_known: pl.DataFrame) -> pl.Expr:
    return pl.col("told").str.to_lowercase().str.strip_chars(" .,")


def _is_material(progress: RowsInProgress, shared: pl.DataFrame, accounts: int, evidence: str) -> bool:
    least = SMALLEST if evidence == ADDRESS else MATERIAL
    if shared.height >= least * accounts:
        return True
    followed, left = _followed(progress, shared), progress.rows.get_column("ended_on").drop_nulls().len()
    return followed > 0 and followed >= least * left


def _followed(progress: RowsInProgress, shared: pl.DataFrame) -> int:
    """How many accounts ended as another one of their company began, or at most a month before."""
    rows = progress.rows.select("customer_id", "started_on", "ended_on")
    spans = rows.join(shared, on="customer_id").sort("company", "started_on")
    gap = pl.col("started_on") - pl.col("ended_on").shift(1).over("company")
    another = pl.col("customer_id") != pl.col("customer_id").shift(1).over("company")
    return spans.filter(another & gap.is_between(timedelta(0), FOLLOWS_WITHIN)).height
