"""Many tasks at once: finished, postponed or passed on; each row for itself, and each is told what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from salesops.core.errors import Conflict, DomainError, InvalidInput
from salesops.core.keys import is_key
from salesops.core.locking import lock_row
from salesops.ui.forms import ActForm
from salesops.work import services
from salesops.work.forms import PassOnForm, PostponeForm, ResultForm
from salesops.work.models import Task

MOST_TOGETHER = 200


@dataclass(frozen=True)
class Together:
    """One act on several tasks: its form, asked once for all, and the service that each row goes through."""

    label: Any
    form: type[ActForm]
    service: Callable[..., Task]


TOGETHER = {
    "finish": Together(pgettext_lazy("task", "Finish"), ResultForm, services.finish_task),
    "postpone": Together(gettext_lazy("Postpone"), PostponeForm, services.change_task),
    "pass_on": Together(gettext_lazy("Pass on"), PassOnForm, services.change_task),
}


def seen_versions(values: list[str]) -> dict[int, int]:
    """Row and version as ``5:2``: what was on the page when it was decided."""
    pairs = [value.split(":") for value in values[:MOST_TOGETHER]]
    return {int(p[0]): int(p[1]) for p in pairs if len(p) == 2 and all(is_key(part) for part in p)}


def chosen(values: list[str]) -> list[int]:
    """Keys of the rows chosen, each once. Raises ``InvalidInput``."""
    if len(values) > MOST_TOGETHER or not all(is_key(v) for v in values):
        raise InvalidInput(
            _("These rows cannot be read. Nothing was done."),
            way_out=_("Choose at most %(most)d rows.") % {"most": MOST_TOGETHER},
        )
    return sorted({int(value) for value in values})


def act_together(view: Any, request: HttpRequest) -> HttpResponse:
    """First the form with the tasks it is about, then the result of each."""
    together = TOGETHER.get(request.POST.get("action", ""))
    if together is None:
        raise InvalidInput(_("Choose what to do with the rows."))
    ids = chosen(request.POST.getlist("ids"))
    rows = list(view.get_queryset().filter(pk__in=ids).order_by("due_at", "pk"))
    sure = "sure" in request.POST
    form = together.form(request.POST if sure else None, user=request.user)
    context = {
        "title": _("%(act)s: several tasks") % {"act": together.label},
        "crumbs": [(view.get_title(), request.path)],
        "action": request.POST["action"],
        "label": together.label,
        "gone": len(ids) - len(rows),
        "back": f"{request.path}?{view.query()}",
    }
    if not rows or (sure and form.is_valid()):
        seen = seen_versions(request.POST.getlist("seen"))
        results = [_one(view, together, row, form, seen.get(row.pk)) for row in rows]
        return render(request, "work/together_results.html", {**context, "results": results})
    return render(request, "work/together.html", {**context, "rows": rows, "form": form, "results": []})


def _one(view: Any, together: Together, row: Task, form: Any, version: int | None) -> dict[str, Any]:
    """A task that moved since it was shown is refused; the others go on."""
    try:
        with transaction.atomic():
            if lock_row(Task.objects.all(), row.pk).version != version:
                raise Conflict(
                    _("Somebody changed this record after this page was opened."),
                    way_out=_("Look at it as it is now, and decide again."),
                )
            done = together.service(actor=view.request.user, at=view.at, task=row, **form.cleaned_data)
    except DomainError as error:
        return {"row": row, "error": error}
    return {"row": done}
