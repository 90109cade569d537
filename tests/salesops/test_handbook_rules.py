"""Rules with effective dates: what held on a day is answered for ever; history is not rewritten."""

from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from salesops.audit.models import AuditEvent
from salesops.core.errors import InvalidInput, NotAllowed
from salesops.handbook.models import RuleValue
from salesops.handbook.registry import RuleParameter, rules
from salesops.handbook.selectors import chapters, clause_sentence, history, rule, rules_on
from salesops.handbook.services import set_rule_value, withdraw_rule_value
from salesops.handbook.values import read, words_with_unit

AT = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
TODAY = date(2026, 5, 4)
LATER = date(2026, 6, 1)


def parameter(kind, default=None, **more):
    return RuleParameter(f"test.{kind}", kind, default, "Title", "At most {value}.", "Tests", "T-1", **more)


@pytest.fixture(autouse=True)
def some_rules(monkeypatch):
    entries = {
        "test.int": parameter("int", 7, unit="days", minimum=1, maximum=90),
        "test.fraction": parameter("fraction", "0.1"),
        "test.int_list": parameter("int_list", [30, 60]),
    }
    monkeypatch.setattr(rules, "_entries", {**rules._entries, **entries})


def put(value, day=LATER, key="test.int", **more):
    return set_rule_value(key, value, day, "Agreed", at=AT, **{"actor": None, **more})


@pytest.mark.django_db
def test_a_rule_answers_for_any_day():
    put(10, TODAY)
    put(14, LATER)
    days = [date(2026, 5, 3), TODAY, date(2026, 5, 31), LATER, date(2030, 1, 1)]
    assert [rule("test.int", on=day) for day in days] == [7, 10, 10, 14, 14]


@pytest.mark.django_db
def test_all_rules_of_a_day_in_one_query(django_assert_num_queries):
    put("25%", key="test.fraction")
    with django_assert_num_queries(1):
        answer = rules_on(LATER)
    assert answer["test.fraction"] == Decimal("0.25")
    assert answer["test.int"] == 7
    assert rules_on(TODAY, ["test.fraction"]) == {"test.fraction": Decimal("0.1")}


@pytest.mark.django_db
def test_a_day_that_is_over_is_refused_but_for_a_command_that_sets_up():
    with pytest.raises(InvalidInput, match="over"):
        put(10, date(2026, 5, 3))
    put(10, date(2020, 1, 1), allow_past=True)
    assert rule("test.int", on=date(2020, 1, 1)) == 10


@pytest.mark.django_db
def test_a_value_not_yet_in_force_can_be_replaced_and_withdrawn():
    row = put(10)
    assert put(12).pk == row.pk
    withdraw_rule_value(row, actor=None, at=AT)
    assert rule("test.int", on=LATER) == 7
    today = put(9, TODAY)
    with pytest.raises(InvalidInput):
        withdraw_rule_value(today, actor=None, at=AT)


@pytest.mark.django_db
def test_only_administrators_set_values_and_say_why(cast):
    with pytest.raises(NotAllowed):
        put(10, actor=cast.mona)
    with pytest.raises(InvalidInput, match="why"):
        set_rule_value("test.int", 10, LATER, " ", actor=cast.root, at=AT)
    put(10, actor=cast.root)
    event = AuditEvent.objects.get()
    assert (event.verb, event.data["value"], event.data["before"]) == ("handbook.value_set", 10, None)


@pytest.mark.parametrize(
    ("kind", "raw", "stored"),
    [
        ("int", "30", 30),
        ("int", "1,000", 1000),
        ("decimal", "0.5", "0.5"),
        ("fraction", "12.5%", "0.125"),
        ("fraction", "0.2", "0.2"),
        ("money", "200,000", "200000.00"),
        ("bool", "yes", True),
        ("bool", "off", False),
        ("text", " a ", "a"),
        ("int_list", "30, 60、90", [30, 60, 90]),
        ("json", '{"a": [1]}', {"a": [1]}),
    ],
)
def test_values_are_read_by_kind(kind, raw, stored):
    assert read(parameter(kind), raw) == stored


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("int", "3.5"),
        ("int", "many"),
        ("int", True),
        ("int", ""),
        ("decimal", "1e5"),
        ("decimal", "NaN"),
        ("money", "1.005"),
        ("bool", "maybe"),
        ("int_list", "60, 30"),
        ("int_list", ","),
        ("json", "{"),
    ],
)
def test_values_of_the_wrong_kind_are_refused(kind, raw):
    with pytest.raises(InvalidInput):
        read(parameter(kind), raw)


def test_limits_and_choices_are_kept():
    choice = parameter("choice", choices=(("a", "A"), ("b", "B")))
    assert read(choice, "a") == "a"
    for rule_of, value in (
        (choice, "c"),
        (parameter("int", minimum=1), 0),
        (parameter("int", maximum=9), 10),
    ):
        with pytest.raises(InvalidInput):
            read(rule_of, value)


@pytest.mark.django_db
def test_the_handbook_reads_as_chapters_with_values_in_words(some_rules):
    put(14)
    chapter = next(c for c in chapters(TODAY) if c.title == "Tests")
    clause = next(c for c in chapter.clauses if c.parameter.key == "test.int")
    assert (clause.words, clause.sentence) == ("7 days", "At most 7.")
    assert (clause.next_words, clause.next_from) == ("14 days", LATER)
    fraction = next(c for c in chapter.clauses if c.parameter.key == "test.fraction")
    assert fraction.sentence == "At most 10 %."
    assert [c.title for c in chapters(TODAY, query="at MOST 10 %")] == ["Tests"]
    assert chapters(TODAY, query="no such clause") == []


@pytest.mark.django_db
def test_the_history_says_who_when_and_why(cast):
    put(10, date(2020, 1, 1), allow_past=True)
    put(12, TODAY, actor=cast.root)
    put(14)
    lines = history("test.int", today=TODAY)
    assert [(line.words, line.is_current, line.is_future, line.to_date) for line in lines] == [
        ("14 days", False, True, None),
        ("12 days", True, False, LATER),
        ("10 days", False, False, TODAY),
    ]
    assert lines[1].row.set_by == cast.root


@pytest.mark.django_db
def test_an_unknown_rule_is_an_error_not_a_default():
    with pytest.raises(KeyError):
        rule("test.typo", on=TODAY)
    with pytest.raises(InvalidInput):
        put(1, key="test.typo")
    assert not RuleValue.objects.exists()


def test_every_default_fits_its_own_rule():
    for each in rules:
        if each.default not in (None, ""):
            read(each, each.default)


def test_every_clause_has_a_number_of_its_own():
    numbers = [each.clause for each in rules if not each.key.startswith("test.")]
    assert [number for number, times in Counter(numbers).items() if times > 1] == []


def test_one_of_a_unit_is_said_in_the_singular():
    for value, unit, said in ((1, "minutes", "1 minute"), (1, "days", "1 day"), (11, "minutes", "11 minutes"),
                              (1, "working days", "1 working day"), (1, "searches", "1 search")):  # fmt: skip
        assert words_with_unit(parameter("int", 7, unit=unit), value) == said
    assert words_with_unit(parameter("decimal", "0.1", unit="days"), Decimal("0.1")) == "0.1 days"
    one = RuleParameter("test.x", "int", 7, "Title", "Within {value} minutes, 21 days.", "Tests", "T-1")
    assert clause_sentence(one, 1) == "Within 1 minute, 21 days."
