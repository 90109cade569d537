"""Whose money is it, and what does it pay? Proposals for lines of the bank, with their reasons; nothing is posted.

All open lines are looked at together: a handful of statements find the candidates (numbers in the text, payer and
payer's account, the amount), one reads the open items of those customers. A proposal names items of one customer in
one currency, never more than is open, and never what a surer line before it takes.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from customers.naming import name_key
from receivables.choices import EntryState
from receivables.choices.bank import LineState
from receivables.models import BankLine, ReceiptEntry
from receivables.services.match_items import OLDEST, Account, Candidate, Item, add_up, fill
from salesops.handbook.selectors import rule

#: How much each sign of a customer weighs: what is left of the doubt is the product of (100 - weight).
WEIGHTS = {
    "number": 80, "order": 70, "account": 75, "name": 60, "name_before": 55, "named_sum": 70, "amount": 60, "amount_among": 45,
    "oldest": 50, "subset": 40, "part": 20, "unique_amount": 30,
}  # fmt: skip
MOST = 3  # proposals of a line
CLEAR_BY = 15  # how far the next customer must be behind

_HYPHENS = re.compile(r"\s*[-‐‑‒–—―−﹣－_]+\s*")
_CHUNK = re.compile(r"[A-Z0-9]+(?:[-_/.#][A-Z0-9]+)*")
_PARTS = re.compile(r"[\s,;，；、/|]+")
BARE = "upper(translate({column}, ' -_/.#', ''))"


def numbers_in(text: str) -> set[str]:
    """What may be a number of a document in a text, without signs: full width, any hyphen and blanks are read through."""
    plain = _HYPHENS.sub("-", unicodedata.normalize("NFKC", text or "").upper())
    chunks = [match.group() for match in _CHUNK.finditer(plain)]
    wholes = [_bare(chunk) for chunk in chunks]
    found = set(wholes)
    found.update(_bare(part) for chunk in chunks for part in re.split(r"[/_.#]", chunk))
    found.update(a + b for a, b in itertools.pairwise(wholes))
    found.update(a + b + c for a, b, c in zip(wholes, wholes[1:], wholes[2:], strict=False))
    return {word for word in found if 4 <= len(word) <= 40 and sum(c.isdigit() for c in word) >= 2}


def _bare(chunk: str) -> str:
    return re.sub(r"[-_/.#\s]", "", chunk)


class Matcher:
    """One look at a set of open lines."""

    def __init__(self, lines: Sequence[BankLine], *, on: date) -> None:
        self.lines = [line for line in lines if line.amount > 0]
        self.most = rule("receivables.bank_subset_items", on=on)
        self.found: dict[int, dict[int, Candidate]] = defaultdict(dict)
        self.accounts: dict[tuple[int, str], Account] = defaultdict(Account)

    def run(self) -> dict[int, list[dict[str, Any]]]:
        """Proposals of each line, the surest first."""
        if not self.lines:
            return {}
        self._by_number()
        self._by_payer()
        self._by_amount()
        self._doubts()
        self._read_items()
        answer: dict[int, list[dict[str, Any]]] = {}
        for line in sorted(self.lines, key=self._certainty):
            made = [self._proposal(line, candidate) for candidate in self.found[line.pk].values()]
            made.sort(key=lambda each: (-each["score"], each["customer"]))
            answer[line.pk] = made[:MOST]
            if made and made[0]["parts"]:
                self._reserve(line, made[0])
        return answer

    def _certainty(self, line: BankLine) -> tuple[Any, ...]:
        """Lines that name what they pay take first, then those of known payers, then the oldest."""
        candidates = self.found[line.pk].values()
        named = any(c.items or c.orders or c.contracts for c in candidates)
        known = any(
            reason[0] in ("account", "name", "name_before") for c in candidates for reason in c.reasons
        )
        return (not named, not known, line.date, line.pk)

    def _candidate(self, line: int, customer: int) -> Candidate:
        return self.found[line].setdefault(customer, Candidate(customer))

    def _by_number(self) -> None:
        words: dict[str, list[int]] = defaultdict(list)
        for line in self.lines:
            for word in numbers_in(f"{line.text} {line.payer}"):
                words[word].append(line.pk)
        if not words:
            return
        every = list(words)
        bare = {name: BARE.format(column=name) for name in ("number", "customer_po")}
        item = f"SELECT id, customer_id, {bare['number']}, number FROM receivables_receivable WHERE outstanding > 0 AND {bare['number']} = ANY(%s)"  # noqa: S608
        for pk, customer, word, number in _rows(item, [every]):
            for line in words[word]:
                candidate = self._candidate(line, customer)
                candidate.items.add(pk)
                candidate.because("number", number)
        order = (
            f"SELECT id, customer_id, {bare['number']}, number FROM orders_order WHERE {bare['number']} = ANY(%s) UNION ALL "  # noqa: S608
            f"SELECT id, customer_id, {bare['customer_po']}, customer_po FROM orders_order WHERE {bare['customer_po']} = ANY(%s)"
        )
        for pk, customer, word, number in _rows(order, [every, every]):
            for line in words[word]:
                candidate = self._candidate(line, customer)
                candidate.orders.add(pk)
                candidate.because("order", number)
        contract = f"SELECT id, customer_id, {bare['number']}, number FROM contracts_contract WHERE {bare['number']} = ANY(%s)"  # noqa: S608
        for pk, customer, word, number in _rows(contract, [every]):
            for line in words[word]:
                candidate = self._candidate(line, customer)
                candidate.contracts.add(pk)
                candidate.because("order", number)

    def _by_payer(self) -> None:
        """Accounts and names of earlier confirmed lines, accounts on file, and names of customers."""
        by_number: dict[str, list[BankLine]] = defaultdict(list)
        by_name: dict[str, list[BankLine]] = defaultdict(list)
        for line in self.lines:
            if line.payer_number:
                by_number[line.payer_number].append(line)
            for key in _names(line):
                by_name[key].append(line)
        account = """SELECT l.payer_number, r.customer_id, count(*) FROM receivables_bankline l
            JOIN receivables_receipt r ON r.id = l.receipt_id WHERE l.payer_number = ANY(%s) GROUP BY 1, 2
            UNION ALL SELECT upper(translate(bank_account, ' -', '')), customer_id, 0 FROM customers_taxprofile
            WHERE checked AND upper(translate(bank_account, ' -', '')) = ANY(%s)"""
        for number, customer, times in _rows(account, [list(by_number)] * 2):
            for line in by_number[number]:
                self._candidate(line.pk, customer).because("account", times)
        before = """SELECT l.payer_key, r.customer_id, count(*) FROM receivables_bankline l
            JOIN receivables_receipt r ON r.id = l.receipt_id WHERE l.payer_key = ANY(%s) GROUP BY 1, 2"""
        for key, customer, times in _rows(before, [list(by_name)]):
            for line in by_name[key]:
                self._candidate(line.pk, customer).because("name_before", times)
        names = """SELECT name_key, id FROM customers_customer
            WHERE name_key = ANY(%s) AND merged_into_id IS NULL"""
        for key, customer in _rows(names, [list(by_name)]):
            for line in by_name[key]:
                self._candidate(line.pk, customer).because("name")

    def _by_amount(self) -> None:
        """Whoever is nearly alone with an item of exactly this amount, where nothing else tells."""
        mute: dict[tuple[str, Decimal], list[int]] = defaultdict(list)
        for line in self.lines:
            if not self.found[line.pk]:
                mute[line.currency_id, line.amount].append(line.pk)
        statement = """SELECT currency_id, outstanding, array_agg(DISTINCT customer_id) FROM receivables_receivable
            WHERE outstanding > 0 AND NOT disputed AND outstanding = ANY(%s)
            GROUP BY 1, 2 HAVING count(DISTINCT customer_id) <= 3"""
        amounts = list({amount for _code, amount in mute})
        for code, amount, customers in _rows(statement, [amounts]) if amounts else ():
            for line in mute.get((code, amount), ()):
                for customer in customers:
                    self._candidate(line, customer).because("unique_amount", len(customers))

    def _doubts(self) -> None:
        """What a person said before: not from this customer."""
        for line in self.lines:
            for customer in line.rejected:
                self.found[line.pk].pop(customer, None)
        numbers = {line.payer_number for line in self.lines if line.payer_number}
        statement = """SELECT DISTINCT payer_number, c.value::int FROM receivables_bankline l,
            jsonb_array_elements_text(l.rejected) c WHERE l.payer_number = ANY(%s) AND l.rejected <> '[]'"""
        doubted = set(_rows(statement, [list(numbers)])) if numbers else set()
        for line in self.lines:
            for customer, candidate in self.found[line.pk].items():
                candidate.doubted = (line.payer_number, customer) in doubted

    def _read_items(self) -> None:
        """Open items of every candidate, less what waits for a second person."""
        customers = {customer for each in self.found.values() for customer in each}
        waits: dict[int, Decimal] = defaultdict(Decimal)
        for parts in ReceiptEntry.objects.filter(
            state=EntryState.ENTERED, customer__in=customers
        ).values_list("allocations", flat=True):
            for pk, amount in parts:
                waits[pk] += Decimal(amount)
        statement = """SELECT id, number, customer_id, currency_id, outstanding, due_date, disputed, order_id, contract_id
            FROM receivables_receivable WHERE outstanding > 0 AND customer_id = ANY(%s)
            AND currency_id = ANY(%s) ORDER BY due_date, id"""
        codes = list({line.currency_id for line in self.lines})
        for row in _rows(statement, [list(customers), codes]):
            item = Item(*row)
            if item.pk in waits:
                item.left -= waits[item.pk]
            if item.left > 0:
                self.accounts[item.customer, item.currency].add(item)

    def _proposal(self, line: BankLine, candidate: Candidate) -> dict[str, Any]:
        code, what, parts = self._parts(
            line.amount, self.accounts[candidate.customer, line.currency_id], candidate
        )
        reasons = [reason for reason in candidate.reasons if not (reason[0] == "unique_amount" and not parts)]
        if code:
            reasons = [*reasons, [code, what]]
        doubt = 1.0
        for weight in {reason[0]: WEIGHTS[reason[0]] for reason in reasons}.values():
            doubt *= (100 - weight) / 100
        score = round(100 * (1 - doubt))
        if candidate.doubted:
            score //= 2
            reasons.append(["doubted", ""])
        settled = sum((amount for _pk, amount in parts), Decimal(0))
        if settled < line.amount and parts:
            reasons.append(["rest", str(line.amount - settled)])
        return {
            "customer": candidate.customer,
            "score": min(score, 99),
            "parts": [[pk, str(amount)] for pk, amount in parts],
            "reasons": reasons,
        }

    def _parts(
        self, amount: Decimal, account: Account, candidate: Candidate
    ) -> tuple[str, Any, list[tuple[int, Decimal]]]:
        """What the money pays: what the text names, else one item, else a few, oldest first. With the reason."""
        if named := account.named(candidate):
            exact = add_up(amount, [(item.pk, item.left) for item in named], len(named))
            if exact is not None:
                chosen = {item.pk: item.left for item in named}
                return "named_sum", len(exact), [(pk, chosen[pk]) for pk in exact]
            return "part", "", fill(named, amount)
        same = account.of_amount(amount)
        if same:
            return ("amount", "", [(same[0].pk, amount)]) if len(same) == 1 else (
                "amount_among", len(same), [(same[0].pk, amount)],
            )  # fmt: skip
        oldest = account.free[: max(self.most, OLDEST)]
        keys = add_up(amount, [(item.pk, item.left) for item in oldest], self.most)
        if keys is None:
            return "", "", []
        left = {item.pk: item.left for item in oldest}
        run = keys == [item.pk for item in oldest[: len(keys)]]
        return ("oldest" if run else "subset"), len(keys), [(pk, left[pk]) for pk in keys]

    def _reserve(self, line: BankLine, proposal: dict[str, Any]) -> None:
        account = self.accounts[proposal["customer"], line.currency_id]
        for pk, amount in proposal["parts"]:
            account.take(pk, Decimal(amount))


def _names(line: BankLine) -> set[str]:
    """The payer as names are compared; without one, what in the text may be a name."""
    if line.payer_key:
        return {line.payer_key}
    keys = {name_key(part) for part in _PARTS.split(line.text) if len(part) >= 4 and not part.isdigit()}
    return {key for key in keys if len(key) >= 3}


def _rows(statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def is_sure(proposals: Sequence[dict[str, Any]], amount: Decimal, *, on: date) -> bool:
    """Is the first proposal good enough to be confirmed together with others (handbook R-40)?"""
    if not proposals or proposals[0]["score"] < rule("receivables.bank_sure_score", on=on):
        return False
    behind = proposals[1]["score"] if len(proposals) > 1 else 0
    settled = sum((Decimal(part) for _pk, part in proposals[0]["parts"]), Decimal(0))
    return settled == amount and proposals[0]["score"] - behind >= CLEAR_BY


@transaction.atomic
def propose(*, on: date) -> int:
    """Look at all open lines anew and write what is proposed for each; answers for how many there is something.

    Lines about which somebody decides at this moment are passed over: nobody waits for anybody.
    """
    lines = list(
        BankLine.objects.unmatched()
        .incoming()
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("pk")
    )
    found = Matcher(lines, on=on).run()
    changed = []
    for line in lines:
        proposals = found.get(line.pk, [])
        state = line.state
        if state != LineState.CLAIMED:
            state = LineState.PROPOSED if proposals else LineState.NEW
        score = proposals[0]["score"] if proposals else 0
        if (line.proposals, line.score, line.state) != (proposals, score, state):
            line.proposals, line.score, line.state = proposals, score, state
            changed.append(line)
    BankLine.objects.bulk_update(changed, ["proposals", "score", "state"], batch_size=1000)
    return sum(1 for line in lines if line.proposals)
