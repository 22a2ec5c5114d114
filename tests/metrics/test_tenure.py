from pathlib import Path

import pytest

import retention as rt
from retention.errors import InputError
from retention.metrics.tenure import tenure_shares

TELCO = Path(__file__).parents[2] / "../shared/examples/telco/Telco-Customer-Churn.csv"


@pytest.mark.skipif(not TELCO.exists(), reason="the telco example is not beside the project")
def test_the_published_shares_by_contract() -> None:
    book = rt.read_book(TELCO)
    whole = tenure_shares(book).row(0, named=True)
    assert (whole["customers"], whole["churned"], round(whole["stayed_share"], 5)) == (7043, 1869, 0.73463)
    contract = next(name for name in book.attributes if name.lower() == "contract")
    shares = {row[contract]: round(row["stayed_share"] * 100, 4) for row in tenure_shares(book, by=contract).to_dicts()}
    assert shares == {"Month-to-month": 57.2903, "One year": 88.7305, "Two year": 97.1681}


def test_a_book_with_dates_has_better_answers() -> None:
    content = b"customer_id,start_date,churn_date\na,2024-01-01,\nb,2024-01-02,2025-01-01\n"
    with pytest.raises(InputError, match="over a window"):
        tenure_shares(rt.read_book(content, name="list.csv"))
