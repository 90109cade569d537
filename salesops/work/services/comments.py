"""Comments on records, with people called in by ``@name``."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.core.subjects import visible_subject
from salesops.handbook.selectors import rule
from salesops.notifications.services import notify
from salesops.ui.links import record_url
from salesops.work.models import Comment

MENTION = re.compile(r"(?<![\w.])@([\w.\-]{1,60})")
MOST_MENTIONS = 20


@transaction.atomic
def add_comment(*, actor: User, at: datetime, subject: Model, text: str) -> Comment:
    """Leave words on a record; whoever is called in by ``@username`` or ``@name`` is told.

    Raises ``NotAllowed`` for a record that the author may not see, ``InvalidInput`` for an empty or too long
    text and for a mention of somebody who may not see the record.
    """
    kind = ContentType.objects.get_for_model(subject)
    if visible_subject(actor, kind, subject.pk) is None:
        raise NotAllowed(_("You may not see this record."))
    text = text.strip()
    if not text:
        raise InvalidInput(_("Write something first."), field="text")
    if len(text) > 5000:
        raise InvalidInput(_("A comment has at most 5,000 characters."), field="text")
    called = mentioned(text)
    for person in called:
        if visible_subject(person, kind, subject.pk) is None:
            raise InvalidInput(
                _("%(person)s may not see this record and cannot be called in.") % {"person": person},
                field="text",
                way_out=_("Send a request to the department instead; it shows only what you write."),
            )
    comment = Comment.objects.create(subject_type=kind, subject_id=subject.pk, author=actor, at=at, text=text)
    comment.mentions.set(called)
    # Without the words: the timeline is never changed, and what is taken back must not stay readable in it.
    record("work.commented", subject, actor=actor, at=at, data={"comment_id": comment.pk})
    for person in called:
        if person.pk != actor.pk:
            data = {"author": str(actor), "record": str(subject)[:120], "words": text[:200]}
            url = f"{record_url(subject)}#comments"
            notify(person, "work.mentioned", f"work.mentioned:{comment.pk}", data, url, at=at)
    return comment


@transaction.atomic
def retract_comment(*, actor: User, at: datetime, comment: Comment) -> Comment:
    """The author takes a comment back, for as long as the handbook lets him; its place stays."""
    row = lock_row(Comment.objects.select_related("author", "subject_type"), comment.pk)
    if not can(actor, "retract", row):
        raise NotAllowed(_("Only its author takes a comment back."))
    if row.retracted_at is not None:
        raise Conflict(_("This comment was taken back already."))
    minutes = rule("work.comment_retract_minutes", on=timezone.localdate(at))
    if at - row.at > timedelta(minutes=minutes):
        raise Conflict(
            ngettext(
                "A comment can be taken back within %(minutes)s minute.",
                "A comment can be taken back within %(minutes)s minutes.",
                minutes,
            )
            % {"minutes": minutes},
            way_out=_("Write a new one that corrects it."),
            clause="work.comment_retract_minutes",
            minutes=int((at - row.at).total_seconds() // 60),
            most=minutes,
        )
    row.retracted_at = at
    row.save(update_fields=["retracted_at"])
    record("work.comment_retracted", row.subject, actor=actor, at=at, data={"comment_id": row.pk})
    return row


def mentioned(text: str) -> list[User]:
    """People in post whom a text names, by user name or by name."""
    names = {name.strip(".-").lower() for name in MENTION.findall(text)[:MOST_MENTIONS]}
    if not names:
        return []
    wanted = Q(username__in=names)
    for name in names:
        wanted |= Q(name__iexact=name) | Q(username__iexact=name)
    return list(User.objects.filter(wanted, is_active=True).order_by("pk")[:MOST_MENTIONS])
