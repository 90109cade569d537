"""What makes a customer likely to become overdue (REC-05): reasons, their points, and what to do about each.

An app adds a reason at start; ``find(on)`` answers the figures per customer, set-based, for everybody at once::

    risk_reasons.register("disputes", RiskReason(_("Disputes"), 10, disputes, words, _("Settle the dispute first.")))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Count, F, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Customer
from orders.choices import OrderState
from orders.models import Order
from receivables.models import Receivable
from receivables.selectors.assessments import current_assessments
from receivables.selectors.exposure import RULES, WARN_SHARE, limits, totals
from receivables.selectors.promises import kept_rate
from salesops.approvals.formats import base_money
from salesops.core.registry import Registry
from salesops.handbook.selectors import rule, rules_on

SQL = Path(__file__).resolve().parent / "sql"
Found = Mapping[int, dict[str, Any]]
QUARTER, YEAR = timedelta(days=91), timedelta(days=365)


@dataclass(frozen=True)
class RiskReason:
    label: Any
    points: int
    find: Callable[[date], Found]
    words: Callable[[dict[str, Any]], str]
    action: Any


risk_reasons: Registry[RiskReason] = Registry("receivables.risk_reasons")


def outstanding() -> dict[int, Decimal]:
    """What each customer has open, in base currency; files merged into another one count there."""
    rows = Receivable.objects.open().order_by().values_list("customer")
    kept = dict(Customer.objects.exclude(merged_into=None).values_list("pk", "merged_into"))
    found: dict[int, Decimal] = {}
    for pk, owed in rows.annotate(owed=Sum("outstanding_base")).values_list("customer", "owed"):
        found[kept.get(pk, pk)] = found.get(kept.get(pk, pk), Decimal(0)) + owed
    return found


def late_trend(on: date) -> Found:
    """Paid later in the last three months than in the nine before, by the handbook's days or more."""
    least = rule("receivables.risk_late_days", on=on)
    with connection.cursor() as cursor:
        cursor.execute((SQL / "risk_late.sql").read_text(encoding="utf-8"), {"on": on})
        rows = [row for row in cursor.fetchall() if row[1] is not None]
    return {
        key: {"now": str(round(now, 1)), "before": str(round(before or 0, 1))}
        for key, now, before in rows
        if now - (before or 0) >= least
    }


def broken_promises(on: date) -> Found:
    return {
        key: {"broken": due - kept, "due": due}
        for key, (kept, due) in kept_rate(None, on).items()
        if due - kept >= 2
    }


def exposed(on: date) -> Found:
    """At or beyond the warning share of the limit; the exposures of all are one statement."""
    rules, found = rules_on(on, RULES), {}
    owed, least = totals(on=on, rules=rules), rules[WARN_SHARE]
    for key, limit in limits(on=on).items():
        total = owed.get(key)
        if limit and total and total >= least * limit:
            share = int(max(total, Decimal(0)) / limit * 100)
            found[key] = {"share": share, "exposure": str(total), "limit": str(limit)}
    return found


def concentrated(on: date) -> Found:
    owed = outstanding()
    whole, least = sum(owed.values(), Decimal(0)), rule("receivables.risk_concentration", on=on)
    return {
        key: {"share": int(part * 100 / whole)}
        for key, part in owed.items()
        if whole and part / whole >= least
    }


def credit_ended(on: date) -> Found:
    rows = current_assessments().filter(valid_until__lt=on, customer__in=list(outstanding()))
    return {row.customer_id: {"date": str(row.valid_until)} for row in rows}


def order_drop(on: date) -> Found:
    """Ordered in three months less than the handbook's share of what three months brought in the year before."""
    least = rule("receivables.risk_order_drop", on=on)
    firm = Order.objects.filter(
        state__in=(OrderState.CONFIRMED, OrderState.SHIPPED), order_date__lte=on
    ).order_by()
    rows = firm.filter(order_date__gt=on - QUARTER - YEAR).values("customer").annotate(
        now=Sum("base_net", filter=Q(order_date__gt=on - QUARTER)), before=Sum("base_net", filter=Q(order_date__lte=on - QUARTER))
    )  # fmt: skip
    found, owed = {}, outstanding()
    for row in rows:
        now, usual = row["now"] or Decimal(0), (row["before"] or Decimal(0)) / 4
        if usual and row["customer"] in owed and now < usual * (1 - least):
            found[row["customer"]] = {"now": str(now), "usual": str(round(usual, 2))}
    return found


def disputed(on: date) -> Found:
    rows = Receivable.objects.open().filter(disputed=True).order_by().values("customer")
    return {
        r["customer"]: {"count": r["n"], "amount": str(r["owed"])}
        for r in rows.annotate(n=Count("pk"), owed=Sum(F("outstanding_base")))
    }


def _money(figures: dict[str, Any], *names: str) -> dict[str, Any]:
    return figures | {name: base_money(figures[name]) for name in names}


def register_risks() -> None:
    """Called when the app is ready."""
    entries = (
        (
            "late", gettext_lazy("Pays later and later"), 25, late_trend,
            lambda f: _("Paid %(now)s days late on average in three months, %(before)s before.") % f,
            gettext_lazy("Ask for the reason, shorten the terms or ask for a deposit."),
        ),
        (
            "promises", gettext_lazy("Broken promises"), 20, broken_promises,
            lambda f: _("%(broken)s of %(due)s promises were broken.") % f,
            gettext_lazy("Agree on instalments in writing; supply against payment."),
        ),
        (
            "exposure", gettext_lazy("Limit nearly used or passed"), 20, exposed,
            lambda f: _("%(share)s %% of the limit of %(limit)s is used.") % _money(f, "limit"),
            gettext_lazy("Collect before the next order, or have the credit assessed anew."),
        ),
        (
            "concentration", gettext_lazy("Large share of all receivables"), 10, concentrated,
            lambda f: _("%(share)s %% of all receivables are owed by it.") % f,
            gettext_lazy("Ask for security or insurance; the manager visits."),
        ),
        (
            "expired", gettext_lazy("Credit assessment ended"), 10, credit_ended,
            lambda f: _("Its credit assessment ended on %(date)s.") % f,
            gettext_lazy("Have the credit assessed anew."),
        ),
        (
            "drop", gettext_lazy("Orders drop"), 15, order_drop,
            lambda f: _("Ordered %(now)s in three months; %(usual)s is usual.") % _money(f, "now", "usual"),
            gettext_lazy("Visit, and find out how its business goes."),
        ),
        (
            "disputes", gettext_lazy("Disputes"), 10, disputed,
            lambda f: _("Disputed items: %(count)s, together %(amount)s.") % _money(f, "amount"),
            gettext_lazy("Settle what is disputed first."),
        ),
    )  # fmt: skip
    for code, label, points, find, words, action in entries:
        risk_reasons.register(code, RiskReason(label, points, find, words, action))
