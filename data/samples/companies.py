"""Who the sample's customers are: invented companies and what is recorded about them.

Everything that makes a company more or less likely to leave stands here as a multiple of the usual risk, so that
what the pages should find ("partners bring better customers") can be read beside what was put in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import product
from random import Random
from typing import Literal, TypeVar

Segment = Literal["Enterprise", "Mid-Market", "SMB"]
SEGMENTS: tuple[Segment, ...] = ("Enterprise", "Mid-Market", "SMB")
Choices = dict[str, float]
T = TypeVar("T")

INDUSTRIES: dict[Segment, Choices] = {
    "Enterprise": {"Manufacturing": 24, "Financial services": 20, "Healthcare": 18, "Logistics": 16, "Software": 12,
                   "Retail": 10},
    "Mid-Market": {"Manufacturing": 18, "Software": 18, "Healthcare": 16, "Professional services": 14, "Logistics": 13,
                   "Retail": 11, "Financial services": 10},
    "SMB": {"Professional services": 22, "Retail": 19, "Hospitality": 16, "Software": 14, "Healthcare": 10,
            "Education": 7, "Manufacturing": 7, "Logistics": 5},
}  # fmt: skip
INDUSTRY_RISK: Choices = {"Hospitality": 1.15, "Retail": 1.1, "Healthcare": 0.85, "Education": 0.9}
INDUSTRY_RISK_2025: Choices = {"Hospitality": 2.3, "Retail": 1.6, "Healthcare": 0.85, "Education": 0.9}
SHARE_SINCE_2023: Choices = {"Hospitality": 0.5, "Retail": 0.65}
"""Since 2023 the company sells less to the industries that did worst."""
TRADES = {
    "Manufacturing": ("Works", "Tooling", "Industrial", "Components"),
    "Financial services": ("Advisors", "Credit", "Assurance", "Capital"),
    "Healthcare": ("Health", "Clinics", "Care", "Dental"),
    "Logistics": ("Freight", "Logistics", "Haulage", "Couriers"),
    "Software": ("Labs", "Software", "Systems", "Analytics"),
    "Retail": ("Goods", "Outfitters", "Home", "Supply"),
    "Professional services": ("Partners", "Consulting", "Legal", "Architects"),
    "Hospitality": ("Kitchens", "Hotels", "Catering", "Bakery"),
    "Education": ("Learning", "Academy", "Tutors", "Training"),
}

SIZES: dict[Segment, Choices] = {
    "Enterprise": {"1001 to 5000": 68, "over 5000": 32},
    "Mid-Market": {"51 to 200": 14, "201 to 500": 54, "501 to 1000": 32},
    "SMB": {"1 to 10": 34, "11 to 50": 44, "51 to 200": 22},
}
SIZE_RISK: Choices = {"1 to 10": 1.25, "51 to 200": 0.9}

REGIONS: Choices = {"North America": 46, "Europe": 24, "UK and Ireland": 14, "Asia-Pacific": 10, "Latin America": 6}
REGION_RISK: Choices = {"Latin America": 1.2, "Asia-Pacific": 1.08}

CHANNELS: dict[Segment, Choices] = {
    "Enterprise": {"Outbound": 48, "Partner": 30, "Events": 14, "Referral": 8},
    "Mid-Market": {"Outbound": 32, "Partner": 20, "Organic": 20, "Referral": 14, "Events": 8, "Paid": 6},
    "SMB": {"Organic": 38, "Paid": 30, "Referral": 16, "Partner": 10, "Outbound": 6},
}
PAID_SHARE_IN_PUSH_YEARS = 1.7
PUSH_YEARS = (2022, 2025)
CHANNEL_RISK: Choices = {"Paid": 1.6, "Partner": 0.6, "Referral": 0.55, "Organic": 0.95}

USE_CASES: Choices = {
    "Team scheduling": 34,
    "Client onboarding": 22,
    "Field reporting": 18,
    "Inventory planning": 14,
    "Single project": 12,
}
USE_CASE_RISK: Choices = {"Team scheduling": 0.65, "Single project": 1.7, "Inventory planning": 1.15}

PLANS: dict[str, Choices] = {
    "1 to 10": {"Starter": 85, "Team": 15},
    "11 to 50": {"Starter": 40, "Team": 60},
    "51 to 200": {"Team": 70, "Business": 30},
    "201 to 500": {"Business": 90, "Team": 10},
    "501 to 1000": {"Business": 80, "Enterprise": 20},
    "1001 to 5000": {"Enterprise": 90, "Business": 10},
    "over 5000": {"Enterprise": 100},
}
TERMS: dict[Segment, dict[int, float]] = {
    "Enterprise": {12: 42, 24: 24, 36: 34},
    "Mid-Market": {12: 86, 24: 14},
    "SMB": {1: 38, 12: 46, 24: 8, 36: 8},
}
TERMS_IN_FIRST_PUSH: dict[Segment, dict[int, float]] = {**TERMS, "SMB": {1: 29, 12: 29, 24: 6, 36: 36}}
"""In 2021 and 2022 small customers were given a discount for signing for longer."""
FIRST_PUSH_YEARS = (2021, 2022)

STRUGGLING_CSM = "Alex Varga"
STRUGGLING_SINCE = 2025
STRUGGLING_RISK = 2.5
CSMS: dict[Segment, Choices] = {
    "Enterprise": {"Maren Holt": 34, "Tobias Renn": 34, "Priya Anand": 32},
    "Mid-Market": {"Luca Ferrante": 22, "Hana Ito": 22, "Dele Adeyemi": 20, "Sofia Brandt": 20, "Priya Anand": 6,
                   STRUGGLING_CSM: 10},
    "SMB": {"Chloe Marsh": 17, "Jonas Weil": 17, "Rosa Quintana": 17, "Sam Okoye": 17, "Ewa Nowak": 16,
            STRUGGLING_CSM: 11, "Dele Adeyemi": 5},
}  # fmt: skip

UNRECORDED: Choices = {
    "email": 0.02, "industry": 0.02, "size": 0.025, "region": 0.01, "channel": 0.04, "plan": 0.005, "use_case": 0.05,
}  # fmt: skip
UNASSIGNED: dict[Segment, float] = {"Enterprise": 0.0, "Mid-Market": 0.02, "SMB": 0.08}

SYLLABLES = (
    ("Ard", "Bran", "Brin", "Cal", "Cor", "Dor", "Dral", "Elb", "Est", "Fal", "Fen", "Gal", "Hol", "Ivr", "Jor", "Kel",
     "Lor", "Mard", "Nor", "Olv", "Pel", "Quil", "Ros", "Sel", "Tal", "Ulm", "Ves", "Wil", "Yor", "Zan"),
    ("a", "i", "o", "u", "en", "ar", "an", "im"),
    ("bex", "brel", "dane", "dex", "fyre", "gard", "kell", "lix", "lume", "mere", "mont", "morn", "nix", "pora",
     "quist", "rath", "rune", "sova", "tave", "thora", "tico", "vanti", "vik", "wen", "zell"),
)  # fmt: skip


@dataclass
class Span:
    """One unbroken stretch of being a customer; ``churned_on`` is the first day no longer one."""

    started_on: date
    churned_on: date | None = None
    reason: str | None = None


@dataclass
class Customer:
    """One invented company: what is true of it, what of that was never recorded, and when it was a customer."""

    word: str
    segment: Segment
    industry: str
    size: str
    region: str
    channel: str
    plan: str
    term_months: int
    use_case: str
    csm: str
    frailty: float
    unrecorded: frozenset[str]
    spans: list[Span] = field(default_factory=list)
    customer_id: str = ""
    name: str = ""
    parent_id: str = ""
    status: str = "Active"

    @property
    def domain(self) -> str:
        """The company's e-mail domain, under a top-level name that can never exist."""
        return f"{self.word.lower()}.example"

    @property
    def first_started_on(self) -> date:
        """The day the company first became a customer."""
        return self.spans[0].started_on

    @property
    def last_left_on(self) -> date:
        """The latest day on which the company stopped being a customer."""
        return max(span.churned_on for span in self.spans if span.churned_on is not None)

    def recorded(self, attribute: str) -> str:
        """An attribute as the file has it: blank where it was never recorded."""
        return "" if attribute in self.unrecorded else str(getattr(self, attribute))

    def span_on(self, day: date) -> Span | None:
        """The stretch the company was in at the end of a day, if it was a customer then."""
        for span in self.spans:
            if span.started_on <= day and (span.churned_on is None or span.churned_on > day):
                return span
        return None


def pick(rng: Random, weights: dict[T, float]) -> T:
    """One of the choices, drawn by weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def coined_words(rng: Random) -> list[str]:
    """Invented company words, every one different, in shuffled order."""
    words = ["".join(parts) for parts in product(*SYLLABLES)]
    rng.shuffle(words)
    return words


def found_company(rng: Random, word: str, segment: Segment, started_on: date) -> Customer:
    """A company of a segment that signs on a day."""
    size = pick(rng, SIZES[segment])
    channels = dict(CHANNELS[segment])
    if started_on.year in PUSH_YEARS and "Paid" in channels:
        channels["Paid"] *= PAID_SHARE_IN_PUSH_YEARS
    industries = dict(INDUSTRIES[segment])
    if started_on.year not in FIRST_PUSH_YEARS:
        industries |= {name: SHARE_SINCE_2023.get(name, 1.0) * weight for name, weight in industries.items()}
    industry = pick(rng, industries)
    terms = TERMS_IN_FIRST_PUSH if started_on.year in FIRST_PUSH_YEARS else TERMS
    unrecorded = {attribute for attribute, share in UNRECORDED.items() if rng.random() < share}
    if rng.random() < UNASSIGNED[segment]:
        unrecorded.add("csm")
    return Customer(
        word=word,
        segment=segment,
        industry=industry,
        size=size,
        region=pick(rng, REGIONS),
        channel=pick(rng, channels),
        plan=pick(rng, PLANS[size]),
        term_months=pick(rng, terms[segment]),
        use_case=pick(rng, USE_CASES),
        csm=pick(rng, CSMS[segment]),
        frailty=rng.gauss(0.0, 1.0),
        unrecorded=frozenset(unrecorded),
        spans=[Span(started_on)],
        name=f"{word} {rng.choice(TRADES[industry])}",
    )
