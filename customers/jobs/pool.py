"""The nightly job of the public pool: warns ahead, recycles, says why."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from customers.models import PoolRule
from customers.pooling import candidates
from customers.services.pool import recycle
from salesops.jobs.registry import JobDefinition, register_job, register_reasons
from salesops.jobs.services.runs import JobReport, RunResult, run_job
from salesops.notifications.registry import NoticeKind, register_kinds
from salesops.notifications.services import notify

JOB = "customers.pool"


def recycle_customers(business_date: date, *, actor: Any, at: datetime, dry_run: bool) -> RunResult:
    """Send customers to the pool whose time is over, and tell owners of those whose time is nearly over."""

    def work(report: JobReport) -> None:
        rules = list(PoolRule.objects.in_force(business_date))
        gone = set()
        for found in candidates(rules, on=business_date):
            gone.add(found.customer.pk)
            data = {"cause": found.rule.cause, "days": (business_date - found.since).days,
                    "since": found.since, "owner": str(found.customer.owner)}  # fmt: skip
            url = found.customer.get_absolute_url()
            if recycle(found, at=report.at, on=business_date):
                report.done(found.customer, f"customers.pool_{found.rule.cause}", url=url, **data)
            else:
                report.skipped(found.customer, "customers.pool_moved", url=url)
        for found in _soon(rules, business_date):
            if found.customer.pk not in gone:
                _warn(found, report)

    return run_job(JOB, business_date, actor=actor, at=at, dry_run=dry_run, work=work)


def _soon(rules: list[PoolRule], day: date) -> Any:
    for pool_rule in rules:
        if pool_rule.warn_days:
            yield from candidates([pool_rule], on=day + timedelta(days=pool_rule.warn_days))


def _warn(found: Any, report: JobReport) -> None:
    """Once per customer, rule and stretch of silence; the superior is told, too."""
    customer, owner = found.customer, found.customer.owner
    key = f"customers.pool_warning:{customer.pk}:{found.rule.pk}:{found.since}"
    data = {"customer": str(customer), "goes_date": found.goes_on.isoformat(), "owner": owner.name}
    people = [p for p in (owner, owner.superior) if p is not None and p.is_active]
    url = customer.get_absolute_url()
    told = [
        p
        for p in people
        if notify(p, "customers.pool_warning", key, data, url, at=report.at).created_at == report.at
    ]
    if told:
        report.done(
            customer, "customers.pool_warned", url=url, to=", ".join(map(str, told)), on=found.goes_on
        )
    else:
        report.skipped(customer, "customers.pool_warned_before", url=url)


def register() -> None:
    register_job(
        JobDefinition(
            JOB,
            _("Public pool"),
            _(
                "Customers to whom nothing has happened for the days of a rule go to the public pool; owners are warned."
            ),
            _("Daily"),
            recycle_customers,
            from_time=time(1, 0),
            strict_order=True,
        )
    )
    register_reasons(
        {
            "customers.pool_contact": _("no contact for %(days)s days (since %(since)s); was %(owner)s's"),
            "customers.pool_deal": _("no opportunity for %(days)s days (since %(since)s); was %(owner)s's"),
            "customers.pool_order": _("no order for %(days)s days (since %(since)s); was %(owner)s's"),
            "customers.pool_moved": _("something happened meanwhile"),
            "customers.pool_warned": _("goes to the pool on %(on)s; told %(to)s"),
            "customers.pool_warned_before": _("was warned before"),
        }
    )
    register_kinds(
        NoticeKind(
            "customers.pool_warning",
            _("%(customer)s goes to the public pool soon"),
            _("On %(goes_date)s, unless something happens. Owner: %(owner)s."),
            tone="attention",
            label=_("A customer goes to the public pool soon"),
        )
    )
