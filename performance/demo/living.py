"""The last day of the demo, done by its people through the real services, so that it has its full trail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from contracts.choices import ContractState
from contracts.models import Contract
from contracts.services.register import activate_contract
from customers.choices import VisitState
from customers.models import Customer, Visit
from customers.services.ownership import assign_owner
from customers.services.visits import log_visit, plan_visit
from orders.choices import OrderState
from orders.models import Order
from orders.services import checks
from orders.services.moves import (
    cancel_order,
    confirm_or_ask,
    return_order_to_draft,
    ship_order,
    submit_order,
)
from orders.services.returns import record_return
from performance.demo import words
from performance.demo.approving import approve_things
from performance.demo.bank import live_bank
from performance.demo.collecting import chase
from performance.demo.confirming import confirm_balances
from performance.demo.credit import set_credit
from performance.demo.ending import end_otherwise
from performance.demo.files import keep_files
from performance.demo.hosting import hold_receptions
from performance.demo.invoices import make_tax_invoices
from performance.demo.items import make_items
from performance.demo.judging import judge
from performance.demo.leaving import hand_over
from performance.demo.options import Options
from performance.demo.planning import plan_ahead
from performance.demo.scenes import forgiving
from performance.demo.words import say
from performance.services.closing import close_month
from receivables.credit import KEY as CREDIT
from receivables.models import Receipt, Receivable
from receivables.services.allocation import allocate_receipt
from receivables.services.credit_entries import credit_or_enter
from receivables.services.credits import NewCreditNote
from receivables.services.entries import record_or_enter
from receivables.services.items import mark_disputed
from receivables.services.receipts import NewReceipt, reverse_receipt
from salesops.accounts.models import User
from salesops.approvals.services import start
from salesops.core.money import round_money
from salesops.core.periods import Period
from salesops.handbook.models import Acknowledgement
from salesops.handbook.reading import readers
from salesops.handbook.services import set_rule_value
from salesops.jobs.services.schedule import run_now


class Day:
    """One working day: an hour hand that moves on with every act, and the people by user name."""

    def __init__(self, options: Options, people: dict[str, User]) -> None:
        self.options, self.people = options, people
        self.today = options.today
        self.released = False  # whether a release beyond the credit was asked for
        self.clock = timezone.make_aware(datetime.combine(options.today, time(8, 30)))

    def at(self) -> datetime:
        """The moment of the next act; never later than the moment of loading."""
        self.clock += timedelta(minutes=2)
        return min(self.clock, self.options.at)


def live(options: Options, people: dict[str, User]) -> None:
    """Close the finished months, then let each persona do a morning's work."""
    day = Day(options, people)
    period = Period.month_of(options.start)
    while period.end < options.today:
        close_month(actor=None, at=options.at, period=period)
        period = period.next()
    parts = (
        _handbook,
        _read_handbook,
        _customers,
        _credit,
        keep_files,
        _visits,
        _orders,
        _money,
        live_bank,
        approve_things,
        make_items,
        make_tax_invoices,
        judge,
        confirm_balances,
        plan_ahead,
        hold_receptions,
        chase,
        end_otherwise,
        hand_over,
    )
    for part in parts:
        with forgiving(options, part):
            part(day)
    run_now("send_reminders", options.today, actor=people["root"], at=options.at)


def _credit(day: Day) -> None:
    set_credit(day.options)


def _handbook(day: Day) -> None:
    root = day.people["root"]
    first = (day.today.replace(day=1) + timedelta(days=32)).replace(day=1)
    reason = say("客户付款周期变长", "customers pay later")
    set_rule_value("receivables.notice_days", 10, first, reason, actor=root, at=day.at())
    set_rule_value(
        "security.second_factor_roles",
        "none",
        day.today,
        say("演示公司", "demo company"),
        actor=root,
        at=day.at(),
    )
    set_rule_value(
        "customers.stale_days", 150, first, say("资料更新更勤", "fresher files"), actor=root, at=day.at()
    )


def _read_handbook(day: Day) -> None:
    """Everybody has read what binds them but for two people, who have one chapter left."""
    late = {day.people["alice"].pk, day.people["bob"].pk}
    rows, at = [], day.at()
    for reader in readers(User.objects.filter(is_active=True).order_by("pk"), on=day.today):
        left = 1 if reader.person.pk in late else 0
        for chapter in reader.missing[left:]:
            rows.append(
                Acknowledgement(user=reader.person, chapter=chapter.key, edition=chapter.edition, at=at)
            )
    Acknowledgement.objects.bulk_create(rows)


def _customers(day: Day) -> None:
    alice, mona = day.people["alice"], day.people["mona"]
    moved = Customer.objects.filter(team__code="EAST").exclude(owner=alice).order_by("pk")[:2]
    for customer in moved:
        assign_owner(
            actor=mona, at=day.at(), customer=customer, owner=alice, from_date=day.today,
            reason=say("区域调整", "territories redrawn"), co_owners="keep",
        )  # fmt: skip
    for contract in Contract.objects.filter(state=ContractState.DRAFT).order_by("pk")[:2]:
        Contract.objects.filter(pk=contract.pk).update(signed_date=day.today - timedelta(days=2))
        activate_contract(actor=mona, contract=contract, at=day.at())


def _visits(day: Day) -> None:
    for username in ("alice", "bob", "tianyu", "carol", "erik"):
        person = day.people[username]
        mine = list(Customer.objects.filter(owner=person).order_by("-customer_class", "pk")[:3])
        for number, customer in enumerate(mine):
            plan_visit(
                actor=person, at=day.at(), customer=customer, owner=person,
                planned_date=day.today + timedelta(days=number), purpose=words.PURPOSES[number],
            )  # fmt: skip
        due = Visit.objects.filter(owner=person, state=VisitState.PLANNED, planned_date=day.today).order_by(
            "pk"
        )
        for visit in due[:1]:
            at = day.at()
            log_visit(
                actor=person, at=at, visit=visit, visited_at=at - timedelta(minutes=3), result=words.RESULTS[0],
                next_step=words.NEXT_STEPS[0], next_date=day.today + timedelta(days=7),
            )  # fmt: skip


def _orders(day: Day) -> None:
    mona, otto = day.people["mona"], day.people["otto"]
    for order in _some(OrderState.DRAFT, 3):
        submit_order(actor=order.owner, order=order, at=day.at())
    submitted = _supplied(OrderState.SUBMITTED, 9, checks.CONFIRM, day)
    for order in submitted[1 : len(submitted) - 2]:
        confirm_or_ask(actor=mona, order=order, at=day.at())
    for order in submitted[:1]:
        return_order_to_draft(
            actor=mona, order=order, reason=say("价格需复核", "check the price"), at=day.at()
        )
    confirmed = _supplied(OrderState.CONFIRMED, 6, checks.SHIP, day)
    for order in confirmed[:4]:
        ship_order(actor=otto, order=order, shipped_date=day.today, ship_method="truck", at=day.at())
    for order in confirmed[4:5]:
        cancel_order(
            actor=mona, order=order, reason=say("客户停产", "customer stopped production"), at=day.at()
        )
    shipped = Order.objects.filter(state=OrderState.SHIPPED).order_by("-shipped_date", "pk").first()
    if shipped:
        line = shipped.lines.order_by("position").first()
        record_return(
            actor=otto, order=shipped, line=line, quantity=Decimal(1), return_date=day.today,
            reason=say("破损", "damaged"), at=day.at(),
        )  # fmt: skip


def _supplied(state: str, count: int, stage: str, day: Day) -> list[Order]:
    """One order of a state per customer that no check stops; one that the credit stops is sent for a release."""
    free: list[Order] = []
    taken: set[int] = set()
    for order in _some(state, 60):
        stopped = [a for a in checks.ask(order, stage, at=day.options.at) if a.result == checks.BLOCK]
        if not stopped and len(free) < count and order.customer_id not in taken:
            free.append(order)
            taken.add(order.customer_id)
        elif any(a.release for a in stopped) and not day.released:
            start(
                actor=order.owner, at=day.at(), obj=order, document_type=CREDIT,
                reason=say("客户承诺本周付款", "the customer promised to pay this week"),
            )  # fmt: skip
            day.released = True
    return free


def _some(state: str, count: int) -> Iterator[Order]:
    """Orders of a state, oldest first, whose owner is still with us."""
    rows = Order.objects.filter(state=state, owner__is_active=True, customer__owner__is_active=True)
    return iter(rows.order_by("order_date", "pk")[:count])


def _money(day: Day) -> None:
    dora = day.people["dora"]
    items = list(
        Receivable.objects.open()
        .filter(disputed=False)
        .oldest_first()
        .select_related("customer", "currency")[:8]
    )
    for number, item in enumerate(items[:5]):
        share = [Decimal(1), Decimal("0.5"), Decimal(1), Decimal("1.1"), Decimal(1)][number]
        new = NewReceipt(
            customer=item.customer, received_date=day.today, amount=round_money(item.outstanding * share),
            currency=item.currency, bank_account="ICBC main", bank_reference=f"{day.today:%Y%m%d}-T{number}",
        )  # fmt: skip
        record_or_enter(actor=dora, receipt=new, oldest_first=number != 2, at=day.at())
    bounced = Receipt.objects.filter(received_date=day.today, used__gt=0).order_by("pk").first()
    if bounced:
        reverse_receipt(
            actor=dora, receipt=bounced, reason=say("银行退票", "cheque returned by the bank"), at=day.at()
        )
    free = Receipt.objects.unallocated().filter(received_date__lt=day.today).order_by("pk").first()
    if free and Receivable.objects.open().filter(customer=free.customer, currency=free.currency).exists():
        allocate_receipt(actor=dora, receipt=free, oldest_first=True, at=day.at())
    for item in items[6:7]:
        note = NewCreditNote(
            customer=item.customer, date=day.today, amount=round_money(item.outstanding / 10),
            currency=item.currency, reason=say("破损折让", "allowance for damage"), receivable=item,
        )  # fmt: skip
        credit_or_enter(actor=dora, credit_note=note, at=day.at())
    for item in items[7:8]:
        mark_disputed(
            actor=dora, receivable=item, reason=say("客户称数量不符", "quantity in dispute"), at=day.at()
        )
