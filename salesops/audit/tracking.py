"""Which tables have a row history: every table of ours, unless it is exempt with a reason.

``migrate`` installs what is missing (see the command), so an app's new table cannot be forgotten. An app
names cache columns and secrets to leave out, or exempts a table, in ``apps.ready()``:

    tracking.leave_out(Receivable, "allocated", "credited", reason="moved by the allocation's own rows")
    tracking.exempt(OutboxMessage, "working queue; what it does is written elsewhere")
"""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Model

from salesops.audit.models import AuditSeal, Sealed

EVERYWHERE = ("updated_at", "version")
_exempt: dict[type[Model], str] = {}
_left_out: dict[type[Model], tuple[str, ...]] = {}


@dataclass(frozen=True)
class Tracked:
    """One tracked table with the columns whose change alone is not history."""

    table: str
    key: str
    left_out: tuple[str, ...]


def exempt(model: type[Model], reason: str) -> None:
    """No row history for ``model``; the reason is for the reader of the code."""
    _exempt[model] = reason


def leave_out(model: type[Model], *columns: str, reason: str) -> None:
    """Column names (as in the database) whose values are not written to the history."""
    _left_out[model] = (*_left_out.get(model, ()), *columns)


def left_out_of(model: type[Model]) -> tuple[str, ...]:
    """Columns of a model that its history does not hold."""
    return (*EVERYWHERE, *_left_out.get(model, ()))


def own_models() -> list[type[Model]]:
    """Concrete models that live in this checkout, with their many-to-many tables."""
    return [
        model
        for config in apps.get_app_configs()
        if config.name.split(".")[0] in settings.OWN_PACKAGES
        for model in config.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]


def tracked() -> list[Tracked]:
    """Every table that must have a history, in the order of its name."""
    answer = []
    for model in own_models():
        if issubclass(model, Sealed | AuditSeal) or model in _exempt:
            continue
        columns = {f.column for f in model._meta.concrete_fields}
        left = [c for c in left_out_of(model) if c in columns]
        answer.append(Tracked(model._meta.db_table, model._meta.pk.column, tuple(left)))
    return sorted(answer, key=lambda t: t.table)


def install() -> list[str]:
    """Create or renew the triggers of every tracked table, drop those of exempt ones; names what it did."""
    done = []
    wanted = {t.table: (t.key, ",".join(t.left_out)) for t in tracked()}
    with connection.cursor() as cursor:
        have = _installed(cursor)
        existing = set(connection.introspection.table_names(cursor))
        for table, arguments in wanted.items():
            if table in existing and have.get(table) != arguments:
                cursor.execute(_drop(table) + _create(table, *arguments))
                done.append(table)
        for table in have.keys() - wanted.keys():
            cursor.execute(_drop(table))
            done.append(table)
    return done


def _installed(cursor) -> dict[str, tuple[str, str]]:
    cursor.execute(
        "SELECT c.relname, encode(t.tgargs, 'escape') FROM pg_trigger AS t "
        "JOIN pg_class AS c ON c.oid = t.tgrelid WHERE t.tgname = 'audit_history_update'"
    )
    return {table: tuple(packed.split("\\000")[:2]) for table, packed in cursor.fetchall()}


def _drop(table: str) -> str:
    name = connection.ops.quote_name(table)
    return "".join(
        f"DROP TRIGGER IF EXISTS audit_history_{op} ON {name};" for op in ("insert", "update", "delete")
    )


def _create(table: str, key: str, left_out: str) -> str:
    name = connection.ops.quote_name(table)
    parts = {
        "insert": "NEW TABLE AS new_rows",
        "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "delete": "OLD TABLE AS old_rows",
    }
    return "".join(
        f"CREATE TRIGGER audit_history_{op} AFTER {op.upper()} ON {name} REFERENCING {transition} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION audit_row_history('{key}', '{left_out}');"
        for op, transition in parts.items()
    )
