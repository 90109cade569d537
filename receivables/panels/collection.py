"""Collection on the pages of others, and the parts of a case's own page."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.models import Contact, Customer
from customers.selectors import family_of
from receivables.choices import (
    AdjustmentKind,
    CaseState,
    LadderLevel,
    LegalEnd,
    PromiseState,
    StepState,
    WhyNot,
)
from receivables.models import (
    Adjustment,
    CollectionAction,
    CollectionCase,
    CollectionLetter,
    CollectionPolicy,
    CollectionStep,
    InstalmentPlan,
    LegalStage,
    Promise,
    Receivable,
)
from receivables.selectors.collection import overdue_of
from receivables.selectors.promises import kept_rate
from receivables.services.collection import waiting_step
from salesops.core.policies import can
from salesops.search.registry import SearchKind, register_kinds
from salesops.ui.registries import (
    MenuItem,
    Panel,
    WorkbenchCard,
    menu,
    panels,
    tones,
    workbench_cards,
)

SHOWN = 50
# What is said with one tap on a phone: key, words on the button, reached, why it is not paid
QUICK = (
    ("silent", _("Nobody answered"), "", WhyNot.UNKNOWN),
    ("soon", _("Pays in the next days"), "1", WhyNot.PROCESS),
    ("short", _("Is short of money"), "1", WhyNot.CASH),
    ("argues", _("Does not agree"), "1", WhyNot.DISPUTE),
)


def items_of(request: Any, case: CollectionCase) -> dict[str, Any] | None:
    """What is overdue, each item with the level that it reached."""
    today = timezone.localdate()
    rows = list(overdue_of(case, today, request.user)[: SHOWN + 1])
    for row in rows:
        row.reached_words, row.days = LadderLevel(row.reached or 0).label, row.days_overdue(today)
    return {"rows": rows[:SHOWN], "more": len(rows) > SHOWN, "today": today, "case": case}


def next_of(request: Any, case: CollectionCase) -> dict[str, Any] | None:
    """The step that waits, whom to call, and notes of one tap."""
    if case.state == CaseState.CLOSED:
        return None
    people = Contact.objects.visible_to(request.user).filter(customer=case.customer, left=False)
    own = case.customer.owner_id == request.user.pk  # others read the number by an act that is logged
    contacts = list(people.order_by("-is_primary", "pk")[:3])
    for contact in contacts:
        contact.dial = contact.phone if own and contact.phone.startswith("+") else ""
    quick = [(str(uuid.uuid4()), *entry) for entry in QUICK]
    return {
        "case": case,
        "step": waiting_step(case),
        "contacts": contacts,
        "after": next_case(request.user, case),
        "quick": quick if can(request.user, "chase", case) else [],
    }


def next_case(user: Any, case: CollectionCase) -> CollectionCase | None:
    """The case after this one of those that wait for a person, the step that is due first before the others."""
    waiting = CollectionStep.objects.filter(
        person=user, state=StepState.PROPOSED, case__in=CollectionCase.objects.visible_to(user)
    ).exclude(case=case)
    step = waiting.select_related("case__customer").order_by("due_date", "pk").first()
    return step.case if step is not None else None


def done_of(request: Any, case: CollectionCase) -> dict[str, Any] | None:
    """Steps of the ladder and contacts, newest first."""
    steps = case.steps.select_related("person", "done_by").order_by("-date", "-pk")[:20]
    said = case.actions.select_related("by").order_by("-at", "-pk")[:20]
    return {"steps": list(steps), "said": list(said)} if steps or said else None


def promises_of(request: Any, case: CollectionCase) -> dict[str, Any] | None:
    rows = list(
        Promise.objects.visible_to(request.user)
        .filter(customer=case.customer)
        .select_related("receivable")
        .order_by("-due_date", "-pk")[:20]
    )
    if not rows:
        return None
    kept, due = kept_rate([case.customer_id], timezone.localdate()).get(case.customer_id, (0, 0))
    return {"rows": rows, "kept": kept, "due": due, "today": timezone.localdate()}


def papers_of(request: Any, case: CollectionCase) -> dict[str, Any] | None:
    """Letters, plans and legal stages of the case."""
    shown = {
        "letters": list(case.letters.order_by("-date", "-pk")[:20]),
        "plans": list(case.plans.order_by("-asked_date", "-pk")[:5]),
        "stages": list(case.legal_stages.order_by("-handed_date", "-pk")[:5]),
    }
    return shown if any(shown.values()) else None


def plan_rows(request: Any, plan: InstalmentPlan) -> dict[str, Any]:
    covers = plan.covers.select_related("receivable").order_by("pk")
    return {"rows": plan.rows.order_by("position"), "covers": covers, "currency": plan.currency_id}


def legal_events(request: Any, stage: LegalStage) -> dict[str, Any] | None:
    rows = list(stage.events.select_related("by").order_by("-date", "-pk"))
    return {"rows": rows} if rows else None


def to_write_off(request: Any, stage: LegalStage) -> dict[str, Any] | None:
    """Of a claim that is uncollectable: each open item with the form of its write-off, filled in."""
    if stage.end != LegalEnd.UNCOLLECTABLE:
        return None
    rows = list(overdue_of(stage.case, timezone.localdate(), request.user)[:SHOWN])
    letters = ", ".join(stage.case.letters.order_by("date", "pk").values_list("number", flat=True)[:20])
    proof = [
        f"{stage.get_end_display()}: {stage.result}",
        " · ".join(part for part in (stage.court, stage.reference, stage.counsel) if part),
        f"{gettext('Letters')}: {letters}" if letters else "",
    ]
    query = {
        "reason": f"{stage.get_end_display()}: {stage.result}"[:300],
        "evidence": "\n".join(filter(None, proof))[:4000],
    }
    asks = [(row, f"{urlencode({'amount': str(row.outstanding), **query})}") for row in rows]
    return {"rows": asks} if asks else None


def given_up_of(request: Any, case: CollectionCase) -> dict[str, Any] | None:
    """What was written off of this customer, and what came of it after all."""
    kinds = (AdjustmentKind.WRITE_OFF, AdjustmentKind.RECOVERY)
    rows = Adjustment.objects.visible_to(request.user).filter(
        customer__in=family_of(case.customer), kind__in=kinds
    )
    found = list(rows.select_related("receivable", "receipt").order_by("-date", "-pk")[:20])
    return {"rows": found} if found else None


def of_customer(request: Any, customer: Customer) -> dict[str, Any] | None:
    """The running case of a customer, and how it keeps what it promises."""
    case = (
        CollectionCase.objects.visible_about(request.user, (customer.pk,))
        .running()  # type: ignore[attr-defined]
        .select_related("owner", "customer")
        .first()
    )
    kept, due = kept_rate([customer.pk], timezone.localdate()).get(customer.pk, (0, 0))
    if case is None and not due:
        return None
    promises: Any = Promise.objects.visible_about(request.user, (customer.pk,))
    open_promise = promises.waiting().first()
    return {"case": case, "kept": kept, "due": due, "promise": open_promise, "customer": customer}


def turn_card(request: Any) -> dict[str, Any] | None:
    """Steps that wait for the reader, the oldest first."""
    seen = CollectionCase.objects.visible_to(request.user)
    waiting = CollectionStep.objects.filter(person=request.user, state=StepState.PROPOSED, case__in=seen)
    rows = list(waiting.select_related("case__customer").order_by("due_date", "pk")[:9])
    return {"rows": rows[:8], "more": len(rows) > 8} if rows else None


def register_collection() -> None:
    """Called when the app is ready."""
    heads = ("lead", "manager", "gm", "finance", "auditor", "legal")
    for key, label, url, model, verb, roles, order in (
        ("collection", _("Collection"), "collectioncase_list", CollectionCase, "view", (), 50),
        ("holders", _("By holder"), "collection_overview", CollectionCase, "view", heads, 57),
        ("promises", _("Promises to pay"), "promise_list", Promise, "view", (), 51),
        ("contacts", _("Contact log"), "collectionaction_list", CollectionAction, "view", (), 52),
        ("letters", _("Demand letters"), "collectionletter_list", CollectionLetter, "view", (), 53),
        ("plans", _("Instalment plans"), "instalmentplan_list", InstalmentPlan, "view", (), 54),
        ("legal", _("Legal stages"), "legalstage_list", LegalStage, "view", heads, 55),
        ("limitation", _("Limitation"), "limitation", Receivable, "view", heads, 56),
        ("collecting", _("Daily run"), "collection_run", CollectionCase, "assign", (), 58),
        ("ladders", _("Ladders"), "collectionpolicy_list", CollectionPolicy, "view", heads, 59),
    ):
        menu.register(
            f"receivables.{key}",
            MenuItem("receivables", label, f"receivables:{url}", model, verb, roles, order),
        )
    for key, title, context, place, order in (
        ("case_next", pgettext_lazy("collection", "Next"), next_of, "main", 5),
        ("case_items", _("What is overdue"), items_of, "main", 10),
        ("case_promises", _("Promises to pay"), promises_of, "main", 20),
        ("case_papers", _("Letters and agreements"), papers_of, "main", 25),
        ("case_given_up", _("Written off and recovered"), given_up_of, "main", 27),
        ("case_done", _("What was done"), done_of, "main", 30),
    ):
        template = f"receivables/panel_{key}.html"
        panels.register(f"receivables.{key}", Panel(CollectionCase, title, template, context, place, order))
    for model, key, title, context in (
        (InstalmentPlan, "plan_rows", _("Parts"), plan_rows),
        (LegalStage, "legal_events", _("What happened"), legal_events),
        (LegalStage, "legal_write_off", _("To be written off"), to_write_off),
    ):
        panels.register(f"receivables.{key}", Panel(model, title, f"receivables/panel_{key}.html", context))
    register_kinds(
        SearchKind(
            CollectionLetter,
            _("Demand letters"),
            numbers=("number",),
            line=lambda letter, _user: f"{letter.customer_name} · {letter.get_level_display()}",
            order=58,
            icon="mail",
        )
    )
    tones.register(CollectionLetter, {"sent": "info", "received": "good", "returned": "bad"})
    tones.register(
        InstalmentPlan,
        {"asked": "attention", "running": "info", "rejected": "plain", "kept": "good", "broken": "bad"},
    )
    tones.register(
        LegalStage,
        dict.fromkeys(("handed", "letter", "suit", "judged", "enforced"), "attention") | {"ended": "plain"},
    )
    panels.register(
        "receivables.collection_of_customer",
        Panel(
            Customer,
            _("Collection"),
            "receivables/panel_customer_case.html",
            of_customer,
            order=21,
            later=True,
        ),
    )
    workbench_cards.register(
        "receivables.collection",
        WorkbenchCard(_("Collection: mine to do"), "receivables/card_collection.html", turn_card, order=45),
    )
    tones.register(CollectionCase, {"open": "attention", "paused": "info", "closed": "plain"})
    tones.register(
        Promise,
        {
            PromiseState.OPEN: "info",
            PromiseState.KEPT: "good",
            PromiseState.PARTLY: "attention",
            PromiseState.BROKEN: "bad",
            PromiseState.WITHDRAWN: "plain",
        },
    )
