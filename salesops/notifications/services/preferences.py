"""What a person chose, and choosing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import InvalidInput
from salesops.notifications.choices import Channel
from salesops.notifications.models import NoticeHours, NoticePreference
from salesops.notifications.registry import choosable


def channels_chosen(person: User, kind: str) -> dict[str, bool]:
    """What a person said about the channels of a kind; about the others nothing was said."""
    rows = NoticePreference.objects.filter(user=person, kind=kind)
    return dict(rows.values_list("channel", "wanted"))


def chosen(person: User) -> dict[tuple[str, str], bool]:
    """All kinds and channels as they hold for a person, for the page."""
    answer = {
        (kind.key, channel): kind.mail if channel == Channel.MAIL else True
        for kind in choosable()
        for channel in Channel.values
    }
    rows = NoticePreference.objects.filter(user=person).values_list("kind", "channel", "wanted")
    return answer | {(kind, channel): wanted for kind, channel, wanted in rows if (kind, channel) in answer}


@transaction.atomic
def save_preferences(
    *,
    actor: User,
    at: datetime,
    wanted: Iterable[tuple[str, str]],
    quiet_from: int | None = None,
    quiet_to: int | None = None,
    workdays_only: bool | None = None,
    digest: bool | None = None,
) -> None:
    """Keep a person's own choice: exactly the pairs of kind and channel in ``wanted`` are wanted.

    ``None`` follows the handbook. Raises ``InvalidInput`` for an hour that no day has.
    """
    for hour in (quiet_from, quiet_to):
        if hour is not None and not 0 <= hour <= 23:
            raise InvalidInput(_("An hour is a number from 0 to 23."), field="quiet_from")
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    chosen_pairs, now = set(wanted), chosen(actor)
    changed = {pair for pair, held in now.items() if (pair in chosen_pairs) != held}
    NoticePreference.objects.bulk_create(
        [
            NoticePreference(user=actor, kind=kind, channel=channel, wanted=(kind, channel) in chosen_pairs)
            for kind, channel in sorted(changed)
        ],
        update_conflicts=True,
        unique_fields=["user", "kind", "channel"],
        update_fields=["wanted"],
    )
    values: dict[str, Any] = {
        "quiet_from": quiet_from, "quiet_to": quiet_to, "workdays_only": workdays_only, "digest": digest
    }  # fmt: skip
    hours, _made = NoticeHours.objects.get_or_create(user=actor)
    if changed or any(getattr(hours, name) != value for name, value in values.items()):
        if (
            digest and not hours.digest
        ):  # from now on nothing goes out by itself: the first digest begins here
            values["digested_until"] = at
        NoticeHours.objects.filter(pk=hours.pk).update(**values)
        record("notifications.preferences_saved", actor, actor=actor, at=at, data={"changes": len(changed)})
