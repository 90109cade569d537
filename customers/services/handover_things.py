"""What a person hands over besides records: papers, devices and keys, accounts, ongoing matters (HRM-13).

They are items of the pack like any other, without a record behind them; the same three people sign each of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.choices.handover import ItemState, ThingKind
from customers.models import HandOver, HandOverItem
from customers.services.handover import finish, locked_items, open_pack, sides_of
from salesops.accounts.models import User
from salesops.audit.services import record
from salesops.core.errors import InvalidInput, NotAllowed


@transaction.atomic
def add_thing(
    *, actor: User, at: datetime, pack: HandOver, kind: str, title: str, note: str = ""
) -> HandOverItem:
    """Put one more thing or matter on the list; whoever signs the pack may. ``note`` says where it is or stands."""
    row = open_pack(pack)
    if not sides_of(row, actor):
        raise NotAllowed(_("Giver, taker and their superior sign a hand-over, each for himself."))
    if kind not in ThingKind.values:
        raise InvalidInput(_("Choose what it is."), field="kind")
    if not title.strip():
        raise InvalidInput(_("Name it."), field="title")
    item = HandOverItem.objects.create(
        pack=row, kind=kind, title=title.strip()[:200], note=note.strip()[:200]
    )
    data = {"thing": item.title, "note": item.note}
    record("customers.handover_thing_added", row, actor=actor, at=at, data=data)
    return item


@transaction.atomic
def drop_things(*, actor: User, at: datetime, pack: HandOver, items: Iterable[int], remark: str) -> int:
    """There is no such thing to hand over; the reason stays on the list. Records are not dropped this way."""
    row = open_pack(pack)
    if not sides_of(row, actor):
        raise NotAllowed(_("Giver, taker and their superior sign a hand-over, each for himself."))
    if not remark.strip():
        raise InvalidInput(_("Give the reason."), field="remark")
    rows = locked_items(row, items)
    if any(item.subject_id is not None for item in rows):
        raise InvalidInput(_("A record is handed over or refused; only things are struck off the list."))
    for item in rows:
        item.state, item.remark = ItemState.MOOT, remark.strip()[:200]
        item.save(update_fields=["state", "remark"])
    data = {"items": len(rows), "reason": remark.strip()}
    record("customers.handover_things_dropped", row, actor=actor, at=at, data=data)
    finish(row, actor, at)
    return len(rows)
