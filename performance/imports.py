"""Import kind of targets: one KPI, one period, one person or team."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from performance.models import Target, TargetChange
from performance.services.targets import set_target
from salesops.core.choices import Role
from salesops.core.errors import DomainError, InvalidInput
from salesops.core.periods import Period
from salesops.exchange.books import PeopleBook, TeamBook
from salesops.exchange.context import BatchContext, Document, RowError
from salesops.exchange.registry import Column, ImportKind, import_kinds


def prepare_targets(ctx: BatchContext, documents: Sequence[Document]) -> None:
    rows = [document.first for document in documents]
    ctx.book(PeopleBook).need({row.staff for row in rows})
    ctx.book(TeamBook).need({row.team for row in rows})


def load_targets(ctx: BatchContext, documents: Sequence[Document]) -> None:
    """Each target by the act of the target sheet, so that its history begins with the import."""
    new: list[Target] = []
    on_file = _on_file(documents)

    def build(document: Document) -> None:
        row = document.first
        before = on_file.get(_place(ctx, row))
        if before is not None and before == row.value:
            ctx.outcome.unchanged += 1
            return
        try:
            target, created = set_target(
                actor=ctx.actor,
                at=ctx.at,
                metric=row.metric.lower(),
                period=_period(row),
                value=row.value,
                staff=ctx.book(PeopleBook).owner(row, "staff", row.staff),
                team=_team(ctx, row),
                reason=_("import"),
            )
        except DomainError as error:
            raise RowError(row, error.field if error.field in ctx.present else "metric", str(error)) from None
        if created:
            new.append(target)
            ctx.outcome.created += 1
        elif before == target.value:
            ctx.outcome.unchanged += 1
        else:
            ctx.outcome.updated += 1

    ctx.each(documents, build)
    if new:
        pks = [target.pk for target in new]
        changes = TargetChange.objects.filter(target_id__in=pks).values_list("pk", flat=True)
        ctx.outcome.tracked.setdefault(Target, []).extend(pks)
        ctx.outcome.tracked.setdefault(TargetChange, []).extend(changes)


def _on_file(documents: Sequence[Document]) -> dict[tuple[Any, ...], Any]:
    """Values of the targets on file, by KPI, period, person and team."""
    metrics = {document.first.metric.lower() for document in documents}
    rows = Target.objects.filter(metric__in=metrics).values_list(
        "metric", "period_start", "period_end", "staff", "team", "value"
    )
    return {row[:5]: row[5] for row in rows.iterator(5000)}


def _place(ctx: BatchContext, row: Any) -> tuple[Any, ...]:
    period = _period(row)
    staff, team = ctx.book(PeopleBook).get(row.staff), ctx.book(TeamBook).get(row.team)
    return (
        row.metric.lower(),
        period.start,
        period.end,
        staff.pk if staff else None,
        team.pk if team else None,
    )


def _period(row: Any) -> Period:
    try:
        return Period.parse(row.period)
    except InvalidInput as error:
        raise RowError(row, "period", str(error)) from None


def _team(ctx: BatchContext, row: Any) -> Any:
    if not row.team:
        return None
    team = ctx.book(TeamBook).get(row.team)
    if team is None:
        raise RowError(row, "team", _("there is no such team: import teams first"))
    return team


def export_targets() -> Iterator[dict[str, Any]]:
    for target in Target.objects.order_by("pk").select_related("staff", "team").iterator(2000):
        yield {
            "metric": target.metric,
            "period": target.period.code,
            "staff": target.staff.username if target.staff else None,
            "team": target.team.code if target.team else None,
            "value": target.value,
        }


TARGETS = ImportKind(
    name="targets",
    title=gettext_lazy("Targets"),
    columns=(
        Column("metric", required=True, max_length=30, help=gettext_lazy("code of the KPI, such as sal_amt")),
        Column("period", required=True, max_length=10, help=gettext_lazy("2026-10, 2026-Q3 or 2026")),
        Column("staff", "reference", lookup="owner", help=gettext_lazy("username or name; or a team")),
        Column("team", "reference", lookup="team", help=gettext_lazy("code of the team")),
        Column("value", "decimal", required=True, places=4),
    ),
    key=("metric", "period", "staff", "team"),
    any_of=(("staff", "team"),),
    roles=(Role.MANAGER, Role.HR),
    prepare=prepare_targets,
    load=load_targets,
    export=export_targets,
    order=120,
)


def register_kinds() -> None:
    import_kinds.register(TARGETS.name, TARGETS)
