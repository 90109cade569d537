"""Links for people outside (Z18): for one object and one purpose, valid for a time, dead after use.

The word in the link has 128 bits, is made when the link is handed out or its mail is sent, and is stored nowhere:
the row keeps its SHA-256. Apps register what a purpose shows and does in ``link_purposes``.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.registry import Registry
from salesops.jobs.services.outbox import enqueue
from salesops.notifications.models import OneTimeLink
from salesops.notifications.services.mail import clean_address


@dataclass(frozen=True)
class LinkPurpose:
    """One thing that somebody outside may do with a link.

    ``show(subject, link)`` gives the lines of the page (label, value): only what the recipient may know.
    ``act(subject, link, data, at)`` does it, in the transaction that uses the link up; what it raises leaves the
    link alive. ``fields`` are the answers asked for: name, label, longest text.
    """

    key: str
    title: Any
    explain: Any
    button: Any
    show: Callable[[Any, OneTimeLink], list[tuple[Any, Any]]]
    act: Callable[..., Any]
    fields: tuple[tuple[str, Any, int], ...] = ()
    # What differs from record to record: more answers (not drawn by themselves), a part of the page that asks for them
    # (template, and what it shows: subject, link, what was typed), its language, files of the mail.
    fields_of: Callable[[Any], tuple[tuple[str, Any, int], ...]] | None = None
    part: str = ""
    shown: Callable[[Any, OneTimeLink, Mapping[str, str]], dict[str, Any]] | None = None
    language: Callable[[Any], str] | None = None
    files: Callable[[Any, OneTimeLink, str], list[tuple[str, bytes, str]]] | None = None

    def answers(self, subject: Any, data: Mapping[str, str]) -> dict[str, str]:
        """What was typed in the fields of this record, cut to their lengths."""
        fields = self.fields + (self.fields_of(subject) if self.fields_of else ())
        return {name: data.get(name, "").strip()[:longest].strip() for name, _label, longest in fields}


link_purposes: Registry[LinkPurpose] = Registry("link purposes")


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def issue_link(
    purpose: str,
    subject: Model,
    recipient: str,
    expires: datetime,
    *,
    actor: User | None,
    at: datetime,
    mail: bool = True,
    language: str = "",
) -> tuple[OneTimeLink, str]:
    """Open a link to ``subject`` for one outsider until ``expires``; returns its row and its token.

    ``mail=True``: the token is made when the mail goes out, and "" is returned. Else the caller shows it once.
    The caller has checked that ``actor`` may. Raises ``KeyError`` (purpose), ``InvalidInput`` (address, time).
    """
    link_purposes[purpose]
    if expires <= at:
        raise InvalidInput(_("A link must be valid for some time."), field="expires_at")
    token = "" if mail else secrets.token_urlsafe(16)
    link = OneTimeLink.objects.create(
        purpose=purpose,
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=subject.pk,
        recipient=clean_address(recipient) if mail else recipient[:254],
        digest=digest_of(token) if token else None,
        created_by=actor,
        created_at=at,
        expires_at=expires,
    )
    data = {"purpose": purpose, "recipient": link.recipient, "expires_date": expires.date()}
    record("notifications.link_issued", subject, actor=actor, at=at, data=data)
    if mail:
        payload = {"link": link.pk, "language": language or settings.LANGUAGE_CODE}
        enqueue("one_time_link", f"one_time_link:{link.pk}", payload, at=at)
    return link, token


def find_link(token: str, *, at: datetime) -> OneTimeLink | None:
    """The living link of a token; ``None`` for one that is used, withdrawn, expired, unknown or without purpose."""
    if not token or len(token) > 100 or not token.isascii():
        return None
    return (
        OneTimeLink.objects.filter(
            digest=digest_of(token), used_at=None, withdrawn_at=None, expires_at__gt=at,
            purpose__in=[purpose.key for purpose in link_purposes],
        )
        .select_related("subject_type")
        .first()
    )  # fmt: skip


def subject_of(link: OneTimeLink) -> Any:
    """The record that a link is bound to, ``None`` when it is gone."""
    model = link.subject_type.model_class()
    return model._base_manager.filter(pk=link.subject_id).first() if model else None


@transaction.atomic
def use_link(token: str, data: Mapping[str, str], *, at: datetime) -> Any:
    """Do what the link is for, once. Returns what the purpose returns. Raises ``Conflict`` for a dead link."""
    found = find_link(token, at=at)
    link = OneTimeLink.objects.select_for_update().filter(pk=found.pk).first() if found else None
    subject = subject_of(link) if link else None
    if link is None or subject is None or link.used_at or link.withdrawn_at or link.expires_at <= at:
        raise Conflict(_("This link is no longer valid."))
    purpose = link_purposes[link.purpose]
    result = purpose.act(subject, link, purpose.answers(subject, data), at)
    link.used_at = at
    link.save(update_fields=["used_at"])
    record(
        "notifications.link_used", subject, actor=None, at=at,
        data={"purpose": link.purpose, "recipient": link.recipient},
    )  # fmt: skip
    return result


@transaction.atomic
def withdraw_link(*, link: OneTimeLink, actor: User, at: datetime) -> OneTimeLink:
    """End a link that was not used. By who sent it, or an administrator."""
    row = lock_row(OneTimeLink.objects.all(), link.pk)
    if row.created_by_id != actor.pk and not actor.has_role("administrator"):
        raise NotAllowed(_("Links are withdrawn by who sent them."))
    if row.used_at:
        raise Conflict(_("The link has been used already."))
    if row.withdrawn_at is None:
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        subject = subject_of(row)
        about = [subject] if subject is not None else [row]
        record("notifications.link_withdrawn", *about, actor=actor, at=at, data={"recipient": row.recipient})
    return row


def deliver_one_time_link(payload: dict[str, Any], *, message: Any, at: datetime) -> None:
    """Outbox handler: the token is made now, and a try that failed leaves none that works."""
    link = OneTimeLink.objects.select_for_update().filter(pk=payload["link"]).first()
    if link is None or link.used_at or link.withdrawn_at or link.expires_at <= at:
        return
    token = secrets.token_urlsafe(16)
    link.digest = digest_of(token)
    link.save(update_fields=["digest"])
    purpose, language = link_purposes[link.purpose], payload["language"]
    with translation.override(language):
        words = {
            "title": str(purpose.title),
            "text": str(purpose.explain),
            "link": f"{settings.BASE_URL}{reverse('notifications:one_time_link', args=[token])}",
            "until": date_format(localtime(link.expires_at), "DATETIME_FORMAT"),
            "subject": " ".join(str(purpose.title).split()),
            "language": language,
        }
        mail = EmailMultiAlternatives(
            subject=words["subject"],
            body=render_to_string("email/one_time_link.txt", words),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[clean_address(link.recipient)],
        )
        mail.attach_alternative(render_to_string("email/one_time_link.html", words), "text/html")
        subject = subject_of(link)
        for name, content, kind in (
            purpose.files(subject, link, language) if purpose.files and subject else ()
        ):
            mail.attach(name, content, kind)
    if mail.send() != 1:
        raise OSError("the mail server took nothing")
