"""Import kinds of receivables, receipts and credit notes."""

from __future__ import annotations

from typing import Any

from receivables.imports.bank import BANK_LINES, remove_lines
from receivables.imports.credits import CREDIT_NOTES
from receivables.imports.items import RECEIVABLES
from receivables.imports.receipts import RECEIPTS
from receivables.models import BankLine, CreditNote, Receipt, Receivable, SettlementLine
from receivables.services.bulk import remove_documents
from salesops.exchange.registry import import_kinds, register_remover


def _keep(pks: list[int], *, actor: Any, at: Any, reason: str) -> int:
    """Settlement lines leave with their document."""
    return 0


def register_kinds() -> None:
    for kind in (RECEIVABLES, RECEIPTS, BANK_LINES, CREDIT_NOTES):
        import_kinds.register(kind.name, kind)
    register_remover(SettlementLine, _keep)
    register_remover(BankLine, remove_lines)
    for model, name in ((Receivable, "receivable"), (Receipt, "receipt"), (CreditNote, "credit_note")):
        register_remover(model, _remover(name))


def _remover(name: str) -> Any:
    def remove(pks: list[int], *, actor: Any, at: Any, reason: str) -> int:
        return remove_documents(name, pks, actor=actor, at=at, reason=reason)

    return remove
