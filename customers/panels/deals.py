"""What leads and opportunities hang into the frame: menu, panels, quick adds, workbench cards, search."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.about import About, QuestionAbout, asked_about
from customers.choices.deals import OPEN_STAGES, ConcessionState, LeadState, Stage
from customers.masking import mask_email, mask_phone, plain_rows
from customers.models import Concession, Customer, Lead, LossReason, Opportunity
from customers.permissions.deals import DealPolicy
from customers.selectors.deals import idle_leads, stalled_at
from customers.services.proofs import WAY, missing_for
from salesops.audit.masking import history_masks, masked_fields
from salesops.audit.models import AuditEvent
from salesops.core.choices import Role
from salesops.core.policies import can
from salesops.documents.models import Attachment
from salesops.handbook.selectors import rule
from salesops.search.registry import SearchKind, register_kinds
from salesops.ui.registries import (
    MenuItem,
    Panel,
    QuickAdd,
    WorkbenchCard,
    menu,
    panels,
    quick_adds,
    side_by_side,
    stylesheets,
    tones,
    workbench_cards,
)
from salesops.work.models import Comment, Task

CARD_ROWS = 8
DEALING = (Role.REP, Role.LEAD, Role.MANAGER)


# --- the page of a deal -------------------------------------------------------------------------------


def way_of(request: Any, deal: Opportunity) -> dict[str, Any]:
    """The seven steps with where the deal is, the next step, and what the step after demands."""
    today = timezone.localdate()
    here = deal.held_from or deal.stage
    place = WAY.index(Stage(here)) if here in WAY else -1
    labels = dict(Stage.choices)
    steps = [{"label": labels[stage], "done": i < place, "here": i == place} for i, stage in enumerate(WAY)]
    after = WAY[place + 1] if deal.is_alive and 0 <= place < len(WAY) - 1 else None
    return {
        "steps": steps,
        "deal": deal,
        "after": labels[after] if after else "",
        "missing": missing_for(deal, after, on=today) if after else [],
        "late": deal.is_alive and deal.next_step_on is not None and deal.next_step_on < today,
        "edit": deal.is_alive and can(request.user, "edit", deal),
    }


def needs_of(request: Any, deal: Opportunity) -> dict[str, Any] | None:
    return {"deal": deal} if deal.need_record else None


def products_of(request: Any, deal: Opportunity) -> dict[str, Any] | None:
    lines = list(deal.lines.select_related("product"))
    return {"lines": lines, "deal": deal} if lines else None


def people_of(request: Any, deal: Opportunity) -> dict[str, Any] | None:
    edit = deal.customer_id is not None and can(request.user, "edit", deal)
    rows = list(deal.decision_makers.select_related("contact"))
    return {"rows": rows, "deal": deal, "edit": edit} if rows or edit else None


def rivals_of(request: Any, deal: Opportunity) -> dict[str, Any] | None:
    """Competitors in the deal, with the newest price seen of each."""
    edit = can(request.user, "edit", deal)
    rows = list(deal.competitors.select_related("competitor"))
    for row in rows:
        seen = row.competitor.observations.filter(price__isnull=False).select_related("product")
        row.seen = seen.order_by("-seen_on", "-pk").first()
    return {"rows": rows, "deal": deal, "edit": edit} if rows or edit else None


def notes_of(request: Any, deal: Opportunity) -> dict[str, Any] | None:
    rows = list(deal.notes.select_related("author")[:50])
    asked = list(deal.concessions.select_related("product").order_by("-date", "-pk")[:20])
    may = deal.is_alive and can(request.user, "note", deal)
    return {"rows": rows, "concessions": asked, "deal": deal, "may": may} if rows or asked or may else None


def moves_of(request: Any, deal: Opportunity) -> dict[str, Any]:
    return {"rows": list(deal.moves.select_related("actor", "owner", "team").order_by("-at", "-pk")[:50])}


def lead_of(request: Any, deal: Opportunity) -> dict[str, Any] | None:
    """What was learnt of the lead stays where it was written and is shown here, too: screening, talks, files, tasks."""
    lead = deal.lead
    if lead is None or not can(request.user, "view", lead):
        return None
    files = list(Attachment.objects.about(lead).current().select_related("file")[:20])
    words = list(Comment.objects.about(lead).filter(retracted_at__isnull=True).select_related("author")[:20])
    kind = ContentType.objects.get_for_model(Lead)
    talks = AuditEvent.objects.filter(
        verb="customers.lead_contacted", links__content_type=kind, links__object_id=lead.pk
    ).select_related("actor")
    return {
        "lead": lead, "files": files, "words": words, "talks": list(talks.order_by("-pk")[:20]),
        "tasks": list(Task.objects.about(lead).select_related("owner").order_by("-pk")[:20]),
    }  # fmt: skip


# --- the page of a customer ---------------------------------------------------------------------------


def _newest_of(about: About) -> Any:
    shown = ("title", "next_step", "next_step_on", "closed_date", "amount", "currency", "stage", "owner__name",
             "owner__username")  # fmt: skip
    newest = F("closed_date").desc(nulls_first=True)
    rows = about.seen(Opportunity).select_related("owner").only(*shown)
    return rows.order_by(newest, "next_step_on", "-pk")[:24]


_newest = QuestionAbout(_newest_of)


def deals_of_customer(request: Any, customer: Customer) -> dict[str, Any] | None:
    """Open deals first, then the newest decided ones."""
    rows = asked_about(request.user, (customer.pk,), (Opportunity,), _newest)
    alive = [deal for deal in rows if deal.is_alive]
    decided = [deal for deal in rows if not deal.is_alive][:5]
    may = can(request.user, "open_deal", customer)
    return (
        {"alive": alive, "decided": decided, "customer": customer, "may": may}
        if alive or decided or may
        else None
    )


# --- workbench ----------------------------------------------------------------------------------------


def my_deals(request: Any) -> dict[str, Any] | None:
    """Own deals past their next step, then those that do not move; own leads nobody works on."""
    user = request.user
    if not user.has_role(*DEALING):
        return None
    today = timezone.localdate()
    rows = Opportunity.objects.filter(owner=user).alive().select_related("customer")
    rows = rows.filter(Q(next_step_on__lte=today) | stalled_at(today))
    found = list(rows.order_by("next_step_on", "pk")[: 4 * CARD_ROWS])
    late = [deal for deal in found if deal.next_step_on < today]
    soon = [deal for deal in found if deal.next_step_on == today]
    still = [deal for deal in found if deal.next_step_on > today]
    leads = _forgotten(user, today)
    if not (late or soon or still or leads):
        return None
    more = (
        f"{reverse('customers:opportunity_list')}?owner={user.pk}&overdue=on" if len(late) > CARD_ROWS else ""
    )
    return {
        "late": late[:CARD_ROWS], "more": more, "soon": soon[:CARD_ROWS], "stalled": still[:CARD_ROWS], "leads": leads,
    }  # fmt: skip


def _forgotten(user: Any, today: date) -> list[Lead]:
    """Own leads nobody works on; the calendar is asked only when one may be."""
    own = Lead.objects.filter(owner=user).order_by("touched_date", "pk")
    days = rule("customers.lead_idle_workdays", on=today)
    if not own.alive().filter(touched_date__lte=today - timedelta(days=days)).exists():
        return []
    return list(idle_leads(own, on=today)[:CARD_ROWS])


# --- search -------------------------------------------------------------------------------------------


def lead_line(lead: Lead, _user: Any) -> str:
    return " · ".join(
        str(p) for p in (lead.number, lead.get_state_display(), lead.owner or _("in the pool")) if p
    )


def deal_line(deal: Opportunity, _user: Any) -> str:
    return " · ".join(str(p) for p in (deal.code, deal.customer, deal.get_stage_display(), deal.owner) if p)


def register_search() -> None:
    register_kinds(
        SearchKind(
            Opportunity,
            _("Opportunities"),
            numbers=("code",),
            names=("title",),
            notes=("need_record", "next_step", "remarks"),
            line=deal_line,
            related=("customer", "owner"),
            order=25,
            icon="chart",
        ),
        SearchKind(
            Lead,
            _("Leads"),
            numbers=("number",),
            names=("name", "contact_name"),
            phones=("phone",),
            in_full=plain_rows,
            version=2,
            notes=("need", "remarks"),
            line=lead_line,
            related=("owner",),
            order=26,
            icon="users",
        ),
    )


# --- registration -------------------------------------------------------------------------------------


def register() -> None:
    """Called when the app is ready."""
    items = {
        "leads": (_("Leads"), "lead_list", Lead, 25),
        "opportunities": (_("Opportunities"), "opportunity_list", Opportunity, 26),
        "board": (_("Board"), "opportunity_board", Opportunity, 27),
        "forecast": (_("Forecast"), "opportunity_forecast", Opportunity, 28),
        "concessions": (_("Price concessions"), "concession_list", Concession, 29),
    }
    for key, (label, url, model, order) in items.items():
        menu.register(
            f"customers.{key}", MenuItem("customers", label, f"customers:{url}", model, "view", (), order)
        )
    side_by_side("customers.checklists", "customers.loss_reasons")
    side_by_side("customers.opportunities", "customers.board", "customers.forecast", "customers.concessions")
    menu.register(
        "customers.loss_reasons",
        MenuItem(
            "administration", _("Loss reasons"), "customers:lossreason_list", LossReason, "view",
            (Role.MANAGER, Role.ADMINISTRATOR), 90,
        ),
    )  # fmt: skip
    for key, title, context, place, order, later in (
        ("deal_way", _("Where the opportunity stands"), way_of, "main", 10, False),
        ("deal_needs", _("Needs of the customer"), needs_of, "main", 20, False),
        ("deal_products", _("Products"), products_of, "main", 30, False),
        ("deal_people", _("Who decides"), people_of, "main", 40, True),
        ("deal_rivals", _("Competitors"), rivals_of, "main", 50, True),
        ("deal_notes", _("Negotiation"), notes_of, "main", 60, True),
        ("deal_lead", _("From the lead"), lead_of, "main", 80, True),
        ("deal_moves", _("Steps so far"), moves_of, "side", 10, True),
    ):
        panels.register(
            f"customers.{key}",
            Panel(Opportunity, title, f"customers/panel_{key}.html", context, place, order, later),
        )
    panels.register(
        "customers.deals",
        Panel(
            Customer, _("Opportunities"), "customers/panel_deals.html", deals_of_customer, "main", 15, True
        ),
    )
    quick_adds.register("customers.lead", QuickAdd(_("New lead"), "customers:lead_create", Lead, order=15))
    quick_adds.register(
        "customers.opportunity",
        QuickAdd(_("New opportunity"), "customers:opportunity_create", Opportunity, order=16),
    )
    workbench_cards.register(
        "customers.my_deals",
        WorkbenchCard(
            _("My opportunities"), "customers/card_deals.html", my_deals, order=30, lazy=True, roles=DEALING
        ),
    )
    stylesheets.register("deals", "css/deals.css")
    register_search()
    tones.register(Lead, {LeadState.NEW: "info", LeadState.CONTACTED: "info", LeadState.QUALIFIED: "good"})
    tones.register(
        Opportunity,
        {
            **dict.fromkeys(OPEN_STAGES, "info"),
            Stage.WON: "good",
            Stage.LOST: "bad",
            Stage.ON_HOLD: "attention",
        },
    )
    tones.register(
        Concession,
        {
            ConcessionState.PENDING: "attention",
            ConcessionState.GRANTED: "good",
            ConcessionState.REFUSED: "bad",
        },
    )
    masked_fields.register(Lead, "phone", mask_phone)
    masked_fields.register(Lead, "email", mask_email)
    history_masks.hide(
        Opportunity, "bottom_line", unless=lambda user: DealPolicy.bottom_line.allows(user, "view")
    )
