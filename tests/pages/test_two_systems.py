"""Two systems on Proof: the other file read in the sandbox, the bridge, who differs, and who is left out and why."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.pages.opened import fine, loaded, opened, said, turned_to

COLUMNS = ("Account", "Member since", "Cancelled on")
GONE = "2024-03-01"


def account(names: str, gone: str) -> list[list[str]]:
    """Customers since 2022, some of whom left; one more who came on the last day the file speaks for."""
    stays = [[name, "2022-05-01", GONE if name in gone.split() else ""] for name in names.split()]
    return [*stays, ["late", "2024-12-31", ""]]


def proof() -> AppTest:
    return fine(turned_to(opened(loaded(account("a b c d e f g h i j", "i j"), COLUMNS, name="crm.csv")), "proof"))


def held_against(app: AppTest, rows: list[list[str]]) -> AppTest:
    content = "\n".join(",".join(row) for row in [list(COLUMNS), *rows]).encode()
    return app.file_uploader(key="account.file").upload("billing.csv", content).run(timeout=60)


def test_the_same_rate_hides_three_disagreements_until_one_is_left_out_with_a_reason() -> None:
    app = fine(held_against(proof(), account("a b c d e f g h i k", "h i")))
    read = said(app)
    assert "billing.csv is held against crm.csv" in read.replace("*", "")
    assert "10 customers are in both: matched 10 on their id." in read
    assert not [button for button in app.button if button.key == "pin.two_systems"]
    app.selectbox(key="account.kind").select("only_in_b").run()
    app.multiselect(key="account.who").set_value(["k"]).run()
    app.text_input(key="account.why").set_value("a test\naccount").run()
    app = fine(app.button(key="account.leave").click().run())
    assert app.session_state["selection"].excluded == {"k": "a test account"}
    assert "only in billing.csv" not in said(app)
    app.session_state["fold.How the two were held against each other"] = True
    (code,) = [block.value for block in fine(app.run()).code if "rt.reconcile" in block.value]
    assert "left_out = {'k': 'a test account'}" in code
    app.multiselect(key="account.back").set_value(["k"]).run()
    assert fine(app.button(key="account.put_back").click().run()).session_state["selection"].excluded == {}


def test_a_file_that_stops_earlier_is_met_on_the_last_day_both_speak_for() -> None:
    rows = [[name, "2022-05-01", "2024-06-30" if name == "a" else ""] for name in "abcdefghij"]
    app = fine(held_against(proof(), rows))
    assert any("does not reach 31 Dec 2024" in caption.value for caption in app.caption)


def test_a_file_that_cannot_be_read_says_so_and_leaves_the_page_as_it_was() -> None:
    app = held_against(proof(), [])
    assert [error.value for error in app.error]
    assert "account.source" not in app.session_state


def test_a_file_that_contradicts_itself_says_so_first() -> None:
    rows = [["a", "2022-05-01", "", "Churned"], ["b", "2022-05-01", "2024-03-01", "Churned"],
            ["c", "2022-06-01", "", "Active"], ["d", "2024-06-30", "", "Active"]]  # fmt: skip
    app = fine(turned_to(opened(loaded(rows, (*COLUMNS, "Status"))), "proof"))
    assert "This file contradicts itself in 1 row (set aside): left by its status, but without a date." in [
        warning.value.replace("\\", "") for warning in app.warning
    ]
