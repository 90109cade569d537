"""Credit: holds on a customer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from receivables.choices.collection import LadderLevel
from receivables.choices.credit import HoldScope, HoldState
from salesops.core.models import Record
from salesops.core.policies import ScopedQuerySet

CHASED = "chased:"


class HoldQuerySet(ScopedQuerySet["CreditHold"]):
    def standing(self, on: date) -> HoldQuerySet:
        """Holds in force on a day; both ends count."""
        live = self.filter(lifted_at=None, from_date__lte=on)
        return live.filter(Q(until=None) | Q(until__gte=on))


def words_of_level(level: int) -> str:
    """Why the collection stops new business of a customer, in the language of who reads."""
    return gettext("Collection: %(level)s was done and is not paid") % {"level": LadderLevel(level).label}


def read_reasons(kept: Any) -> str:
    """Reasons of holds as a request keeps them (``kept_reason``), in the reader's language; texts stay as typed."""
    return "; ".join(map(_read_reason, str(kept).split("; ")))


def _read_reason(kept: str) -> str:
    level = kept.removeprefix(CHASED)
    known = kept.startswith(CHASED) and level.isdigit() and int(level) in LadderLevel.values
    return words_of_level(int(level)) if known else kept


class CreditHold(Record):
    """New orders, shipments or both of a customer are stopped from a day on, until it is lifted or runs out.

    ``source`` says which part of the program placed it ("" by hand); a part lifts only its own.
    """

    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, related_name="credit_holds", verbose_name=_("customer")
    )
    scope = models.CharField(_("stops"), max_length=10, choices=HoldScope, default=HoldScope.BOTH)
    reason = models.CharField(_("reason"), max_length=500)
    from_date = models.DateField(_("from"))
    until = models.DateField(_("until"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=60, blank=True, editable=False)
    placed_at = models.DateTimeField(editable=False)
    lifted_at = models.DateTimeField(_("lifted on"), null=True, blank=True, editable=False)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("lifted by"),
    )  # fmt: skip
    lift_reason = models.CharField(_("why it was lifted"), max_length=500, blank=True, editable=False)

    objects: Any = HoldQuerySet.as_manager()

    class Meta:
        ordering = ["-from_date", "-pk"]
        verbose_name = _("credit hold")
        verbose_name_plural = _("credit holds")
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("from_date")),
                name="receivables_credithold_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | ~Q(lift_reason=""),
                name="receivables_credithold_lifted_says_why",
            ),
            models.UniqueConstraint(
                fields=["customer", "source", "scope"],
                condition=Q(lifted_at=None) & ~Q(source=""),
                name="receivables_credithold_one_of_a_source",
            ),
        ]
        indexes = [models.Index(fields=["-from_date", "-id"], name="receivables_hold_by_date")]

    def __str__(self) -> str:
        return f"{self.customer} {date_format(self.from_date, 'Y-m-d')}"

    @property
    def words(self) -> str:
        """Why it stands; what the collection placed is said in the reader's language, not the writer's."""
        level = self._collection_level
        return words_of_level(level) if level is not None else self.reason

    @property
    def lift_words(self) -> str:
        """Why it was lifted, likewise."""
        if self.lifted_at is None or self.lifted_by_id is not None:
            return self.lift_reason
        if self.until is not None and self.until < timezone.localdate(self.lifted_at):
            return gettext("It had run out.")
        chased = self._collection_level is not None
        return gettext("The overdue items were settled.") if chased else self.lift_reason

    @property
    def told(self) -> dict[str, Any]:
        """Why it stands, as data of a notice that is read in the reader's language."""
        level = self._collection_level
        return {"chased": int(level)} if level is not None else {"reason": self.reason}

    @property
    def kept_reason(self) -> str:
        """Why it stands, as a fact of a request: a person's words, or the level of the collection as a code."""
        level = self._collection_level
        return f"{CHASED}{int(level)}" if level is not None else self.reason

    @property
    def _collection_level(self) -> LadderLevel | None:
        part, _colon, place = self.source.partition(":")
        _case, colon, level = place.rpartition(":")
        known = part == "collection" and colon and level.isdigit() and int(level) in LadderLevel.values
        return LadderLevel(int(level)) if known else None

    def state_on(self, on: date) -> HoldState:
        if self.lifted_at is not None:
            return HoldState.LIFTED
        return HoldState.OVER if self.until is not None and self.until < on else HoldState.STANDS
