"""The invariants of the ledger and of the figures, recomputed from the lines (quality §2, features §4.21).

Other rooms and apps add theirs: ``register_check("performance.kpi_is_rows", title, function)``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from receivables.choices import Basis, GroupBy
from receivables.selectors import AgeingQuery, ageing_report
from salesops.core.money import places_of
from salesops.core.registry import Registry
from salesops.numbering.models import NumberSeries
from salesops.numbering.services import number_parts

SAMPLE = 10
Finder = Callable[[], tuple[int, list[str]]]


@dataclass(frozen=True)
class Check:
    """One invariant. ``find()`` gives the number of violations and a sample of rows by name."""

    name: str
    title: Any
    find: Finder


@dataclass(frozen=True)
class CheckResult:
    name: str
    title: Any
    violations: int
    sample: list[str]


checks: Registry[Check] = Registry("book checks")


def register_check(name: str, title: Any, find: Finder | str) -> Check:
    """Add a check: SQL whose rows (one text column) are the violations, or a function ``() -> (n, sample)``."""
    finder = _rows_of(find) if isinstance(find, str) else find
    return checks.register(name, Check(name, title, finder))


def _rows_of(sql: str) -> Finder:
    def find() -> tuple[int, list[str]]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.rowcount, [str(row[0]) for row in cursor.fetchmany(SAMPLE)]

    return find


def run_checks() -> list[CheckResult]:
    """All checks on one snapshot of the books, so that postings going on meanwhile are no violations."""
    with transaction.atomic():
        if not connection.in_atomic_block or len(connection.savepoint_ids) == 0:
            with connection.cursor() as cursor:
                # A million items take their time: a minute and more for one check.
                cursor.execute(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; "
                    "SET LOCAL statement_timeout = '15min'"
                )
        return [_result(check) for check in checks]


def _result(check: Check) -> CheckResult:
    violations, sample = check.find()
    return CheckResult(check.name, check.title, violations, sample[:SAMPLE])


# --- the ledger's own ---------------------------------------------------------------------------------
ITEM_CACHES = """
SELECT i.number || ': ' || i.settled || ' <> ' || coalesce(l.total, 0) FROM receivables_receivable i
LEFT JOIN (SELECT receivable_id, sum(amount) AS total, sum(base_amount) AS base
           FROM receivables_settlementline GROUP BY receivable_id) l ON l.receivable_id = i.id
WHERE i.settled <> coalesce(l.total, 0) OR i.settled_base <> coalesce(l.base, 0)
"""
MONEY_CACHES = """
SELECT d.number || ': ' || d.used || ' <> ' || coalesce(l.total, 0) FROM receivables_receipt d
LEFT JOIN (SELECT receipt_id, sum(amount) AS total FROM receivables_settlementline
           WHERE receipt_id IS NOT NULL GROUP BY receipt_id) l ON l.receipt_id = d.id
WHERE d.used <> coalesce(l.total, 0)
UNION ALL
SELECT d.number || ': ' || d.used || ' <> ' || coalesce(l.total, 0) FROM receivables_creditnote d
LEFT JOIN (SELECT credit_note_id, sum(amount) AS total FROM receivables_settlementline
           WHERE credit_note_id IS NOT NULL GROUP BY credit_note_id) l ON l.credit_note_id = d.id
WHERE d.used <> coalesce(l.total, 0)
"""
OVER_SETTLED = """
SELECT number FROM receivables_receivable WHERE settled < 0 OR settled > amount
   OR settled_base < 0 OR settled_base > base_amount OR (settled = amount AND settled_base <> base_amount)
"""
OVER_USED = """
SELECT number FROM receivables_receipt WHERE used < 0 OR used > greatest(amount, 0)
UNION ALL SELECT number FROM receivables_creditnote WHERE used < 0 OR used > greatest(amount, 0)
"""
TWO_SIDES = """
SELECT 'line ' || l.id || ' of ' || i.number FROM receivables_settlementline l
JOIN receivables_receivable i ON i.id = l.receivable_id
LEFT JOIN receivables_receipt r ON r.id = l.receipt_id
LEFT JOIN receivables_creditnote c ON c.id = l.credit_note_id
WHERE i.customer_id <> l.customer_id OR coalesce(r.customer_id, c.customer_id) <> l.customer_id
   OR i.currency_id <> l.currency_id OR coalesce(r.currency_id, c.currency_id) <> l.currency_id
   OR l.date < i.issue_date OR l.date < coalesce(r.received_date, c.date)
"""
REVERSED_LINES = """
SELECT 'line ' || n.id FROM receivables_settlementline n
JOIN receivables_settlementline o ON o.id = n.reversal_of_id
WHERE o.reversal_of_id IS NOT NULL OR o.amount <> -n.amount OR o.base_amount <> -n.base_amount
   OR o.receivable_id <> n.receivable_id OR o.receipt_id IS DISTINCT FROM n.receipt_id
   OR o.credit_note_id IS DISTINCT FROM n.credit_note_id OR n.date < o.date
"""
REVERSED_MONEY = """
SELECT n.number FROM receivables_receipt n JOIN receivables_receipt o ON o.id = n.reversal_of_id
WHERE o.amount <> -n.amount OR o.base_amount <> -n.base_amount OR o.customer_id <> n.customer_id
   OR o.currency_id <> n.currency_id OR o.reversed_date IS DISTINCT FROM n.received_date OR o.used <> 0
UNION ALL
SELECT n.number FROM receivables_creditnote n JOIN receivables_creditnote o ON o.id = n.reversal_of_id
WHERE o.amount <> -n.amount OR o.base_amount <> -n.base_amount OR o.customer_id <> n.customer_id
   OR o.currency_id <> n.currency_id OR o.reversed_date IS DISTINCT FROM n.date OR o.used <> 0
"""
# Day by day: what stood against a document never was more than its amount, whatever was dated back.
PAST_DAYS = """
SELECT number || ' ' || day FROM (
    SELECT i.number, i.amount, x.date AS day, sum(sum(x.amount)) OVER (PARTITION BY i.id ORDER BY x.date) AS used
    FROM receivables_settlementline x JOIN receivables_receivable i ON i.id = x.receivable_id
    GROUP BY i.id, x.date
    UNION ALL
    SELECT d.number, d.amount, x.date, sum(sum(x.amount)) OVER (PARTITION BY d.id ORDER BY x.date)
    FROM receivables_settlementline x JOIN receivables_receipt d ON d.id = x.receipt_id
    GROUP BY d.id, x.date
    UNION ALL
    SELECT d.number, d.amount, x.date, sum(sum(x.amount)) OVER (PARTITION BY d.id ORDER BY x.date)
    FROM receivables_settlementline x JOIN receivables_creditnote d ON d.id = x.credit_note_id
    GROUP BY d.id, x.date
) t WHERE used > amount OR used < 0
"""
BANK_LINES = """
SELECT bank_account || ' ' || bank_reference FROM receivables_receipt
WHERE bank_reference <> '' AND reversal_of_id IS NULL
GROUP BY bank_account, bank_reference HAVING count(*) > 1
"""
# In coins of the base currency; what was posted before these counted is exact to the cent. Credit for an item is
# its share of the item, which may be a coin or two off: all parts make the whole.
BASE_RATES = """
SELECT number FROM receivables_receivable
    WHERE base_amount NOT IN (round(amount * base_rate, {coins}), round(amount * base_rate, 2))
UNION ALL SELECT number FROM receivables_receipt
    WHERE base_amount NOT IN (round(amount * base_rate, {coins}), round(amount * base_rate, 2))
UNION ALL SELECT number FROM receivables_creditnote
    WHERE abs(base_amount - round(amount * base_rate, {coins}))
        > CASE WHEN receivable_id IS NULL THEN 0 ELSE 2 * 0.1 ^ {coins} END
"""
# Numbers of our own series that are missing below the last one given, in every pattern that ever held.
NUMBERS = """
SELECT given FROM (
    SELECT s.document_class, s.year, n, min(p.place) AS place,
           min(p.head || lpad(n::text, greatest(p.width, length(n::text)), '0') || p.tail)
               FILTER (WHERE p.place = 1) AS given,
           bool_or(d.number IS NOT NULL) AS there
    FROM numbering_numberseries s
    JOIN unnest(%s::int[], %s::text[], %s::int[], %s::text[], %s::int[], %s::text[])
        AS p(place, class, year, head, width, tail) ON p.class = s.document_class AND p.year = s.year
    CROSS JOIN LATERAL generate_series(1, s.last) n
    LEFT JOIN (SELECT number FROM receivables_receivable UNION ALL SELECT number FROM receivables_receipt
               UNION ALL SELECT number FROM receivables_creditnote
               UNION ALL SELECT number FROM receivables_ledgerremoval) d
        ON d.number = p.head || lpad(n::text, greatest(p.width, length(n::text)), '0') || p.tail
    GROUP BY s.document_class, s.year, n
) each WHERE NOT there ORDER BY given
"""


def _numbers() -> tuple[int, list[str]]:
    places = [
        (place, series.document_class, series.year, *parts)
        for series in NumberSeries.objects.filter(document_class__in=["YS", "SK", "HZ"])
        for place, parts in enumerate(number_parts(series.document_class, series.year), start=1)
    ]  # the first pattern names what is missing
    if not places:
        return 0, []
    columns = [list(column) for column in zip(*places, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(NUMBERS, columns)
        return cursor.rowcount, [str(row[0]) for row in cursor.fetchmany(SAMPLE)]


ORDERS = """
SELECT o.number || ': ' || i.amount || ' <> ' || o.total FROM receivables_receivable i
JOIN orders_order o ON o.id = i.order_id
WHERE i.source = 'order' AND (i.amount > o.total OR i.customer_id <> o.customer_id
    OR i.currency_id <> o.currency_id)
UNION ALL
SELECT o.number || ': ' || b.billed || ' > ' || o.total FROM orders_order o
JOIN (SELECT i.order_id, sum(i.amount - coalesce(c.credited, 0)) AS billed FROM receivables_receivable i
      LEFT JOIN (SELECT receivable_id, sum(amount) AS credited FROM receivables_creditnote
                 GROUP BY receivable_id) c ON c.receivable_id = i.id
      WHERE i.order_id IS NOT NULL GROUP BY i.order_id HAVING bool_or(i.source = 'order')) b
    ON b.order_id = o.id
WHERE b.billed > o.total
"""
ORDER_TOTALS = """
SELECT o.number FROM orders_order o
LEFT JOIN (SELECT order_id, sum(net) AS net, sum(tax) AS tax FROM orders_orderline GROUP BY order_id) l
    ON l.order_id = o.id
WHERE o.net <> coalesce(l.net, 0) OR o.tax <> coalesce(l.tax, 0) OR o.total <> o.net + o.tax + o.freight
"""


def _buckets() -> tuple[int, list[str]]:
    """Today's ageing: buckets add up, stored balances and lines agree, and the total is the open balance."""
    day = timezone.localdate()
    faults = []
    for basis in Basis.values:
        lines = ageing_report(AgeingQuery(as_of=day, by=GroupBy.NONE, basis=basis, stored=False))
        if sum(lines.total.cells.values()) != lines.total.outstanding:
            faults.append(f"{basis}: buckets <> outstanding")
    customers = {
        row.pk: row for row in ageing_report(AgeingQuery(as_of=day, by=GroupBy.CUSTOMER, stored=False)).rows
    }
    automatic = {row.pk: row for row in ageing_report(AgeingQuery(as_of=day, by=GroupBy.CUSTOMER)).rows}
    faults += [
        f"{(customers.get(pk) or automatic[pk]).key}: lines <> balances"
        for pk in customers.keys() | automatic.keys()
        if customers.get(pk) != automatic.get(pk)
    ]
    return len(faults), faults


def _base_rates() -> tuple[int, list[str]]:
    return _rows_of(BASE_RATES.format(coins=places_of()))()


def _audit_chain() -> tuple[int, list[str]]:
    from salesops.audit.selectors import verify_chain

    faults = verify_chain(limit=1000)
    return len(faults), [str(fault) for fault in faults]


def register() -> None:
    """The ledger's own checks; called once from the app's ``ready()``."""
    for name, title, find in (
        (
            "receivables.settled_is_sum_of_lines",
            _("Settled amounts are the sums of their lines"),
            ITEM_CACHES,
        ),
        (
            "receivables.used_is_sum_of_lines",
            _("Allocated amounts are the sums of their lines"),
            MONEY_CACHES,
        ),
        ("receivables.never_oversettled", _("No receivable is settled beyond its amount"), OVER_SETTLED),
        ("receivables.never_overused", _("No receipt or credit note is allocated twice"), OVER_USED),
        ("receivables.past_days", _("On no day was more settled or allocated than there was"), PAST_DAYS),
        ("receivables.same_sides", _("Both sides of a line fit together"), TWO_SIDES),
        ("receivables.line_reversals", _("Reversed lines are equal and opposite"), REVERSED_LINES),
        ("receivables.document_reversals", _("Reversed documents are equal and opposite"), REVERSED_MONEY),
        ("receivables.bank_lines", _("Each bank line is recorded once"), BANK_LINES),
        ("receivables.base_amounts", _("Base amounts follow from the rate of their posting"), _base_rates),
        ("receivables.numbers_gapless", _("Numbers given by the system have no gap"), _numbers),
        ("receivables.orders_match", _("Receivables of an order never exceed its total"), ORDERS),
        ("orders.totals_are_lines", _("Order totals are the sums of their lines"), ORDER_TOTALS),
        ("receivables.buckets_are_outstanding", _("Ageing adds up to what is outstanding"), _buckets),
        ("audit.chain_unbroken", _("The audit trail is unbroken"), _audit_chain),
    ):
        register_check(name, title, find)
