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
# What a document is used for, in its own currency and in base currency (base amount and exchange difference).
_USED = """
SELECT d.number || ': ' || d.used || ' <> ' || coalesce(l.total, 0) FROM receivables_{table} d
LEFT JOIN (SELECT {column}, sum(amount) AS total, sum(base_amount{more}) AS base
           FROM receivables_settlementline WHERE {column} IS NOT NULL GROUP BY {column}) l ON l.{column} = d.id
WHERE d.used <> coalesce(l.total, 0) OR {base} <> coalesce(l.base, 0)
"""
_SOURCES = (
    ("receipt", "receipt_id", " + exchange_difference", "d.used_base"),
    ("creditnote", "credit_note_id", " + exchange_difference", "d.used_base"),
    ("refund", "refund_id", "", "d.used_base"),
    ("adjustment", "adjustment_id", "", "coalesce(l.base, 0)"),
)
MONEY_CACHES = "UNION ALL".join(
    _USED.format(table=table, column=column, more=more, base=base) for table, column, more, base in _SOURCES
)
# Gains and losses by the rate are the document's share less the item's; a document used up leaves nothing over.
EXCHANGE = """
SELECT d.number FROM receivables_receipt d
WHERE d.used = d.amount AND d.used_base <> d.base_amount AND d.reversal_of_id IS NULL
UNION ALL SELECT d.number FROM receivables_creditnote d
WHERE d.used = d.amount AND d.used_base <> d.base_amount AND d.reversal_of_id IS NULL
UNION ALL SELECT 'line ' || l.id FROM receivables_settlementline l
WHERE l.adjustment_id IS NOT NULL AND l.exchange_difference <> 0
UNION ALL SELECT 'line ' || l.id FROM receivables_settlementline l
LEFT JOIN receivables_receivable i ON i.id = l.receivable_id
LEFT JOIN receivables_refund f ON f.id = l.refund_id
LEFT JOIN receivables_receipt r ON r.id = l.receipt_id
LEFT JOIN receivables_creditnote c ON c.id = l.credit_note_id
WHERE coalesce(i.base_rate, f.base_rate) = 1 AND coalesce(r.base_rate, c.base_rate) = 1
  AND l.exchange_difference <> 0 AND l.base_amount = l.amount
"""
# A standing refund is covered by its customer's money; a write-off gives up what it says less what was recovered,
# unless it was taken back.
GIVEN_UP = """
SELECT number FROM receivables_refund
WHERE reversal_of_id IS NULL AND reversed_date IS NULL AND used <> amount
UNION ALL
SELECT a.number FROM receivables_adjustment a
LEFT JOIN (SELECT written_off_id, sum(amount) AS back FROM receivables_adjustment
           WHERE written_off_id IS NOT NULL GROUP BY 1) r ON r.written_off_id = a.id
WHERE a.kind <> 'recovery' AND a.used NOT IN (0, a.amount - coalesce(r.back, 0))
UNION ALL
SELECT a.number FROM receivables_adjustment a JOIN receivables_receivable i ON i.id = a.receivable_id
WHERE a.customer_id <> i.customer_id OR a.currency_id <> i.currency_id OR a.date < i.issue_date
"""
# What two people have to post was posted by two.
TWO_PEOPLE = """
SELECT 'receipt entry ' || id FROM receivables_receiptentry WHERE accepted_by_id = created_by_id
UNION ALL SELECT 'posting entry ' || id FROM receivables_postingentry WHERE accepted_by_id = created_by_id
UNION ALL SELECT f.number FROM receivables_refund f
WHERE f.reversal_of_id IS NULL AND NOT EXISTS (SELECT 1 FROM receivables_postingentry e WHERE e.refund_id = f.id)
UNION ALL SELECT a.number FROM receivables_adjustment a
WHERE a.kind = 'write_off' AND NOT EXISTS (SELECT 1 FROM receivables_postingentry e WHERE e.adjustment_id = a.id)
"""
# Asked, posted and settled are the same in base currency, too: a write-off is worth what its line takes of the item.
AS_ASKED = """
SELECT coalesce(r.number, c.number, f.number, a.number) || ': ' || e.base_amount FROM (
    SELECT base_amount, receipt_id, NULL::bigint AS credit_note_id, NULL::bigint AS refund_id,
           NULL::bigint AS adjustment_id FROM receivables_receiptentry
    UNION ALL
    SELECT base_amount, NULL, credit_note_id, refund_id, adjustment_id FROM receivables_postingentry
) e
LEFT JOIN receivables_receipt r ON r.id = e.receipt_id
LEFT JOIN receivables_creditnote c ON c.id = e.credit_note_id
LEFT JOIN receivables_refund f ON f.id = e.refund_id
LEFT JOIN receivables_adjustment a ON a.id = e.adjustment_id
WHERE e.base_amount <> coalesce(r.base_amount, c.base_amount, f.base_amount, a.base_amount)
UNION ALL
SELECT a.number || ': ' || a.base_amount || ' <> ' || sum(l.base_amount) FROM receivables_adjustment a
JOIN receivables_settlementline l ON l.adjustment_id = a.id
WHERE a.used = a.amount GROUP BY a.id HAVING sum(l.base_amount) <> a.base_amount
"""
OVER_SETTLED = """
SELECT number FROM receivables_receivable WHERE settled < 0 OR settled > amount
   OR settled_base < 0 OR settled_base > base_amount OR (settled = amount AND settled_base <> base_amount)
"""
OVER_USED = """
SELECT number FROM receivables_receipt WHERE used < 0 OR used > greatest(amount, 0)
UNION ALL SELECT number FROM receivables_creditnote WHERE used < 0 OR used > greatest(amount, 0)
UNION ALL SELECT number FROM receivables_adjustment WHERE used < 0 OR used > amount
UNION ALL SELECT number FROM receivables_refund WHERE used < 0 OR used > greatest(amount, 0)
"""
TWO_SIDES = """
SELECT 'line ' || l.id || ' of ' || coalesce(i.number, f.number) FROM receivables_settlementline l
LEFT JOIN receivables_receivable i ON i.id = l.receivable_id
LEFT JOIN receivables_refund f ON f.id = l.refund_id
LEFT JOIN receivables_receipt r ON r.id = l.receipt_id
LEFT JOIN receivables_creditnote c ON c.id = l.credit_note_id
LEFT JOIN receivables_adjustment a ON a.id = l.adjustment_id
WHERE coalesce(i.customer_id, f.customer_id) IS DISTINCT FROM l.customer_id
   OR coalesce(r.customer_id, c.customer_id, a.customer_id) IS DISTINCT FROM l.customer_id
   OR coalesce(i.currency_id, f.currency_id) IS DISTINCT FROM l.currency_id
   OR coalesce(r.currency_id, c.currency_id, a.currency_id) IS DISTINCT FROM l.currency_id
   OR a.receivable_id <> l.receivable_id
   OR l.date < coalesce(i.issue_date, f.date) OR l.date < coalesce(r.received_date, c.date, a.date)
"""
REVERSED_LINES = """
SELECT 'line ' || n.id FROM receivables_settlementline n
JOIN receivables_settlementline o ON o.id = n.reversal_of_id
WHERE o.reversal_of_id IS NOT NULL OR o.amount <> -n.amount OR o.base_amount <> -n.base_amount
   OR o.exchange_difference <> -n.exchange_difference
   OR o.receivable_id IS DISTINCT FROM n.receivable_id OR o.receipt_id IS DISTINCT FROM n.receipt_id
   OR o.credit_note_id IS DISTINCT FROM n.credit_note_id OR o.adjustment_id IS DISTINCT FROM n.adjustment_id
   OR o.refund_id IS DISTINCT FROM n.refund_id OR n.date < o.date
"""
REVERSED_MONEY = """
SELECT n.number FROM receivables_receipt n JOIN receivables_receipt o ON o.id = n.reversal_of_id
WHERE o.amount <> -n.amount OR o.base_amount <> -n.base_amount OR o.customer_id <> n.customer_id
   OR o.currency_id <> n.currency_id OR o.reversed_date IS DISTINCT FROM n.received_date OR o.used <> 0
UNION ALL
SELECT n.number FROM receivables_creditnote n JOIN receivables_creditnote o ON o.id = n.reversal_of_id
WHERE o.amount <> -n.amount OR o.base_amount <> -n.base_amount OR o.customer_id <> n.customer_id
   OR o.currency_id <> n.currency_id OR o.reversed_date IS DISTINCT FROM n.date OR o.used <> 0
UNION ALL
SELECT n.number FROM receivables_refund n JOIN receivables_refund o ON o.id = n.reversal_of_id
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
    UNION ALL
    SELECT d.number, d.amount, x.date, sum(sum(x.amount)) OVER (PARTITION BY d.id ORDER BY x.date)
    FROM receivables_settlementline x JOIN receivables_adjustment d ON d.id = x.adjustment_id
    GROUP BY d.id, x.date
    UNION ALL
    SELECT d.number, d.amount, x.date, sum(sum(x.amount)) OVER (PARTITION BY d.id ORDER BY x.date)
    FROM receivables_settlementline x JOIN receivables_refund d ON d.id = x.refund_id
    GROUP BY d.id, x.date
) t WHERE used > amount OR used < 0
"""
BANK_LINES = """
SELECT bank_account || ' ' || bank_reference FROM receivables_receipt
WHERE bank_reference <> '' AND reversal_of_id IS NULL
GROUP BY bank_account, bank_reference HAVING count(*) > 1
"""
# In coins of the base currency; what was posted before these counted is exact to the cent. Credit for an item and what
# is held back of it are its share of the item, which may be a coin or two off: all parts make the whole.
BASE_RATES = """
SELECT number FROM receivables_receivable WHERE retention_of_id IS NULL
    AND base_amount NOT IN (round(amount * base_rate, {coins}), round(amount * base_rate, 2))
UNION ALL SELECT i.number FROM receivables_receivable i WHERE i.retention_of_id IS NOT NULL
    AND abs(i.base_amount - round(i.amount * i.base_rate, {coins})) > 0.1 ^ {coins} * (2 + (
        SELECT count(*) FROM receivables_settlementline x
        WHERE x.receivable_id = i.retention_of_id AND x.reversal_of_id IS NOT NULL))
UNION ALL SELECT number FROM receivables_receipt
    WHERE base_amount NOT IN (round(amount * base_rate, {coins}), round(amount * base_rate, 2))
UNION ALL SELECT number FROM receivables_creditnote
    WHERE abs(base_amount - round(amount * base_rate, {coins}))
        > CASE WHEN receivable_id IS NULL THEN 0 ELSE 2 * 0.1 ^ {coins} END
UNION ALL SELECT number FROM receivables_refund
    WHERE base_amount NOT IN (round(amount * base_rate, {coins}), round(amount * base_rate, 2))
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
               UNION ALL SELECT number FROM receivables_adjustment UNION ALL SELECT number FROM receivables_refund
               UNION ALL SELECT number FROM receivables_ledgerremoval) d
        ON d.number = p.head || lpad(n::text, greatest(p.width, length(n::text)), '0') || p.tail
    GROUP BY s.document_class, s.year, n
) each WHERE NOT there ORDER BY given
"""


def _numbers() -> tuple[int, list[str]]:
    places = [
        (place, series.document_class, series.year, *parts)
        for series in NumberSeries.objects.filter(document_class__in=["YS", "SK", "HZ", "TZ", "TK"])
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
        (
            "receivables.exchange_differences",
            _("What is used up in its own currency is used up in base currency"),
            EXCHANGE,
        ),
        ("receivables.given_up", _("Refunds are covered, write-offs stand as they say"), GIVEN_UP),
        (
            "receivables.posted_as_asked",
            _("What was asked, posted and settled is the same in base currency"),
            AS_ASKED,
        ),
        ("receivables.two_people", _("What two people have to post was posted by two"), TWO_PEOPLE),
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
