"""Mail through the outbox: written with the act, rendered in the recipient's language, sent once per key."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from salesops.core.errors import InvalidInput
from salesops.jobs.models import OutboxMessage
from salesops.jobs.services.outbox import enqueue
from salesops.notifications.registry import mail_parts, words_of


def mail_to(
    address: str,
    language: str,
    template: str,
    context: dict[str, Any],
    key: str,
    *,
    at: datetime,
    not_before: datetime | None = None,
    attach: list[dict[str, Any]] | None = None,
) -> OutboxMessage:
    """Queue one mail to exactly one address; ``key`` makes it go out once for that address.

    ``template`` names ``templates/email/<template>.subject.txt``, ``.txt`` and ``.html``; ``context`` holds
    only what JSON can hold. Raises ``InvalidInput`` for an address or subject that is not a single clean line
    (more than one recipient, line breaks: header injection). ``attach`` names files that are made when the mail goes
    out: each entry has a ``kind`` registered in ``mail_parts``.
    """
    clean = clean_address(address)
    payload = {"to": clean, "language": language, "template": template, "context": context}
    if attach:
        payload["attach"] = attach
    _subject(template, _context(context), language)
    return enqueue("mail", _key(f"mail:{key}:{clean}"), payload, at=at, not_before=not_before)


def _key(text: str) -> str:
    """The key itself, or its digest where it is longer than the column, so that nothing is cut off."""
    return text if len(text) <= 200 else f"mail:{hashlib.sha256(text.encode()).hexdigest()}"


def clean_address(address: str) -> str:
    """One e-mail address without line breaks, lists or display names. Raises ``InvalidInput``."""
    text = (address or "").strip(" ")
    try:
        if _breaks(text):
            raise ValidationError("line break")
        validate_email(text)
    except ValidationError:
        raise InvalidInput(
            _("“%(address)s” is not one e-mail address.") % {"address": " ".join(text.split())[:100]},
            field="email",
            way_out=_("Enter a single address such as name@example.com."),
        ) from None
    return text


def deliver_mail(payload: dict[str, Any], *, message: OutboxMessage, at: datetime) -> None:
    """Outbox handler ``mail``: render and send. Raises whatever the mail server says, to be tried again."""
    context, language, template = _context(payload["context"]), payload["language"], payload["template"]
    subject = _subject(template, context, language)
    with translation.override(language):
        words = {**_words(context), "subject": subject, "language": language}
        text = render_to_string(f"email/{template}.txt", words)
        html = render_to_string(f"email/{template}.html", words)
    mail = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[clean_address(payload["to"])],
        headers={"Message-ID": _message_id(message.key), "Content-Language": language},
    )
    mail.attach_alternative(html, "text/html")
    for entry in payload.get("attach", ()):
        part = mail_parts[entry["kind"]](entry, at)
        if part is not None:
            mail.attach(*part)
    if mail.send() != 1:
        raise OSError("the mail server took nothing")


def _context(context: dict[str, Any]) -> dict[str, Any]:
    path = context.get("url", "")
    return {**context, "link": f"{settings.BASE_URL}{path}" if path.startswith("/") else path}


def _words(context: dict[str, Any]) -> dict[str, Any]:
    """Title and text of a notice in the active language, for templates that show one."""
    if "lines" in context:
        return {**context, "lines": [_line(line) for line in context["lines"]]}
    if "kind" not in context:
        return context
    title, text = words_of(context["kind"], context.get("data", {}))
    return {**context, "title": title, "text": text}


def _line(line: dict[str, Any]) -> dict[str, Any]:
    """One notice of a digest in the active language."""
    title, text = words_of(line["kind"], line["data"])
    path = line["url"]
    return {
        "title": title,
        "text": text,
        "link": f"{settings.BASE_URL}{path}" if path.startswith("/") else "",
    }


def _subject(template: str, context: dict[str, Any], language: str) -> str:
    with translation.override(language):
        subject = render_to_string(f"email/{template}.subject.txt", _words(context)).strip("\n ")
    if _breaks(subject):
        raise InvalidInput(
            _("The subject of a mail is one line; this one holds a line break."), field="subject"
        )
    return subject[:200]


def _breaks(text: str) -> bool:
    return any(ord(c) < 32 or c in "\x7f\x85\u2028\u2029" for c in text)


def _message_id(key: str) -> str:
    """The same for every try, so that a mail server or reader recognises a repeated one."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{host}>"
