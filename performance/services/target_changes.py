"""A change of a target is signed one level up, that of a department by the general manager (TGT-13, domain §10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from performance.choices import Unit, places_of_target
from performance.kpis.registry import kpi_of
from performance.models import Target
from salesops.accounts.delegations import line_above
from salesops.accounts.models import User
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.registry import DocumentType, register
from salesops.approvals.seeds import role, route, step, when
from salesops.approvals.services import start
from salesops.core.choices import TeamKind
from salesops.core.money import round_money
from salesops.handbook.selectors import rule

KEY = "performance.target_change"
RULE = "performance.target_changes_signed"
PERSON, TEAM, DEPARTMENT = "person", "team", "department"
LEVELS = {
    PERSON: gettext_lazy("person"),
    TEAM: gettext_lazy("team"),
    DEPARTMENT: gettext_lazy("department"),
}


def level_of(target: Target) -> str:
    """Whose target it is: a person's, a team's, or that of a department or the company."""
    if target.team is None:
        return PERSON
    top = target.team.parent_id is None or target.team.kind == TeamKind.DEPARTMENT
    return DEPARTMENT if top else TEAM


def needs_signature(actor: User | None, *, at: datetime) -> bool:
    """Nobody stands above who has no superior; the system takes over what a file says."""
    if actor is None or not rule(RULE, on=timezone.localdate(at)):
        return False
    return bool(line_above(actor)) and not actor.has_role("gm")


def ask_for_change(
    *, actor: User, at: datetime, target: Target, value: Decimal, reason: str
) -> ApprovalRequest:
    """Ask for another value; the last signature writes it. Raises ``Conflict`` when one is asked for already."""
    return start(
        actor=actor, at=at, obj=target, document_type=KEY, reason=reason, payload={"value": str(value)}
    )


def facts(target: Target, payload: Mapping[str, Any]) -> dict[str, Any]:
    """What those who sign see: whose target, what it is and what it becomes."""
    new = Decimal(str(payload.get("value", target.value)))
    return {
        "kpi": target.metric,
        "period": target.period.code,
        "subject": str(target.subject),
        "level": level_of(target),
        "old": _shown(target, target.value),
        "new": _shown(target, new),
    }


def _shown(target: Target, value: Decimal) -> str:
    unit = kpi_of(target.metric).unit
    places = places_of_target(unit)
    return f"{round_money(value, places):f}" if unit != Unit.PERCENT else f"{value.normalize():f}"


def _title(code: str) -> Any:
    return kpi_of(code).title


def _level(level: str) -> Any:
    return LEVELS.get(level, level)


def change_signed(target: Target, *, request: ApprovalRequest, actor: Any, at: datetime) -> None:
    """The last signature writes the new value; the history names who asked and who signed."""
    from performance.services.targets import write_change

    value = Decimal(str(request.payload["value"]))
    reason = _("%(reason)s (signed by %(who)s)") % {"reason": request.reason or "–", "who": actor or "–"}
    write_change(target, value, actor=request.applicant, at=at, reason=reason[:300])


def register_kind() -> None:
    register(
        DocumentType(
            KEY,
            "performance.Target",
            gettext_lazy("Change of a target"),
            facts=facts,
            labels={
                "kpi": gettext_lazy("key figure"),
                "period": gettext_lazy("period"),
                "subject": gettext_lazy("target of"),
                "level": gettext_lazy("level"),
                "old": gettext_lazy("was"),
                "new": gettext_lazy("becomes"),
            },
            formats={"kpi": _title, "level": _level},
            brief=("kpi", "period", "subject", "old", "new"),
            may_request="edit",
            own_people=lambda target: (target.staff_id,),
            team=lambda target: target.scope_team,
            on_approved=change_signed,
            clause=RULE,
            flow=(
                route(
                    "Department",
                    [when("level", "eq", DEPARTMENT)],
                    [step("General manager", role("gm", scope="company"))],
                ),
                route("Team or person", [], [step("Superior", {"kind": "superior"})]),
            ),
        )
    )
