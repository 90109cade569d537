"""Demand letters: written from the ladder in the customer's language, numbered when sent, proven when received."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from customers.identifiers import country_code
from customers.models import Contact, Customer
from receivables.choices import LetterState, LetterWay, StepChannel
from receivables.models import CollectionCase, CollectionLetter, CollectionLevel, CollectionPolicy, Receivable
from receivables.selectors.collection import overdue_of
from receivables.services.collection import finish_step, locked, waiting_step
from receivables.services.ladders import NAMES
from salesops.audit.services import record
from salesops.core.errors import Conflict, InvalidInput, NotAllowed
from salesops.core.locking import lock_row
from salesops.core.policies import can
from salesops.documents.selectors import letterhead_on
from salesops.handbook.selectors import rule
from salesops.notifications.services import mail_to
from salesops.numbering.services import next_number
from salesops.ui.marks import amount_of, exact_date

SERIES = "CK"
KEY = "receivables.letter"  # of the print
LANGUAGES = ("en", "zh-hans", "zh-hant")
_PLACE = re.compile(r"\{(" + "|".join(NAMES) + r")\}")


def language_of(customer: Customer) -> str:
    """In which language a customer is written to: by its country."""
    country = country_code(customer.country, home="CN")
    if country == "CN":
        return "zh-hans"
    return "zh-hant" if country in ("TW", "HK", "MO") else "en"


@dataclass(frozen=True)
class Draft:
    """A letter before it is sent: its level, words and items."""

    level: CollectionLevel
    language: str
    subject: str
    body: str
    lines: list[dict[str, Any]]
    totals: list[str]
    amount_base: Decimal
    deadline: date
    bank: str


def level_to_write(case: CollectionCase, on: date) -> CollectionLevel:
    """The level of the waiting step, else the one reached, else the first with words. Raises ``Conflict``."""
    step = waiting_step(case)
    if step is not None and step.policy_level.text_en:
        return step.policy_level
    done = (
        case.steps.filter(state="done").select_related("policy_level").order_by("-done_date", "-pk").first()
    )
    if done is not None and done.policy_level.text_en:
        return done.policy_level
    policy = CollectionPolicy.objects.filter(from_date__lte=on).order_by("by_choice", "-from_date").first()
    level = policy.levels.exclude(text_en="").first() if policy else None
    if level is None:
        raise Conflict(
            _("No ladder has words for a letter."), way_out=_("Finance writes them into the ladder.")
        )
    return level


def draft(case: CollectionCase, *, language: str, number: str, actor: Any, at: datetime) -> Draft:
    """What a letter of today would say; ``number`` is filled in where the words ask for it.

    Disputed items are left out. Raises ``Conflict`` when nothing is left to demand.
    """
    on = timezone.localdate(at)
    level = level_to_write(case, on)
    items = [row for row in overdue_of(case, on) if not row.disputed]
    if not items:
        raise Conflict(_("Nothing that is not disputed is overdue."))
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for item in items:
        sums[item.currency_id] += item.outstanding
    deadline = on + timedelta(days=level.deadline_days)
    contact = Contact.objects.filter(customer=case.customer, is_primary=True, left=False).first()
    with override(language):
        head = letterhead_on(on)
        totals = [amount_of(amount, code) for code, amount in sorted(sums.items())]
        values = {
            "company": head.said("name", language) if head else "",
            "customer": case.customer.name,
            "number": number,
            "date": exact_date(on),
            "deadline": exact_date(deadline),
            "amount": " + ".join(totals),
            "days": (on - items[0].due_date).days,
            "contact": contact.name if contact else "",
            "person": str(actor or case.owner or ""),
        }
        subject, body = (_plain(text, values) for text in level.words(language))
        lines = [_line(item, on) for item in items]
    return Draft(
        level=level,
        language=language,
        subject=subject,
        body=body,
        lines=lines,
        totals=totals,
        amount_base=sum((item.outstanding_base for item in items), Decimal(0)),
        deadline=deadline,
        bank=rule("receivables.bank_details", on=on) or (head.bank if head else ""),
    )


def _plain(text: str, values: dict[str, Any]) -> str:
    """The words with their places filled once, as plain text: it is escaped wherever it is shown."""
    return _PLACE.sub(lambda place: str(values[place[1]]) if place[1] in values else place[0], text)


def _line(item: Receivable, on: date) -> dict[str, Any]:
    document = item.contract or item.order
    return {
        "number": item.number,
        "document": str(document) if document else "",
        "issued": item.issue_date.isoformat(),
        "due": item.due_date.isoformat(),
        "days": (on - item.due_date).days,
        "amount": str(item.outstanding),
        "currency": item.currency_id,
    }


@transaction.atomic
def send_letter(
    *,
    actor: Any,
    case: CollectionCase,
    way: str,
    at: datetime,
    language: str = "",
    address: str = "",
    tracking: str = "",
) -> CollectionLetter:
    """Send the letter of the case's level, once a day; it does the waiting step if that asks for a letter.

    Mail goes to ``address`` with the letter as PDF. Raises ``Conflict`` (closed, nothing to demand, a letter of today),
    ``InvalidInput`` (no address, unknown language), ``NotAllowed``.
    """
    row = locked(case, actor)
    today = timezone.localdate(at)
    if row.letters.filter(date=today).exists():
        raise Conflict(
            _("A letter went to this customer today."), way_out=_("Send the next one another day.")
        )
    language = language or language_of(row.customer)
    if language not in LANGUAGES:
        raise InvalidInput(_("Letters are written in English or Chinese."), field="language")
    step = waiting_step(row)
    address = address.strip() or (row.customer.address if way != LetterWay.MAIL else "")
    if not address:
        raise InvalidInput(_("Where does it go?"), field="address")
    draft(row, language=language, number="", actor=actor, at=at)  # refused before a number is taken
    number = next_number(SERIES, on=today)
    words = draft(row, language=language, number=number, actor=actor, at=at)
    letter = CollectionLetter.objects.create(
        number=number,
        case=row,
        step=step if step is not None and step.channel == StepChannel.LETTER else None,
        level=words.level.level,
        language=language,
        date=today,
        deadline=words.deadline,
        subject=words.subject,
        body=words.body,
        lines=words.lines,
        totals=words.totals,
        amount_base=words.amount_base,
        customer_name=row.customer.name,
        bank=words.bank,
        sent_by=actor,
        created_by=actor,
        way=way,
        address=address,
        tracking=tracking.strip(),
    )
    data = {"number": number, "customer": row.customer.name, "address": address, "ladder_level": letter.level}
    record("receivables.letter_sent", letter, row, row.customer, actor=actor, at=at, data=data)
    if way == LetterWay.MAIL:
        _mail(letter, actor=actor, at=at)
    if letter.step is not None:
        finish_step(letter.step, actor=actor, at=at, proof=f"{number} → {address}")
    CollectionCase.objects.filter(pk=row.pk).update(last_contact=today, next_date=words.deadline)
    return letter


def _mail(letter: CollectionLetter, *, actor: Any, at: datetime) -> None:
    head = letterhead_on(letter.date)
    mail_to(
        letter.address,
        letter.language,
        "collection_letter",
        {
            "letter_subject": letter.subject,
            "paragraphs": letter.body.split("\n\n"),
            "items": letter.lines,
            "totals": letter.totals,
            "bank_details": letter.bank,
            "company": head.said("name", letter.language) if head else "",
        },
        key=f"collection-letter:{letter.pk}",
        at=at,
        attach=[
            {
                "kind": "print",
                "key": KEY,
                "pk": letter.pk,
                "language": letter.language,
                "person": actor.pk if actor else None,
                "name": f"{letter.number}.pdf",
            }
        ],
    )


@transaction.atomic
def note_receipt(
    *, actor: Any, letter: CollectionLetter, state: str, on: date, proof: str, at: datetime
) -> CollectionLetter:
    """Write down that a letter was received or came back, with the proof; once.

    Raises ``Conflict`` when it was written down, ``InvalidInput`` for a day before the letter or to come, ``NotAllowed``.
    """
    row = lock_row(CollectionLetter.objects.select_related("case__customer"), letter.pk)
    if not can(actor, "chase", row):
        raise NotAllowed(_("Only who chases this customer does this."))
    if row.state != LetterState.SENT:
        raise Conflict(_("This letter is “%(state)s” already.") % {"state": row.get_state_display()})
    if not row.date <= on <= timezone.localdate(at):
        raise InvalidInput(_("The day lies between the letter and today."), field="on")
    if not proof.strip():
        raise InvalidInput(_("What proves it?"), field="proof")
    row.state, row.answered_date, row.proof = state, on, proof.strip()[:300]
    row.version += 1
    row.save(update_fields=["state", "answered_date", "proof", "version", "updated_at"])
    data = {"number": row.number, "customer": row.customer_name}
    record(f"receivables.letter_{state}", row, row.case, actor=actor, at=at, data=data, comment=row.proof)
    return row
