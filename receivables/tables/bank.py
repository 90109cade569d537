"""Bank accounts, statements and lines as lists."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from receivables.models import BankAccount, BankClaim, BankLine, BankStatement
from receivables.permissions import sees_accounts
from receivables.tables.ledger import EntryLink
from salesops.core.masking import mask_account
from salesops.ui.tables import (
    BoolColumn,
    ChoiceColumn,
    DateColumn,
    LinkColumn,
    MoneyColumn,
    NumberColumn,
    PersonColumn,
    RecordTable,
    StateColumn,
    TextColumn,
)


class MaskedColumn(TextColumn):
    """An account number by its last four signs."""

    def html(self, value: Any, record: Any) -> Any:
        return super().html(mask_account(str(value or "")), record)


class BankAccountTable(RecordTable):
    name = LinkColumn()
    bank = TextColumn()
    number = MaskedColumn(orderable=False)
    currency = TextColumn(accessor="currency_id", verbose_name=_("currency"))
    active = BoolColumn()

    class Meta:
        model = BankAccount
        fields = ("name", "bank", "number", "currency", "active")


class StatementTable(RecordTable):
    last_date = EntryLink()
    account = LinkColumn(to="account", orderable=False)
    first_date = DateColumn()
    opening = MoneyColumn(currency="account.currency_id")
    closing = MoneyColumn(currency="account.currency_id")
    file_name = TextColumn()

    class Meta:
        model = BankStatement
        fields = ("last_date", "account", "first_date", "opening", "closing", "file_name")


class BankLineTable(RecordTable):
    date = EntryLink()
    payer = TextColumn()
    text = TextColumn(orderable=False)
    amount = MoneyColumn(currency="currency_id")
    state = StateColumn()
    score = NumberColumn(verbose_name=_("how sure"))
    account = TextColumn(accessor="account__name", verbose_name=_("bank account"), orderable=False)
    receipt = LinkColumn(to="receipt", orderable=False)
    reference = TextColumn(orderable=False)
    value_date = DateColumn()
    balance = MoneyColumn(currency="currency_id", orderable=False)
    set_aside = ChoiceColumn(orderable=False)
    payer_account = MaskedColumn(orderable=False)

    class Meta:
        model = BankLine
        fields = (
            "date", "payer", "text", "amount", "state", "score", "account", "receipt", "reference", "value_date",
            "balance", "set_aside", "payer_account",
        )  # fmt: skip

    default_columns = ("date", "payer", "text", "amount", "state", "score", "account", "receipt")

    def render_score(self, value: int) -> Any:
        return value or self.default  # nothing is proposed: there is nothing to be sure of

    def hide_for(self, user: Any) -> tuple[str, ...]:
        return () if sees_accounts(user) else ("score", "receipt", "balance", "account")


class BankClaimTable(RecordTable):
    claimed_on = EntryLink()
    customer = LinkColumn(to="customer", orderable=False)
    amount = MoneyColumn(
        accessor="line__amount", currency="line.currency_id", verbose_name=_("amount"), orderable=False
    )
    line_date = DateColumn(accessor="line__date", verbose_name=_("received on"), orderable=False)
    owner = PersonColumn(orderable=False)
    state = StateColumn()
    purpose = TextColumn(orderable=False)
    reason = TextColumn(orderable=False)

    class Meta:
        model = BankClaim
        fields = ("claimed_on", "customer", "amount", "line_date", "owner", "state", "purpose", "reason")
