"""Take back what an import created, as long as nothing else stands on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, OperationalError, connection, models, transaction
from django.utils.translation import gettext as _

from salesops.approvals.choices import OPEN_STATES
from salesops.approvals.models import ApprovalRequest
from salesops.approvals.services import end_requests
from salesops.audit.services import record
from salesops.core.choices import Role
from salesops.core.errors import AskOffer, Conflict, NotAllowed
from salesops.core.locking import check_deferred, lock_row
from salesops.core.policies import can
from salesops.core.subjects import AboutRecord
from salesops.exchange.models import BatchState, ImportBatch, ImportedRange
from salesops.exchange.registry import remover_of

_NAMED = 5


def undo_import(batch_id: int, *, actor: Any, at: datetime) -> dict[str, Any]:
    """Remove the records that a batch created; open requests about them end. What it updated stays as it is.

    Raises ``ImportBatch.DoesNotExist``, ``NotAllowed``, and ``Conflict`` naming what stands on its records.
    """
    with transaction.atomic():
        batch = lock_row(ImportBatch.objects, batch_id)
        if actor is not None and not can(actor, "undo", batch):
            raise NotAllowed(
                _("You may not undo this import."),
                way_out=_("Ask an administrator."),
                release=AskOffer(
                    _("Please undo import %(batch)d: %(file)s")
                    % {"batch": batch.pk, "file": batch.file_name},
                    people=(batch.created_by,),
                    roles=(Role.ADMINISTRATOR,),
                    subject=batch,
                ),
            )
        if batch.state != BatchState.DONE:
            raise Conflict(
                _("Import %(batch)d is not one that can be undone: %(state)s.")
                % {"batch": batch.pk, "state": batch.get_state_display()},
                way_out=_("Only a finished import is undone, and only once."),
            )
        _end_requests(batch, actor=actor, at=at)
        kept = list(dependents(batch))
        if kept:
            raise Conflict(
                _("Import %(batch)d cannot be undone, because of: %(dependents)s.")
                % {"batch": batch.pk, "dependents": "; ".join(kept)},
                way_out=_("Remove or undo these first."),
            )
        removed = _remove(batch, actor=actor, at=at)
        batch.state, batch.undone_at = BatchState.UNDONE, at
        batch.save(update_fields=["state", "undone_at", "updated_at"])
        batch.ranges.all().delete()
        record("exchange.import_undone", batch, actor=actor, at=at, data={"removed": removed})
    return {"batch": batch.pk, "kind": batch.kind, "removed": removed, "updated_kept": batch.updated}


def _end_requests(batch: ImportBatch, *, actor: Any, at: datetime) -> None:
    """What waits for signatures about records of the batch waits no more; those who were asked are told."""
    why = _("Import %(batch)d undone") % {"batch": batch.pk}
    for held in batch.ranges.order_by("pk"):
        about = {"subject_type": held.content_type_id, "subject_id__range": (held.first_pk, held.last_pk)}
        for request in ApprovalRequest.objects.filter(state__in=OPEN_STATES, **about).order_by("pk"):
            if request.subject is not None:
                end_requests(request.subject, why=why, actor=actor, at=at)


def models_of(batch: ImportBatch) -> list[type[models.Model]]:
    """The models of a batch's records, those created last first."""
    types = batch.ranges.order_by("pk").values_list("content_type", flat=True)
    found = [ContentType.objects.get_for_id(pk).model_class() for pk in dict.fromkeys(types)]
    return [model for model in reversed(found) if model is not None]


def dependents(batch: ImportBatch) -> Iterator[str]:
    """Sentences naming records outside the batch that point at records of it."""
    own = set(models_of(batch))
    for model in own:
        for relation in model._meta.get_fields(include_hidden=True):
            if not (relation.one_to_many or relation.one_to_one) or not relation.auto_created:
                continue
            field = relation.field
            child = relation.related_model
            if child is ImportedRange or not child._meta.managed or not field.db_constraint:
                continue
            if count := _pointing(batch, model, child, field.column):
                yield f"{count[0]} {child._meta.verbose_name_plural} ({', '.join(count[1])})"
        for child in apps.get_models():
            if issubclass(child, AboutRecord) and (count := _pointing(batch, model, child, "subject_id")):
                yield f"{count[0]} {child._meta.verbose_name_plural} ({', '.join(count[1])})"


def _pointing(
    batch: ImportBatch, model: type[models.Model], child: type[models.Model], column: str
) -> tuple[int, list[str]] | None:
    """How many rows of ``child`` outside the batch point at its records by ``column``, and the names of some."""
    quote = connection.ops.quote_name
    key = quote(child._meta.pk.column)
    types = ContentType.objects.get_for_models(model, child)
    own_range = ""
    parameters: list[Any] = [batch.pk, types[model].pk]
    if isinstance(child._meta.pk, models.AutoField):
        own_range = f"""AND NOT EXISTS (SELECT 1 FROM exchange_importedrange o WHERE o.batch_id = %s
            AND o.content_type_id = %s AND c.{key} BETWEEN o.first_pk AND o.last_pk)"""  # noqa: S608
        parameters += [batch.pk, types[child].pk]
    statement = f"""FROM {quote(child._meta.db_table)} c JOIN exchange_importedrange r
        ON r.batch_id = %s AND r.content_type_id = %s
        AND c.{quote(column)} BETWEEN r.first_pk AND r.last_pk {own_range}"""
    if column == "subject_id":
        statement += " AND c.subject_type_id = %s"
        parameters.append(types[model].pk)
    if child is ApprovalRequest:  # one that came to nothing stands on nothing
        statement += " AND c.state IN ('pending', 'returned', 'approved')"
    if along := getattr(
        child, "goes_along_where", ""
    ):  # the database made it with its record, and takes it away
        statement += f" AND NOT ({along})"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {statement}", parameters)
        count = cursor.fetchone()[0]
        if not count:
            return None
        cursor.execute(f"SELECT c.{key} {statement} ORDER BY 1 LIMIT {_NAMED}", parameters)
        keys = [row[0] for row in cursor.fetchall()]
    names = [str(row) for row in child._base_manager.filter(pk__in=keys).order_by("pk")]
    return count, names + (["…"] if count > len(names) else [])


def _remove(batch: ImportBatch, *, actor: Any, at: datetime) -> dict[str, int]:
    """Delete model by model, those created last first. The rooms' guards know this act by its mark."""
    removed = {}
    _mark("on")
    for model in models_of(batch):
        try:
            with transaction.atomic():
                removed[model._meta.label_lower] = _remove_rows(batch, model, actor=actor, at=at)
        except OperationalError:
            raise
        except DatabaseError as error:
            raise _kept(batch, model._meta.verbose_name_plural, error) from error
    try:
        with transaction.atomic():
            check_deferred()
    except OperationalError:
        raise
    except DatabaseError as error:
        raise _kept(batch, _("records"), error) from error
    _mark("")
    return removed


def _kept(batch: ImportBatch, name: Any, error: DatabaseError) -> Conflict:
    return Conflict(
        _("Import %(batch)d cannot be undone: %(name)s are kept by the database (%(reason)s).")
        % {"batch": batch.pk, "name": name, "reason": str(error).strip().splitlines()[0]},
        way_out=_("Correct them one by one by their own acts, such as a reversal."),
    )


def _mark(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('salesops.undo_import', %s, true)", [value])
        cursor.execute("SET LOCAL statement_timeout = 0")


def _remove_rows(batch: ImportBatch, model: type[models.Model], *, actor: Any, at: datetime) -> int:
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    content_type = ContentType.objects.get_for_model(model)
    of_batch = "r.batch_id = %s AND r.content_type_id = %s"
    remove = remover_of(model)
    with connection.cursor() as cursor:
        if remove is None:
            cursor.execute(
                f"DELETE FROM {table} t USING exchange_importedrange r "  # noqa: S608 - names from models only
                f"WHERE {of_batch} AND t.{key} BETWEEN r.first_pk AND r.last_pk",
                [batch.pk, content_type.pk],
            )
            return int(cursor.rowcount)
        cursor.execute(
            f"SELECT t.{key} FROM {table} t JOIN exchange_importedrange r "  # noqa: S608
            f"ON {of_batch} AND t.{key} BETWEEN r.first_pk AND r.last_pk ORDER BY 1",
            [batch.pk, content_type.pk],
        )
        pks = [row[0] for row in cursor.fetchall()]
    return remove(pks, actor=actor, at=at, reason=_("Import %(batch)d undone") % {"batch": batch.pk})
