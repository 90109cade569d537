"""What people keep about their customers: invoice titles, groups, grades, confirmed data."""

from __future__ import annotations

from typing import Any

from customers.choices import CustomerClass
from customers.models import Contact, Customer
from customers.services import save_address, save_contact, save_tax_profile, set_group
from customers.services.confirming import confirm_data
from customers.services.grading import accept_gradings, decide_grading, propose_grades
from customers.services.second_person import TITLE
from performance.demo.approving import sign
from performance.demo.words import say

GRADED = 60
WAITING = 8


def keep_files(day: Any) -> None:
    """Alice looks after her files, finance accepts a title, leads decide about grades."""
    alice = day.people["alice"]
    important = Customer.objects.filter(owner=alice, parent=None, customer_class=CustomerClass.IMPORTANT)
    mine = list(important.order_by("pk")[:3])
    if len(mine) < 3:
        return
    _titles(day, mine)
    _people(day, mine)
    for member in mine[1:]:
        set_group(
            actor=alice, at=day.at(), customer=member, group=mine[0], from_date=day.today.replace(day=1),
            reason=say("同一集团采购", "they buy as one group"),
        )  # fmt: skip
    confirm_data(actor=alice, at=day.at(), customer=mine[0])
    _grades(day)


def _titles(day: Any, mine: list[Customer]) -> None:
    alice, dora = day.people["alice"], day.people["dora"]
    first = mine[0]
    made = save_tax_profile(
        actor=alice, at=day.at(), customer=first, title=say(f"{first.name}采购中心", f"{first.name} Purchasing"),
        tax_number="9144030071526726XG", address=first.address, bank_name="中国工商银行",
        bank_account="6222021001117778889", from_date=day.today.replace(day=1),
    )  # fmt: skip
    sign(day, made, TITLE, "approve", by=dora)
    save_tax_profile(
        actor=alice, at=day.at(), customer=first, title=say(f"{first.name}分公司", f"{first.name} Branch"),
        tax_number="91350100M000100Y43", bank_name="招商银行", bank_account="6225880137701234",
    )  # fmt: skip
    save_address(
        actor=alice, at=day.at(), customer=first, kind="ship", text=say("二号库 3 门", "Warehouse 2, gate 3"),
        receiver=say("收货处", "Receiving"),
    )  # fmt: skip


def _people(day: Any, mine: list[Customer]) -> None:
    alice = day.people["alice"]
    main = Contact.objects.filter(customer=mine[0], is_primary=True).first()
    if main is not None:
        save_contact(
            actor=alice, at=day.at(), customer=mine[0], contact=main, part="decides", channel="chat",
            chat="wx-purchasing", habits=say("下午四点后方便", "Best after four in the afternoon"),
        )  # fmt: skip


def _grades(day: Any) -> None:
    """Computed for all; the manager accepts most, decides one otherwise, and leaves some to the leads."""
    mona = day.people["mona"]
    made = propose_grades(on=day.today, at=day.at())
    first = [row for row in made if row.old_class == CustomerClass.IMPORTANT][:GRADED]
    if len(first) <= WAITING:
        return
    decide_grading(
        actor=mona, at=day.at(), grading=first[0], grade="A",
        reason=say("战略客户，明年有大项目", "Strategic: a large project next year"),
    )  # fmt: skip
    accept_gradings(first[1:-WAITING], actor=mona, at=day.at())
