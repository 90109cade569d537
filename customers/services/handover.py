"""Handing the work of a person over: the pack, its signatures, what happens when the third one is there (HRM-13).

Locks: the pack, then its item, then the record.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices import VisitState
from customers.choices.handover import STANDARD, HandOverState, ItemState
from customers.handing import HandKind, hand_kinds
from customers.models import Customer, CustomerOwnership, HandOver, HandOverItem, Lead, Opportunity, Visit
from customers.permissions import CustomerPolicy
from customers.selectors import people_in_reach
from customers.services.lead_pool import assign_lead
from customers.services.opportunities import assign_opportunity
from customers.services.sharing import pass_on
from salesops.accounts.asking import ask_above
from salesops.accounts.models import User
from salesops.accounts.selectors import team_on
from salesops.audit.services import record
from salesops.core.errors import Conflict, DomainError, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.notifications.services import notify
from salesops.ui.marks import exact_date
from salesops.work.models import Task

GIVER, TAKER, SUPERIOR = "giver", "taker", "superior"


@transaction.atomic
def make_pack(
    *, actor: User, at: datetime, giver: User, taker: User, reason: str, leaves: bool = False
) -> HandOver:
    """Put together what ``giver`` has open; each item waits for three signatures.

    Who ``leaves`` also hands over papers, devices and keys, accounts and ongoing matters.

    Raises ``NotAllowed``, ``InvalidInput`` (same person, taker not in post), ``Conflict`` when nothing is open or
    a pack of the same two is under way.
    """
    today = timezone.localdate(at)
    pack = HandOver(
        owner=giver, team=team_on(giver, today) or _last_team(giver), taker=taker, reason=reason.strip()[:200],
        made_on=today, created_by=actor, leaves=leaves,
    )  # fmt: skip
    if giver.pk == taker.pk or not taker.is_active:
        raise InvalidInput(_("%(name)s cannot take this over.") % {"name": taker}, field="taker")
    if not pack.reason:
        raise InvalidInput(_("Give the reason."), field="reason")
    if HandOver.objects.filter(owner=giver, taker=taker, state=HandOverState.OPEN).exists():
        raise Conflict(_("A hand-over between these two is under way."), way_out=_("Finish it first."))
    pack.save(force_insert=True)
    if not can(actor, "steer", pack):
        raise NotAllowed(_("A hand-over is begun by a lead or manager above the person who gives."))
    if not people_in_reach(actor, CustomerPolicy.assignment, "edit", on=today).filter(pk=taker.pk).exists():
        raise NotAllowed(
            _("%(name)s does not belong to the people you may give customers to.") % {"name": taker},
            field="taker",
            way_out=_("Ask the manager of both teams."),
            release=ask_above(
                actor,
                _("Please begin the hand-over from %(giver)s to %(taker)s")
                % {"giver": giver, "taker": taker},
            ),
        )
    items = [
        *_records_of(giver, pack),
        *([HandOverItem(pack=pack, kind=k) for k in STANDARD] if leaves else []),
    ]
    if not items:
        raise Conflict(_("%(name)s has nothing open to hand over.") % {"name": giver})
    HandOverItem.objects.bulk_create(items)
    data = {"giver": giver.name, "taker": taker.name, "items": len(items), "reason": pack.reason}
    record("customers.handover_made", pack, giver, taker, actor=actor, at=at, data=data)
    for person in (giver, taker):
        if person.pk != actor.pk and person.is_active:
            notify(
                person,
                "customers.handover",
                f"customers.handover:{pack.pk}",
                data,
                pack.get_absolute_url(),
                at=at,
            )
    return pack


def _records_of(giver: User, pack: HandOver) -> list[HandOverItem]:
    """One item for each record that the person has open."""
    items = []
    for key, kind in sorted(hand_kinds.items(), key=lambda pair: pair[1].order):
        content_type = ContentType.objects.get_for_model(kind.model)
        for obj in kind.rows(giver):
            items.append(
                HandOverItem(
                    pack=pack, kind=key, subject_type=content_type, subject_id=obj.pk, title=str(obj)[:200],
                    note=str(kind.note(obj))[:200],
                )
            )  # fmt: skip
    return items


def _last_team(person: User) -> Any:
    last = person.memberships.order_by("-from_date").first()
    return last.team if last else None


def sides_of(pack: HandOver, actor: User) -> set[str]:
    """For whom the actor signs; who stands above signs for a giver who has left, too. Nobody signs as two others."""
    sides = set()
    if actor.pk == pack.owner_id:
        sides.add(GIVER)
    elif actor.pk == pack.taker_id:
        sides.add(TAKER)
    elif can(actor, "steer", pack):
        sides.add(SUPERIOR)
        if not pack.owner.is_active:
            sides.add(GIVER)
    return sides


@transaction.atomic
def sign_items(*, actor: User, at: datetime, pack: HandOver, items: Iterable[int]) -> int:
    """Accept items; those with all three signatures are handed over at once. Answers how many were handed over."""
    row = open_pack(pack)
    sides = sides_of(row, actor)
    if not sides:
        raise NotAllowed(_("Giver, taker and their superior sign a hand-over, each for himself."))
    done = 0
    for item in locked_items(row, items):
        if GIVER in sides and item.giver_at is None:
            item.giver_at, item.giver_by = at, actor
        if TAKER in sides and item.taker_at is None:
            item.taker_at = at
        if SUPERIOR in sides and item.superior_at is None:
            item.superior_at, item.superior_by = at, actor
        if item.giver_at and item.taker_at and item.superior_at:
            done += _hand(row, item, at=at)
        item.save()
    record("customers.handover_signed", row, actor=actor, at=at, data={"handed": done})
    finish(row, actor, at)
    return done


@transaction.atomic
def refuse_items(*, actor: User, at: datetime, pack: HandOver, items: Iterable[int], remark: str) -> int:
    """Say no to items, with the reason; they stay with the giver and can be signed later all the same."""
    row = open_pack(pack)
    if not sides_of(row, actor):
        raise NotAllowed(_("Giver, taker and their superior sign a hand-over, each for himself."))
    if not remark.strip():
        raise InvalidInput(_("Give the reason."), field="remark")
    rows = locked_items(row, items)
    for item in rows:
        item.state, item.remark = ItemState.REFUSED, remark.strip()[:200]
        item.giver_at = item.taker_at = item.superior_at = None
        item.giver_by = item.superior_by = None
        item.save()
    data = {"items": len(rows), "reason": remark.strip()}
    record("customers.handover_refused", row, actor=actor, at=at, data=data)
    return len(rows)


@transaction.atomic
def cancel_pack(*, actor: User, at: datetime, pack: HandOver, reason: str) -> HandOver:
    """Call the rest off; what was handed over stays handed over."""
    row = open_pack(pack)
    if not can(actor, "steer", row):
        raise NotAllowed(_("A hand-over is called off by a lead or manager above the person who gives."))
    row.state = HandOverState.CANCELLED
    row.version += 1
    row.save(update_fields=["state", "version", "updated_at"])
    record("customers.handover_cancelled", row, actor=actor, at=at, data={"reason": reason.strip()})
    return row


def open_pack(pack: HandOver) -> HandOver:
    """The pack, locked; ``Conflict`` once it is finished or called off."""
    row = lock_row(HandOver.objects.select_related("owner", "taker", "team"), pack.pk)
    if row.state != HandOverState.OPEN:
        raise Conflict(_("This hand-over is “%(state)s”.") % {"state": row.get_state_display()})
    return row


def locked_items(pack: HandOver, items: Iterable[int]) -> list[HandOverItem]:
    """Those of the chosen items that are not handed over yet, locked."""
    rows = pack.items.filter(pk__in=list(items)).select_for_update().order_by("pk")
    found = [row for row in rows if row.state in (ItemState.WAITING, ItemState.REFUSED)]
    if not found:
        raise InvalidInput(_("Choose items that are not handed over yet."))
    return found


def _hand(pack: HandOver, item: HandOverItem, *, at: datetime) -> int:
    """Give the record over; one that is no longer the giver's or no longer open is only marked."""
    if item.subject_id is None:
        item.state, item.remark = ItemState.HANDED, ""
        return 1
    kind = hand_kinds.get(item.kind)
    obj = kind.rows(pack.owner).filter(pk=item.subject_id).first() if kind else None
    went_along = kind is not None and kind.hand is None
    if kind is None or (obj is None and not went_along):
        item.state = ItemState.MOOT
        return 0
    if kind.hand is not None:
        try:
            with transaction.atomic():
                kind.hand(obj, pack.taker, at=at, reason=pack.reason)
        except DomainError as error:
            item.state, item.remark = ItemState.MOOT, str(error)[:200]
            return 0
    item.state, item.remark = ItemState.HANDED, ""
    return 1


def finish(pack: HandOver, actor: User, at: datetime) -> None:
    """The pack is complete once nothing waits any more."""
    if pack.items.filter(state__in=(ItemState.WAITING, ItemState.REFUSED)).exists():
        return
    pack.state = HandOverState.DONE
    pack.version += 1
    pack.save(update_fields=["state", "version", "updated_at"])
    record("customers.handover_done", pack, actor=actor, at=at)


# --- how each kind goes over --------------------------------------------------------------------------


def customers_of(person: User) -> QuerySet:
    """Files that the person has, alone or with others, each with ``given_by``."""
    shared = CustomerOwnership.objects.filter(owner=person, to_date__isnull=True, share__lt=1)
    rows = Customer.objects.filter(
        Q(owner=person) | Q(pk__in=shared.values("customer")), merged_into__isnull=True
    )
    return rows.annotate(given_by=Value(person.pk)).order_by("pk")


def hand_customer(obj: Customer, taker: User, *, at: datetime, reason: str) -> None:
    pass_on(at=at, customer=obj, giver=obj.given_by, taker=taker, reason=reason)  # type: ignore[attr-defined]


def hand_visit(obj: Visit, taker: User, *, at: datetime, reason: str) -> None:
    row = lock_row(Visit.objects, obj.pk)
    if row.state != VisitState.PLANNED:
        raise Conflict(_("This visit is not planned any more."))
    old = row.owner
    row.owner, row.team = taker, team_on(taker, timezone.localdate(at))
    row.version += 1
    row.save(update_fields=["owner", "team", "version", "updated_at"])
    data = {"visit": row.number, "old": old.name, "new": taker.name}
    record("customers.visit_handed", row, row.customer, actor=None, at=at, data=data)


def hand_task(obj: Task, taker: User, *, at: datetime, reason: str) -> None:
    row = lock_row(Task.objects, obj.pk)
    if not Task.objects.undone().filter(pk=row.pk).exists():
        raise Conflict(_("This task is not open any more."))
    old = row.owner
    row.owner, row.team = taker, team_on(taker, timezone.localdate(at))
    row.version += 1
    row.save(update_fields=["owner", "team", "version", "updated_at"])
    data = {"title": row.title, "owner": taker.name, "before_owner": old.name}
    record("work.task_passed_on", row, actor=None, at=at, data=data)


def hand_deal(obj: Opportunity, taker: User, *, at: datetime, reason: str) -> None:
    assign_opportunity(actor=None, at=at, opportunity=obj, owner=taker, reason=reason)


def hand_lead(obj: Lead, taker: User, *, at: datetime, reason: str) -> None:
    assign_lead(actor=None, at=at, lead=obj, owner=taker, reason=reason)


def register_kinds() -> None:
    """The kinds of this app and the tasks of the kernel; the apps above add theirs."""

    def own(model: Any, **fields: Any) -> Any:
        return lambda person: model.objects.filter(owner=person, **fields).order_by("pk")

    hand_kinds.register(
        "customers.customer",
        HandKind(
            _("Customers"),
            Customer,
            customers_of,
            lambda c: c.code,
            hand_customer,
            10,
        ),
    )
    hand_kinds.register(
        "customers.deal",
        HandKind(
            _("Opportunities"),
            Opportunity,
            lambda person: Opportunity.objects.alive().filter(owner=person).order_by("pk"),
            lambda deal: deal.get_stage_display(),
            hand_deal,
            20,
        ),
    )
    hand_kinds.register(
        "customers.lead",
        HandKind(
            _("Leads"),
            Lead,
            lambda person: Lead.objects.alive().filter(owner=person).order_by("pk"),
            lambda lead: lead.get_state_display(),
            hand_lead,
            30,
        ),
    )
    planned = own(Visit, state=VisitState.PLANNED)
    hand_kinds.register(
        "customers.visit",
        HandKind(
            _("Planned visits"),
            Visit,
            planned,
            lambda v: f"{exact_date(v.planned_date)} · {v.customer}",
            hand_visit,
            40,
        ),
    )
    hand_kinds.register(
        "work.task",
        HandKind(
            _("Tasks"),
            Task,
            lambda person: Task.objects.undone().filter(owner=person).order_by("pk"),
            lambda task: timezone.localdate(task.due_at),
            hand_task,
            50,
        ),
    )
