"""What this app adds to the timeline and the next steps of a customer, and the two panels that show them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.choices import VisitState
from customers.models import Customer, Opportunity, ProductDemand, Reception, Visit
from customers.next_steps import NextStep, next_steps, steps_of
from customers.selectors import family_of
from customers.story import Place, StoryKind, stories, story_kinds, story_of
from salesops.core.policies import can
from salesops.ui.links import record_url
from salesops.ui.registries import Panel, panels
from salesops.work.models import Comment, Task

KEY = "customers.story"


def visit_words(visit: Visit) -> str:
    words = visit.result or visit.purpose or visit.cancel_reason
    return f"{visit.get_kind_display()}: {words}" if words else str(visit.get_kind_display())


def register_story() -> None:
    stories.register(
        "customers.visit",
        StoryKind(
            _("Visits and contacts"),
            Visit,
            lambda about: about.seen(Visit),
            day="visit_date",
            words=visit_words,
            order=10,
        ),
    )
    stories.register(
        "customers.deal",
        StoryKind(
            _("Opportunities"),
            Opportunity,
            lambda about: about.seen(Opportunity),
            day="created_date",
            title=lambda deal: deal.code,
            words=lambda deal: deal.title,
            amount=lambda deal: (deal.amount, deal.currency_id),
            order=20,
        ),
    )
    stories.register(
        "customers.reception",
        StoryKind(
            _("Receptions"),
            Reception,
            lambda about: about.seen(Reception),
            day="arrival",
            title=lambda reception: reception.number,
            words=lambda reception: reception.purpose,
            order=15,
        ),
    )
    stories.register(
        "customers.demand",
        StoryKind(
            _("Product demands"),
            ProductDemand,
            lambda about: about.seen(ProductDemand),
            day="raised_on",
            title=lambda demand: demand.number,
            words=lambda demand: demand.title,
            order=60,
        ),
    )
    stories.register(
        "work.task",
        StoryKind(
            _("Tasks"),
            Task,
            lambda about: about.hanging(Task.objects.visible_to(about.user)),
            day=Coalesce("finished_at", "due_at"),
            words=lambda task: task.result,
            order=70,
        ),
    )
    stories.register(
        "work.comment",
        StoryKind(
            _("Notes"),
            Comment,
            # who sees the file sees what was noted on it
            lambda about: about.hanging(Comment.objects.filter(retracted_at__isnull=True)),
            day="at",
            title=lambda note: _("Note"),
            words=lambda note: note.text,
            who=lambda note: note.author,
            url=lambda note: "",
            related=("author",),
            with_file=True,
            order=80,
        ),
    )


def register_steps() -> None:
    next_steps.register(
        "customers.visit",
        NextStep(
            pgettext_lazy("next step", "Visit"),
            Visit,
            lambda about: about.seen(Visit).filter(state=VisitState.PLANNED),
            "planned_date",
            "purpose",
            "customers:visit_detail",
            order=10,
        ),
    )
    next_steps.register(
        "customers.deal",
        NextStep(
            pgettext_lazy("next step", "Opportunity"),
            Opportunity,
            lambda about: about.seen(Opportunity).open(),
            "next_step_on",
            "next_step",
            "customers:opportunity_detail",
            order=20,
        ),
    )
    next_steps.register(
        "customers.promised",
        NextStep(
            pgettext_lazy("next step", "Agreed at a visit"),
            Visit,
            lambda about: (
                about.seen(Visit)
                .filter(state=VisitState.DONE, followed_by__isnull=True, next_date__gte=timezone.localdate())
                .exclude(next_step="")
            ),
            "next_date",
            "next_step",
            "customers:visit_detail",
            order=30,
        ),
    )
    next_steps.register(
        "work.task",
        NextStep(
            pgettext_lazy("next step", "Task"),
            Task,
            lambda about: about.hanging(Task.objects.visible_to(about.user).undone()),
            "due_at",
            "title",
            "work:task_detail",
            order=40,
        ),
    )


def next_of(request: Any, customer: Customer) -> dict[str, Any] | None:
    """Open tasks, planned visits, next steps of deals, what is due: the most urgent first."""
    rows, more = steps_of(request.user, family_of(customer))
    return {"rows": rows, "more": more, "today": timezone.localdate()} if rows else None


def told(request: Any, customer: Customer) -> dict[str, Any]:
    """The timeline over everything; ``kind`` narrows it, ``before`` goes on where a page ended."""
    user = request.user
    kinds = [
        (key, kind) for key, kind in story_kinds() if key == "work.comment" or can(user, "view", kind.model)
    ]
    chosen = [key for key in request.GET.getlist("kind") if any(key == known for known, _kind in kinds)]
    before = Place.read(request.GET.get("before", ""))
    shown = chosen or [key for key, _kind in kinds]
    lines, end = story_of(user, family_of(customer), kinds=shown, before=before)

    def at(**more: Any) -> str:
        return "?" + urlencode({"panel": KEY, "kind": chosen, **more}, doseq=True)

    return {
        "lines": [_line(line) for line in lines],
        "older": at(before=str(end)) if end else "",
        "goes_on": before is not None,
        "all_url": f"?panel={KEY}",
        "chosen": chosen,
        "kinds": [(kind.label, _toggled(key, chosen), key in chosen) for key, kind in kinds],
    }


def _toggled(key: str, chosen: list[str]) -> str:
    left = [other for other in chosen if other != key] if key in chosen else [*chosen, key]
    return "?" + urlencode({"panel": KEY, "kind": left}, doseq=True)


def _line(line: Any) -> dict[str, Any]:
    kind, obj = line.kind, line.obj
    amount = kind.amount(obj)
    return {
        "day": line.day,
        "label": kind.label,
        "title": kind.title(obj),
        "url": kind.url(obj) if kind.url else record_url(obj),
        "words": Truncator(kind.words(obj)).chars(240),
        "who": kind.who(obj),
        "amount": amount,
        "obj": obj,
        "state": any(hasattr(obj, name) for name in ("state",)),
    }


def register() -> None:
    """Called when the app is ready."""
    register_story()
    register_steps()
    panels.register(
        "customers.next_steps",
        Panel(Customer, _("Next steps"), "customers/panel_next_steps.html", next_of, "main", 10, True),
    )
    panels.register(
        KEY, Panel(Customer, _("Everything that happened"), "customers/panel_story.html", told, "tab", 1)
    )
