"""What the columns of a file look like: which hold days, which few words, which amounts, and whose rows they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from retention.intake.columns.compounds import IS_A_PLACE
from retention.intake.columns.evidence import holds_dates, refuses_as_key, sample_of
from retention.intake.columns.names import cleaned, recognise
from retention.intake.table import Table
from retention.intake.values.amounts import read_amounts
from retention.intake.values.written_periods import period_of, read_when

_MOST_WORDS = 60
_MOST_DAYS = 1_500
_WHO = re.compile(
    r"(^|_)(customer|client|account|company|organi[sz]ation|org|user|member|subscriber|tenant|workspace|merchant|school|"
    r"shop|store|business|kunde|kunden|client|cliente|klant)(_(external_)?(id|uuid|oid|key|ref|number|no|nr|code|name|"
    r"email))?$|^(kunden|klant)(nummer|nr|id)$"
)
_DATE_LIKE = re.compile(
    r"\s*(\d{1,4}[-/.]\d|\d{4}\b|\d{6}\b|\d{8}\b|[A-Za-zé]{3,9}\.?[-/ ,']*\d{2,4}|\d{1,2}[-/. ]?[A-Za-z]{3}|"
    r"[1-4]?[QqHhTt][1-4]?)"
)


@dataclass(frozen=True)
class Look:
    """The columns of a table by what they hold; each is looked at when it is asked about, most by a sample."""

    table: Table

    @cached_property
    def names(self) -> dict[str, str]:
        """Header -> its plain name."""
        return {header: cleaned(header) for header in self.table.headers}

    @cached_property
    def samples(self) -> dict[str, pl.Series]:
        """Header -> filled cells of it, spread over the file."""
        return {header: sample_of(self.table, header) for header in self.table.headers}

    @cached_property
    def days(self) -> list[str]:
        """The columns of days or months, in the order of the file."""
        return [header for header in self.table.headers if self._looks_dated(header)]

    def _looks_dated(self, header: str) -> bool:
        first = self.samples[header].head(5).to_list()
        if not first or not all(_DATE_LIKE.match(text) for text in first):
            return False
        periods = [period_of(text) is not None for text in self.samples[header].unique().head(50)]
        return holds_dates(self.table, header, must=True, month=True) or sum(periods) >= 0.9 * len(periods)

    @cached_property
    def words(self) -> dict[str, list[str]]:
        """The columns of few words -> the words, the commonest first; neither days nor numbers."""
        found: dict[str, list[str]] = {}
        for header, cells in self.samples.items():
            if header in self.days or cells.is_empty() or cells.n_unique() > _MOST_WORDS:
                continue
            counts = cells.str.strip_chars().value_counts(sort=True)
            found[header] = counts.get_column(counts.columns[0]).to_list()
        return found

    def share(self, header: str, known: object) -> float:
        """Of the filled cells of a column, the share whose text is one of those known."""
        cells = self.samples[header].str.strip_chars()
        return float(cells.is_in(list(known)).mean() or 0)  # type: ignore[arg-type,call-overload]

    def named(self, pattern: re.Pattern[str]) -> list[str]:
        """The columns whose plain name bears a sign."""
        return [header for header, name in self.names.items() if pattern.search(name)]

    def holds_amounts(self, header: str) -> bool:
        """Whether nearly every filled cell is a number."""
        cells = self.samples[header]
        return not cells.is_empty() and float(read_amounts(cells).unreadable.mean() or 0) <= 0.05  # type: ignore[arg-type]

    @cached_property
    def who(self) -> str | None:
        """The column that tells customers apart, as far as names tell; an id before a name."""
        found = recognise(self.table.headers)
        known = found.get("customer_id", []) + found.get("name", []) + found.get("email", [])
        other = sorted(self.named(_WHO), key=lambda header: "name" in self.names[header])
        if not found.get("customer_id") and other:
            known = other + known
        known = known or [header for header in self.table.headers if IS_A_PLACE.fullmatch(self.names[header])]
        return next((h for h in known if not self._looks_dated(h) and not refuses_as_key(self.table, h)), None)

    @cached_property
    def several_rows_each(self) -> bool:
        """Whether customers stand in several rows."""
        if self.who is None:
            return False
        return self.table.distinct(self.who) <= 0.8 * self.table.height

    @cached_property
    def some_rows_repeat(self) -> bool:
        """Whether a customer stands in several rows."""
        return self.who is not None and self.table.distinct(self.who) < self.table.height

    def once_a_day(self, day: str) -> bool:
        """Whether hardly any customer stands twice on one day of a column."""
        if self.who is None:
            return False
        both = self.table.cells.select(self.who, day)
        return both.n_unique() >= 0.98 * both.height

    def follows_on(self, day: str) -> float:
        """Of the rows that are not on the last day, the share whose customer is listed on the next day listed too."""
        if self.who is None or self.table.distinct(day) > _MOST_DAYS:
            return 0.0
        pairs = self.table.cells.select(who=self.who, day=pl.col(day).cast(pl.String)).drop_nulls().unique()
        order = _in_order(pairs.get_column("day").unique())
        numbered = pairs.join(order, on="day").select("who", "at")
        early = numbered.filter(pl.col("at") < order.height - 1)
        again = numbered.with_columns(pl.col("at") - 1)
        return early.join(again, on=["who", "at"], how="semi").height / early.height if early.height else 0.0

    def places(self, day: str, header: str) -> tuple[float, bool]:
        """Of the customers, the share whose rows begin with the commonest first word, where it hardly stands elsewhere
        (else 0); and whether another word, of not nearly everybody, always stands last.
        """
        if self.who is None or self.table.distinct(day) > _MOST_DAYS:
            return 0.0, False
        cells = self.table.cells.select(pl.col(self.who, day, header).cast(pl.String)).drop_nulls()
        rows = cells.rename({self.who: "who", day: "day", header: "word"})
        ordered = rows.join(_in_order(rows.get_column("day").unique()), on="day").sort("who", "at", maintain_order=True)
        placed = ordered.with_columns(
            first=(pl.col("who") != pl.col("who").shift(1)).fill_null(value=True),
            last=(pl.col("who") != pl.col("who").shift(-1)).fill_null(value=True),
            then=pl.col("word").shift(-1),
        )
        customers = int(placed.get_column("first").sum())
        by_word = placed.group_by("word")
        words = by_word.agg(pl.col("first").sum(), n=pl.len().cast(pl.Int64))
        first = words.sort("first", descending=True).row(0, named=True)
        starts = first["first"] / customers if first["first"] >= 0.8 * first["n"] else 0.0
        over = (pl.col("last") | (pl.col("then") == first["word"])).mean()  # who comes back starts again
        words = words.join(by_word.agg(over.alias("last")), on="word")
        ends = words.filter(
            (pl.col("last") >= 0.95) & (pl.col("n") >= 2) & (pl.col("n") < 0.9 * customers)
            & (pl.col("word") != first["word"])
        )  # fmt: skip
        return float(starts), not ends.is_empty()

    def turns(self, header: str) -> float:
        """Of the rows that follow another of the same customer, the share in which a column says something else."""
        if self.who is None:
            return 0.0
        pairs = self.table.cells.select(who=self.who, word=pl.col(header).cast(pl.String)).with_row_index("at")
        ordered = pairs.sort("who", "at")
        same = pl.col("who") == pl.col("who").shift(1)
        later = ordered.select(turned=pl.col("word") != pl.col("word").shift(1), same=same).filter("same")
        return float(later.get_column("turned").mean() or 0)  # type: ignore[arg-type]


def _in_order(days: pl.Series) -> pl.DataFrame:
    """The days or months of a column, numbered in their order: day (as written), at."""
    return (
        pl.DataFrame({"day": days, "on": read_when(days, whole_months=False).days})
        .drop_nulls()
        .sort("on")
        .select("day", at=pl.col("on").rank("dense").cast(pl.Int64) - 1)
    )
