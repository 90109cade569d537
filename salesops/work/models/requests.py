"""What one department asks of another (ORG-07, COM-05)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.core.models import Record
from salesops.core.subjects import AboutRecord
from salesops.work.choices import REQUEST_WAITING, RequestState


class DepartmentRequest(AboutRecord, Record):
    """The asked department sees the request and ``about``, the words for the record, but not the record itself."""

    subject_type = models.ForeignKey(
        ContentType, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    subject_id = models.BigIntegerField(null=True, blank=True, editable=False)
    about = models.CharField(_("about"), max_length=200, blank=True, editable=False)
    title = models.CharField(_("what is asked"), max_length=200)
    ask = models.TextField(_("details"), blank=True)
    to_team = models.ForeignKey("accounts.Team", models.PROTECT, related_name="+", verbose_name=_("asked of"))
    from_team = models.ForeignKey(
        "accounts.Team",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("asked from"),
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("asked by"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("taken by"),
    )
    asked_at = models.DateTimeField(_("asked at"), editable=False)
    due_at = models.DateTimeField(pgettext_lazy("deadline", "due"))
    state = models.CharField(
        _("state"), max_length=10, choices=RequestState, default=RequestState.NEW, editable=False
    )
    answer = models.TextField(_("answer"), blank=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("request to a department")
        verbose_name_plural = _("requests to departments")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("answered", "closed", "declined")) | ~Q(answer=""),
                name="work_departmentrequest_answer_has_words",
            ),
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(owner__isnull=False),
                name="work_departmentrequest_taken_has_owner",
            ),
        ]
        indexes = [
            models.Index(fields=["to_team", "state", "due_at"], name="work_request_to_team"),
            models.Index(fields=["asked_by", "state"], name="work_request_asked_by"),
            models.Index(fields=["asked_at", "id"], name="work_request_asked_at"),
            models.Index(fields=["due_at", "id"], name="work_request_due"),
            models.Index(fields=["subject_type", "subject_id"], name="work_request_subject"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("work:departmentrequest_detail", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        return self.state in REQUEST_WAITING
