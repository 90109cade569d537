"""People who leave or move: a hand-over under way, one that is complete, one that was called off."""

from __future__ import annotations

from typing import Any

from customers.choices.handover import ThingKind
from customers.models import HandOver
from customers.services import add_thing, cancel_pack, drop_things, make_pack, refuse_items, sign_items
from performance.demo.scenes import play
from performance.demo.words import say


def hand_over(day: Any) -> None:
    """Called at the end of the last day."""
    play(day, (_under_way, _complete, _called_off))


def _keys(pack: HandOver, **which: Any) -> list[int]:
    return list(pack.items.filter(**which).order_by("pk").values_list("pk", flat=True))


def _under_way(day: Any) -> None:
    """John leaves at the end of the month; he and Anna have signed what is not a customer, Erik not yet."""
    erik, john, anna = (day.people[name] for name in ("erik", "john", "anna"))
    pack = make_pack(
        actor=erik, at=day.at(), giver=john, taker=anna, leaves=True, reason=say("月底离职", "leaves at the end of the month")
    )  # fmt: skip
    add_thing(
        actor=john, at=day.at(), pack=pack, kind=ThingKind.DEVICE, title=say("样品间钥匙 2 把", "Two keys of the sample room"),
        note=say("已交前台", "left at the reception"),
    )  # fmt: skip
    add_thing(
        actor=john, at=day.at(), pack=pack, kind=ThingKind.MATTER, title=say("答应客户的新目录", "New catalogue promised to customers"),
        note=say("印刷中，下周寄出", "being printed, goes out next week"),
    )  # fmt: skip
    things = _keys(pack, subject_id=None)
    sign_items(actor=john, at=day.at(), pack=pack, items=[*things, *_keys(pack, kind="customers.visit")])
    sign_items(actor=anna, at=day.at(), pack=pack, items=things)
    sign_items(actor=erik, at=day.at(), pack=pack, items=things[:2])
    first = _keys(pack, kind="customers.customer")[:1]
    if first:
        why = say("应收余额尚未与客户核对", "the balance was not agreed with the customer yet")
        refuse_items(actor=anna, at=day.at(), pack=pack, items=first, remark=why)


def _complete(day: Any) -> None:
    """Leo has left; Bob signs for him and as superior, Tian Yu takes what was left on the desk."""
    bob, taker = day.people["bob"], day.people["tianyu"]
    pack = make_pack(
        actor=bob, at=day.at(), giver=day.people["leo"], taker=taker, leaves=True, reason=say("离职遗留事项", "what was left after leaving")
    )  # fmt: skip
    matters = _keys(pack, kind=ThingKind.MATTER)
    drop_things(
        actor=bob, at=day.at(), pack=pack, items=matters, remark=say("无未了事项", "nothing was left open")
    )
    rest = _keys(pack, state="waiting")
    sign_items(actor=bob, at=day.at(), pack=pack, items=rest)
    sign_items(actor=taker, at=day.at(), pack=pack, items=rest)


def _called_off(day: Any) -> None:
    """Da Wei was to move to exports, and stays."""
    boss = day.people["mona"]
    pack = make_pack(
        actor=boss, at=day.at(), giver=day.people["dawei"], taker=day.people["hanako"], reason=say("调往外贸组", "moves to exports")
    )  # fmt: skip
    cancel_pack(
        actor=boss, at=day.at(), pack=pack, reason=say("仍留在华南组", "stays with the southern group")
    )
