"""Row 'Receivable, receipt' of the permission matrix (requirements §I)."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from receivables.choices import EntryState
from receivables.models import (
    Adjustment,
    CreditNote,
    LedgerRemoval,
    PeriodLock,
    PostingEntry,
    Receipt,
    ReceiptEntry,
    Receivable,
    Refund,
    Reminder,
    RetentionRelease,
    ReturnCredit,
    SettlementLine,
)
from salesops.core.choices import Role
from salesops.core.policies import Level, Policy, register
from salesops.core.subjects import register_records

MATRIX = (
    "rep:own:view assistant:team:view lead:team:view manager:department:view gm:all:view "
    "finance:all:edit legal:department:view auditor:all:view"
)


class DisputePolicy(Policy):
    """Row 'Dunning, dispute' of the matrix: whoever hears of a dispute writes it down."""

    model = Receivable
    matrix = (
        "rep:own:edit assistant:team:edit lead:team:edit manager:department:approve gm:all:approve "
        "finance:all:edit legal:all:edit auditor:all:view"
    )
    customer_path = "customer"


class ReceivablePolicy(Policy):
    """Finance keeps the ledger; owners, their leads and managers read what is theirs."""

    matrix = MATRIX
    customer_path = "customer"
    verbs = {"settle": Level.EDIT}
    disputes = DisputePolicy()

    def can_dispute(self, user: Any, obj: Model | None) -> bool:
        return self.disputes.allows(user, "edit", obj)

    can_resolve = can_dispute

    def can_edit(self, user: object, obj: object) -> bool:
        """Posted documents are never edited, by nobody."""
        return False

    can_change = can_delete = can_edit


class MoneyPolicy(Policy):
    """Receipts and credit notes: finance records, allocates and reverses."""

    matrix = MATRIX
    customer_path = "customer"
    verbs = {"allocate": Level.EDIT, "reverse": Level.EDIT}

    def can_edit(self, user: object, obj: object) -> bool:
        """Posted documents are never edited, by nobody."""
        return False

    can_change = can_delete = can_edit


class ReceiptPolicy(MoneyPolicy):
    """Bank accounts in full are for finance and those who look on; the same in page, list, export and history."""

    def can_view_sensitive(self, user: Any, obj: Model | None) -> bool:
        return sees_accounts(user) and self.allows(user, "view", obj)


def sees_accounts(user: Any) -> bool:
    return user.has_role(Role.FINANCE, Role.AUDITOR, Role.GM)


class EntryPolicy(MoneyPolicy):
    """A receipt that waits for a second person; finance enters it, or an administrator by a file."""

    verbs = {"enter": Level.EDIT, "view_sensitive": Level.EDIT}

    def can_enter(self, user: Any, entry: Any = None) -> bool:
        """Whoever keeps the ledger; what an administrator's file brought, that administrator."""
        if self.allows(user, "enter", entry):
            return True
        brought = entry is not None and bool(entry.number) and entry.created_by_id == user.pk
        return brought and user.is_active and user.has_role(Role.ADMINISTRATOR)


class RefundPolicy(ReceiptPolicy):
    """Money that goes back: finance pays, the account stands in full for those who see accounts."""

    verbs = {"reverse": Level.EDIT, "pay": Level.EDIT}


class PostingEntryPolicy(EntryPolicy):
    """A posting that waits; who asked for it by an act elsewhere (a cancelled order) may mend or withdraw it."""

    def can_edit(self, user: object, obj: object) -> bool:
        """While it waits, files that show it may be added; what was typed is mended by its own act."""
        return isinstance(obj, PostingEntry) and obj.state == EntryState.ENTERED and self.can_enter(user, obj)

    def can_enter(self, user: Any, entry: Any = None) -> bool:
        own = entry is not None and entry.created_by_id == user.pk and user.is_active
        return own or super().can_enter(user, entry)


class LinePolicy(MoneyPolicy):
    """A settlement line is seen by whoever sees its receivable."""

    owner_path = "receivable__owner"
    team_path = "receivable__team"
    customer_path = "receivable__customer"


class ReturnCreditPolicy(MoneyPolicy):
    """Which credit note gives a return back is seen with the order."""

    owner_path = "returned__order__owner"
    team_path = "returned__order__team"
    customer_path = "returned__order__customer"


class ReminderPolicy(Policy):
    """Reminders are seen with their receivable; the job writes them."""

    matrix = MATRIX
    owner_path = "receivable__owner"
    team_path = "receivable__team"
    customer_path = "receivable__customer"


class PeriodLockPolicy(Policy):
    """Closing a month of the ledger is finance's act; the auditor and the general manager look."""

    matrix = "finance:all:edit auditor:all:view gm:all:view"
    owner_path = team_path = None
    verbs = {"close": Level.EDIT}


class RemovalPolicy(Policy):
    """Imports taken back: finance and audit read them."""

    matrix = "finance:all:view auditor:all:view administrator:all:view"
    owner_path = team_path = None


def register_ledger() -> None:
    register(Receivable, ReceivablePolicy())
    register(Receipt, ReceiptPolicy())
    register(CreditNote, MoneyPolicy())
    register(ReceiptEntry, EntryPolicy())
    register(PostingEntry, PostingEntryPolicy())
    register(Adjustment, MoneyPolicy())
    register(Refund, RefundPolicy())
    register(SettlementLine, LinePolicy())
    register(RetentionRelease, LinePolicy())
    register(ReturnCredit, ReturnCreditPolicy())
    register(Reminder, ReminderPolicy())
    register(PeriodLock, PeriodLockPolicy())
    register(LedgerRemoval, RemovalPolicy())
    register_records(Adjustment, CreditNote, PostingEntry, Receipt, ReceiptEntry, Receivable, Refund)
