"""Collection of the demo company: two months of daily runs, cases at every level and in every state."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from customers.models import Contact
from performance.demo.scenes import STEPS, noon, play, sign_through
from performance.demo.words import say
from receivables.choices import LegalKind, LetterWay, StepChannel
from receivables.models import CollectionCase, CollectionLetter, CollectionPolicy, Promise, SettlementLine
from receivables.selectors.collection import overdue_of
from receivables.services.collecting import run_collection
from receivables.services.collection import Said, log_action, pause_case, waiting_step
from receivables.services.ladders import new_version, set_override
from receivables.services.legal import end_stage, hand_to_legal, note_event
from receivables.services.letters import note_receipt, send_letter
from receivables.services.plans import KEY as PLAN
from receivables.services.plans import Part, propose_plan
from receivables.services.promises import NewPromise, judge_promises, record_promise
from salesops.core.errors import DomainError

RUNS = (62, 50, 38, 26, 14, 1, 0)  # days before today
CHASED = 36  # customers that are really called and written to
REASONS = ("process", "cash", "unknown", "dispute", "cash", "refuse")


def chase(day: Any) -> None:
    """Run, act as the holders did, and leave some of it to be done today."""
    for back in RUNS:
        on = day.today - timedelta(days=back)
        at = min(noon(on), day.options.at)
        run_collection(on, actor=None, at=at, dry_run=False)
        if back > 1:
            _act(day, on, at)
    play(day, (_promises, _plans, _legal, _letters, _exceptions))


def _worst(day: Any) -> list[CollectionCase]:
    rows = CollectionCase.objects.running().select_related("customer__currency", "owner", "customer")
    return list(rows.filter(owner__is_active=True).order_by("oldest_due", "pk")[:CHASED])


def _act(day: Any, on: date, at: datetime) -> None:
    """The waiting steps of the oldest cases are done; those of the last ones come to a stop early."""
    for place, case in enumerate(_worst(day)):
        step = waiting_step(case)
        if step is None or case.level > 5 - place % 6:
            continue
        with suppress(DomainError), transaction.atomic():
            if step.channel == StepChannel.LETTER:
                address = case.customer.address or say("公司地址", "registered address")
                send_letter(actor=case.owner, case=case, way=LetterWay.POST, address=address, at=at)
            elif step.channel == StepChannel.LEGAL:
                hand_to_legal(
                    actor=day.people["mona"], case=case, reason=say("多次催收无果", "no answer"), at=at
                )
            else:
                _talk(case, step.channel, place, on, at)


def _talk(case: CollectionCase, channel: str, place: int, on: date, at: datetime) -> None:
    words = (
        say("正在走付款审批流程", "payment is being approved"),
        say("资金紧张,请宽限", "short of money, asks for time"),
        say("财务不在,稍后回复", "accounts are away, will call back"),
        say("对数量有疑问", "asks about quantities"),
        say("等下游回款", "waits for its own customers"),
        say("拒绝付款", "will not pay"),
    )
    contact = Contact.objects.filter(customer=case.customer, left=False).order_by("-is_primary", "pk").first()
    said = Said(
        channel="visit" if channel == StepChannel.VISIT else "phone",
        said=words[place % 6],
        contact=contact.name if contact else say("财务", "accounts"),
        reason=REASONS[place % 6],
        next_date=on + timedelta(days=5),
    )
    log_action(actor=case.owner, case=case, said=said, at=at)


def _promises(day: Any) -> None:
    """One for tomorrow, one that is due today, one that was broken and one that was kept."""
    cases = [case for case in _worst(day) if not case.legal_stages.exists()]
    for place, (back, ahead) in enumerate(((0, 1), (0, 0), (20, 8), (12, 6))):
        if place >= len(cases):
            return
        _promise(day, cases[-1 - place], back, ahead)
    paid = SettlementLine.objects.filter(
        receipt__isnull=False, date__gte=day.today - timedelta(days=30), reversal_of=None
    ).values_list("receivable__customer", flat=True)
    for case in (
        CollectionCase.objects.running().filter(customer__in=paid).select_related("customer__currency")[:2]
    ):
        _promise(day, case, 30, 27, part=Decimal("0.01"))
    judge_promises(on=day.today, at=day.at())


def _promise(
    day: Any, case: CollectionCase, back: int, ahead: int, part: Decimal = Decimal("0.5")
) -> Promise | None:
    made = day.today - timedelta(days=back)
    items = [row for row in overdue_of(case, day.today) if row.currency_id == case.customer.currency_id]
    owed = sum((row.outstanding for row in items), Decimal(0))
    amount = (owed * part).quantize(Decimal(1))
    if amount <= 0:
        return None
    at = day.at() if back == 0 else noon(made)
    promise = NewPromise(
        amount, case.customer.currency, made + timedelta(days=ahead), say("王经理", "Mr Wang")
    )
    return record_promise(actor=case.owner, case=case, promise=promise, at=at)


def _plans(day: Any) -> None:
    """One plan runs, one waits for finance."""
    free = [case for case in _worst(day) if not case.legal_stages.exists() and case.owner is not None]
    number = -1
    for case in free[4:]:
        if number == 1:
            return
        currency = case.customer.currency
        items = overdue_of(case, day.today)
        total = sum(
            (i.outstanding for i in items if not i.disputed and i.currency_id == currency.pk), Decimal(0)
        )
        third = (total / 3).quantize(Decimal(1))
        if third <= 0:
            continue
        number += 1
        days = [day.today + timedelta(days=30 * n) for n in (1, 2, 3)]
        amounts = [third, third, total - 2 * third]
        plan = propose_plan(
            actor=case.owner,
            case=case,
            currency=currency,
            parts=[Part(when, amount) for when, amount in zip(days, amounts, strict=True)],
            agreed_with=say("李总", "Mr Li"),
            note=say("三期付清", "in three parts"),
            at=day.at(),
        )
        sign_through(plan, PLAN, at=day.at(), steps=1 if number else STEPS)


def _legal(day: Any) -> None:
    """One suit with its court date, one that ended."""
    lena, mona = day.people["lena"], day.people["mona"]
    late = [case for case in _worst(day) if case.level >= 4 or case.legal_stages.exists()]
    for number, case in enumerate(late[:2]):
        stage = case.legal_stages.first() or hand_to_legal(
            actor=mona,
            case=case,
            reason=say("最后通知后仍未付款", "unpaid after the final notice"),
            at=day.at(),
        )
        facts = {"actor": lena, "stage": stage, "on": day.today}
        note_event(**facts, kind=LegalKind.LETTER, text=say("已发律师函", "letter sent"), at=day.at())
        if number == 0:
            court = say("徐汇区人民法院", "Xuhui District Court")
            note_event(
                **facts,
                kind=LegalKind.SUIT,
                text=say("已立案", "filed"),
                amount=Decimal(3000),
                court=court,
                at=day.at(),
            )
            facts["on"] = day.today + timedelta(days=45)
            note_event(**facts, kind=LegalKind.HEARING, text=say("首次开庭", "first hearing"), at=day.at())
        else:
            end_stage(
                actor=lena,
                stage=stage,
                end="settled",
                result=say("达成和解,分期付款", "settled, pays in parts"),
                at=day.at(),
            )


def _letters(day: Any) -> None:
    """Of three letters it is known what became of them."""
    for number, letter in enumerate(CollectionLetter.objects.order_by("date", "pk")[:3]):
        state = "returned" if number == 2 else "received"
        note_receipt(
            actor=day.people["dora"],
            letter=letter,
            state=state,
            on=letter.date + timedelta(days=3),
            proof=f"EMS 10{letter.pk:06d}",
            at=day.at(),
        )


def _exceptions(day: Any) -> None:
    """A gentler ladder for important customers from next month on, one customer left out, one case paused."""
    mona, dora = day.people["mona"], day.people["dora"]
    standard = CollectionPolicy.objects.get(code="STANDARD")
    first = (day.today.replace(day=1) + timedelta(days=32)).replace(day=1)
    new_version(
        actor=dora,
        base=standard,
        code="IMPORTANT",
        name=say("重要客户", "Important customers"),
        customer_class="important",
        from_date=first,
        tolerance=Decimal(500),
        at=day.at(),
    )
    cases = _worst(day)
    if len(cases) > 12:
        set_override(
            actor=mona,
            customer=cases[10].customer,
            excluded=True,
            reason=say("集团统一结算", "group clears it"),
            at=day.at(),
        )
        until = day.today + timedelta(days=21)
        pause_case(
            actor=mona,
            case=cases[11],
            until=until,
            reason=say("对账中", "accounts are compared"),
            at=day.at(),
        )
