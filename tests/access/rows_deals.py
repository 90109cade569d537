"""Who may open which page of leads and opportunities."""

from django.utils import timezone

from customers.choices.deals import Stage
from customers.models import Concession, DealCompetitor, DecisionMaker, LossReason
from tests.access.rows_customers import EDITORS, READERS, SELLERS, VIEWERS
from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.customers import make_contact, make_currency, make_customer
from tests.factories.deals import make_competitor, make_deal, make_goods, make_lead

LEAD, DEAL = "Canary Prospect", "Canary Deal"
# Giving to another person: leads and managers; the rest of those who see it may not.
GIVERS = {"bob mona": OK, "alice asha gina aida dora sam": FORBIDDEN, "*": MISSING}
# The list of reasons: read in sales, kept by the manager and the administrator.
REASON_READERS = {"alice asha bob carol mona gina dora sam aida root": OK, "*": FORBIDDEN}
REASON_KEEPERS = {"mona root": OK, "*": FORBIDDEN}


def lead(cast):
    return make_lead(cast.alice, name=LEAD)


def ruled_out(cast):
    return make_lead(
        cast.alice, name=LEAD, state="disqualified", reason="no", closed_date=timezone.localdate()
    )


def pooled(cast):
    return make_lead(None, name=LEAD)


def deal(cast):
    return make_deal(cast.alice, make_customer(cast.alice, name="Canary Trading"), title=DEAL)


def lost(cast):
    return make_deal(cast.alice, title=DEAL, stage=Stage.LOST)


def person(cast):
    row = deal(cast)
    return DecisionMaker.objects.create(opportunity=row, contact=make_contact(row.customer), part="decides")


def rival(cast):
    return DealCompetitor.objects.create(
        opportunity=deal(cast), competitor=make_competitor(name="Canary Rival")
    )


def concession(cast):
    return Concession.objects.create(
        opportunity=deal(cast), product=make_goods(), price=90, currency=make_currency(), reason="Canary reason",
        date=timezone.localdate(), created_by=cast.alice,
    )  # fmt: skip


def reason(cast):
    return LossReason.objects.get(code="price")


def listed(make):
    return lambda cast: (make(cast) and None, {})


ROWS = [
    Row("customers:lead_list", make=listed(lead), get=READERS, canary=LEAD, hides="carol"),
    Row("customers:lead_create", get=SELLERS, post=SELLERS),
    Row("customers:lead_detail", make=lead, get=VIEWERS, canary=LEAD),
    *[
        Row(f"customers:lead_{name}", make=lead, get=EDITORS, post=EDITORS, canary=LEAD)
        for name in ("edit", "contact", "screen", "convert", "rule_out", "duplicate", "release")
    ],
    Row("customers:lead_reopen", make=ruled_out, get=EDITORS, post=EDITORS, canary=LEAD),
    Row("customers:lead_assign", make=lead, get=GIVERS, post=GIVERS, canary=LEAD),
    Row(
        "customers:lead_claim",
        make=pooled,
        get={"alice bob carol mona": OK, "asha gina aida dora sam": FORBIDDEN, "*": MISSING},
        post={"alice bob carol mona": OK, "asha gina aida dora sam": FORBIDDEN, "*": MISSING},
        canary=LEAD,
    ),
    Row("customers:opportunity_list", make=listed(deal), get=READERS, canary=DEAL, hides="carol"),
    Row("customers:opportunity_board", make=listed(deal), get=READERS, canary=DEAL, hides="carol"),
    Row("customers:opportunity_forecast", make=listed(deal), get=READERS, canary=DEAL, hides="carol"),
    Row("customers:opportunity_create", get=SELLERS, post=SELLERS),
    Row("customers:opportunity_detail", make=deal, get=VIEWERS, canary=DEAL),
    *[
        Row(f"customers:{name}", make=deal, get=EDITORS, post=EDITORS, canary=DEAL)
        for name in (
            "opportunity_edit", "opportunity_move", "opportunity_next_step", "opportunity_win", "opportunity_lose",
            "opportunity_hold", "opportunity_negotiate", "opportunity_concede", "deal_person_set", "deal_competitor_set",
        )
    ],
    Row("customers:opportunity_reopen", make=lost, get=GIVERS, post=GIVERS, canary=DEAL),
    Row("customers:opportunity_assign", make=deal, get=GIVERS, post=GIVERS, canary=DEAL),
    Row("customers:deal_person_remove", make=person, get=EDITORS, post=EDITORS, canary=DEAL),
    Row("customers:deal_competitor_remove", make=rival, get=EDITORS, post=EDITORS, canary=DEAL),
    Row("customers:concession_list", make=listed(concession), get=READERS, canary="Canary reason", hides="carol"),
    Row("customers:concession_detail", make=concession, get=VIEWERS, canary="Canary reason"),
    Row("customers:concession_withdraw", make=concession, get=EDITORS, post=EDITORS, canary="Canary reason"),
    Row("customers:lossreason_list", get=REASON_READERS),
    Row("customers:lossreason_detail", make=reason, get=REASON_READERS | {"*": MISSING}),
    Row("customers:lossreason_create", get=REASON_KEEPERS, post=REASON_KEEPERS),
    Row(
        "customers:lossreason_edit",
        make=reason,
        get={"mona root": OK, "alice asha bob carol gina dora sam aida": FORBIDDEN, "*": MISSING},
        post={"mona root": OK, "alice asha bob carol gina dora sam aida": FORBIDDEN, "*": MISSING},
    ),
]  # fmt: skip
