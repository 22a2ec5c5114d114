"""What Revenue says: what was kept of the money, on whom it hangs, and whether logos agree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from retention import labels
from retention.metrics.lead import Lead


def revenue_sentence(kept: Mapping[str, Any], currency: str = "$") -> str:
    """GRR and NRR as amounts, with what was left out."""
    if kept["grr"] is None:
        return "Nobody paid at the opening, so there is no rate."
    opening, left, shrank, grew = (
        labels.money(kept[f"{part}_mrr"], currency) for part in ("starting", "churned", "contraction", "expansion")
    )
    head = (
        f"Of {opening} a month at the opening, {left} left and {shrank} shrank; {grew} were added by the "
        f"{labels.customers(kept['customers'])} who paid then."
    )
    doubts = [
        (kept["unknown"], "left out for a month the file does not hold"),
        (kept["negative"], "with an amount below zero, counted as zero"),
        (kept["part_months"], "counted with a part month"),
    ]
    said = "; ".join(f"{count:,} {what}" for count, what in doubts if count)
    return f"{head} {said[0].upper()}{said[1:]}." if said else head


def concentration_sentence(held: Mapping[str, Any]) -> str:
    """On how few accounts the money hangs."""
    if held["top_ten_share"] is None:
        return ""
    head = f"The ten largest accounts hold {labels.percent(held['top_ten_share'], 0)} of the opening revenue"
    if held["nrr_without_largest"] is None:
        return f"{head}."
    return (
        f"{head}; without the largest alone ({labels.percent(held['largest_share'], 0)}) NRR would be "
        f"{labels.percent(held['nrr_without_largest'])} instead of {labels.percent(held['nrr'])}."
    )


def agreement_sentence(logo: float | None, kept: Mapping[str, Any], held: Mapping[str, Any]) -> str:
    """Logo and revenue retention read together."""
    if logo is None or kept["nrr"] is None:
        return "The two cannot be read together on this window."
    if kept["nrr"] < 1 and logo >= 0.9:
        return "Customers stay and shrink: logos are kept, revenue is not."
    if kept["nrr"] >= 1 and logo < 0.9:
        few = held["top_ten_share"] is not None and held["top_ten_share"] > 0.4
        return "Customers leave and revenue grows all the same: " + (
            "a few large accounts carry it." if few else "the growth is broad, not in a few accounts only."
        )
    if kept["nrr"] >= 1:
        return "Customers stay and grow: logos and money agree."
    return "Customers leave and those who stay do not make up for it: logos and money agree."


def lead_sentence(lead: Lead) -> str:
    """Whether logo retention led revenue retention in this book's own history."""
    if lead.verdict == "too short to say":
        return f"Whether logos lead revenue is too short to say: both are known for {lead.months} single months."
    if lead.verdict == "no sign":
        return f"No sign that logos led revenue in the {lead.months} months both are known for."
    return (
        f"Logos probably led revenue by about {lead.lag} months over the {lead.months} months both are known for; one "
        "book's history is a hint, not a law."
    )
