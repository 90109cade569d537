"""Invariants of the bank: its lines and our receipts say the same, and balances follow from each other."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from receivables.checks.ledger import SAMPLE, register_check
from receivables.models import BankAccount
from receivables.selectors.bank import gaps_of

POSTED = """
SELECT a.name || ' ' || l.date || ' ' || l.amount || ': ' || r.number FROM receivables_bankline l
JOIN receivables_bankaccount a ON a.id = l.account_id
JOIN receivables_receipt r ON r.id = l.receipt_id
WHERE r.amount <> l.amount OR r.currency_id <> l.currency_id OR r.reversed_date IS NOT NULL
   OR r.reversal_of_id IS NOT NULL OR r.received_date < l.date
"""


CLAIMS = """
SELECT a.name || ' ' || l.date || ' ' || l.amount FROM receivables_bankline l
JOIN receivables_bankaccount a ON a.id = l.account_id
LEFT JOIN receivables_bankclaim c ON c.line_id = l.id
GROUP BY a.name, l.date, l.amount, l.state, l.id
HAVING (l.state = 'claimed') <> coalesce(bool_or(c.state = 'open') AND l.state IN ('claimed', 'new', 'proposed'), false)
    OR (bool_or(c.state = 'confirmed') AND l.state <> 'posted')
"""


def _gaps() -> tuple[int, list[str]]:
    """Statements that follow each other and contradict each other; one never imported is a question of its month."""
    gaps = [gap.line for gap in gaps_of(BankAccount.objects.values_list("pk", flat=True)) if gap.broken]
    return len(gaps), [f"{line}: {line.balance}" for line in gaps[:SAMPLE]]


def register() -> None:
    """Called when the app is ready."""
    register_check("receivables.bank_receipts", _("A booked bank line and its receipt say the same"), POSTED)
    register_check(
        "receivables.bank_claims", _("A claimed bank line has a claim, a confirmed claim its receipt"), CLAIMS
    )
    register_check("receivables.bank_balances", _("Balances of the bank follow from each other"), _gaps)
