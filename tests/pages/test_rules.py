"""Rules have switches where the file makes them matter, act on every page, stand beside the number and in the link."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from pages.parts.shell.session import FilesInUse
from retention.intake.read.parsing import parse
from retention.source import Source
from tests.pages.opened import ROOT, as_file, fine, loaded, opened, said, through, turned_to

PARENTS = ["Customer ID", "Parent ID", "Start date", "Churn date"]
GROUP = [
    ["A", "G", "2021-01-01", "2024-03-01"],
    ["B", "G", "2021-01-01", ""],
    *([f"C-{n}", "", "2021-01-01", ""] for n in range(2, 10)),
    ["D", "", "2021-01-01", "2024-04-01"],
    ["E", "", "2024-05-31", ""],
]
MONTHS = [["Customer ID", *(f"2024-{month:02d}" for month in range(1, 13))]]
PAID = [
    ["a", *["10"] * 12],
    ["b", *["10"] * 6, *["0"] * 6],
    ["c", *["10"] * 12],
]


def group(answer: str = "customer") -> FilesInUse:
    return loaded(GROUP, PARENTS, answers={"logo": answer})


def revenue(rows: list[list[str]]) -> FilesInUse:
    return FilesInUse(Source(parse(as_file(rows, MONTHS[0]), "months.csv")))


def switches(app: AppTest) -> dict[str, object]:
    """The switches of Proof: rule -> what it is set to."""
    keyed = [box for box in app.selectbox if str(box.key).startswith("rule.")]
    return {str(box.key).split(".")[1]: box.value for box in keyed}


def test_companies_count_everywhere_with_both_counts_beside_them() -> None:
    app = opened(group())
    assert "9 of 11 customers stayed" in said(app)
    proof = fine(turned_to(app, "proof"))
    assert switches(proof)["logo"] == "customer"
    proof.selectbox(key="rule.logo.customer").set_value("parent").run()
    assert "a customer is a company" in said(fine(proof))
    for page in through(proof):
        assert "a customer is a company" in said(page)
        assert any("12 accounts, 11 companies" in caption.value.replace("\\", "") for caption in page.caption)
        assert page.query_params["rule.logo"] == "parent"
    turned_to(app, "retention")
    assert "9 of 10 customers stayed" in said(app)
    app.button(key="back_to_standard").click().run()
    assert "9 of 11 customers stayed" in said(fine(app))
    assert "rule.logo" not in app.query_params


def test_what_was_answered_about_companies_stands_beside_the_number_too() -> None:
    app = fine(opened(group("parent")))
    assert "9 of 10 customers stayed" in said(app)
    assert "a customer is a company" in said(app)
    assert switches(turned_to(app, "proof"))["logo"] == "parent"


def test_a_rule_without_anything_to_act_on_has_no_switch() -> None:
    rows = [[f"C-{n}", "2021-01-01", "2024-03-05" if n % 4 == 0 else ""] for n in range(1, 13)]
    app = turned_to(opened(loaded(rows, ["Customer ID", "Start date", "Churn date"])), "proof")
    assert set(switches(fine(app))) == {"paused", "trials", "past_due", "churn_date"}
    paid = turned_to(opened(revenue([[*row[:7], *row[1:7]] for row in PAID])), "proof")
    assert "zero_revenue" not in switches(fine(paid))


def test_a_month_at_zero_can_keep_a_customer() -> None:
    app = opened(revenue(PAID))
    app.selectbox(key="window").set_value("6m").run()
    assert "2 of 3 customers stayed" in said(fine(app))
    proof = turned_to(app, "proof")
    proof.selectbox(key="rule.zero_revenue.churn").set_value("active").run()
    assert "a month at zero revenue keeps a customer" in said(fine(proof))
    assert proof.query_params["rule.zero_revenue"] == "active"
    turned_to(app, "retention")
    assert "3 of 3 customers stayed" in said(app)


def test_a_link_brings_the_rules_back() -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params.update({"rule.logo": "parent", "rule.paused": "churn", "rule.past_due": "nonsense"})
    app.run()
    assert "a customer is a company" in said(fine(app))
    assert "paused customers count as lost" in said(app)
    assert app.session_state["files"].source.rules_in_use.departures() == {"paused": "churn", "logo": "parent"}
    assert "rule.past_due" not in app.query_params
    assert "of 1,644 customers" not in said(app)


def test_who_left_is_ordered_by_what_they_paid_last_where_there_is_revenue_only() -> None:
    rows = [["a", *["10"] * 12], ["b", *["10"] * 6, *["0"] * 6], ["c", *["90"] * 8, *["0"] * 4]]
    app = opened(revenue(rows))
    app.selectbox(key="window").set_value("6m").run()
    assert "2 customers left, worth $100 of MRR." in said(fine(app))
    (gone,) = [table.value for table in app.dataframe if "mrr" in table.value.columns]
    assert gone[["customer_id", "mrr"]].to_numpy().tolist() == [["c", 90.0], ["b", 10.0]]
    assert any("in the last month they paid for" in caption.value for caption in app.caption)


def test_a_rule_that_asks_something_first_opens_the_question_and_the_switch_goes_back() -> None:
    columns = ["Customer ID", "Status", "Start date", "Last seen"]
    rows = [[f"C-{n}", "paused" if n < 3 else "active", "2021-01-01", f"2024-03-0{n + 1}"] for n in range(8)]
    app = turned_to(opened(loaded(rows, columns)), "proof")
    app.selectbox(key="rule.paused.active").set_value("churn").run()
    assert "asked" in app.session_state
    assert app.session_state["files"].source.rules_in_use.departures() == {}
    assert app.selectbox(key="rule.paused.active").value == "active"
    assert [error.message for error in app.exception] == []


CONTRACTS = [
    ["ann", "2023-01-01", "2024-12-31", "Small"], ["ann", "2025-01-01", "2026-12-31", "Large"],
    ["bo", "2024-01-01", "2025-06-30", "Small"], ["cy", "2023-01-01", "2026-12-31", "Large"],
    ["di", "2025-03-01", "2026-02-28", "Large"], ["ed", "2025-12-31", "2026-12-30", "Small"],
]  # fmt: skip
"""Ann goes up in 2025; who is on Large now was on it less often then."""
SELDOM = "fold.More: attributes and contract terms"


def test_attributes_count_as_recorded_now_where_that_is_chosen() -> None:
    file = loaded(
        CONTRACTS, ["Client", "Contract start", "Contract end", "Plan"], answers={"duplicate_ids": "subscriptions"}
    )
    app = opened(file, page="segments")
    assert "as it was at the opening" in said(fine(app))
    app.session_state[SELDOM] = True
    proof = fine(turned_to(app, "proof"))
    assert "assumed_term" not in switches(proof)
    proof.selectbox(key="rule.attributes.opening").set_value("now").run()
    assert proof.query_params["rule.attributes"] == "now"
    assert "plan, segment and the like are those recorded last" in said(fine(proof))
    assert "as recorded now" in said(fine(turned_to(app, "segments")))


def test_a_contract_term_is_assumed_only_where_somebody_says_so() -> None:
    rows = [[f"C-{n}", "2021-03-01", "2024-03-01" if n % 4 == 0 else ""] for n in range(1, 13)]
    rows.append(["Z", "2024-11-30", ""])
    app = opened(loaded(rows, ["Customer ID", "Start date", "Churn date"]))
    app.session_state["fold.More: the same question under other definitions"] = True
    assert "There is no renewal rate" in said(fine(app.run()))
    app.session_state[SELDOM] = True
    proof = fine(turned_to(app, "proof"))
    assert "attributes" not in switches(proof)
    proof.selectbox(key="rule.assumed_term.none").set_value("12").run()
    assert proof.query_params["rule.assumed_term"] == "12"
    turned_to(app, "retention")
    app.session_state["fold.More: the same question under other definitions"] = True
    page = fine(app.run())
    assert "There is no renewal rate" not in said(page)
    assert "decisions rest on a contract term that was assumed" in said(page)
