"""What the pages share."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.functional import cached_property

from salesops.calendar.selectors import add_workdays, default_region
from salesops.core.policies import can
from salesops.ui.templatetags.ui import link
from salesops.ui.views import RecordCreateView
from salesops.work.subjects import subject_of

DAYS_END = time(17, 30)


class AboutCreate(RecordCreateView):
    """A new row, about the record that the url names (``?about=orders.order:5``) or about none."""

    @cached_property
    def subject(self) -> Model | None:
        return subject_of(self.request.user, self.request.GET.get("about", ""))

    def prepare(self) -> None:
        super().prepare()
        if self.subject is not None:
            self.explain = str(self.subject)

    def in_workdays(self, days: int) -> datetime:
        """The end of the working day that many working days from now."""
        today = timezone.localdate(self.at)
        day = add_workdays(today, days, default_region(today))
        return timezone.make_aware(datetime.combine(day, DAYS_END))


def linked_subject(user: Any, obj: Any, words: str = "") -> Any:
    """The record as a link for who may see it, else only the words that were written down with it."""
    if obj.subject_type_id is None:
        return ""
    subject = obj.subject
    return link(subject) if subject is not None and can(user, "view", subject) else words
