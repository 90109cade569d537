"""What has to be true of the books of a history, on every day that has passed (see ``test_ledger_histories``)."""

from datetime import date
from decimal import Decimal as D

from django.db import connection
from hypothesis.stateful import RuleBasedStateMachine, invariant

from receivables.checks import run_checks
from receivables.models import CreditNote, Receipt, Receivable
from receivables.selectors import AgeingQuery, ageing_documents, ageing_items, ageing_report, disputed_on
from receivables.selectors.bridge import BALANCE, ITEMS, BridgeQuery, bridge_report, bridge_rows
from receivables.selectors.exposure import exposure_of, totals
from tests.receivables.history import Books


class Truths(RuleBasedStateMachine):
    """``books`` is the plain ledger, ``day`` today, ``last`` the day of the last act, ``told`` what was said of past days.

    ``thorough``: the reports after every step, not only when a day is over.
    """

    thorough = False

    books: Books

    @invariant()
    def it_is_what_the_plain_ledger_says(self):
        self.sound = False
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        self.papers_of_now()
        assert [(check.name, check.sample) for check in run_checks() if check.violations] == []
        if self.thorough:
            self.reports()
        self.sound = True

    def reports(self):
        """Of today and of the day to which something was dated; what is said of a past day is kept."""
        self.exposure()
        for day in sorted({self.day, self.last}):
            self.says(day)
        self.bridge(self.last, self.day)

    def papers_of_now(self):
        rows = {row.pk: row for row in Receivable.objects.all()}
        assert rows.keys() == self.books.items.keys()
        for pk, item in self.books.items.items():
            assert rows[pk].outstanding == item.left(date.max)
            assert rows[pk].due_date == item.due
            assert rows[pk].disputed == self.books.disputed(item, date.max)
            assert rows[pk].outstanding or not rows[pk].outstanding_base
        for kind, model in (("receipt", Receipt), ("credit", CreditNote)):
            left = {
                row.pk: row.unallocated for row in model.objects.filter(reversal_of=None, reversed_date=None)
            }
            assert left == {
                k[1]: m.left(date.max) for k, m in self.books.money.items() if k[0] == kind and not m.ended
            }

    def exposure(self):
        whole = totals(on=self.day)
        for customer in self.customers:
            owed = exposure_of(customer, on=self.day)
            now = ageing_report(AgeingQuery(as_of=date(2030, 1, 1), customer=customer.pk, by="none")).total
            assert (owed.items, owed.unallocated) == (now.outstanding, now.unallocated)
            parts = owed.items + owed.unbilled + owed.confirmed + owed.this_order - owed.unallocated
            assert parts == owed.total == whole.get(customer.pk, 0)

    def says(self, day):
        """The reports of one day: as the plain ledger has it, alike however they are cut, and as they said before."""
        for code in ("USD", "CNY"):
            self.in_currency(day, code)
        base = {by: ageing_report(AgeingQuery(as_of=day, by=by)) for by in ("customer", "owner", "currency")}
        sums = {by: (r.total.outstanding, r.total.amounts, r.total.unallocated) for by, r in base.items()}
        assert len(set(sums.values())) == 1, (day, sums)
        answer = [(by, row.pk, tuple(row), row.unallocated) for by, r in base.items() for row in r.rows]
        for by, report in base.items():
            for row in report.rows:
                query = AgeingQuery(as_of=day, by=by)
                assert sum(row.amounts) == row.outstanding
                assert sum(one.shown for one in ageing_items(query, key=row.pk)) == row.outstanding, (
                    day,
                    by,
                    row,
                )
                if by == "currency":
                    rows = [
                        one for m in (Receipt, CreditNote) for one in ageing_documents(query, m, key=row.pk)
                    ]
                    assert sum(one.shown for one in rows) == row.unallocated
        if day < self.day:
            assert self.told.setdefault(day, answer) == answer, f"{day} said something else before"

    def in_currency(self, day, code):
        said = self.books.figures(day, code)
        for stored in (None, False):
            total = ageing_report(AgeingQuery(as_of=day, by="none", currency=code, stored=stored)).total
            assert total.outstanding == said["outstanding"] == sum(total.amounts)
            assert total.amounts[0] == said["not_due"]
            assert (total.retention, total.unallocated) == (said["retention"], said["unallocated"])
        only, rest = (
            ageing_report(AgeingQuery(as_of=day, by="none", currency=code, disputed=which)).total.outstanding
            for which in ("only", "without")
        )
        assert (only, only + rest) == (said["disputed"], said["outstanding"])
        for row, item, *_days in self.books.disputes:
            assert disputed_on(row.receivable, day) == self.books.disputed(item, day)

    def bridge(self, since, until, *, behind=False):
        for of in (ITEMS, BALANCE):
            for code in ("", "USD"):
                query = BridgeQuery(since=since, until=until, of=of, currency=code)
                report = bridge_report(query)
                for row in [*report.rows, report.total]:
                    *parts, closing = row.figures.values()
                    assert sum(parts) == closing
                figures = report.total.figures
                for figure, day in (("opening", query.before), ("closing", until)):
                    net = ageing_report(query.ageing(day)).total
                    owed = net.outstanding - (net.unallocated if of == BALANCE else 0)
                    assert figures[figure] == owed, (of, code, figure, since, until, figures)
                for figure, amount in figures.items() if behind else ():
                    rows = [row.shown for part in bridge_rows(query, figure) for row in part]
                    assert sum(rows, D(0)) == amount, (of, code, figure)
                if code and of == BALANCE:
                    assert -figures["received"] == self.books.came(since, until, code, "receipt")
                    assert -figures["credited"] == self.books.came(since, until, code, "credit")
