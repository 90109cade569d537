"""Opportunities out of another program: steps in its words, deals without a customer, a day for each decision."""

from decimal import Decimal as D

import pytest

from customers.models import LossReason, Opportunity
from salesops.accounts.models import User
from tests.salesops.exchange_files import counts, good, reasons, run, table

pytestmark = pytest.mark.django_db

HEAD = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value"
ROWS = (
    "1C1I7A6R,Moses Frase,GTX Plus Basic,Cancity,Won,2016-10-20,2017-03-01,1054",
    "Z063OYW0,Darcel Schlecht,GTXPro,Isdom,Lost,2016-10-25,2017-03-11,0",
    "EC4QE1BX,Darcel Schlecht,MG Special,,Engaging,2016-10-25,,",
    "HAXMC4IX,James Ascencio,MG Advanced,,Prospecting,,,",
)
MAPPING = """
[columns]
code = "opportunity_id"
owner = "sales_agent"
product = "product"
customer = "account"
stage = "deal_stage"
engaged_date = "engage_date"
closed_date = "close_date"
amount = "close_value"
[lookups]
customer = "create"
product = "create"
owner = "create"
"""


@pytest.fixture
def pipeline(tmp_path):
    mapping = tmp_path / "crm.toml"
    mapping.write_text(MAPPING, encoding="utf-8")

    def load(*rows, door=good):
        return door("opportunities", table(tmp_path, "pipeline.csv", HEAD, *rows), mapping=mapping)

    return load


def test_a_pipeline_of_another_program_comes_in_whole_and_once(pipeline):
    assert counts(pipeline(*ROWS)) == (4, 0, 0)
    assert counts(pipeline(*ROWS)) == (0, 0, 4)
    won, lost, engaged, fresh = Opportunity.objects.order_by("pk")
    assert (won.stage, won.base_amount, won.customer.code) == ("won", D("1054.00"), "Cancity")
    assert won.lines.get().base_amount == D("1054.00")
    assert [m.to_stage for m in won.moves.order_by("pk")] == ["research", "won"]
    assert (lost.loss_reason, lost.amount) == (LossReason.objects.get(code="not_recorded"), 0)
    assert (engaged.stage, engaged.customer, engaged.amount, bool(engaged.next_step)) == (
        "first_visit",
        None,
        None,
        True,
    )
    assert (fresh.stage, fresh.probability) == ("research", D("0.05"))
    assert won.owner == User.objects.get(name="Moses Frase")
    assert won.customer.owner == won.owner


def test_a_deal_goes_on_and_a_decided_one_stays(pipeline):
    pipeline(*ROWS)
    closed = "EC4QE1BX,Darcel Schlecht,MG Special,Isdom,Won,2016-10-25,2017-04-01,55"
    assert counts(pipeline(closed)) == (0, 1, 0)
    deal = Opportunity.objects.get(code="EC4QE1BX")
    assert (deal.stage, deal.base_amount, deal.lines.get().amount) == ("won", D("55.00"), D("55.00"))
    assert deal.moves.count() == 3
    refused = pipeline(closed.replace(",55", ",66"), door=run)
    assert "decided" in refused["rejected"][0]["reason"]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("A,Moses Frase,P,C,Won,2016-10-20,,5", "closed_date"),
        ("A,Moses Frase,P,C,Engaging,2016-10-20,2017-01-01,5", "closed_date"),
        ("A,Moses Frase,P,C,Won,2017-10-20,2017-01-01,5", "closed_date"),
        ("A,Moses Frase,P,C,Won,2016-10-20,2117-01-01,5", "closed_date"),
        ("A,Moses Frase,P,C,Won,2016-10-20,2017-01-01,-5", "amount"),
        ("A,Moses Frase,P,C,Maybe,2016-10-20,2017-01-01,5", "stage"),
    ],
)
def test_what_makes_no_sense_is_rejected_with_its_column(pipeline, row, column):
    assert reasons(pipeline(row, door=run)) == [(2, column)]
    assert not Opportunity.objects.exists()
