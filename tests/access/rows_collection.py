"""Who gets which page of collection."""

from django.utils import timezone

from receivables.models import CollectionPolicy
from receivables.services.ladders import new_version
from receivables.services.legal import hand_to_legal
from receivables.services.letters import send_letter
from receivables.services.plans import Part, propose_plan
from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.receivables import make_customer
from tests.factories.receivables_collection import make_action, make_case, make_promise

READERS = "alice bob asha mona dora lena gina aida"
RECORD = {READERS: OK, "*": MISSING}
LIST = {"hugo otto root sam": FORBIDDEN, "*": OK}
CHASER = {"alice bob asha mona dora lena gina": OK, "aida": FORBIDDEN, "*": MISSING}
HEAD = {"bob mona dora gina": OK, "alice asha lena aida": FORBIDDEN, "*": MISSING}
RUNNER = {"bob mona dora gina": OK, "*": FORBIDDEN}
LADDER = {"hugo otto root sam": MISSING, "*": OK}
WRITER = {"dora": OK, "hugo otto root sam": MISSING, "*": FORBIDDEN}
CANARY = "Canary Trading"
HIDES = "carol"


def today():
    return timezone.localdate()


def case(cast):
    customer = make_customer(owner=cast.alice, name=CANARY)
    type(customer).objects.filter(pk=customer.pk).update(
        customer_class="important"
    )  # every ladder chases them
    return make_case(customer=customer, on=today())


def act(name):
    def make(cast):
        found = case(cast)
        return found, {"pk": found.pk, "act": name}

    return make


def action(cast):
    return make_action(case(cast), cast.alice, on=today())


def promise(cast):
    return make_promise(case(cast), cast.alice, due=today(), on=today())


def policy(cast):
    return CollectionPolicy.objects.filter(code="STANDARD").earliest("from_date")


def version(cast):
    standing = CollectionPolicy.objects.filter(code="STANDARD", from_date=today()).first()
    made = standing or new_version(
        actor=cast.dora, base=policy(cast), from_date=today(), tolerance=50, at=timezone.now()
    )
    return made, {"pk": made.pk, "level": 1}


ROWS = [
    Row(
        "receivables:collectioncase_list",
        make=lambda c: (case(c), {}),
        get=LIST,
        canary=CANARY,
        hides=HIDES,
    ),
    Row("receivables:collectioncase_detail", make=case, get=RECORD, canary=CANARY),
    Row("receivables:collectioncase_act", make=act("log"), get=CHASER, post=CHASER, canary=CANARY),
    Row("receivables:collectioncase_act", make=act("promise"), get=CHASER, post=CHASER, canary=CANARY),
    Row("receivables:collectioncase_act", make=act("pause"), get=HEAD, post=HEAD, canary=CANARY),
    Row("receivables:collectioncase_act", make=act("ladder"), get=HEAD, post=HEAD, canary=CANARY),
    Row("receivables:collection_run", get=RUNNER, post=RUNNER),
    Row(
        "receivables:collectionaction_list",
        make=lambda c: (action(c), {}),
        get=LIST,
        canary=CANARY,
        hides=HIDES,
    ),
    Row("receivables:collectionaction_detail", make=action, get=RECORD, canary=CANARY),
    Row(
        "receivables:promise_list",
        make=lambda c: (promise(c), {}),
        get=LIST,
        canary=CANARY,
        hides=HIDES,
    ),
    Row("receivables:promise_detail", make=promise, get=RECORD, canary=CANARY),
    Row(
        "receivables:promise_withdraw",
        make=promise,
        get={"alice bob mona dora gina": OK, "asha lena aida": FORBIDDEN, "*": MISSING},
        post={"alice bob mona dora gina": OK, "asha lena aida": FORBIDDEN, "*": MISSING},
        canary=CANARY,
    ),
    Row("receivables:collectionpolicy_list", get=LIST),
    Row("receivables:collectionpolicy_detail", make=policy, get=LADDER),
    Row("receivables:collectionpolicy_version", make=policy, get=WRITER, post=WRITER),
    Row("receivables:collectionpolicy_level", make=version, get=WRITER, post=WRITER),
]


def letter(cast):
    found = case(cast)
    return send_letter(actor=cast.alice, case=found, way="post", address="Canary Street 1", at=timezone.now())


def plan(cast):
    found = case(cast)
    parts = [Part(today(), found.overdue_base)]
    return propose_plan(
        actor=cast.alice,
        case=found,
        currency=found.customer.currency,
        parts=parts,
        agreed_with="Ms Li",
        at=timezone.now(),
    )


def stage(cast):
    found = case(cast)
    make_action(found, cast.alice, on=today(), reason="refuse")
    return hand_to_legal(actor=cast.gina, case=found, reason="Refused", at=timezone.now())


def stage_act(name):
    def make(cast):
        found = stage(cast)
        return found, {"pk": found.pk, "act": name}

    return make


LAWYER = {"dora lena": OK, "alice bob asha mona gina aida": FORBIDDEN, "*": MISSING}

ROWS += [
    Row("receivables:collectioncase_act", make=act("letter"), get=CHASER, post=CHASER, canary=CANARY),
    Row("receivables:collectioncase_act", make=act("plan"), get=CHASER, post=CHASER, canary=CANARY),
    Row("receivables:collectioncase_act", make=act("legal"), get=HEAD, post=HEAD, canary=CANARY),
    Row("receivables:collectioncase_act", make=act("evidence"), get=CHASER, post=CHASER, canary=CANARY),
    Row(
        "receivables:collectionletter_list",
        make=lambda c: (letter(c), {}),
        get=LIST,
        canary=CANARY,
        hides=HIDES,
    ),
    Row("receivables:collectionletter_detail", make=letter, get=RECORD, canary=CANARY),
    Row("receivables:collectionletter_receipt", make=letter, get=CHASER, post=CHASER, canary=CANARY),
    Row(
        "receivables:instalmentplan_list", make=lambda c: (plan(c), {}), get=LIST, canary=CANARY, hides=HIDES
    ),
    Row("receivables:instalmentplan_detail", make=plan, get=RECORD, canary=CANARY),
    Row("receivables:legalstage_list", make=lambda c: (stage(c), {}), get=LIST, canary=CANARY, hides=HIDES),
    Row("receivables:legalstage_detail", make=stage, get=RECORD, canary=CANARY),
    Row("receivables:legalstage_act", make=stage_act("event"), get=LAWYER, post=LAWYER, canary=CANARY),
    Row("receivables:legalstage_act", make=stage_act("end"), get=LAWYER, post=LAWYER, canary=CANARY),
    Row("receivables:limitation", get=LIST),
    Row("receivables:collection_overview", get=LIST),
]
