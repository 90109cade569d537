"""Requests are open to those they concern and to who sees the record; flows are read by all, written by Root."""

from datetime import timedelta

from django.utils import timezone

from salesops.accounts.services.delegations import set_delegation
from salesops.approvals.models import ApprovalFlow, AskedPerson, Decision
from salesops.approvals.services import return_request
from salesops.approvals.services.flows import new_version
from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.approvals import KIND, ask, make_flow, role, step, when
from tests.factories.customers import make_customer

NAME = "Canary Approvals"
# Lena is asked and sees nothing of the customer otherwise.
SEE = "alice asha bob mona dora gina aida sam lena"
VIEWERS = {SEE: OK, "*": MISSING}
ADMINISTRATORS = {"root": OK, "*": FORBIDDEN}


def only(names):
    others = " ".join(name for name in SEE.split() if name not in names.split())
    return {names: OK, others: FORBIDDEN, "*": MISSING}


def flow(cast):
    found = ApprovalFlow.objects.filter(document_type=KIND, published_at__isnull=False).first()
    steps = step("Lead and legal", role("lead"), role("legal"), mode="countersign")
    return found or make_flow(steps, conditions=[when("amount", "gte", "0")])


def draft(cast):
    found = ApprovalFlow.objects.filter(
        document_type=KIND, published_at__isnull=True, routes__steps__isnull=False
    ).first()
    if found is None:  # one that somebody emptied makes room
        ApprovalFlow.objects.filter(document_type=KIND, published_at__isnull=True).delete()
    return found or new_version(actor=cast.root, at=timezone.now(), flow=flow(cast))


def request(cast):
    flow(cast)
    customer = make_customer(cast.alice, name=NAME, annual_revenue=1)
    return ask(customer, actor=cast.alice, at=timezone.now(), copies=[cast.lena])


def returned(cast):
    made = request(cast)
    asked = AskedPerson.objects.filter(ask__request=made).order_by("pk").first().person
    return return_request(actor=asked, at=timezone.now(), request=made, comment="Why?")


def askable(cast):
    flow(cast)
    customer = make_customer(cast.alice, name=NAME, annual_revenue=1)
    return None, {"key": KIND, "pk": customer.pk}


def listed(cast):
    made = request(cast)
    assert Decision.objects.filter(request=made).exists()
    return None, {}


def delegation(cast):
    today = timezone.localdate()
    return set_delegation(
        actor=cast.alice,
        at=timezone.now(),
        person=cast.alice,
        deputy=cast.carol,
        from_date=today,
        to_date=today + timedelta(days=3),
    )


def act(name, who, make=request):
    return Row(f"approvals:approvalrequest_{name}", make=make, get=who, post=who, canary=NAME)


def of_flow(name, make=draft, who=ADMINISTRATORS):
    return Row(f"approvals:{name}", make=make, get=who, post=who)


def route(cast):
    return draft(cast).routes.first()


def flow_step(cast):
    return route(cast).steps.first()


ROWS = [
    Row(
        "approvals:approvalrequest_list",
        make=listed,
        get={"*": OK},
        post={"*": OK},
        canary=NAME,
        query="box=all",
        hides="carol hugo otto root",
    ),
    Row("approvals:approvalrequest_detail", make=request, get=VIEWERS, canary=NAME),
    Row("approvals:approvalrequest_decide", make=request, get=only("bob lena"), post=VIEWERS, canary=NAME),
    act("withdraw", only("alice")),
    act("edit", only("alice")),
    act("resubmit", only("alice"), returned),
    act("add_signer", only("bob lena")),
    act("pass_up", only("bob lena")),
    act("send_copy", only("alice bob lena")),
    Row(
        "approvals:approvalrequest_ask",
        make=askable,
        get={"alice asha bob mona": OK, "dora gina aida sam": FORBIDDEN, "*": MISSING},
        post={"alice asha bob mona": OK, "dora gina aida sam": FORBIDDEN, "*": MISSING},
        canary=NAME,
    ),
    Row("approvals:approvalflow_list", make=lambda cast: (flow(cast) and None, {}), get={"*": OK}),
    Row("approvals:authority", make=lambda cast: (flow(cast) and None, {}), get={"*": OK}),
    Row("approvals:approvalflow_detail", make=flow, get={"*": OK}),
    Row("approvals:approvalflow_simulate", make=flow, get={"*": OK}),
    of_flow("approvalflow_new_version", flow),
    of_flow("approvalflow_edit"),
    of_flow("approvalflow_publish"),
    of_flow("approvalflow_discard"),
    of_flow("flowroute_create"),
    of_flow("flowroute_edit", route),
    of_flow("flowroute_remove", route),
    of_flow("flowstep_create", route),
    of_flow("flowstep_edit", flow_step),
    of_flow("flowstep_remove", flow_step),
    Row(
        "accounts:user_deputy",
        make=lambda cast: cast.alice,
        get={"alice bob mona gina hugo root": OK, "*": FORBIDDEN},
        post={"alice bob mona gina hugo root": OK, "*": FORBIDDEN},
    ),
    Row(
        "accounts:delegation_end",
        make=delegation,
        get={"alice bob mona gina hugo root": OK, "*": FORBIDDEN},
        post={"alice bob mona gina hugo root": OK, "*": FORBIDDEN},
    ),
]
