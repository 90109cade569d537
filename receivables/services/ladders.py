"""Writing ladders: a version from a day on, its rungs, and what holds for one customer instead (REC-03)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Customer
from receivables.models import CollectionLevel, CollectionOverride, CollectionPolicy
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.policies import can
from salesops.documents import letters

# What the texts of a ladder know, and nothing else (quality I4).
NAMES: dict[str, Any] = {
    "company": gettext_lazy("name of our company"),
    "customer": gettext_lazy("name of the customer"),
    "number": gettext_lazy("number of the letter"),
    "date": gettext_lazy("date of the letter"),
    "deadline": gettext_lazy("last day to pay"),
    "amount": gettext_lazy("what is overdue, with its currency"),
    "days": gettext_lazy("days overdue of the oldest item"),
    "contact": gettext_lazy("contact of the customer"),
    "person": gettext_lazy("who writes for us"),
}
COPIED = [f.name for f in CollectionLevel._meta.concrete_fields if f.name not in ("id", "policy")]
TEXTS = tuple(name for name in COPIED if name.startswith(("subject_", "text_")))


@transaction.atomic
def new_version(
    *,
    actor: Any,
    base: CollectionPolicy,
    from_date: date,
    tolerance: Decimal,
    at: datetime,
    name: str = "",
    code: str = "",
    customer_class: str = "",
    by_choice: bool = False,
) -> CollectionPolicy:
    """The next version of a ladder, or with another ``code`` a new one, as a copy of ``base`` to be changed.

    Raises ``InvalidInput`` for a day that has passed or is taken, and where no ladder would hold for all customers.
    """
    _require(actor)
    code = (code or base.code).strip().upper()
    if from_date < timezone.localdate(at):
        raise InvalidInput(
            _("A ladder holds from today or later; what was is not changed."), field="from_date"
        )
    if CollectionPolicy.objects.filter(code=code, from_date=from_date).exists():
        raise InvalidInput(
            _("There is a version of that day already."), field="from_date", way_out=_("Change that one.")
        )
    if customer_class or by_choice:
        _require_one_for_all(code, from_date)
    made = CollectionPolicy.objects.create(
        code=code,
        name=name.strip() or base.name,
        customer_class=customer_class,
        by_choice=by_choice,
        from_date=from_date,
        tolerance=tolerance,
        created_by=actor,
    )
    for level in base.levels.order_by("level"):
        CollectionLevel.objects.create(policy=made, **{key: getattr(level, key) for key in COPIED})
    record(
        "receivables.ladder_written",
        made,
        actor=actor,
        at=at,
        data={"name": made.name, "from_date": from_date},
    )
    return made


def _require_one_for_all(code: str, day: date) -> None:
    """Besides ``code``, which is narrowed, a ladder holds for every class; else some customers are never chased."""
    latest: dict[str, CollectionPolicy] = {}
    for row in CollectionPolicy.objects.exclude(code=code).filter(from_date__lte=day).order_by("from_date"):
        latest[row.code] = row
    if not any(not row.customer_class and not row.by_choice for row in latest.values()):
        raise InvalidInput(
            _("Then no ladder would hold for the customers of the other classes."),
            field="customer_class",
            way_out=_("Leave this one for all, and write the narrower one under another code."),
        )


@transaction.atomic
def change_level(*, actor: Any, level: CollectionLevel, at: datetime, **facts: Any) -> CollectionLevel:
    """Change a rung of a version that does not hold yet, or began today.

    Raises ``Conflict`` for a version of the past, ``InvalidInput`` for a text that names what no letter knows or days that
    do not rise from level to level.
    """
    _require(actor)
    policy = CollectionPolicy.objects.select_for_update().get(pk=level.policy_id)
    if policy.from_date < timezone.localdate(at):
        raise Conflict(
            _("This version holds already; steps were taken by it."),
            way_out=_("Write a new version from a later day."),
        )
    for name in TEXTS:
        letters.check(facts.get(name, ""), field=name, names=NAMES)
    row = CollectionLevel.objects.select_for_update().get(pk=level.pk)
    for name, value in facts.items():
        setattr(row, name, value)
    if row.from_day < 1:
        raise InvalidInput(_("A level begins on a day after the due day."), field="from_day")
    for other in policy.levels.exclude(pk=row.pk):
        if (other.level < row.level) != (other.from_day < row.from_day) or other.from_day == row.from_day:
            raise InvalidInput(
                _("The days rise from level to level: %(level)s is from day %(day)s.")
                % {"level": other, "day": other.from_day},
                field="from_day",
            )
    row.save()
    policy.version += 1
    policy.save(update_fields=["version", "updated_at"])
    record(
        "receivables.ladder_changed",
        policy,
        actor=actor,
        at=at,
        data={"name": policy.name, "ladder_level": row.level},
    )
    return row


@transaction.atomic
def set_override(
    *,
    actor: Any,
    customer: Customer,
    reason: str,
    at: datetime,
    policy_code: str = "",
    excluded: bool = False,
    until: date | None = None,
) -> CollectionOverride | None:
    """Another ladder for a customer, or none; without either the ladder of its class holds again from today."""
    if actor is not None and not can(actor, "add", CollectionOverride):
        raise NotAllowed(_("Heads and finance decide on exceptions from the ladder."))
    today = timezone.localdate(at)
    if until is not None and until < today:
        raise InvalidInput(_("This day has passed."), field="until")
    if excluded and policy_code:
        raise InvalidInput(_("Either another ladder, or none."), field="policy_code")
    if policy_code and not CollectionPolicy.objects.filter(code=policy_code).exists():
        raise InvalidInput(_("There is no such ladder."), field="policy_code")
    running = CollectionOverride.objects.filter(customer=customer).exclude(until_date__lt=today)
    running.filter(from_date=today).delete()
    running.filter(from_date__lt=today).update(until_date=today - timedelta(days=1))
    made = None
    if excluded or policy_code:
        made = CollectionOverride.objects.create(
            customer=customer,
            policy_code=policy_code,
            excluded=excluded,
            reason=reason.strip(),
            from_date=today,
            until_date=until,
            created_by=actor,
        )
    data = {"customer": str(customer), "ladder": policy_code}
    verb = "receivables.chase_excluded" if excluded else "receivables.chase_ladder"
    record(
        verb if made else "receivables.chase_usual", customer, actor=actor, at=at, data=data, comment=reason
    )
    return made


def _require(actor: Any) -> None:
    if actor is not None and not can(actor, "edit", CollectionPolicy):
        raise NotAllowed(_("Finance writes the ladders."))
