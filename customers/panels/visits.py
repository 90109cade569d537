"""What visits, their plans and receptions hang into the frame."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Model, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices import ReceptionState, VisitPlanState
from customers.models import (
    Checklist,
    Customer,
    LastContact,
    Observation,
    ProductDemand,
    Reception,
    Visit,
    VisitCheckIn,
    VisitPlan,
)
from customers.raising import Raise, Raised, raised_kinds, raises
from customers.selectors.rhythm import due_customers, tour_due
from salesops.audit import tracking, verbs
from salesops.core.choices import Role
from salesops.core.policies import can
from salesops.search.registry import SearchKind, register_kinds
from salesops.ui.marks import exact_date
from salesops.ui.registries import (
    MenuItem,
    Panel,
    QuickAdd,
    WorkbenchCard,
    heads,
    menu,
    panels,
    quick_adds,
    refusal_labels,
    side_by_side,
    tones,
    workbench_cards,
)
from salesops.work.models import Task

CARD_ROWS = 8
VISITING = (Role.REP, Role.LEAD, Role.MANAGER)
MOST_RAISED = 20
AHEAD_DAYS = 7


def due_for_visit(request: Any) -> dict[str, Any] | None:
    """Own customers late or due within a week by the rhythm and not planned; for superiors also whom to tour."""
    user = request.user
    if not user.has_role(*VISITING):
        return None
    today = timezone.localdate()
    rows = due_customers(user, on=today, until=today + timedelta(days=AHEAD_DAYS), limit=CARD_ROWS + 1)
    tours: list[Customer] = []
    if user.has_role(Role.LEAD, Role.MANAGER):
        waiting = tour_due(Customer.objects.visible_to(user, "edit"), on=today)
        tours = list(waiting.order_by("code", "pk")[:3])
    if not rows and not tours:
        return None
    return {
        "rows": rows[:CARD_ROWS],
        "more": len(rows) > CARD_ROWS,
        "tours": tours,
        "today": today,
        "user": user,
    }


def place_of(request: Any, customer: Customer) -> dict[str, Any] | None:
    """Where the customer is, and the act that says so."""
    places = list(customer.places.select_related("address").order_by("address", "pk")[:5])
    edit = can(request.user, "edit", customer)
    return {"places": places, "edit": edit, "customer": customer} if places or edit else None


def _with_customer(url: str) -> Callable[[Visit], str]:
    """The form of ``url`` with the customer and the visit filled in."""
    return lambda visit: f"{reverse(f'customers:{url}')}?customer={visit.customer_id}&visit={visit.pk}"


def _may_add(model: type[Model]) -> Callable[[Any, Visit], bool]:
    return lambda user, visit: can(user, "add", model)


def demands_of(user: Any, visit: Visit) -> list[Raised]:
    """Product demands with their state and the answer that goes back to who asked."""
    rows = ProductDemand.objects.visible_to(user).filter(visit=visit).order_by("pk")
    return [
        Raised(_("Product demand"), row, row.get_absolute_url(), row.answer) for row in rows[:MOST_RAISED]
    ]


def observations_of(user: Any, visit: Visit) -> list[Raised]:
    rows = Observation.objects.visible_to(user).filter(visit=visit).order_by("pk")
    return [Raised(_("Market observation"), row, row.get_absolute_url()) for row in rows[:MOST_RAISED]]


def tasks_of(user: Any, visit: Visit) -> list[Raised]:
    """Tasks and complaints, with who works on them and what came of it."""
    rows = Task.objects.visible_to(user).about(visit).select_related("owner").order_by("pk")
    return [
        Raised(
            _("Complaint") if (row.cause or "").startswith("complaint:") else _("Task"),
            row,
            row.get_absolute_url(),
            row.result or str(row.owner),
        )
        for row in rows[:MOST_RAISED]
    ]


def reception_line(row: Reception, _user: Any) -> str:
    return f"{row.customer} · {exact_date(row.arrival)} · {row.purpose}"


def plan_line(row: VisitPlan, _user: Any) -> str:
    return f"{row.owner} · {row.get_state_display()}"


def checkin_line(row: VisitCheckIn, _user: Any) -> str:
    return f"{row.visit.customer} · {exact_date(row.at)} · {row.person} · {row.reason}"


def register_search() -> None:
    """Receptions by number, guests and words; plans, check-ins and points of checklists by their words."""
    register_kinds(
        SearchKind(
            Reception,
            _("Receptions"),
            numbers=("number",),
            notes=("guests", "purpose", "hotel", "flight", "room", "result"),
            line=reception_line,
            related=("customer",),
            order=72,
            icon="calendar",
        ),
        SearchKind(
            VisitPlan,
            _("Visit plans"),
            notes=("note", "self_check", "review"),
            line=plan_line,
            related=("owner",),
            order=74,
            icon="calendar",
        ),
        SearchKind(
            VisitCheckIn,
            _("Check-ins"),
            notes=("reason",),
            line=checkin_line,
            related=("visit__customer", "person"),
            where=~Q(reason=""),
            watched=("reason",),
            url=lambda row: row.visit.get_absolute_url(),
            order=76,
        ),
        SearchKind(
            Checklist,
            _("Checklists"),
            notes=("note",),
            where=Q(is_current=True) & ~Q(note=""),
            watched=("is_current", "note"),
            order=78,
        ),
    )


def register_visits() -> None:
    """Called when the app is ready."""
    register_search()
    side_by_side("customers.visits", "customers.visit_plans", "customers.due", "customers.coverage")
    for key, label, url, model, order in (
        ("due", _("Due for a visit"), "visit_due", Visit, 33),
        ("visit_plans", _("Visit plans"), "visitplan_list", VisitPlan, 34),
        ("coverage", _("Coverage"), "visit_coverage", Visit, 35),
        ("receptions", _("Receptions"), "reception_list", Reception, 36),
    ):
        menu.register(
            f"customers.{key}", MenuItem("customers", label, f"customers:{url}", model, order=order)
        )
    menu.register(
        "customers.checklists",
        MenuItem(
            "administration",
            _("Checklists of visits"),
            "customers:checklist_list",
            Checklist,
            "edit",
            order=26,
        ),
    )
    panels.register(
        "customers.place", Panel(Customer, _("Place"), "customers/panel_place.html", place_of, "tab", 90)
    )
    quick_adds.register(
        "customers.visit_plan",
        QuickAdd(_("Write a visit plan"), "customers:visitplan_create", VisitPlan, order=12),
    )
    workbench_cards.register(
        "customers.due_for_visit",
        WorkbenchCard(
            _("Due for a visit"),
            "customers/card_due.html",
            due_for_visit,
            order=60,
            lazy=True,
            roles=VISITING,
        ),
    )
    tones.register(
        VisitPlan,
        {
            VisitPlanState.RETURNED: "attention",
            VisitPlanState.ACCEPTED: "good",
            VisitPlanState.EXECUTING: "good",
            VisitPlanState.SELF_CHECKED: "info",
        },
    )
    tones.register(
        Reception,
        {
            ReceptionState.PREPARING: "info",
            ReceptionState.ARRIVED: "attention",
            ReceptionState.CLOSED: "good",
        },
    )
    for order, (label, url, model) in enumerate(
        (
            (_("Market observation"), "observation_create", Observation),
            (_("Product demand"), "productdemand_create", ProductDemand),
        )
    ):
        raises.register(url, Raise(label, _with_customer(url), _may_add(model), order))
    raises.register(
        "complaint",
        Raise(
            _("Complaint"),
            lambda visit: reverse("customers:visit_complaint", args=[visit.pk]),
            lambda user, visit: can(user, "edit", visit),
            -1,
        ),
    )
    raised_kinds.register("demands", demands_of)
    raised_kinds.register("observations", observations_of)
    raised_kinds.register("tasks", tasks_of)
    for name, label in (
        ("metres", _("Distance in metres")),
        ("accuracy", _("Accuracy in metres")),
        ("types", _("Kept types")),
    ):
        refusal_labels.register(name, label)
    heads.register("customers.visits", "customers/head_visits.html")
    verbs.register(SENTENCES)
    tracking.exempt(LastContact, "kept by the visits, which have a history")


SENTENCES = {
    "customers.reception_planned": _("%(actor)s planned reception %(reception)s"),
    "customers.reception_changed": _("%(actor)s changed reception %(reception)s"),
    "customers.reception_prepared": _("%(actor)s asked the units to prepare reception %(reception)s"),
    "customers.reception_points": _("%(actor)s changed the preparations of reception %(reception)s"),
    "customers.reception_stops": _("%(actor)s changed the itinerary of reception %(reception)s"),
    "customers.reception_arrived": _("The guests of reception %(reception)s are here"),
    "customers.reception_closed": _("%(actor)s closed reception %(reception)s"),
    "customers.reception_cancelled": _("%(actor)s called reception %(reception)s off: %(reason)s"),
    "customers.feed_made": _("%(actor)s made an address of the own calendar feed"),
    "customers.feed_ended": _("%(actor)s ended the address of the own calendar feed"),
    "customers.checked_in": _("%(actor)s checked in for visit %(visit)s"),
    "customers.place_set": _("%(actor)s set the place of the customer to %(place)s"),
    "customers.checklist_published": _("%(actor)s published version %(version)s of the checklist"),
    "customers.visit_plan_written": _("%(actor)s wrote the visit plan %(plan)s with %(visits)s visits"),
    "customers.visit_plan_submitted": _("%(actor)s handed the visit plan %(plan)s in"),
    "customers.visit_plan_accepted": _(
        "%(actor)s accepted the visit plan %(plan)s; %(visits)s visits were planned"
    ),
    "customers.visit_plan_returned": _("%(actor)s gave the visit plan %(plan)s back"),
    "customers.visit_plan_line_moved": _(
        "%(actor)s moved the visit to %(customer)s in the plan %(plan)s: %(old)s → %(new)s"
    ),
    "customers.visit_plan_began": _("The visit plan %(plan)s is being carried out"),
    "customers.visit_plan_checked": _("%(actor)s looked back on the visit plan %(plan)s"),
    "customers.visit_plan_reviewed": _("%(actor)s reviewed the visit plan %(plan)s"),
}
