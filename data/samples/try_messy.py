"""A file to try: a customer list as it comes out of real life, with one of everything that goes wrong.

``FLAWS`` says how often each flaw is put in; no row gets two, so that the account of the file can be checked by hand.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from random import Random

from data.samples.companies import Customer
from data.samples.days import AS_OF
from data.samples.revenue import Monthly
from data.samples.tables import Row

HEADERS = [
    "Account ID",
    "Account Name",
    "Segment",
    "Industry",
    "CSM",
    "ARR",
    "Start Date",
    "Churn Date",
    "Churn Reason",
]
NAME, SEGMENT, ARR, STARTED, CHURNED = (
    HEADERS.index(header) for header in ("Account Name", "Segment", "ARR", "Start Date", "Churn Date")
)
CUSTOMERS = 390
TITLES = ("Customer list, all regions", "Exported by finance; sample data: every company is invented")
FOOTER = "Confidential: for internal use only"
DAY_FIRST = "%d/%m/%Y"
SPELLINGS = {
    "SMB": ("smb", " SMB", "Smb ", "SMB  "),
    "Mid-Market": ("mid-market", "Mid-Market ", "MID-MARKET"),
    "Enterprise": ("enterprise", " Enterprise", "ENTERPRISE"),
}
FLAWS = {
    "segment spelled otherwise": 60,
    "token for no churn date": 40,
    "text for a churn date": 5,
    "churn before start": 3,
    "churn on the start day": 1,
    "name that looks like code": 7,
    "name over two lines": 2,
    "ARR that is no number": 2,
    "ARR in brackets": 1,
    "comma without quotes": 1,
    "row twice": 6,
}
NO_DATE_TOKENS = ("n/a", "N/A", "-", "NULL")
NO_DATE_TEXTS = ("TBD", "TBD", "TBD", "ask Maren", "end of contract")
CODE_NAMES = (
    "=cmd()", "<script>alert('hello')</script>", "![logo](http://tracker.example/x.png)", "$x^2$ Partners",
    "+1 Logistics", "\u202eevreser Goods", "Rocket \N{ROCKET} Labs",
)  # fmt: skip
NO_NUMBERS = ("NaN", "on request")


def plain_row(customer: Customer, revenue: dict[str, Monthly]) -> Row:
    """One customer without a flaw: dates day first, money as text."""
    monthly = revenue[customer.customer_id]
    span = customer.spans[0]
    return [
        customer.customer_id,
        customer.name,
        customer.segment,
        customer.recorded("industry"),
        customer.recorded("csm"),
        f"${12 * monthly[max(monthly)]:,}.00",
        f"{span.started_on:{DAY_FIRST}}",
        f"{span.churned_on:{DAY_FIRST}}" if span.churned_on else "",
        span.reason or "",
    ]


def spoil(rng: Random, flaw: str, nth: int, customer: Customer, row: Row) -> None:
    """Put one flaw into a row."""
    started_on = customer.first_started_on
    match flaw:
        case "segment spelled otherwise":
            row[SEGMENT] = rng.choice(SPELLINGS[customer.segment])
        case "token for no churn date":
            row[CHURNED] = NO_DATE_TOKENS[nth % len(NO_DATE_TOKENS)]
        case "text for a churn date":
            row[CHURNED] = NO_DATE_TEXTS[nth]
        case "churn before start":
            row[CHURNED] = f"{started_on - timedelta(days=rng.randrange(20, 400)):{DAY_FIRST}}"
        case "churn on the start day":
            row[CHURNED] = row[STARTED]
        case "name that looks like code":
            row[NAME] = CODE_NAMES[nth]
        case "name over two lines":
            row[NAME] = row[NAME].replace(" ", "\n")
        case "ARR that is no number":
            row[ARR] = NO_NUMBERS[nth]
        case "ARR in brackets":
            row[ARR] = "($250.00)"


def line(row: Row) -> str:
    """A row as one record of the file."""
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(row)
    return text.getvalue()


def messy_records(seed: str, customers: list[Customer], revenue: dict[str, Monthly]) -> Iterator[str]:
    """The file record by record: titles, header, customers with their flaws, stray lines, a total and a footer."""
    rng = Random(f"{seed}: messy")
    single = [customer for customer in customers if len(customer.spans) == 1 and not customer.parent_id]
    on_the_last_day = [one for one in single if AS_OF in (one.spans[0].started_on, one.spans[0].churned_on)]
    chosen = [one for one in rng.sample(single, CUSTOMERS) if one not in on_the_last_day] + on_the_last_day
    running = [
        place for place, one in enumerate(chosen) if one.spans[0].churned_on is None and one not in on_the_last_day
    ]
    rng.shuffle(running)

    rows = [plain_row(customer, revenue) for customer in chosen]
    flawed: dict[str, list[int]] = {flaw: [running.pop() for _ in range(count)] for flaw, count in FLAWS.items()}
    for flaw, places in flawed.items():
        for nth, place in enumerate(places):
            spoil(rng, flaw, nth, chosen[place], rows[place])

    yield from (line([title]) for title in TITLES)
    yield "\r\n"
    yield line(HEADERS)
    for place, row in enumerate(rows):
        yield line(row).replace('"', "") if place in flawed["comma without quotes"] else line(row)
        if place in flawed["row twice"]:
            yield line(row)
        if place == CUSTOMERS // 2:
            yield line(HEADERS)
        if place in (50, 120):
            yield "\r\n"
        if place in (200, 310):
            yield line([""] * len(HEADERS))
    whole = sum(12 * revenue[one.customer_id][max(revenue[one.customer_id])] for one in chosen)
    yield line(["Total", "", "", "", "", f"${whole:,}.00", "", "", ""])
    yield line([FOOTER])
