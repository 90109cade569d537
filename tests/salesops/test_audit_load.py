"""The audit under load: many writers at once, and bulk loads."""

import threading
import time

import pytest
from django.db import connection, transaction
from django.utils import timezone

from salesops.accounts.models import Membership, Team, User
from salesops.audit.models import AuditSeal, RowChange
from salesops.audit.selectors import head, verify_chain
from salesops.audit.services import record
from tests.factories.accounts import make_cast

NOW = timezone.now()


@pytest.mark.django_db(transaction=True)
def test_many_writers_make_one_unbroken_chain_without_deadlock():
    cast = make_cast()
    start, _ = head()
    failures = []

    def work(n):
        try:
            for i in range(12):
                with transaction.atomic():
                    team = Team.objects.select_for_update().get(
                        pk=(cast.group_a if (n + i) % 2 else cast.group_b).pk
                    )
                    User.objects.create(username=f"w{n}-{i}", name="W", superior=cast.bob)
                    Team.objects.filter(pk=team.pk).update(name=f"{n}-{i}")
                    record("accounts.team_changed", team, cast.bob, actor=cast.root, at=NOW)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert head()[0] == start + 72
    assert AuditSeal.objects.filter(hash=None).count() == 0
    assert verify_chain() == []


@pytest.mark.slow
@pytest.mark.django_db
def test_a_bulk_load_of_rows_stays_cheap(cast):
    """Set-based history: 20,000 rows in and all of them changed, in seconds even on a slow machine."""
    before = RowChange.objects.count()
    started = time.perf_counter()
    users = User.objects.bulk_create(
        [User(username=f"u{n}", name=f"U {n}", password="!") for n in range(20_000)], batch_size=2000
    )
    Membership.objects.bulk_create(
        [Membership(user=u, team=cast.group_a, from_date="2026-01-01") for u in users], batch_size=2000
    )
    User.objects.filter(username__startswith="u", pk__gte=users[0].pk).update(phone="1")
    taken = time.perf_counter() - started
    print(f"60,000 rows of history in {taken:.1f} s")  # noqa: T201
    assert RowChange.objects.count() == before + 60_000
    assert taken < 60
