"""Mails with a link to set a password. The link is made when the mail is sent and stored nowhere (P3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from salesops.accounts.models import User
from salesops.accounts.services.passwords import link_parts
from salesops.jobs.models import OutboxMessage
from salesops.notifications.services.mail import clean_address


def deliver_password_link(payload: dict[str, Any], *, message: OutboxMessage, at: datetime) -> None:
    """Outbox handler ``password_link``: nothing is sent to somebody who has left meanwhile."""
    person = User.objects.filter(pk=payload["user"], is_active=True).exclude(email="").first()
    if person is None:
        return
    parts = link_parts(person)
    path = reverse("accounts:password_reset_confirm", args=[parts["uid"], parts["token"]])
    language = person.language or settings.LANGUAGE_CODE
    with translation.override(language):
        words = {
            "person": person,
            "link": f"{settings.BASE_URL}{path}",
            "invitation": payload.get("invitation", False),
            "language": language,
        }
        subject = render_to_string("accounts/mail/password_link.subject.txt", words).strip()
        mail = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string("accounts/mail/password_link.txt", words),
            from_email=settings.DEFAULT_FROM_EMAIL,
            to=[clean_address(person.email)],
        )
        html = render_to_string("accounts/mail/password_link.html", {**words, "subject": subject})
    mail.attach_alternative(html, "text/html")
    if mail.send() != 1:
        raise OSError("the mail server took nothing")
