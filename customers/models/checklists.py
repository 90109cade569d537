"""Checklists of the kinds of visit and of receptions, in versions; what was answered (VIS-05, FTR-10)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.choices import AnswerKind, VisitKind
from customers.models.visits import Visit
from salesops.core.models import Record


class Checklist(Record):
    """One version of the checklist of a kind; the current one is asked, earlier ones keep their answers."""

    kind = models.CharField(_("kind"), max_length=15, choices=VisitKind)
    number = models.PositiveIntegerField(pgettext_lazy("checklist", "version"), editable=False, default=1)
    is_current = models.BooleanField(_("in use"), default=True, editable=False)
    note = models.CharField(_("remarks"), max_length=300, blank=True)

    class Meta:
        ordering = ["kind", "-number"]
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        constraints = [
            models.UniqueConstraint(fields=["kind", "number"], name="customers_checklist_number_once"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(is_current=True), name="customers_checklist_one_in_use"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("customers:checklist_detail", args=[self.pk])


class ChecklistItem(models.Model):
    """One point. For receptions: how long before the arrival it is due, and which unit does it."""

    checklist = models.ForeignKey(
        Checklist, models.PROTECT, related_name="items", verbose_name=_("checklist")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.CharField(pgettext_lazy("checklist", "point"), max_length=300)
    answer = models.CharField(
        pgettext_lazy("checklist", "answer"), max_length=6, choices=AnswerKind, default=AnswerKind.TICK
    )
    required = models.BooleanField(_("must be answered"), default=False)
    hours_before = models.PositiveIntegerField(_("hours before arrival"), null=True, blank=True)
    unit = models.ForeignKey(
        "accounts.Team",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible unit"),
    )

    class Meta:
        ordering = ["checklist", "position", "pk"]
        verbose_name = _("point of a checklist")
        verbose_name_plural = _("points of checklists")
        constraints = [
            models.UniqueConstraint(
                fields=["checklist", "position"], name="customers_checklistitem_position"
            ),
        ]

    def __str__(self) -> str:
        """The first checklists are ours and speak every language; what a company writes stays as written."""
        return gettext(self.text)


class VisitAnswer(models.Model):
    """What was answered to one point at one visit: ``yes``, a number from 1 to 5, a figure or words."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="answers", verbose_name=_("visit"))
    item = models.ForeignKey(
        ChecklistItem, models.PROTECT, related_name="answers", verbose_name=_("point of a checklist")
    )
    value = models.TextField(pgettext_lazy("checklist", "answer"))

    class Meta:
        ordering = ["visit", "item__position", "pk"]
        verbose_name = pgettext_lazy("checklist", "answer")
        verbose_name_plural = pgettext_lazy("checklist", "answers")
        constraints = [
            models.UniqueConstraint(fields=["visit", "item"], name="customers_visitanswer_once"),
        ]

    def __str__(self) -> str:
        return self.value
