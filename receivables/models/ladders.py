"""The ladder of collection as data: its versions, its levels, and what holds for one customer instead (domain §7)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.choices import CustomerClass
from receivables.choices import (
    Acts,
    Effect,
    LadderLevel,
    StepChannel,
)
from salesops.core.models import Record
from salesops.core.money import MoneyField
from salesops.core.policies import ScopedQuerySet

CUSTOMER = "customers.Customer"


class CollectionPolicy(Record):
    """One version of a ladder: of a code, from a day on. The version before it holds until then."""

    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("name of the ladder"), max_length=100)
    customer_class = models.CharField(
        _("for customers of class"), max_length=10, choices=CustomerClass, blank=True
    )
    by_choice = models.BooleanField(
        _("only for customers it is chosen for"), default=False, help_text=_("Then its class says nothing.")
    )
    from_date = models.DateField(_("in force from"))
    tolerance = MoneyField(
        verbose_name=_("tolerance"),
        default=0,
        help_text=_("Less than this, in base currency, is not chased."),
    )

    class Meta:
        ordering = ["code", "-from_date", "-pk"]
        verbose_name = _("collection ladder")
        verbose_name_plural = _("collection ladders")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "from_date"], name="receivables_collectionpolicy_one_per_day"
            ),
            models.CheckConstraint(
                condition=Q(tolerance__gte=0), name="receivables_collectionpolicy_tolerance_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Its name; that of the first ladder in the reader's language."""
        return gettext("Standard ladder") if self.name == "Standard" else self.name

    def get_absolute_url(self) -> str:
        return reverse("receivables:collectionpolicy_detail", args=[self.pk])


class CollectionLevel(models.Model):
    """One rung: from which day overdue, how, by whom, with which words and which effect."""

    policy = models.ForeignKey(
        CollectionPolicy, models.CASCADE, related_name="levels", verbose_name=_("collection ladder")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=LadderLevel)
    from_day = models.PositiveSmallIntegerField(_("from day overdue"))
    gap_days = models.PositiveSmallIntegerField(_("days after the step before, at least"), default=0)
    repeat_days = models.PositiveSmallIntegerField(
        _("again every … days"), default=0, help_text=_("0: once. Until the next level is due.")
    )
    channel = models.CharField(pgettext_lazy("collection", "way"), max_length=8, choices=StepChannel)
    acts = models.CharField(_("done by"), max_length=8, choices=Acts, default=Acts.OWNER)
    tells_superior = models.BooleanField(_("the superior is told"), default=False)
    automatic = models.BooleanField(
        _("letters go out by themselves"), default=False, help_text=_("Otherwise a person sends them.")
    )
    deadline_days = models.PositiveSmallIntegerField(_("days to pay, in the letter"), default=7)
    effect = models.CharField(
        pgettext_lazy("collection", "effect"), max_length=10, choices=Effect, default=Effect.NONE
    )
    subject_en = models.CharField(_("subject, English"), max_length=150, blank=True)
    text_en = models.TextField(_("text, English"), max_length=3000, blank=True)
    subject_zh_hans = models.CharField(_("subject, simplified Chinese"), max_length=150, blank=True)
    text_zh_hans = models.TextField(_("text, simplified Chinese"), max_length=3000, blank=True)
    subject_zh_hant = models.CharField(_("subject, traditional Chinese"), max_length=150, blank=True)
    text_zh_hant = models.TextField(_("text, traditional Chinese"), max_length=3000, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["policy_id", "level"]
        verbose_name = _("level of a ladder")
        verbose_name_plural = _("levels of ladders")
        constraints = [
            models.UniqueConstraint(fields=["policy", "level"], name="receivables_collectionlevel_once"),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=5, from_day__gte=1),
                name="receivables_collectionlevel_after_due",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_level_display())

    def words(self, language: str) -> tuple[str, str]:
        """Subject and text in a language; English where it has none."""
        code = language.replace("-", "_")
        subject, text = getattr(self, f"subject_{code}", ""), getattr(self, f"text_{code}", "")
        return subject or self.subject_en, text or self.text_en


class CollectionOverride(Record):
    """What holds for one customer instead of the ladder of its class, with the reason."""

    customer = models.ForeignKey(
        CUSTOMER, models.PROTECT, related_name="collection_overrides", verbose_name=_("customer")
    )
    policy_code = models.CharField(_("other ladder"), max_length=30, blank=True)
    excluded = models.BooleanField(_("not chased by the daily run"), default=False)
    reason = models.CharField(_("reason"), max_length=300)
    from_date = models.DateField(_("from"))
    until_date = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["customer_id", "-from_date", "-pk"]
        verbose_name = _("exception from the ladder")
        verbose_name_plural = _("exceptions from the ladder")
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(until_date__isnull=True),
                name="receivables_collectionoverride_one_open",
            ),
            models.CheckConstraint(
                condition=Q(excluded=True, policy_code="") | (Q(excluded=False) & ~Q(policy_code="")),
                name="receivables_collectionoverride_says_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(until_date__isnull=True) | Q(until_date__gte=F("from_date")),
                name="receivables_collectionoverride_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.from_date}"
