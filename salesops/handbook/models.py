"""Values of rule parameters with effective dates; the parameters themselves are registered by the apps."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesops.core.policies import ScopedQuerySet
from salesops.handbook.registry import RuleParameter, rules


class RuleValue(models.Model):
    """The value of one rule from a day on, until the next value's day. History is not rewritten."""

    key = models.CharField(_("rule"), max_length=100)
    value = models.JSONField(_("value"), encoder=DjangoJSONEncoder)
    from_date = models.DateField(_("in force from"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("set by")
    )
    set_at = models.DateTimeField(_("set at"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["key", "-from_date", "-pk"]
        verbose_name = _("rule value")
        verbose_name_plural = _("rule values")
        constraints = [
            models.UniqueConstraint(fields=["key", "from_date"], name="handbook_rulevalue_one_per_day")
        ]

    def __str__(self) -> str:
        parameter = self.parameter
        return f"{parameter.title if parameter else self.key} ({self.from_date})"

    @property
    def parameter(self) -> RuleParameter | None:
        """The rule that this is a value of; ``None`` for one that no app knows any more."""
        return rules.get(self.key)


class Acknowledgement(models.Model):
    """A person has read a chapter in the edition of a day; a new value in the chapter asks anew."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    chapter = models.CharField(_("chapter"), max_length=100)
    edition = models.DateField(_("edition"))
    at = models.DateTimeField(_("acknowledged"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "chapter", "edition"], name="handbook_acknowledgement_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.chapter}"
