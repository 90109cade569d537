"""Menu and the sentences of the timeline."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesops.audit import verbs
from salesops.handbook.models import RuleValue
from salesops.handbook.registry import rules
from salesops.handbook.selectors import clause_sentence, rule
from salesops.ui.registries import MenuItem, clauses, menu


def read_clause(key: str) -> dict[str, str]:
    """Number, heading and sentence of a clause as in force today, for the refusals that name it."""
    parameter = rules.get(key)
    if parameter is None:
        return {}
    sentence = clause_sentence(parameter, rule(key, on=timezone.localdate()))
    return {
        "text": f"{parameter.clause} {parameter.title}: {sentence}",
        "url": reverse("handbook:clause", args=[key]),
    }


def register() -> None:
    clauses.reader = read_clause
    menu.register(
        "handbook",
        MenuItem("handbook", _("Handbook"), "handbook:handbook", RuleValue, order=10, icon="book"),
    )
    verbs.register(
        {
            "handbook.value_set": _("%(actor)s set clause %(clause)s to %(value)s from %(from_date)s"),
            "handbook.value_withdrawn": _("%(actor)s withdrew the value %(value)s from %(from_date)s"),
        }
    )
