"""The timeline on every record page, and the audit's place in the menu."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.audit.choices import AccessKind
from salesops.audit.models import AccessLog, AuditEvent, RowChange
from salesops.audit.selectors import head, timeline_of
from salesops.core.policies import can, policy_of
from salesops.ui.registries import (
    MenuItem,
    Timeline,
    WorkbenchCard,
    menu,
    side_by_side,
    timelines,
    workbench_cards,
)

LENGTH = 30
WATCHED = {
    AccessKind.EXPORT: _("Exports"),
    AccessKind.UNMASK: _("Fields unmasked"),
    AccessKind.REFUSED: _("Refused accesses"),
    AccessKind.SIGN_IN_FAILED: _("Failed sign-ins"),
    AccessKind.LOCKED_OUT: _("Lock-outs"),
}


def may_see_history(user: Any, obj: Model) -> bool:
    """Whoever may see a record sees its timeline, unless its policy says more (``view_history``)."""
    policy = policy_of(obj)
    own_rule = getattr(policy, "can_view_history", None)
    return own_rule is None or own_rule(user, obj)


def record_timeline(request: HttpRequest, obj: Model, before: int | None = None) -> dict[str, Any] | None:
    """The newest acts on a record, a link to older ones, and for the audit a link to the row history."""
    if isinstance(obj, AuditEvent) or not may_see_history(request.user, obj):
        return None
    entries = timeline_of(obj, LENGTH + 1, before)
    where = [obj._meta.app_label, obj._meta.model_name, obj.pk]
    older = (
        reverse("audit:timeline", args=where) + f"?before={entries[LENGTH - 1].id}"
        if len(entries) > LENGTH
        else ""
    )
    rows = ""
    if can(request.user, "view", RowChange):
        rows = reverse("audit:row_history", args=where)
    return {"entries": entries[:LENGTH], "older": older, "rows": rows, "object": obj}


def watch(request: HttpRequest) -> dict[str, Any] | None:
    """For the auditor: what left the house and what was refused since yesterday, and how long the chain is."""
    if not request.user.has_role("auditor"):
        return None
    since = timezone.localdate() - timedelta(days=1)
    start = timezone.make_aware(datetime.combine(since, time()))
    rows = AccessLog.objects.filter(at__gte=start, kind__in=WATCHED).values_list("kind")
    counts = dict(rows.annotate(Count("pk")).order_by())
    url = reverse("audit:accesslog_list")
    lines = [
        {"text": text, "value": counts.get(kind, 0), "url": f"{url}?kind={kind}&at_min={since}"}
        for kind, text in WATCHED.items()
    ]
    seals, newest = head()
    chain = {"text": _("Seals of the chain; check them"), "value": seals, "small": newest[:16]}
    return {"lines": [*lines, chain | {"url": reverse("audit:integrity")}]}


def register() -> None:
    workbench_cards.register(
        "audit.watch", WorkbenchCard(_("Since yesterday, for the audit"), "ui/card_counts.html", watch, 20)
    )
    timelines.register("record", Timeline("audit/timeline.html", record_timeline))
    for order, (key, label, url_name, model) in enumerate(
        [
            ("acts", _("Audit log"), "audit:auditevent_list", AuditEvent),
            ("access", _("Access log"), "audit:accesslog_list", AccessLog),
            ("rows", _("Row history"), "audit:rowchange_list", RowChange),
        ]
    ):
        menu.register(f"audit.{key}", MenuItem("administration", label, url_name, model, order=80 + order))
    side_by_side("audit.acts", "audit.access", "audit.rows")
