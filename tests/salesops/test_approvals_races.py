"""Many at the same moment: exactly one act wins and the others are told who was faster (quality B4)."""

import itertools
import os
import threading
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from customers.models import Customer
from salesops.approvals.models import ApprovalRequest, Ask, AskedPerson, Decision
from salesops.approvals.registry import document_types
from salesops.approvals.routing import facts_of, hash_of
from salesops.approvals.services import approve, edit_request, reject, withdraw
from salesops.core.errors import Conflict
from tests.factories.approvals import ask, make_flow, role, step
from tests.factories.customers import make_currency, make_customer

AT = datetime(2026, 5, 5, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=1)
ROUNDS, CHUNKS = int(os.environ.get("RACE_ROUNDS", 100)), 5

pytestmark = pytest.mark.django_db(transaction=True)


def acts_of(cast):
    """Two approve, one rejects, the applicant withdraws and edits: each on what was read at first."""
    return [
        ("approved", lambda r: approve(actor=cast.bob, at=LATER, request=r, version=1)),
        ("approved", lambda r: approve(actor=cast.mona, at=LATER, request=r, version=1)),
        ("rejected", lambda r: reject(actor=cast.dora, at=LATER, request=r, comment="No", version=1)),
        ("withdrawn", lambda r: withdraw(actor=cast.alice, at=LATER, request=r, version=1)),
        ("edited", lambda r: edit_request(actor=cast.alice, at=LATER, request=r, reason="New", version=1)),
    ]


class Crew:
    """Threads with a connection each, which meet before every request and then act at once."""

    def __init__(self, size):
        self.barrier, self.size = threading.Barrier(size), size
        self.results, self.errors = defaultdict(list), []

    def work(self, tasks):
        """``tasks`` are pairs of a request and as many acts as there are threads."""
        threads = [threading.Thread(target=self._run, args=(n, tasks)) for n in range(self.size)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert self.errors == []

    def _run(self, place, tasks):
        try:
            for request, acts in tasks:
                name, act = acts[place]
                self.barrier.wait(60)
                try:
                    act(request)
                    self.results[request.pk].append(name)
                except Conflict as told:
                    self.results[request.pk].append(told)
        except Exception as error:
            self.errors.append(error)
            self.barrier.abort()
        finally:
            connection.close()


def judge(crew):
    """Exactly one act of each request won, it alone is written, and the others were told by whom."""
    requests = ApprovalRequest.objects.in_bulk(list(crew.results))
    written = defaultdict(list)
    for line in Decision.objects.filter(request__in=requests).exclude(action="requested"):
        written[line.request_id].append(line.action)
    wins = Counter()
    for pk, answers in crew.results.items():
        won = [answer for answer in answers if isinstance(answer, str)]
        told = [str(answer) for answer in answers if not isinstance(answer, str)]
        assert len(won) == 1, answers
        assert len(told) == crew.size - 1
        assert all(any(name in text for name in ("Alice", "Bob", "Mona", "Dora")) for text in told), told
        assert written[pk] == won
        assert requests[pk].version == 2
        assert requests[pk].state == ("pending" if won[0] == "edited" else won[0])
        wins[won[0]] += 1
    return wins


def test_whichever_two_act_at_once_exactly_one_wins(cast):
    """Every pair of approving twice, rejecting, withdrawing and editing, many times (``RACE_ROUNDS`` in all)."""
    make_flow(step("Any", role("manager"), role("lead"), role("finance"), mode="any_one"))
    pairs, wins, rounds = list(itertools.combinations(acts_of(cast), 2)), Counter(), 0
    for chunk in range(CHUNKS):
        crew = Crew(2)
        crew.work([(r, pairs[n % len(pairs)]) for n, r in enumerate(many(cast, ROUNDS // CHUNKS, chunk))])
        rounds += len(crew.results)
        wins += judge(crew)
    assert rounds == ROUNDS
    assert set(wins) == {"approved", "rejected", "withdrawn", "edited"}


def test_five_at_once(cast):
    make_flow(step("Any", role("manager"), role("lead"), role("finance"), mode="any_one"))
    crew = Crew(5)
    crew.work([(request, acts_of(cast)) for request in many(cast, 30, 0)])
    assert sum(judge(crew).values()) == 30


def many(cast, count, chunk):
    """Requests that wait for the same three people, copied from one that was made in the usual way."""
    first = ask(make_customer(cast.alice, annual_revenue=Decimal(1)), actor=cast.alice, at=AT)
    kind, asks = document_types[first.document_type], list(first.asks.prefetch_related("people"))
    subjects = Customer.objects.bulk_create(
        Customer(
            code=f"R{chunk}-{n}",
            name=f"Race {chunk} {n}",
            annual_revenue=Decimal(1),
            owner=cast.alice,
            team=cast.group_a,
            currency=make_currency(),
            created_date=AT.date(),
        )
        for n in range(count - 1)
    )
    rows = []
    for subject in subjects:
        row = ApprovalRequest(**{f.attname: getattr(first, f.attname) for f in first._meta.concrete_fields})
        row.pk, row.subject_id, row.title = None, subject.pk, str(subject)
        row.facts = facts_of(kind, subject, {})
        row.facts_hash = hash_of(row.facts)
        rows.append(row)
    ApprovalRequest.objects.bulk_create(rows)
    copies = [
        Ask(request=row, flow_step=a.flow_step, step=1, position=a.position, state=a.state, since=AT)
        for row in rows
        for a in asks
    ]
    Ask.objects.bulk_create(copies)
    people = [[p.person_id for p in a.people.all()] for a in asks]
    AskedPerson.objects.bulk_create(
        AskedPerson(ask=copy, person_id=pk) for n, copy in enumerate(copies) for pk in people[n % len(asks)]
    )
    return [first, *rows]


def test_two_requests_for_the_same_record_at_once_make_one(cast):
    make_flow(step("Lead", role("lead")))
    customer, answers = make_customer(cast.alice), []
    barrier = threading.Barrier(6)

    def run():
        try:
            connection.ensure_connection()
            barrier.wait(20)
            answers.append(ask(customer, actor=cast.alice, at=AT))
        except Conflict as told:
            answers.append(told)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(a, ApprovalRequest) for a in answers) == 1
    assert ApprovalRequest.objects.count() == 1
