"""Who may open which page of visit plans, check-ins, checklists and receptions."""

from customers.models import VisitPlan
from tests.access.rows_customers import NAME, READERS, SELLERS, customer
from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.visits import make_plan

WRITERS = "alice asha bob mona"
PLAN_READERS = {f"{WRITERS} gina aida": OK, "*": MISSING}
PLAN_EDITORS = {WRITERS: OK, "gina aida": FORBIDDEN, "*": MISSING}
PLAN_LISTS = {"alice asha bob carol mona gina aida": OK, "*": FORBIDDEN}


def plan(cast):
    """The one plan of Alice for the next week."""
    existing = VisitPlan.objects.filter(owner=cast.alice).first()
    return existing or make_plan(cast.alice, customer(cast))


def checked(cast):
    made = plan(cast)
    at = made.created_at
    VisitPlan.objects.filter(pk=made.pk).update(state="self_checked", submitted_at=at, self_check="x")
    made.refresh_from_db()
    return made


ROWS = [
    Row(
        "customers:visit_due",
        make=lambda cast: (customer(cast) and None, {}),
        get=READERS,
        canary=NAME,
        hides="carol",
    ),
    Row(
        "customers:visitplan_list",
        make=lambda cast: (plan(cast) and None, {}),
        get=PLAN_LISTS,
    ),
    Row("customers:visitplan_create", get=SELLERS, post=SELLERS),
    Row("customers:visitplan_detail", make=plan, get=PLAN_READERS, canary=NAME),
    Row("customers:visitplan_edit", make=plan, get=PLAN_EDITORS, post=PLAN_EDITORS, canary=NAME),
    Row("customers:visitplan_submit", make=plan, get=PLAN_EDITORS, post=PLAN_EDITORS, canary=NAME),
    Row("customers:visitplan_check", make=checked, get=PLAN_EDITORS, post=PLAN_EDITORS),
    Row(
        "customers:visitplan_review",
        make=checked,
        get={"bob mona": OK, "alice asha gina aida": FORBIDDEN, "*": MISSING},
        post={"bob mona": OK, "alice asha gina aida": FORBIDDEN, "*": MISSING},
    ),
]
