"""Why something was done to a row: a stable code, and the sentence a founder reads for it in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

REASONS: Final[Mapping[str, str]] = {
    "no_customer": "no customer id",
    "sheet_error": "a spreadsheet error instead of a customer id",
    "damaged_id": "an id like 1.2E+15: a spreadsheet may have damaged it",
    "never_a_customer": "never became a customer, by its status",
    "trial": "a trial: no customer until it pays",
    "free_plan": "on a free plan: no customer until it pays",
    "free_then": "on a free plan: no customer then",
    "trial_then": "on trial: no customer then",
    "trial_unpaid": "ended with its trial: never a customer",
    "start_unreadable": "the start date is not a date",
    "no_start": "no start date",
    "start_ahead": "the start lies in the future",
    "end_unreadable": "the churn date is not a date: when this customer left is unknown",
    "left_undated": "left by its status, but without a date",
    "left_ahead": "left by its status, but its churn date lies in the future",
    "end_before_start": "the churn date is before the start",
    "short_date": "a short year or a spreadsheet day number was read as a date",
    "no_end": "a date that far off means “no end”",
    "test": "a test, by “{column}”",
    "test_counted": "a test, by “{column}”: counted, as you chose",
    "deleted": "a deleted record, by “{column}”",
    "deleted_counted": "a deleted record, by “{column}”: counted, as you chose",
    "not_real": "not a real row, by “{column}”",
    "not_real_counted": "not a real row, by “{column}”: counted, as you chose",
    "same_row": "the same row twice: counted once",
    "same_id_first": "another row of the same customer: the first one is kept",
    "same_id": "another row of the same customer",
    "conflict": "active by its status, ended by its date",
    "conflict_status": "the end date was left out: the status says active",
    "conflict_date": "left by its date, although the status says active",
    "end_after_as_of": "ends after the as-of date {as_of}: still a customer",
    "start_after_as_of": "starts after the as-of date {as_of}",
    "not_paid": "not paid, by its status",
    "paid_back": "paid back, by its status: keeps nobody",
    "nothing_paid": "nothing was paid: keeps nobody",
    "never_active": "nothing in the file makes this one a customer",
    "no_period": "which days this pays for is not said",
    "going_back": "money going back: no activity, taken off what was paid",
    "day_unreadable": "the date is not a date",
    "no_day": "no date",
    "day_ahead": "the date lies in the future",
    "tenure_unreadable": "the tenure is not a number",
    "no_tenure": "no tenure",
    "negative_tenure": "a negative tenure",
    "left_unknown": "whether this customer left is unknown",
    "month_unreadable": "the month cannot be read",
    "amount_unreadable": "an amount is not a number: whether this customer paid that month is unknown",
    "never_paid": "no revenue in any month of the file: never a customer in it",
    "after_last_month": "a month after the last complete one with revenue",
    "stranger": "a customer the other file does not have",
    "no_revenue_beside": "no revenue in {file}",
    "not_described": "not described in {file}",
    "not_won": "not won, by its “{stage}”: it makes no customer",
    "no_stage": "no stage: whether it was won is unknown",
    "won_ahead": "won on a day in the future",
    "no_valid_from": "no day from which it held",
    "valid_to_unreadable": "the day to which it held is not a date",
    "valid_to_before": "ends before it begins",
    "never_by_status": "never a customer, by the status of all its rows",
    "on_no_list": "a customer on none of the lists",
    "standing_unknown": "the status is blank or unknown: whether this was a customer then is not known",
    "never_moved": "no movement of this customer ever brings revenue",
    "no_movement": "names no movement and has no amount",
    "no_stay": "no row of this customer starts or ends a stay",
    "other_field": "a change of another field: it says nothing about being a customer",
    "no_change": "does not say what happened",
    "period_not_over": "the month or period is not over yet",
}
"""The sentence of each code; a word in braces is filled in by the rule."""

CONTRADICTIONS: Final = (
    "left_undated",
    "left_ahead",
    "end_before_start",
    "conflict",
    "conflict_status",
    "conflict_date",
)
"""Codes of rows whose status and dates, or whose dates, contradict each other."""
WITH_ITS_CUSTOMER: Final = "another row of this customer is set aside ({reason})"


def sentence(code: str, words: Mapping[str, object]) -> str:
    """The sentence of a code; of "code, with its customer" the one for the customer's other rows."""
    bare = code.removesuffix(OTHERS)
    said = REASONS[bare].format(**words)
    return said if bare == code else WITH_ITS_CUSTOMER.format(reason=said)


OTHERS: Final = "_others"
"""After the code of a rule: the other rows of the customers whose row it sets aside."""
