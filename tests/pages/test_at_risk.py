"""At risk: the work list, what the score may be called, and sentences where little can be known."""

from __future__ import annotations

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.at_risk.work_list import crm_file
from pages.parts.shell.session import FilesInUse
from retention.exhibits.accounts import LISTED as SHOWN
from retention.intake.read.parsing import parse
from retention.source import Source
from tests.pages.opened import ROOT, as_file, fine, loaded, number, opened, pages_of, said, sample_table, texts

HEADERS = ("Customer ID", "Company", "Segment", "CSM", "ARR", "Start date", "Churn date", "Usage share",
           "Engagement trend", "Tickets per month", "Renewal date")  # fmt: skip
SIGNALS = ("snapshot_on", "customer_id", "usage_share", "engagement_trend", "tickets_per_month", "renewal_on")


def account(name: str, arr: int, usage: str, trend: str = "stable", tickets: str = "3", csm: str = "Ada",
            left: str = "", renewal: str = "2025-03-01") -> list[str]:  # fmt: skip
    return [name, f"{name} Ltd", "SMB", csm, str(arr), "2021-01-01", left, usage, trend, tickets, renewal]


BOOK = [
    account("red and small", 1_000, "0.1", "declining", "9"),
    account("red and large", 9_000, "0.1", "declining", "9", csm="Grace"),
    account("yellow", 50_000, "0.5"),
    account("green and huge", 900_000, "0.9", "increasing", "0", renewal="2027-01-01"),
    account("unknown", 5_000, "", "", "1"),
    account("gone", 5_000, "0.1", "declining", left="2024-12-31"),
]
"""Read as of the day of the last churn: 31 Dec 2024."""


def with_signals(rows: list[list[str]], signals: list[list[str]], columns: tuple[str, ...] = HEADERS) -> FilesInUse:
    table = parse(as_file(rows, columns), "own.csv")
    return FilesInUse(Source(table, signals=parse(as_file(signals, SIGNALS), "signals.csv")))


def sample() -> FilesInUse:
    file = ROOT / "data" / "sample_signals.csv"
    return FilesInUse(Source(sample_table(), signals=parse(file.read_bytes(), file.name)), sample=True)


def page(file: FilesInUse, **state: object) -> AppTest:
    return fine(opened(file, page="at_risk", **state))


def table(app: AppTest, column: str) -> pl.DataFrame:
    """The one table of the page that has this column."""
    (found,) = [part.value for part in app.dataframe if column in part.value.columns]
    return pl.from_pandas(found)


def test_the_work_list_is_ordered_by_score_times_arr_with_its_reasons() -> None:
    listed = table(page(loaded(BOOK, HEADERS)), "reasons")
    assert listed["customer_id"].to_list() == ["yellow", "red and large", "red and small"]
    assert listed["score"].to_list() == [pytest.approx(100 * 47.5 / 80), 100.0, 100.0]
    assert listed["reasons"][1] == "usage 10% of licence, engagement declining, 9 tickets a month"
    assert set(listed.columns) <= set(SHOWN)


def test_capacity_bands_renewal_and_manager_cut_the_list() -> None:
    app = page(loaded(BOOK, HEADERS))
    app.number_input(key="capacity").set_value(1).run()
    assert table(fine(app), "reasons")["customer_id"].to_list() == ["yellow"]
    app.multiselect(key="risk.where.csm").set_value(["Grace"]).run()
    assert table(fine(app), "reasons")["customer_id"].to_list() == ["red and large"]
    app.multiselect(key="risk.where.csm").set_value([]).run()
    app.session_state["bands"] = ["low"]
    assert table(fine(app.run()), "reasons")["customer_id"].to_list() == ["green and huge"]
    app.selectbox(key="renews").set_value(30).run()
    assert "No account with a score is in these bands" in said(fine(app))


def test_the_number_is_the_high_band_and_the_base_rate_stands_beside_it() -> None:
    app = page(loaded(BOOK, HEADERS))
    assert number(app) == "2"
    assert "2 accounts are in the high band; 1 customer left in the last twelve months" in said(app)
    assert "1 account has no score" in " ".join(str(part.value) for part in app.caption)


def test_without_history_the_score_is_a_rule_of_thumb_wherever_it_stands() -> None:
    app = page(loaded(BOOK, HEADERS))
    assert "This score is a rule of thumb, not a forecast." in said(app)
    assert "cannot be tested with this file" in said(app)
    assert app.metric[0].label == "Accounts in the high band (rule of thumb)"
    assert "tested score" not in str(list(texts(app)))


def test_the_samples_score_is_tested_and_says_on_what() -> None:
    app = page(sample())
    assert number(app) == "67"
    assert "This score has been tested on this file" in said(app)
    assert "held 10 of the 113 customers" in said(app)
    assert "clearly better than going by the days to renewal alone" in said(app)
    app.session_state["months"] = 12
    assert "of the 234 customers who had left by 31 Dec 2025" in said(fine(app.run()))


def test_a_score_that_tells_nobody_apart_stays_a_rule_of_thumb() -> None:
    """Leavers and stayers had the same signals half a year before."""
    rows = [account(f"C-{n}", 1_000, "0.5", left="2024-10-01" if n < 6 else "") for n in range(24)]
    rows.append(account("dates the file", 1_000, "0.5", left="2024-12-31"))
    signals = [["2024-06-30", f"C-{n}", "0.5", "stable", "3", "2025-03-01"] for n in range(24)]
    app = page(with_signals(rows, signals))
    assert "This score is a rule of thumb" in said(app)
    assert "has been tested" not in said(app)


def test_one_weight_moves_the_others_and_they_stay_at_100() -> None:
    app = page(loaded(BOOK, HEADERS))
    app.number_input(key="risk.weight.usage").set_value(65.0).run()
    held = [app.number_input(key=f"risk.weight.{factor}").value
            for factor in ("usage", "engagement", "tickets", "renewal", "executive", "adoption")]  # fmt: skip
    assert held == [65.0, 10.0, 7.5, 7.5, 5.0, 5.0]
    assert "your own weights" in said(app)
    app.button(key="risk.defaults").click().run()
    assert app.number_input(key="risk.weight.usage").value == 30.0


def test_limits_move_accounts_and_a_contradiction_is_refused_in_a_sentence() -> None:
    app = page(loaded(BOOK, HEADERS))
    app.number_input(key="risk.limit.high").set_value(50.0).run()
    assert number(fine(app)) == "3"
    app.number_input(key="risk.limit.medium").set_value(80.0).run()
    assert "the first cannot be the larger one" in " ".join(str(part.value) for part in fine(app).warning).replace(
        "\\", ""
    )
    assert number(app) == "3"


def test_who_changed_band_is_drawn_when_opened() -> None:
    app = page(sample())
    app.session_state["fold.More: who changed band"] = True
    assert "moved to a worse band" in said(fine(app.run()))
    assert table(app, "changes").height > 50


def test_nothing_is_learned_from_a_file_without_history() -> None:
    app = opened(loaded(BOOK, HEADERS))
    app.session_state["fold.More: a score learned from who left"] = True
    app.session_state["fold.More: who changed band"] = True
    app = fine(app.switch_page("pages/at_risk.py").run())
    assert "needs signals of two days" in said(app)
    assert not any(toggle.key == "risk.learned" for toggle in app.toggle)


def test_broken_signals_are_left_out_one_by_one_with_the_reason() -> None:
    rows = [account("sound", 1, "0.5"), account("broken", 1, "plenty", "sideways", "-3"), *BOOK]
    app = page(loaded(rows, HEADERS))
    app.session_state["fold.More: what the file lacks"] = True
    app.run()
    faults = table(app, "reason")
    assert sorted(faults["column"].to_list()) == ["engagement_trend", "tickets_per_month"]
    assert "2 entries on signals" in said(app)


def test_a_signals_file_that_cannot_be_read_is_named_and_the_list_still_stands() -> None:
    held = loaded(BOOK, HEADERS)
    nonsense = parse(b"a,b\n1,2\n", "![x](http://evil.example).csv")
    app = page(FilesInUse(Source(held.source.table, signals=nonsense)))
    (warning,) = [part.value for part in app.warning]
    assert "is not used" in warning.replace("\\", "")
    assert "![x](" not in warning
    assert number(app) == "2"


def test_a_signals_file_with_undecidable_dates_is_asked_about_and_then_used() -> None:
    signals = [["01/02/2024", name, "0.9", "increasing", "0", "01/03/2025"] for name in ("red and small", "yellow")]
    app = page(with_signals(BOOK, signals))
    (asked,) = [radio for radio in app.radio if "day or the month" in radio.label]
    assert asked.value is None
    asked.set_value("day_first").run()
    assert not app.warning
    assert fine(app)


@pytest.mark.parametrize("column", ["Renewal date", "Usage share"])
def test_a_book_with_one_signal_has_the_page_and_no_score(column: str) -> None:
    place = HEADERS.index(column)
    rows = [[*row[:7], row[place]] for row in BOOK]
    app = page(loaded(rows, (*HEADERS[:7], column)))
    assert "No account has a score" in " ".join(str(part.value) for part in app.caption)
    assert number(app) == "0"


def test_a_book_without_signals_has_no_such_page_until_a_signals_file_comes() -> None:
    rows = [row[:7] for row in BOOK]
    assert "at_risk" not in pages_of(opened(loaded(rows, HEADERS[:7])))
    late = [["2024-12-30", "yellow", "0.1", "declining", "9", "2025-01-05"]]
    held = with_signals(rows, late, HEADERS[:7])
    app = opened(held)
    assert "at_risk" in pages_of(app)
    assert number(page(held)) == "1"


def test_hidden_names_are_in_no_table_and_in_no_choice() -> None:
    app = opened(loaded(BOOK, HEADERS))
    app.toggle(key="hide_names").set_value(True).run()
    app = fine(app.switch_page("pages/at_risk.py").run())
    seen = str(list(texts(app)))
    assert "red and large" not in seen
    assert "Ada" not in seen
    assert "Grace" not in seen


def test_a_changed_signals_file_is_seen() -> None:
    def large(usage: str) -> FilesInUse:
        return with_signals(BOOK, [["2024-12-30", "red and large", usage, "increasing", "0", "2025-12-05"]])

    app = page(large("0.1"))
    assert table(app, "reasons")["customer_id"].to_list() == ["yellow", "red and large", "red and small"]
    app.session_state["files"] = large("0.9")
    assert table(fine(app.run()), "reasons")["customer_id"].to_list() == ["yellow", "red and small"]


def test_own_weights_and_limits_stand_in_the_address_with_one_click_back() -> None:
    app = page(loaded(BOOK, HEADERS))
    assert "weights" not in app.query_params
    app.number_input(key="risk.weight.usage").set_value(65.0).run()
    app.number_input(key="risk.limit.high").set_value(90).run()
    assert app.query_params["weights"].startswith("65,10,7.5,7.5,5,5")
    assert app.query_params["limit.high"] == "90"
    assert "These are your own weights and limits, not the default ones." in said(fine(app))
    app.button(key="risk.standard").click().run()
    assert "your own weights" not in said(fine(app))
    assert {"weights", "limit.high"}.isdisjoint(app.query_params)
    assert app.number_input(key="risk.weight.usage").value == 30


def test_a_link_brings_weights_and_limits_back() -> None:
    app = opened(loaded(BOOK, HEADERS))
    app.query_params.update({"weights": "50,50,0,0,0,0", "limit.medium": "99", "limit.high": "99"})
    app = fine(app.switch_page("pages/at_risk.py").run())
    assert app.number_input(key="risk.weight.engagement").value == 50
    assert table(app, "reasons")["customer_id"].to_list() == ["red and large", "red and small"]


def test_the_file_for_the_crm_says_what_the_score_is_and_hides_names_and_formulas() -> None:
    rows = pl.DataFrame({"customer_id": ["=1+1", "b"], "csm": ["Ada", "Ben"], "score": [70.0, 40.0]})
    shown = pl.read_csv(crm_file(rows, called="rule of thumb", hide_names=False))
    assert shown.rows() == [("'=1+1", "Ada", 70.0, "rule of thumb"), ("b", "Ben", 40.0, "rule of thumb")]
    assert shown.columns == ["customer_id", "csm", "score", "score_is"]
    hidden = crm_file(rows, called="tested score", hide_names=True).decode()
    assert "Ada" not in hidden
    assert "=1+1" not in hidden
    assert hidden.count("tested score") == 2


def test_the_words_of_the_test_are_defined_on_the_page() -> None:
    app = page(loaded(BOOK, HEADERS), **{"fold.How computed": True})
    for word in ("Lift.", "Back-test.", "Calibration.", "Base-rate check.", "Capacity."):
        assert f"**{word}**" in said(app)


@pytest.mark.parametrize(("who", "many", "offered"), [("Segment", "Customers", False), ("Account ID", "Seats", True)])
def test_a_file_of_groups_is_offered_no_page_of_people(who: str, many: str, offered: bool) -> None:
    lines = f"{who},Start date,End date,Usage share,{many}\nNord,2023-01-05,,0.4,40\nSud,2023-02-05,,0.2,60\n"
    app = opened(FilesInUse(Source(parse(lines.encode(), "groups.csv"))))
    assert app.session_state["view"].book.weighted is not offered
    assert ("at_risk" in pages_of(app)) is offered
