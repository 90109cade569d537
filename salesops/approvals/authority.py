"""Who does each process step, who decides, up to which amount and since when: read where it is kept.

Roles come from the policies, deciders from the flows in force, limits from the handbook and the roles that people hold.
Nothing is kept a second time, so the page cannot say other than what the program does (ORG-04).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import pgettext_lazy

from salesops.accounts.models import RoleGrant, User
from salesops.approvals.choices import ApproverKind
from salesops.approvals.flow_words import PARTS, routes_of
from salesops.approvals.models import ApprovalFlow, FlowStep
from salesops.approvals.process import ProcessStep, process_steps
from salesops.approvals.registry import DocumentType, document_types
from salesops.core.choices import Role, TeamKind
from salesops.core.policies import Grant, policy_of
from salesops.handbook.selectors import Clause, chapters

SCOPES = {
    "own": pgettext_lazy("authority", "own ones"),
    "team": pgettext_lazy("authority", "of the team"),
    "department": pgettext_lazy("authority", "of the department"),
    "all": pgettext_lazy("authority", "of the company"),
}


@dataclass(frozen=True)
class Doer:
    """A role that may do a step, and whose rows it reaches; "" where the policy has a rule of its own."""

    role: Role
    scope: Any


@dataclass
class Decision:
    """A kind of request with the flow in force; without one nobody is asked."""

    kind: DocumentType
    flow: ApprovalFlow | None
    routes: list[dict[str, Any]]


@dataclass
class StepLine:
    """One process step as the page shows it."""

    key: str
    label: str
    record: str
    doers: list[Doer]
    decisions: list[Decision] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)

    @property
    def words(self) -> str:
        """What a search looks through."""
        parts = [self.label, self.record, *(str(doer.role.label) for doer in self.doers)]
        parts += [f"{clause.parameter.clause} {clause.parameter.title}" for clause in self.clauses]
        for decision in self.decisions:
            parts.append(str(decision.kind.label))
            parts += [str(a) for r in decision.routes for s in r["steps"] for a in s.approvers.all()]
        return " ".join(parts).casefold()


def all_steps() -> list[tuple[str, ProcessStep]]:
    """Registered steps along the process, then every kind of request that none of them names."""
    named = {kind for step in process_steps for kind in step.kinds}
    own = [
        (kind.key, ProcessStep(kind.label, kind.model, kind.may_request, 1000, kinds=(kind.key,)))
        for kind in document_types
        if kind.key not in named
    ]
    return [*sorted(process_steps.items(), key=lambda pair: pair[1].place), *own]


def doers_of(step: ProcessStep, on: date) -> list[Doer]:
    """Which roles the policy lets do a step: it is asked itself, with somebody who holds that role alone."""
    model = apps.get_model(step.model)
    policy = policy_of(model)
    found = []
    for role in Role:
        holder = User(is_active=True)
        holder.__dict__["_grants"] = {on: [Grant(role.value)]}
        if policy.can(holder, step.verb):
            scope = policy.rights.get(role.value, ("", 0))[0]
            found.append(Doer(role, SCOPES.get(scope, "")))
    return found


def flows_on(on: date) -> dict[str, ApprovalFlow]:
    """The version in force on a day of every kind, with its routes and steps."""
    rows = ApprovalFlow.objects.filter(published_at__isnull=False, from_date__lte=on)
    newest = rows.order_by("document_type", "-from_date", "-number").distinct("document_type")
    return {flow.document_type: flow for flow in newest.prefetch_related(*PARTS)}


def authority(*, on: date, today: date, query: str = "") -> list[StepLine]:
    """All process steps as flows and rules stand on a day; ``query`` keeps those whose words contain it.

    Policies have no dates: roles are those of ``today``.
    """
    flows = flows_on(on)
    clauses = {clause.parameter.key: clause for chapter in chapters(on) for clause in chapter.clauses}
    lines = []
    for key, step in all_steps():
        decisions = [_decision(document_types[name], flows) for name in step.kinds if name in document_types]
        wanted = [*step.clauses]
        for decision in decisions:
            wanted += [line[3] for route in decision.routes for line in route["conditions"]]
            wanted.append(decision.kind.clause)
        lines.append(
            StepLine(
                key,
                str(step.label),
                str(capfirst(apps.get_model(step.model)._meta.verbose_name)),
                doers_of(step, today),
                decisions,
                [clauses[name] for name in dict.fromkeys(wanted) if name in clauses],
            )
        )
    words = query.casefold().split()
    return [line for line in lines if all(word in line.words for word in words)]


def _decision(kind: DocumentType, flows: dict[str, ApprovalFlow]) -> Decision:
    flow = flows.get(kind.key)
    return Decision(kind, flow, routes_of(flow) if flow else [])


@dataclass(frozen=True)
class Signs:
    """A step of a flow that a person signs, as what (``words``), where the route's conditions hold, since when."""

    decision: Decision
    route: dict[str, Any]
    step: FlowStep
    words: str
    since: date


def signed_by(person: User, *, on: date) -> list[Signs]:
    """Where a person decides on a day: by a role held, by name, as somebody's superior or as head of a unit."""
    since = {g.role: g.from_date for g in RoleGrant.objects.in_force(on).filter(user=person)}
    heads = set(person.heads.filter(is_active=True).values_list("kind", flat=True))
    stands = {
        ApproverKind.SUPERIOR: person.subordinates.filter(is_active=True).exists(),
        ApproverKind.TEAM_HEAD: bool(heads),
        ApproverKind.DEPARTMENT_HEAD: TeamKind.DEPARTMENT in heads,
    }
    flows, found = flows_on(on), []
    for decision in (_decision(kind, flows) for kind in document_types):
        for route in decision.routes:
            for step in route["steps"]:
                for line in step.approvers.all():
                    mine = stands.get(line.kind, line.role in since or line.person_id == person.pk)
                    if mine and decision.flow:
                        day = max(decision.flow.from_date, since.get(line.role, date.min))
                        found.append(Signs(decision, route, step, line.label, day))
    return found


def does(person: User, *, on: date) -> list[tuple[str, list[Doer]]]:
    """Process steps that a person's roles of a day do, with the roles that let him."""
    roles = person.roles(on)
    lines = []
    for _key, step in all_steps():
        mine = [doer for doer in doers_of(step, on) if doer.role in roles]
        if mine:
            lines.append((str(step.label), mine))
    return lines
