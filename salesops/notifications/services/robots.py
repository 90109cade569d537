"""Group robots: kept by administrators, told through the outbox, each message once."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from salesops.accounts.models import User
from salesops.accounts.selectors import subtree_ids, team_on
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.jobs.models import OutboxMessage
from salesops.jobs.services.outbox import enqueue
from salesops.notifications.choices import RobotStyle
from salesops.notifications.models import GroupRobot, Notification
from salesops.notifications.registry import kinds, words_of
from salesops.notifications.services.timing import allowed_from, hours_of
from salesops.notifications.webhooks import WebhookError, check_url, post_json

FIELDS = ("name", "style", "url", "secret", "team", "kinds", "language", "is_active")
SIGNING = (RobotStyle.DINGTALK, RobotStyle.FEISHU)
LONGEST = 1800  # characters; the chat programs take about 2000


@transaction.atomic
def save_robot(
    *, actor: User, at: datetime, robot: GroupRobot | None = None, version: int | None = None, **fields: Any
) -> GroupRobot:
    """Add a robot, or change ``robot``; an empty ``url`` or ``secret`` keeps the one on file;
    ``unsigned=True`` takes the secret away.

    Raises ``NotAllowed``, ``InvalidInput`` (an address that is none, or leads into our own network), ``Conflict``.
    """
    if not can(actor, "edit", robot or GroupRobot):
        raise NotAllowed(_("Group robots are kept by administrators."))
    row = lock_row(GroupRobot.objects.all(), robot.pk) if robot else GroupRobot(created_by=actor)
    if robot and version is not None and row.version != version:
        raise Conflict(_("Somebody else has changed this robot meanwhile."))
    for kept in ("url", "secret"):
        if not fields.get(kept):
            fields.pop(kept, None)
    if fields.pop("unsigned", False):
        fields["secret"] = ""
    for name in FIELDS:
        if name in fields:
            setattr(row, name, fields[name])
    unknown = [kind for kind in row.kinds if kind not in kinds]
    if unknown:
        raise InvalidInput(_("There is no such kind of notice."), field="kinds")
    if row.secret and row.style not in SIGNING:
        raise InvalidInput(
            _("This chat program signs nothing."), field="secret", way_out=_("Leave the secret empty.")
        )
    try:
        check_url(row.url)
    except WebhookError as error:
        raise InvalidInput(
            str(error), field="url", way_out=_("Copy the address from the group's settings.")
        ) from None
    if robot:
        row.version += 1
    row.save()
    verb = "notifications.robot_changed" if robot else "notifications.robot_added"
    record(verb, row, actor=actor, at=at, data={"robot": row.name, "active": row.is_active})
    return row


def tell_groups(notice: Notification, *, at: datetime, urgent: bool) -> None:
    """Queue a notice for every robot that wants its kind and whose team the recipient belongs to."""
    robots = list(GroupRobot.objects.filter(is_active=True, kinds__contains=[notice.kind]))
    if not robots:
        return
    team = team_on(notice.recipient, timezone.localdate(at))
    later = None if urgent else allowed_from(hours_of(None, at=at), at=at)
    for robot in robots:
        if robot.team_id and (team is None or team.pk not in subtree_ids(robot.team)):
            continue
        payload = {"robot": robot.pk, "kind": notice.kind, "data": notice.data, "url": notice.url}
        # One group hears one thing once, to however many of its people the notice went.
        enqueue("robot", f"robot:{robot.pk}:{notice.key}"[:200], payload, at=at, not_before=later)


@transaction.atomic
def send_test(*, robot: GroupRobot, actor: User, at: datetime) -> OutboxMessage:
    """Queue one message that says it is a test."""
    if not can(actor, "edit", robot):
        raise NotAllowed(_("Group robots are kept by administrators."))
    if not robot.is_active:
        raise Conflict(_("This robot is switched off."))
    record("notifications.robot_tested", robot, actor=actor, at=at, data={"robot": robot.name})
    payload = {
        "robot": robot.pk,
        "kind": "notifications.robot_test",
        "data": {"robot": robot.name},
        "url": "",
    }
    return enqueue("robot", f"robot:{robot.pk}:test:{at.isoformat()}", payload, at=at)


def deliver_robot(payload: dict[str, Any], *, message: OutboxMessage, at: datetime) -> None:
    """Outbox handler ``robot``: what it raises names no part of the address."""
    robot = GroupRobot.objects.filter(pk=payload["robot"], is_active=True).first()
    if robot is None:
        return  # switched off meanwhile
    if not robot.url:
        raise WebhookError(
            _("The address of this robot cannot be read any more; an administrator enters it anew.")
        )
    answer = post_json(*signed(robot, document_of(robot, payload), at=at))
    code = next((answer[name] for name in ("errcode", "code", "StatusCode") if name in answer), None)
    if code is None:  # something answers there, but no chat program that has put the message into its group
        raise WebhookError(_("The address did not answer as a chat program does."))
    if code not in (0, "0"):
        raise WebhookError(_("The chat program refused the message (%(code)s).") % {"code": str(code)[:20]})


def document_of(robot: GroupRobot, payload: dict[str, Any]) -> dict[str, Any]:
    """The JSON that the robot's chat program takes, in the robot's language."""
    with translation.override(robot.language):
        title, text = words_of(payload["kind"], payload["data"])
    link = f"{settings.BASE_URL}{payload['url']}" if payload["url"].startswith("/") else ""
    words = "\n".join(part for part in (title, text, link) if part)[:LONGEST]
    if robot.style == RobotStyle.FEISHU:
        return {"msg_type": "text", "content": {"text": words}}
    return {"msgtype": "text", "text": {"content": words}}


def signed(robot: GroupRobot, document: dict[str, Any], *, at: datetime) -> tuple[str, dict[str, Any]]:
    """Address and document with the signature of a robot that has a secret, as its chat program documents it.

    Both sign the time and the secret with HMAC-SHA256: DingTalk the text under the secret, milliseconds, in the
    address; Feishu nothing under the text, seconds, in the document. They take it for an hour.
    """
    if not robot.secret:
        return robot.url, document
    if robot.style == RobotStyle.FEISHU:
        stamp = str(int(at.timestamp()))
        word = _hmac(f"{stamp}\n{robot.secret}", "")
        return robot.url, {"timestamp": stamp, "sign": word, **document}
    stamp = str(int(at.timestamp() * 1000))
    query = urlencode({"timestamp": stamp, "sign": _hmac(robot.secret, f"{stamp}\n{robot.secret}")})
    return f"{robot.url}{'&' if '?' in robot.url else '?'}{query}", document


def _hmac(key: str, text: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), "sha256")).decode()
