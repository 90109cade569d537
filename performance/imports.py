"""Import kind of targets: one KPI, one period, one person or team."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from performance.models import Target, TargetChange
from performance.services.targets import NewTargets, set_target
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
    people = ctx.book(PeopleBook)
    new = NewTargets(
        actor=ctx.actor,
        places=_places(documents),
        staff=[person for document in documents if (person := people.get(document.first.staff))],
    )
    on_file = _on_file(documents)

    def given(row: Any) -> dict[str, Any]:
        return {
            "metric": row.metric.lower(),
            "period": _period(row),
            "value": row.value,
            "staff": people.owner(row, "staff", row.staff),
            "team": _team(ctx, row),
        }

    def build(document: Document) -> None:
        row = document.first
        place = _place(ctx, row)
        before = on_file.get(place)
        if before is not None and before == row.value:
            ctx.outcome.unchanged += 1
            return
        try:
            if place not in on_file:
                on_file[place] = new.add(**given(row)).value
                return
            _write(ctx, new)  # the same target may stand in the file twice, by name and by username
            target, _created = set_target(actor=ctx.actor, at=ctx.at, reason=_("import"), **given(row))
        except DomainError as error:
            raise RowError(row, error.field if error.field in ctx.present else "metric", str(error)) from None
        if before == target.value:
            ctx.outcome.unchanged += 1
        else:
            ctx.outcome.updated += 1

    ctx.each(documents, build)
    _write(ctx, new)


def _write(ctx: BatchContext, new: NewTargets) -> None:
    written = list(new.waiting)
    if not written:
        return
    changes = new.write(at=ctx.at, reason=_("import"))
    ctx.outcome.created += len(written)
    ctx.outcome.tracked.setdefault(Target, []).extend(target.pk for target in written)
    ctx.outcome.tracked.setdefault(TargetChange, []).extend(change.pk for change in changes)


def _places(documents: Sequence[Document]) -> Iterator[tuple[str, Period]]:
    """KPI and period of each row that names them rightly; the others are refused when their turn comes."""
    for document in documents:
        row = document.first
        try:
            yield row.metric.lower(), Period.parse(row.period)
        except InvalidInput:
            continue


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
