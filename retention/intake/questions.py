"""Every question a file can leave open, in plain words; the likeliest answer stands first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from retention.errors import Choice, Question
from retention.labels import spoken

Evidence = Sequence[tuple[int, str, str]]

DATE_ORDER = Question(
    "date_order",
    "Dates such as “{example}” can be read two ways: which comes first, the day or the month?",
    (Choice("day_first", "Day first (31/12/2024)"), Choice("month_first", "Month first (12/31/2024)")),
)
TIME_ZONE = Question(
    "time_zone",
    "Some times in “{column}” name their time zone and others do not. Which day does a time belong to?",
    (
        Choice("as_written", "The day as it is written"),
        Choice("utc", "The day in UTC: times with a zone are converted, the others are UTC already"),
    ),
)
END_DAY = Question(
    "end_day",
    "Is the date in “{column}” the last day as a customer, or the first day no longer one?",
    (
        Choice("inclusive", "The last day as a customer"),
        Choice("exclusive", "The first day no longer a customer"),
    ),
)
SAME_ID = Question(
    "duplicate_ids",
    "Several rows share a customer id, with stretches that overlap (ids: {count}). What are these rows?",
    (
        Choice("subscriptions", "Several subscriptions of one customer: merge them"),
        Choice("mistake", "A mistake: keep the first row of each id, set the others aside"),
    ),
)
SAME_ID_TENURE = Question(
    "duplicate_ids",
    "Several rows share a customer id (ids: {count}). Which row of a customer counts?",
    (
        Choice("mistake", "The first one; the others are set aside"),
        Choice("longest", "The one with the longest tenure; the others are set aside"),
    ),
)
TENURE_UNIT = Question(
    "tenure_unit",
    "“{column}” goes up to {longest}, and its name does not say of what. What is it counted in?",
    (
        Choice("months", "Months: the longest is {longest} months"),
        Choice("years", "Years: the longest is {longest} years"),
        Choice("days", "Days: the longest is {longest} days"),
        Choice("weeks", "Weeks: the longest is {longest} weeks"),
    ),
)
STATUS_CONFLICT = Question(
    "status_conflict",
    "{count} [row says|rows say] “{status}” and yet [has|have] an end date that has passed. Which is right?",
    (
        Choice("date", "The date: they have left"),
        Choice("status", "The status: they are still customers"),
        Choice("set_aside", "Neither: set these rows aside"),
    ),
)
CUT = Question(
    "cut",
    "{count} of {active} [customer|customers] “end” together on {day}, after the last start in the file. What happened "
    "that day?",
    (
        Choice("cut", "The file stops there: they did not leave"),
        Choice("churn", "They all left that day"),
    ),
)
ACTIVE_ONLY = Question(
    "active_only",
    "All {count} [row|rows] [says|say] “{status}” and nobody ever left. Is this an export of active customers only?",
    (
        Choice("complete", "No, it holds everybody: nobody left"),
        Choice("active_only", "Yes: those who left are missing, so retention cannot be known from it"),
    ),
)
SEPARATOR = Question(
    "separator",
    "Amounts such as “{example}” can be read two ways: is the mark for thousands or for decimals?",
    (
        Choice("thousands", "Thousands: 1,234 is one thousand two hundred and thirty-four"),
        Choice("decimals", "Decimals: 1,234 is one and a bit"),
    ),
)
CENTS = Question(
    "cents",
    "The amounts in “{column}” look like an export in cents. Is {example} an amount of {whole} or of {hundredth}?",
    (
        Choice("cents", "Cents: divide by 100"),
        Choice("units", "Whole units: take them as they are"),
    ),
)
CURRENCY = Question(
    "currency",
    "The amounts are in {count} [currency|currencies] ({names}), which must not be added up. Which amounts count?",
    (),
)
NO_AMOUNTS = Choice("none", "None: leave all amounts out", "customers only, no revenue figures")
LOGO = Question(
    "logo",
    "{count} [account shares|accounts share] a company with another one (by {by}). What counts as one customer?",
    (
        Choice("customer", "The account: {accounts} [customer|customers]"),
        Choice("parent", "The company: {companies} [customer|customers], lost when its last account ends"),
    ),
)
SAME_ADDRESS = Question(
    "logo",
    "{count} customer [id shares its|ids share their] e-mail address with another id. What counts as one customer?",
    (
        Choice("customer", "The id: {accounts} [customer|customers]"),
        Choice("parent", "The e-mail address: {companies} [customer|customers], lost when its last id ends"),
    ),
)
NAMESAKES = Question(
    "customer_id",
    "“{name}” stands for several e-mail addresses ({example}: {count}), and some rows have no address. What tells "
    "customers apart?",
    (),
)
JOIN = Question("join", "Which columns of {first} and {second} name the same customers?", ())
BILLING = Question(
    "billing",
    "{count} [customer shows|customers show] an amount only every {months} [month|months]. Are they billed less often "
    "than monthly?",
    (
        Choice("spread", "Yes: an amount covers the months until the next one is due"),
        Choice("as_is", "No: in the months between they were no customers"),
    ),
)
PERIOD = Question(
    "period",
    "Each row is something a customer did on a day. How long does one keep them a customer: active in a period means "
    "at least one row in it. Which period?",
    (Choice("month", "A month"), Choice("quarter", "A quarter"), Choice("year", "A year")),
)
SHAPE = Question(
    "shape",
    "Each row seems to be a detail of something else ({signs}). How should rows be counted?",
    (
        Choice("events", "As events: an invoice, an order, a charge on one day"),
        Choice("list", "As contracts: the customer is one from the start to the end in the row"),
    ),
)
MONTHS_OR_DATES = Question(
    "shape",
    "The rows hold a start, an end (“{end}”) and {months} [month|months] of revenue ({first} to {last}). Which say "
    "when a customer was one?",
    (
        Choice("list", "The dates; the months are their revenue"),
        Choice("revenue_wide", "The months: from the first one paid to the first one not paid"),
    ),
)
START_COLUMN = Question("started_on", "No column is known to say when a customer started. Does one of these?", ())
TWICE = "Several columns are called “{header}”, and they differ. Which one says {what}?"
"""Asked under the canonical name of the part."""
CHURN_COLUMN = Question(
    "churned_on",
    "{count} [row says|rows say] “{status}”, and no column is known to say when they left. Does one of these?",
    (),
)
END_COLUMN = Question(
    "churned_on", "No column is known to say when a customer left. Does one of these, where it is filled?", ()
)
NO_END_COLUMN = Choice("none", "None of them: nobody in this file has left")
NO_CHURN_COLUMN = Choice("none", "None of them: set these rows aside, they left on an unknown day")
CUSTOMER_COLUMN = Question(
    "customer_id", "The file has no headers. Which column says which customer a row is about?", ()
)
WHOSE_ROWS = Question("customer_id", "No column is known to say which customer a row is about. Does one of these?", ())
NOBODYS_ROWS = Choice("none", "None of them")

WON_STAGE = Question("won_stage", "The rows are deals. Which “{stage}” means that a deal was won?", ())
DEAL_MONTHS = Question(
    "deal_months",
    "The rows are deals, and only the {count} whose “{stage}” says {won} [makes|make] a customer. No column says when "
    "one left. How long is a customer one after a deal is won, unless another follows?",
    (
        Choice("12", "12 months: contracts of one year"),
        Choice("24", "24 months"),
        Choice("36", "36 months"),
        Choice("1", "One month"),
    ),
)
WHICH_YEAR = Question("year", "The columns “{first}” to “{last}” name no year. Which year are they of?", ())
ACROSS = Question(
    "across",
    "Months go down (“{column}”) and {count} [column goes|columns go] across ({names}). Is each of these columns a "
    "customer?",
    (
        Choice("yes", "Yes: one column for each customer"),
        Choice("no", "No: they are figures of the whole business"),
    ),
)
FISCAL = Question(
    "fiscal",
    "The periods of “{column}” are of fiscal years. In which month does your fiscal year begin?",
    tuple(
        Choice(str(month), f"In {name}")
        for month, name in enumerate(
            (
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            ),
            1,
        )
    ),
)


def which_file(choices: Sequence[Choice]) -> Question:
    """The question which of several files in an archive is meant; answered like that about the sheets of a workbook."""
    return Question("sheet", "Which file of the archive holds the customers?", tuple(choices))


def which_header(rows: Sequence[tuple[int, Sequence[str | None]]]) -> Question:
    """The question which row names the columns: rows with their numbers, the likeliest first; 0 where none does."""
    choices = [
        Choice(
            str(number),
            f"Row {number}: {_in_line(cells)}" if number else f"None does: “{_in_line(cells)}” is a customer already",
        )
        for number, cells in rows
    ]
    return Question("header_row", "Which row names the columns?", tuple(choices))


def _in_line(cells: Sequence[str | None]) -> str:
    return " | ".join(cell or "" for cell in cells)[:_LINE].strip(" |")


_LINE = 120
"""Letters of a row that are shown."""


def ask(
    question: Question, evidence: Evidence = (), choices: Sequence[Choice] | None = None, /, **words: str | int
) -> Question:
    """A question with its blanks filled in, and the rows of the file that show why it must be asked."""
    filled = tuple(replace(choice, label=spoken(choice.label, **words)) for choice in question.choices)
    return replace(
        question,
        text=spoken(question.text, **words),
        choices=filled if choices is None else tuple(choices),
        evidence=tuple(evidence),
    )
