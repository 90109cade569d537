"""Who may open which page of visit plans, check-ins, checklists and receptions."""

from decimal import Decimal

from django.utils import timezone

from customers.models import Checklist, Reception, VisitPlan
from customers.services.checkins import Position, check_in
from customers.services.feeds import make_feed
from tests.access.rows_customers import EDITORS, LOOK, NAME, READERS, SELLERS, VIEWERS, customer, planned
from tests.access.table import FORBIDDEN, MISSING, OK, Row
from tests.factories.visits import make_plan, make_reception

WRITERS = "alice asha bob mona"
PLAN_READERS = {f"{WRITERS} gina aida": OK, "*": MISSING}
PLAN_EDITORS = {WRITERS: OK, "gina aida": FORBIDDEN, "*": MISSING}
KEEPERS = {"root mona": OK, "*": FORBIDDEN}
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


def in_place(cast):
    """A planned visit with a check-in whose position could become the place of the customer."""
    visit = planned(cast)
    where = Position(Decimal("31.2"), Decimal("121.4"))
    check_in(actor=cast.alice, at=timezone.now(), visit=visit, position=where)
    return visit


def reception(cast):
    return make_reception(cast.alice, customer(cast))


def expected(cast):
    """A reception in preparation; its guests may arrive."""
    row = reception(cast)
    Reception.objects.filter(pk=row.pk).update(state="preparing")
    row.refresh_from_db()
    return row


ROWS = [
    Row(
        "customers:reception_list",
        make=lambda cast: (reception(cast) and None, {}),
        get=READERS,
        canary=NAME,
        hides="carol",
    ),
    Row("customers:reception_create", get=SELLERS, post=SELLERS),
    Row("customers:reception_detail", make=reception, get=VIEWERS, canary=NAME),
    Row("customers:reception_edit", make=reception, get=EDITORS, post=EDITORS, canary=NAME),
    Row("customers:reception_points", make=reception, get=EDITORS, post=EDITORS, canary=NAME),
    Row("customers:reception_stops", make=reception, get=EDITORS, post=EDITORS, canary=NAME),
    Row("customers:reception_prepare", make=reception, get=EDITORS, post=EDITORS, canary=NAME),
    Row("customers:reception_arrived", make=expected, get=EDITORS, post=EDITORS, canary=NAME),
    Row("customers:reception_close", make=expected, get=EDITORS, post=EDITORS, canary=NAME),
    Row("customers:reception_cancel", make=expected, get=EDITORS, post=EDITORS, canary=NAME),
    Row("customers:visit_talks", get=SELLERS),
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
    Row("customers:visitplan_move", make=plan, get=None, post=PLAN_EDITORS, canary=NAME),
    Row("customers:visitplan_submit", make=plan, get=PLAN_EDITORS, post=PLAN_EDITORS, canary=NAME),
    Row("customers:visitplan_check", make=checked, get=PLAN_EDITORS, post=PLAN_EDITORS),
    Row(
        "customers:visitplan_review",
        make=checked,
        get={"bob mona": OK, "alice asha gina aida": FORBIDDEN, "*": MISSING},
        post={"bob mona": OK, "alice asha gina aida": FORBIDDEN, "*": MISSING},
    ),
    Row("customers:visit_coverage", get=READERS),
    Row(
        "customers:visit_coverage_rows",
        make=lambda cast: (customer(cast) and None, {}),
        get=READERS,
        canary=NAME,
        hides="carol",
    ),
    Row("customers:visit_checkin", make=planned, get=EDITORS, post=EDITORS, canary=NAME),
    Row(
        "customers:visit_accept_place",
        make=in_place,
        get={"bob mona": OK, f"alice asha {LOOK}": FORBIDDEN, "*": MISSING},
        post={"bob mona": OK, f"alice asha {LOOK}": FORBIDDEN, "*": MISSING},
    ),
    Row("customers:customer_place", make=customer, get=EDITORS, post=EDITORS),
    Row(
        "customers:visit_offline",
        make=lambda cast: (customer(cast) and None, {}),
        get=SELLERS,
        canary=NAME,
        hides="carol",
    ),
    Row("customers:visit_complaint", make=planned, get=EDITORS, post=EDITORS, canary=NAME),
    Row("customers:visit_move", make=planned, post=EDITORS, canary=NAME),
    Row("customers:calendarfeed_detail", get=READERS),
    Row("customers:calendarfeed_make", post=READERS),
    Row("customers:calendarfeed_end", post=READERS),
    Row(
        "customers:calendar_feed",
        make=lambda cast: (None, {"token": make_feed(actor=cast.alice, at=timezone.now())}),
        get={"*": OK},
        public=True,
    ),
    Row("customers:visit_send", get=None, post=SELLERS),
    Row("customers:visit_worker", get={"*": OK}, public=True),
    Row("customers:checklist_list", get={"*": OK}),
    Row("customers:checklist_detail", make=lambda cast: Checklist.objects.first(), get={"*": OK}),
    Row("customers:checklist_create", get=KEEPERS, post=KEEPERS),
]
