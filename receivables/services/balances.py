"""A customer confirms what it owes by a link that works once, or says what does not agree (domain §7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Customer
from receivables.models import Receivable
from receivables.selectors.statements import statement_of
from salesops.audit.services import record
from salesops.core.choices import Role
from salesops.core.errors import AskOffer, Conflict, InvalidInput, NotAllowed
from salesops.core.money import places_of
from salesops.core.policies import can
from salesops.handbook.selectors import rule
from salesops.notifications.models import OneTimeLink
from salesops.notifications.registry import NoticeKind, register_kinds
from salesops.notifications.services import notify
from salesops.notifications.services.outsiders import LinkPurpose, issue_link, link_purposes

PURPOSE = "receivables.balance"
LONGEST_NAME, LONGEST_WORDS = 80, 1000


def may_ask(user: Any, customer: Customer) -> bool:
    """Whoever holds the customer and may see its ledger, and finance."""
    if user is None or not can(user, "view", Receivable) or not can(user, "view", customer):
        return False
    return can(user, "edit", customer) or user.has_role(Role.FINANCE)


@transaction.atomic
def ask_balance(*, actor: Any, customer: Customer, email: str, language: str, at: datetime) -> OneTimeLink:
    """Mail a link to one address; until it is used, withdrawn or too old it shows the balance of today.

    Raises ``NotAllowed``, ``InvalidInput`` (address), ``Conflict`` when nothing was ever posted.
    """
    if not may_ask(actor, customer):
        raise NotAllowed(
            _("Only who holds the customer, or finance, asks for a balance."),
            way_out=_("Ask finance."),
            release=AskOffer(
                _("Please ask %(customer)s to confirm the balance") % {"customer": customer},
                people=(customer.owner,),
                roles=(Role.FINANCE,),
                subject=customer,
            ),
        )
    on = timezone.localdate(at)
    if not _balances(customer, on, actor):
        raise Conflict(_("There is no balance to confirm: nothing was posted for this customer."))
    expires = at + timedelta(days=rule("receivables.balance_days", on=on))
    link, _token = issue_link(
        PURPOSE, customer, email, expires, actor=actor, at=at, mail=True, language=language
    )
    return link


def _balances(customer: Customer, on: date, user: Any) -> list[tuple[Decimal, str]]:
    """What is owed at the end of a day, by currency, as ``user`` may see it."""
    accounts = statement_of(customer, since=on, on=on, user=user)
    return [(account.closing, account.currency) for account in accounts]


def show(customer: Customer, link: OneTimeLink) -> list[tuple[Any, Any]]:
    """What the outsider sees: our figure of the day on which we asked, while who asked may still see it.

    Raises ``Conflict`` when who asked lost the right meanwhile; the link is dead then.
    """
    on = timezone.localdate(link.created_at)
    if not may_ask(link.created_by, customer):
        raise Conflict(_("This link is no longer valid."))
    return [
        (_("Customer"), customer.name),
        (_("Balance as of"), date_format(on, "DATE_FORMAT")),
        *[
            (
                _("What you owe us"),
                f"{number_format(amount, places_of(currency), force_grouping=True)} {currency}",
            )
            for amount, currency in _balances(customer, on, link.created_by)
        ],
    ]


def answer(customer: Customer, link: OneTimeLink, data: Mapping[str, str], at: datetime) -> None:
    """Keep the answer in the timeline of the customer and tell who asked and who holds it."""
    if not data["name"]:
        raise InvalidInput(_("Please write your name."), field="name")
    if not may_ask(link.created_by, customer):
        raise Conflict(_("This link is no longer valid."))
    on = timezone.localdate(link.created_at)
    facts = {
        "customer": str(customer),
        "amount": " + ".join(
            f"{amount:.2f} {currency}" for amount, currency in _balances(customer, on, link.created_by)
        ),
        "balance_date": on.isoformat(),
        "person": data["name"],
        "recipient": link.recipient,
    }
    differs = data["difference"]
    verb = "receivables.balance_differs" if differs else "receivables.balance_agreed"
    record(verb, customer, actor=None, at=at, data=facts, comment=differs)
    told = {person.pk: person for person in (link.created_by, customer.owner) if person is not None}
    for person in told.values():
        words = {**facts, "words": differs[:200]}
        notify(person, verb, f"{verb}:{link.pk}", words, customer.get_absolute_url(), at=at)


def register() -> None:
    """Called when the app is ready."""
    link_purposes.register(
        PURPOSE,
        LinkPurpose(
            PURPOSE,
            gettext_lazy("Please confirm the balance of your account"),
            gettext_lazy("Compare our figure with your books. If it agrees, your name is enough."),
            gettext_lazy("Send the answer"),
            show=show,
            act=answer,
            fields=(
                ("name", gettext_lazy("Your name"), LONGEST_NAME),
                ("difference", gettext_lazy("What does not agree (empty if all agrees)"), LONGEST_WORDS),
            ),
        ),
    )
    register_kinds(
        NoticeKind(
            "receivables.balance_agreed",
            gettext_lazy("%(customer)s confirms the balance of %(balance_date)s"),
            "%(amount)s · %(person)s",
            label=gettext_lazy("A customer confirms a balance"),
        ),
        NoticeKind(
            "receivables.balance_differs",
            gettext_lazy("%(customer)s does not agree with the balance of %(balance_date)s"),
            gettext_lazy("%(person)s writes: “%(words)s”"),
            mail=True,
            tone="attention",
            label=gettext_lazy("A customer does not agree with a balance"),
        ),
    )
