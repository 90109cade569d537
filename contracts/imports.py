"""Import kind of contracts: signed ones, in force from their first day unless the file says how they ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.choices import ContractKind, ContractState
from contracts.models import Contract
from customers.services.bulk import CustomerBook, seeds_of
from salesops.core.choices import Role
from salesops.core.money import convert
from salesops.exchange.books import CurrencyBook, PeopleBook, RateBook, TermBook
from salesops.exchange.context import BatchContext, Document, RowError
from salesops.exchange.fields import changed_fields, present
from salesops.exchange.registry import Column, ImportKind, import_kinds

REGISTERED = (ContractState.EFFECTIVE, ContractState.COMPLETED, ContractState.TERMINATED)
"""States of contracts that were signed and entered in the register."""


def prepare_contracts(ctx: BatchContext, documents: Sequence[Document]) -> None:
    rows = [document.first for document in documents]
    ctx.book(PeopleBook).need_or_create(
        {row.owner for row in rows},
        since=min((row.signed_date for row in rows), default=None),
        create=ctx.creates("owner"),
    )
    ctx.book(CustomerBook).need_or_create(
        seeds_of((row.customer, row.signed_date, row.owner, None) for row in rows),
        create=ctx.creates("customer"),
    )
    currencies = ctx.book(CurrencyBook)
    currencies.base()
    currencies.need_or_create({row.currency for row in rows}, create=ctx.creates("currency"))
    ctx.book(TermBook).need_or_create(
        {row.payment_terms for row in rows}, create=ctx.creates("payment_terms")
    )


def load_contracts(ctx: BatchContext, documents: Sequence[Document]) -> None:
    existing = {c.number: c for c in Contract.objects.filter(number__in=[d.first.number for d in documents])}
    changed: list[Contract] = []

    def build(document: Document) -> Contract | None:
        row = document.first
        new = _contract(ctx, row)
        contract = existing.get(row.number)
        if contract is None:
            return new
        given = {"customer": "customer_id", "owner": "owner_id", "signed_date": "signed_date"}
        given |= {name: name for name in ("start_date", "end_date") if getattr(row, name)}
        given |= {"amount": "amount"} | ({"currency": "currency_id"} if row.currency else {})
        given |= {"state": "state"} if row.state else {}
        for column, name in given.items():
            if getattr(contract, name) != getattr(new, name):
                raise RowError(
                    row,
                    column,
                    _(
                        "contract %(number)s is on file with another value: a registered contract does not change"
                    )
                    % {"number": row.number},
                )
        if changed_fields(contract, present({"remarks": row.remarks, "original_place": row.original_place})):
            changed.append(contract)
        else:
            ctx.outcome.unchanged += 1
        return None

    ctx.insert(ctx.each(documents, build), count=True)
    ctx.update(changed, ["remarks", "original_place"])


def _contract(ctx: BatchContext, row: Any) -> Contract:
    if row.signed_date > ctx.today:
        raise RowError(row, "signed_date", _("lies in the future"))
    start = row.start_date or row.signed_date
    if row.end_date and row.end_date < start:
        raise RowError(row, "end_date", _("lies before the contract takes effect"))
    if row.amount < 0:
        raise RowError(row, "amount", _("must not be negative"))
    customer = ctx.book(CustomerBook).customer(row, "customer", row.customer)
    people = ctx.book(PeopleBook)
    owner = people.owner(row, "owner", row.owner)
    currency = ctx.book(CurrencyBook).code(row, "currency", row.currency, customer.currency_id)
    rate = ctx.book(RateBook).rate(row, "currency", currency, row.signed_date, row.base_rate)
    term = ctx.book(TermBook).term(row, "payment_terms", row.payment_terms)
    return Contract(
        number=row.number,
        customer=customer,
        owner=owner,
        team_id=people.team_on(owner.pk, row.signed_date),
        state=row.state or ContractState.EFFECTIVE,
        kind=row.kind or ContractKind.SALE,
        end_reason=row.end_reason or "",
        our_party=row.our_party or "",
        their_signatory=row.their_signatory or "",
        subject=row.subject or "",
        signed_date=row.signed_date,
        start_date=start,
        end_date=row.end_date,
        amount=row.amount,
        currency_id=currency,
        base_rate=rate,
        base_amount=convert(row.amount, rate),
        payment_term_id=term.pk if term else customer.payment_term_id,
        remarks=row.remarks or "",
        original_place=row.original_place or "",
        created_by=ctx.actor,
    )


def export_contracts() -> Iterator[dict[str, Any]]:
    """Every contract that was ever signed and registered; a draft binds nobody yet and has no place in the file."""
    rows = Contract.objects.filter(state__in=REGISTERED, signed_date__isnull=False).order_by("pk")
    for contract in rows.select_related("customer", "owner", "payment_term").iterator(2000):
        yield {
            "number": contract.number,
            "customer": contract.customer.code,
            "owner": contract.owner.username,
            "signed_date": contract.signed_date,
            "start_date": contract.start_date,
            "end_date": contract.end_date,
            "amount": contract.amount,
            "currency": contract.currency_id,
            "payment_terms": contract.payment_term.code if contract.payment_term else None,
            "state": contract.state,
            "kind": contract.kind,
            "end_reason": contract.end_reason,
            "our_party": contract.our_party,
            "their_signatory": contract.their_signatory,
            "subject": contract.subject,
            "remarks": contract.remarks,
            "original_place": contract.original_place,
        }


CONTRACTS = ImportKind(
    name="contracts",
    title=gettext_lazy("Contracts"),
    columns=(
        Column("number", required=True, max_length=60),
        Column("customer", "reference", required=True, lookup="customer", max_length=60),
        Column("owner", "reference", required=True, lookup="owner"),
        Column("signed_date", "date", required=True),
        Column("start_date", "date", help=gettext_lazy("empty: the day of signing")),
        Column("end_date", "date"),
        Column("amount", "decimal", required=True),
        Column("currency", "reference", lookup="currency", max_length=3),
        Column("payment_terms", "reference", lookup="payment_terms"),
        Column(
            "state",
            "choice",
            choices=[(state.value, state.label) for state in REGISTERED],
            help=gettext_lazy("empty: in force"),
        ),
        Column("kind", "choice", choices=ContractKind.choices, help=gettext_lazy("empty: a sale")),
        Column("end_reason", max_length=300),
        Column("our_party", max_length=200),
        Column("their_signatory", max_length=100),
        Column("subject", max_length=200),
        Column("remarks", max_length=2000),
        Column("original_place", max_length=200),
        Column("base_rate", "decimal", places=8, help=gettext_lazy("exchange rate, instead of the table's")),
    ),
    key=("number",),
    roles=(Role.MANAGER, Role.LEGAL),
    creatable=("customer", "owner", "currency", "payment_terms"),
    prepare=prepare_contracts,
    load=load_contracts,
    export=export_contracts,
    order=70,
)


def register_kinds() -> None:
    import_kinds.register(CONTRACTS.name, CONTRACTS)
