"""Numbers: no gap and no double under parallel postings and rollbacks; a series per class and year (B9)."""

import random
import threading
from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from salesops.core.errors import InvalidInput
from salesops.handbook.services import set_rule_value
from salesops.numbering.models import NumberSeries
from salesops.numbering.services import next_number, reserve_numbers

DAY = date(2026, 5, 4)
AT = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


class Undo(Exception):
    pass


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_a_third_rolled_back_leave_no_gap_and_no_double():
    kept, lock, errors = [], threading.Lock(), []
    barrier = threading.Barrier(20)

    def work(seed):
        dice = random.Random(seed)
        try:
            barrier.wait(20)
            for _n in range(10):
                try:
                    with transaction.atomic():
                        number = next_number("SK", on=DAY)
                        if dice.random() < 0.3:
                            raise Undo
                except Undo:
                    continue
                with lock:
                    kept.append(number)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert [n for n, times in Counter(kept).items() if times > 1] == []
    assert sorted(kept) == [f"SK-2026-{n:05d}" for n in range(1, len(kept) + 1)]
    assert NumberSeries.objects.get(document_class="SK").last == len(kept)
    assert len(kept) < 200


@pytest.mark.django_db
def test_each_class_and_year_counts_for_itself():
    assert next_number("DD", on=date(2026, 12, 31)) == "DD-2026-00001"
    assert next_number("DD", on=date(2027, 1, 1)) == "DD-2027-00001"
    assert next_number("DD", on=date(2026, 12, 31)) == "DD-2026-00002"
    assert next_number("HT", on=date(2026, 12, 31)) == "HT-2026-00001"


@pytest.mark.django_db
def test_many_at_once_are_in_order():
    assert reserve_numbers("YS", 3, on=DAY) == ["YS-2026-00001", "YS-2026-00002", "YS-2026-00003"]
    assert reserve_numbers("YS", 0, on=DAY) == []
    assert next_number("YS", on=DAY) == "YS-2026-00004"


@pytest.mark.django_db
def test_a_class_that_nobody_registered_is_an_error():
    with pytest.raises(KeyError):
        next_number("QQ", on=DAY)


@pytest.mark.django_db
def test_the_pattern_is_a_rule_of_the_handbook(cast):
    set_rule_value("numbering.pattern", "{yy}{class}/{000}", DAY, "Shorter", actor=cast.root, at=AT)
    assert next_number("DD", on=DAY) == "26DD/001"
    assert next_number("DD", on=date(2026, 5, 3)) == "DD-2026-00002"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "pattern",
    ["{class}-{00000}", "{yyyy}-{000}", "{class}{yyyy}", "{class}{yyyy}{00}{0}", "{class}<{yyyy}{0}"],
)
def test_a_pattern_under_which_numbers_would_repeat_is_refused(cast, pattern):
    with pytest.raises(InvalidInput):
        set_rule_value("numbering.pattern", pattern, DAY, "x", actor=cast.root, at=AT)


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["down", "delete"])
def test_the_database_lets_a_counter_only_rise(act):
    next_number("DD", on=DAY)
    with pytest.raises(IntegrityError, match="never used again"), transaction.atomic():
        if act == "down":
            NumberSeries.objects.update(last=0)
        else:
            NumberSeries.objects.all().delete()
