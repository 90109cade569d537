"""What customer work hangs into the frame: menu, panels, quick adds, workbench cards, search, sentences."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from customers.choices import ClaimState, CustomerClass, VisitState
from customers.identifiers import show_phone
from customers.masking import mask_email, mask_phone, mask_year, plain_rows, sees_plain
from customers.models import Address, Contact, Customer, CustomerOwnership, OwnershipClaim, Visit
from customers.permissions import CustomerPolicy
from customers.selectors import exact_hits, invitations_of, merges_of, open_visits
from salesops.audit import verbs
from salesops.audit.masking import history_masks, masked_fields
from salesops.core.choices import Role
from salesops.core.masking import mask_account, mask_text
from salesops.core.policies import can
from salesops.core.questions import Question
from salesops.handbook.selectors import rule
from salesops.search.registry import SearchKind, elsewhere, register_kinds
from salesops.ui.marks import exact_date
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

CARD_ROWS = 8
VISITOR_ROLES = (Role.REP, Role.LEAD, Role.MANAGER, Role.ASSISTANT)


# --- panels of the customer page --------------------------------------------------------------------


def contacts_of(request: Any, customer: Customer) -> dict[str, Any] | None:
    """Contacts; in full for the owner of the customer, masked for everybody else."""
    plain = sees_plain(request.user, customer)
    rows = [
        {
            "contact": contact,
            "phone": show_phone(contact.phone) if plain else mask_phone(contact.phone),
            "dial": contact.phone if plain and contact.phone.startswith("+") else "",
            "email": contact.email if plain else mask_email(contact.email),
            "more": " · ".join(_more_of(contact, plain)),
        }
        for contact in customer.contacts.order_by("left", "-is_primary", "name", "pk")[:50]
    ]
    edit = can(request.user, "edit", customer)
    unmask = not plain and can(request.user, "unmask", customer)
    return {"rows": rows, "plain": plain, "edit": edit, "unmask": unmask, "customer": customer}


def _more_of(contact: Contact, plain: bool) -> list[str]:
    """The part in decisions, the second telephone and the chat account, masked like the first ones."""
    second = show_phone(contact.second_phone) if plain else mask_phone(contact.second_phone)
    likes = contact.get_channel_display() if contact.channel else ""
    chat = contact.chat if plain else mask_text(contact.chat)
    return [str(part) for part in (second, chat, likes, contact.habits) if part]


def addresses_of(request: Any, customer: Customer) -> dict[str, Any] | None:
    rows = [(address, mask_phone(address.phone)) for address in _addresses(customer=customer.pk)]
    return {"rows": rows, "edit": can(request.user, "edit", customer)} if rows else None


_holders = Question(
    lambda *, customer: (
        CustomerOwnership.objects.filter(customer=customer)
        .select_related("owner", "team")
        .only(
            "share",
            "from_date",
            "to_date",
            "reason",
            "customer",
            "owner__name",
            "owner__username",
            "team__name",
        )
        .order_by("-from_date", "-pk")[:20]
    )
)
_addresses = Question(lambda *, customer: Address.objects.filter(customer=customer)[:20])


def _held(customer: Customer) -> list[CustomerOwnership]:
    """Who had the customer, newest first; two panels read the same rows."""
    if "_held" not in customer.__dict__:
        customer.__dict__["_held"] = _holders(customer=customer.pk)
    return customer.__dict__["_held"]


def ownership_of(request: Any, customer: Customer) -> dict[str, Any] | None:
    rows = _held(customer)
    return {"rows": rows} if rows else None


def sharing_of(request: Any, customer: Customer) -> dict[str, Any] | None:
    """Who shares the customer today, who is invited, what was merged into it; nothing when there is nothing."""
    today = timezone.localdate()
    now = [row for row in _held(customer) if row.share < 1 and row.from_date <= today]
    shares = [row for row in now if row.to_date is None or row.to_date >= today]
    invited = list(invitations_of(customer, today)[:20])
    merges = list(merges_of(customer)[:20]) if customer.has_merged else []
    protected = (
        customer.protected_until if customer.protected_until and customer.protected_until >= today else None
    )
    if not (shares or invited or merges or protected):
        return None
    may = can(request.user, "invite", customer)
    return {
        "shares": [(row, row.share * 100) for row in sorted(shares, key=lambda row: (-row.share, row.pk))],
        "invited": [(row, may or row.person_id == request.user.pk) for row in invited],
        "merges": merges,
        "separate": bool(merges) and can(request.user, "merge", customer),
        "protected": protected,
    }


def visits_of(request: Any, customer: Customer) -> dict[str, Any]:
    rows = customer.visits.select_related("owner").order_by("-visit_date", "-pk")[:20]
    return {"rows": list(rows), "customer": customer, "plan": can(request.user, "plan_visit", customer)}


# --- workbench --------------------------------------------------------------------------------------


def visits_due(request: Any) -> dict[str, Any] | None:
    """Own visits overdue, of today, and of the days ahead."""
    if not request.user.has_role(*VISITOR_ROLES):
        return None
    today = timezone.localdate()
    ahead = rule("customers.visit_upcoming_days", on=today)
    rows = list(open_visits(request.user, until=today + timedelta(days=ahead))[: 4 * CARD_ROWS])
    overdue = [visit for visit in rows if visit.planned_date < today]
    return {
        "overdue": overdue[-CARD_ROWS:],
        "more_overdue": max(len(overdue) - CARD_ROWS, 0),
        "due": [visit for visit in rows if visit.planned_date == today],
        "ahead": [visit for visit in rows if visit.planned_date > today][:CARD_ROWS],
        "days": ahead,
        "user": request.user,
    }


# --- search -----------------------------------------------------------------------------------------


def customer_line(customer: Customer, _user: Any) -> str:
    parts = (customer.code, customer.name if customer.short_name else "", customer.owner)
    return " · ".join(str(part) for part in parts if part)


def contact_line(contact: Contact, _user: Any) -> str:
    parts = (contact.title, contact.customer, gettext("has left") if contact.left else "")
    return " · ".join(str(part) for part in parts if part)


def visit_line(visit: Visit, _user: Any) -> str:
    words = visit.result or visit.purpose or visit.next_step
    parts = (visit.customer, exact_date(visit.visit_date), visit.owner, Truncator(words).chars(60))
    return " · ".join(str(part) for part in parts if part)


def files_of_others(user: Any, text: str, on: date) -> list[str]:
    """What the search box says when exactly this company is on file, but not this person's to see."""
    return [hit.sentence for hit in exact_hits(user=user, on=on, text=text) if hit.customer is None]


def plain_rows_of_customer(user: Any, path: str) -> Q:
    return plain_rows(user, f"{path}customer__")


def register_search() -> None:
    register_kinds(
        SearchKind(
            Customer,
            _("Customers"),
            numbers=("code", "tax_number"),
            names=("name", "short_name"),
            phones=("phone",),
            in_full=plain_rows,
            version=2,
            notes=("address", "remarks"),
            line=customer_line,
            related=("owner",),
            order=10,
            icon="users",
        ),
        SearchKind(
            Contact,
            _("Contact persons"),
            names=("name",),
            phones=("phone", "second_phone"),
            in_full=plain_rows_of_customer,
            version=2,
            notes=("title",),
            line=contact_line,
            related=("customer",),
            order=20,
            icon="user",
        ),
        SearchKind(
            Visit,
            _("Visits"),
            numbers=("number",),
            notes=("purpose", "result", "next_step", "cancel_reason"),
            line=visit_line,
            related=("customer", "owner"),
            order=70,
            icon="calendar",
        ),
    )
    elsewhere.register("customers.files", files_of_others)


# --- registration -----------------------------------------------------------------------------------


def register_pages() -> None:
    """Called when the app is ready."""
    items = {
        "customers": (_("Customer files"), "customer_list", Customer, "view", (), 10),
        "contacts": (_("Contact persons"), "contact_list", Contact, "view", (), 20),
        "visits": (_("Visits"), "visit_list", Visit, "view", (), 30),
        "visit_calendar": (_("Visit calendar"), "visit_calendar", Visit, "view", (), 31),
        "claims": (_("Claims to customers"), "ownershipclaim_list", OwnershipClaim, "view", (), 25),
        "plan_and_done": (_("Plan and done"), "visit_plan_and_done", Visit, "view", (), 32),
    }
    for key, (label, url, model, verb, roles, order) in items.items():
        item = MenuItem("customers", label, f"customers:{url}", model, verb, roles, order)
        menu.register(f"customers.{key}", item)
    side_by_side("customers.visits", "customers.visit_calendar", "customers.plan_and_done")
    side_by_side("customers.customers", "customers.contacts", "customers.handovers")
    for key, title, context, place, order, later in (
        ("contacts", _("Contact persons"), contacts_of, "main", 20, False),
        ("sharing", _("Who works on it, too"), sharing_of, "side", 40, True),
        ("addresses", _("Addresses"), addresses_of, "side", 50, True),
        ("ownership", _("Who had this customer"), ownership_of, "side", 60, True),
        ("visits", _("Visits"), visits_of, "tab", 10, False),
    ):
        panel = Panel(Customer, title, f"customers/panel_{key}.html", context, place, order, later)
        panels.register(f"customers.{key}", panel)
    quick_adds.register(
        "customers.contact_log",
        QuickAdd(_("Log a contact"), "customers:visit_log_new", Visit, order=10, icon="plus"),
    )
    quick_adds.register(
        "customers.visit", QuickAdd(_("Plan a visit"), "customers:visit_create", Visit, order=11)
    )
    quick_adds.register(
        "customers.customer", QuickAdd(_("New customer"), "customers:customer_create", Customer, order=20)
    )
    workbench_cards.register(
        "customers.visits_due",
        WorkbenchCard(_("My visits"), "customers/card_visits.html", visits_due, order=20),
    )
    register_search()
    tones.register(
        Customer,
        {CustomerClass.IMPORTANT: "info", CustomerClass.GENERAL: "plain", CustomerClass.POTENTIAL: "plain"},
    )
    tones.register(
        OwnershipClaim,
        {
            ClaimState.OPEN: "info",
            ClaimState.ACCEPTED: "good",
            ClaimState.REFUSED: "bad",
            ClaimState.WITHDRAWN: "plain",
        },
    )
    tones.register(Visit, {VisitState.PLANNED: "info"})
    stylesheets.register("customers", "css/customers.css")
    masked_fields.register(Contact, "phone", mask_phone)
    masked_fields.register(Contact, "second_phone", mask_phone)
    masked_fields.register(Contact, "email", mask_email)
    masked_fields.register(Contact, "chat", mask_text)
    masked_fields.register(Contact, "birthday", mask_year)
    masked_fields.register(Address, "phone", mask_phone)
    masked_fields.register(Customer, "phone", mask_phone)
    masked_fields.register(Customer, "bank_account", mask_account)
    history_masks.hide(
        Customer, "credit_limit", unless=lambda user: CustomerPolicy.credit.allows(user, "view")
    )
    verbs.register(SENTENCES)


SENTENCES = {
    "customers.customer_created": _("%(actor)s opened the customer file"),
    "customers.customer_changed": _("%(actor)s changed the customer file"),
    "customers.files_followed": _(
        "Customer files that go along with %(person)s to %(team)s from %(from_date)s: %(files)s"
    ),
    "customers.change_accepted": _(
        "%(actor)s accepted what %(proposed_by)s had changed in the customer file"
    ),
    "customers.owner_changed": _(
        "%(actor)s handed the customer from %(old)s to %(new)s as of %(from_date)s. %(reason)s"
    ),
    "customers.co_owners_kept": _("%(people)s keep their parts in the customer as of %(from_date)s"),
    "customers.co_owners_ended": _("%(actor)s ended the parts of %(people)s as of %(from_date)s"),
    "customers.shares_set": _("%(actor)s divided the customer as of %(from_date)s: %(shares)s. %(reason)s"),
    "customers.person_invited": _("%(actor)s invited %(person)s to the file until %(to_date)s. %(reason)s"),
    "customers.invitation_ended": _("%(actor)s ended the invitation of %(person)s"),
    "customers.protected": _("%(actor)s protected the customer until %(until)s. %(reason)s"),
    "customers.unprotected": _("%(actor)s took the protection away. %(reason)s"),
    "customers.claimed": _("%(actor)s claims this customer"),
    "customers.claim_ended": _("The claim of %(person)s ended: the file %(merged)s was merged"),
    "customers.claim_withdrawn": _("%(actor)s took the claim back"),
    "customers.claim_accepted": _("%(actor)s accepted the claim of %(person)s"),
    "customers.claim_refused": _("%(actor)s refused the claim of %(person)s"),
    "customers.files_merged": _("%(actor)s merged %(merged)s into %(kept)s. %(reason)s"),
    "customers.files_separated": _("%(actor)s separated %(merged)s from %(kept)s again"),
    "customers.blocked": _("%(actor)s blocked the customer: %(reason)s"),
    "customers.blacklisted": _("%(actor)s put the customer on the blacklist: %(reason)s"),
    "customers.unblocked": _("%(actor)s lifted the block. %(reason)s"),
    "customers.contact_added": _("%(actor)s added the contact person %(contact)s"),
    "customers.contact_changed": _("%(actor)s changed the contact person %(contact)s"),
    "customers.address_added": _("%(actor)s added an address"),
    "customers.address_changed": _("%(actor)s changed an address"),
    "customers.address_removed": _("%(actor)s removed an address"),
    "customers.visit_planned": _("%(actor)s planned visit %(visit)s for %(date)s"),
    "customers.visit_logged": _("%(actor)s logged visit %(visit)s of %(date)s"),
    "customers.visit_changed": _("%(actor)s changed the words of visit %(visit)s"),
    "customers.visit_moved": _("%(actor)s moved visit %(visit)s from %(before)s to %(date)s"),
    "customers.visit_cancelled": _("%(actor)s called visit %(visit)s off: %(reason)s"),
}
