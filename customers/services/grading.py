"""Grading customers: computed, then accepted or decided otherwise with a reason (CUS-03, CUS-04)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.choices import CustomerClass, Grade, GradingState
from customers.facts import files
from customers.grading import Computed, NoModel, compute, grade_facts
from customers.models import Customer, CustomerGrading, GradeFactor, GradeModel, model_in_force
from customers.services.second_person import tell_basis
from salesops.accounts.asking import ask_above
from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row, lock_rows
from salesops.core.policies import can

BATCH = 2000
WHOLE = Decimal(1)


@transaction.atomic
def save_model(
    *,
    actor: User | None,
    at: datetime,
    from_date: date,
    a_from: Decimal,
    b_from: Decimal,
    c_from: Decimal,
    factors: Sequence[dict[str, Any]],
    remarks: str = "",
) -> GradeModel:
    """A scoring model from a day on (today or later); the one before it ends the day before.

    ``factors``: ``{"factor", "weight" (fraction), "steps" ([[value, points], …])}``; the weights come to one. Raises
    ``NotAllowed``, ``InvalidInput``.
    """
    if actor is not None and not can(actor, "add", GradeModel):
        raise NotAllowed(_("Scoring models are set by managers."))
    today = timezone.localdate(at)
    if actor is not None and from_date < today:
        raise InvalidInput(_("A scoring model begins today or later."), field="from_date")
    if not 100 >= a_from > b_from > c_from > 0:
        raise InvalidInput(_("A needs more points than B, and B more than C."), field="a_from")
    _check_factors(factors)
    later = GradeModel.objects.select_for_update().filter(from_date__gte=from_date)
    if later.filter(gradings__isnull=False).exists() or later.exclude(from_date=from_date).exists():
        raise InvalidInput(_("Another model begins on that day or later."), field="from_date")
    later.delete()
    before = GradeModel.objects.filter(Q(to_date__isnull=True) | Q(to_date__gte=from_date))
    before.update(to_date=from_date - timedelta(days=1))
    made = GradeModel.objects.create(
        created_by=actor, from_date=from_date, a_from=a_from, b_from=b_from, c_from=c_from, remarks=remarks
    )
    GradeFactor.objects.bulk_create(GradeFactor(model=made, **line) for line in factors)
    record("customers.grade_model_set", made, actor=actor, at=at, data={"from_date": from_date})
    return made


def _check_factors(factors: Sequence[dict[str, Any]]) -> None:
    names = [line["factor"] for line in factors]
    if len(set(names)) != len(names):
        raise InvalidInput(_("Each factor stands in the model once."))
    if unknown := [name for name in names if name not in grade_facts]:
        raise InvalidInput(_("There is no factor %(name)s.") % {"name": unknown[0]})
    total = sum((line["weight"] for line in factors), Decimal(0))
    if total != WHOLE:
        raise InvalidInput(
            _("The weights come to %(sum)s %%; they must come to 100 %%.")
            % {"sum": f"{total * 100:.2f}".rstrip("0").rstrip(".")}
        )
    for line in factors:
        steps = [(Decimal(value), Decimal(points)) for value, points in line["steps"]]
        if not steps or steps != sorted(steps) or any(not 0 <= points <= 100 for _value, points in steps):
            raise InvalidInput(_("Points rise with the value and lie between 0 and 100."))


def propose_grades(
    *, on: date, at: datetime, actor: User | None = None, customers: Collection[int] | None = None
) -> list[CustomerGrading]:
    """Compute grade and class anew and propose what differs from the file; a customer without a grade always.

    A proposal that nobody decided about is replaced. Raises ``NoModel`` where no scoring model is in force.
    """
    model = model_in_force(on)
    if model is None:
        raise NoModel(_("No scoring model is in force."), way_out=_("A manager sets one."))
    keys = list(files().order_by("pk").values_list("pk", flat=True)) if customers is None else list(customers)
    computed = compute(model, on=on, customers=None if customers is None else keys)
    made: list[CustomerGrading] = []
    for start in range(0, len(computed), BATCH):
        made += _propose(
            model, computed[start : start + BATCH], on=on, actor=actor, always=customers is not None
        )
    return made


@transaction.atomic
def _propose(
    model: GradeModel, found: Iterable[Computed], *, on: date, actor: User | None, always: bool
) -> list[CustomerGrading]:
    answers = {line.customer: line for line in found}
    rows = lock_rows(Customer.objects.all(), answers)
    open_ones = CustomerGrading.objects.filter(customer__in=rows, state=GradingState.PROPOSED)
    open_ones.update(state=GradingState.REPLACED)
    return CustomerGrading.objects.bulk_create(
        CustomerGrading(
            customer=row, model=model, graded_on=on, score=line.score, items=line.items, old_grade=row.grade,
            old_class=row.customer_class, proposed_grade=line.grade, proposed_class=line.customer_class,
            created_by=actor,
        )
        for row in rows.values()
        if (line := answers[row.pk]) and (always or differs(row, line))
    )  # fmt: skip


def differs(row: Customer, line: Computed) -> bool:
    return row.grade != line.grade or row.customer_class != line.customer_class


@transaction.atomic
def grade_now(*, actor: User, at: datetime, customer: Customer) -> CustomerGrading:
    """Compute one customer anew, for who works on the file; a lead decides about it."""
    if not can(actor, "edit", customer):
        raise NotAllowed(_("You may not change this customer file."))
    if customer.merged_into_id:
        raise Conflict(_("This file was merged into another one."))
    made = propose_grades(on=timezone.localdate(at), at=at, actor=actor, customers=[customer.pk])[0]
    data = {"grade": made.proposed_grade, "score": made.score}
    record("customers.grade_computed", customer, made, actor=actor, at=at, data=data)
    return made


@transaction.atomic
def decide_grading(
    *,
    actor: User,
    at: datetime,
    grading: CustomerGrading,
    grade: str = "",
    customer_class: str = "",
    reason: str = "",
) -> CustomerGrading:
    """Accept a proposal, or decide otherwise with a reason; grade and class hold from today on.

    Raises ``NotAllowed``, ``Conflict`` (decided already), ``InvalidInput`` (no reason).
    """
    customer = lock_row(Customer.objects, grading.customer_id)
    row = lock_row(CustomerGrading.objects, grading.pk)
    row.customer = customer
    if not can(actor, "assign", customer):
        raise NotAllowed(
            _("A lead or manager decides about grades."),
            way_out=_("Ask your lead."),
            release=ask_above(
                actor, _("Please decide about the grade of %(customer)s") % {"customer": customer}, customer
            ),
        )
    if row.state != GradingState.PROPOSED:
        raise Conflict(_("This grade has been decided about already, or was computed anew."))
    row.grade = Grade(grade or row.proposed_grade)
    row.customer_class = CustomerClass(customer_class or row.proposed_class)
    same = (row.grade, row.customer_class) == (row.proposed_grade, row.proposed_class)
    row.reason = reason.strip()[:300]
    if not same and not row.reason:
        raise InvalidInput(_("Say why you decide otherwise."), field="reason")
    today = timezone.localdate(at)
    row.state = GradingState.ACCEPTED if same else GradingState.OVERRIDDEN
    row.decided_on, row.decided_by = today, actor
    row.version += 1
    row.save()
    of_class = customer.customer_class
    if customer.grade != row.grade:
        customer.grade_since = today
    customer.grade, customer.customer_class = row.grade, row.customer_class
    customer.version += 1
    customer.save(update_fields=["grade", "grade_since", "customer_class", "version", "updated_at"])
    data = {"old": row.old_grade or "–", "new": row.grade, "score": row.score, "reason": row.reason}
    verb = "customers.grade_accepted" if same else "customers.grade_overridden"
    record(verb, customer, row, actor=actor, at=at, data=data)
    tell_basis(customer, {"customer_class"} if of_class != row.customer_class else (), at=at)
    return row


def accept_gradings(rows: Iterable[CustomerGrading], *, actor: User, at: datetime) -> None:
    """Several at once, each as it was computed; those decided meanwhile stay as they are."""
    for row in sorted(rows, key=lambda row: row.customer_id):
        if row.state == GradingState.PROPOSED:
            decide_grading(actor=actor, at=at, grading=row)
