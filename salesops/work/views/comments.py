"""Leaving a comment on a record and taking it back."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from salesops.ui.links import record_url
from salesops.ui.views import ActionView, RecordCreateView
from salesops.work import services
from salesops.work.forms import CommentForm
from salesops.work.models import Comment
from salesops.work.subjects import subject_of


class CommentCreate(RecordCreateView):
    """Posted by the panel of the record's page; opened by itself it is a page with the same form."""

    model = Comment
    form_class = CommentForm
    title = pgettext_lazy("on a record", "Comment")
    submit_label = pgettext_lazy("on a record", "Comment")

    def prepare(self) -> None:
        super().prepare()
        subject = subject_of(self.request.user, self.kwargs["reference"])
        if subject is None:
            raise Http404
        self.subject = subject
        self.explain = str(subject)

    def perform(self, form: Any, *, actor: Any, at: Any) -> Comment:
        return services.add_comment(actor=actor, at=at, subject=self.subject, **form.cleaned_data)

    def get_success_url(self, obj: Any) -> str:
        return f"{record_url(self.subject) or '/'}#comments"

    def get_cancel_url(self) -> str:
        return record_url(self.subject) or "/"


class CommentRetract(ActionView):
    model = Comment
    verb = "retract"
    title = _("Take back")
    danger = True
    explain = _("The words are shown no more; that you commented stays visible.")

    def base_queryset(self) -> Any:
        return Comment.objects.select_related("author", "subject_type")

    def perform(self, obj: Comment, form: Any, *, actor: Any, at: Any) -> Comment:
        return services.retract_comment(actor=actor, at=at, comment=obj)

    def get_success_url(self, obj: Any) -> str:
        return f"{record_url(self.object.subject) or '/'}#comments"

    def get_cancel_url(self) -> str:
        return record_url(self.object.subject) or "/"
