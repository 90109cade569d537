"""The audit cannot be changed unseen: append-only tables, chained seals, row history by triggers."""

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from salesops.accounts.models import Team, User
from salesops.audit import context, grants, tracking, verbs
from salesops.audit.models import AccessLog, AuditEvent, AuditLink, AuditSeal, RowChange
from salesops.audit.selectors import created_values, head, row_history, timeline_of, verify_chain
from salesops.audit.services import record, record_many
from salesops.audit.services.access import log_view

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def commit_now():
    """Run what the database does at commit, inside the test's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def sql(text, *params):
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        return cursor.fetchall() if cursor.description else None


def refused(text):
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        sql(text)
    return str(caught.value)


def test_acts_of_a_transaction_share_one_seal_on_the_chain(cast):
    commit_now()
    seals, _ = head()
    record("accounts.team_created", cast.group_a, actor=cast.root, at=NOW)
    record("accounts.team_created", cast.group_b, cast.sales, actor=cast.root, at=NOW)
    commit_now()
    record("accounts.team_created", cast.group_b, actor=cast.root, at=NOW)
    commit_now()
    assert head()[0] == seals + 2
    newest, before = AuditSeal.objects.order_by("-seq")[:2]
    assert bytes(newest.prev) == bytes(before.hash)
    assert (newest.rows, before.rows) == (2, 5)
    assert verify_chain() == []


@pytest.mark.parametrize("model", [AuditEvent, AuditLink, AccessLog, RowChange, AuditSeal])
@pytest.mark.parametrize("act", ["UPDATE {t} SET id = id", "DELETE FROM {t}", "TRUNCATE {t} CASCADE"])
def test_even_the_owner_cannot_change_delete_or_empty_the_audit(cast, model, act):
    record("accounts.team_created", cast.group_a, actor=cast.root, at=NOW)
    log_view(actor=cast.root, obj=cast.group_a, at=NOW)
    commit_now()
    assert model.objects.exists()
    assert "never changed" in refused(act.format(t=model._meta.db_table))


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("audit_auditevent", "comment = 'nothing happened'"),
        ("audit_auditlink", "object_id = 0"),
        ("audit_rowchange", "actor_id = NULL, login = 'nobody'"),
        ("audit_accesslog", "kind = 'search'"),
    ],
)
def test_a_row_changed_behind_the_triggers_is_named(cast, table, change):
    record("accounts.team_created", cast.group_a, actor=cast.root, at=NOW)
    log_view(actor=cast.root, obj=cast.group_a, at=NOW)
    commit_now()
    (victim,) = sql(f"SELECT max(id) FROM {table}")[0]
    sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    sql(f"UPDATE {table} SET {change} WHERE id = %s", victim)
    commit_now()
    sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    (fault,) = [v for v in verify_chain() if v.problem == "changed"]
    assert (fault.table, fault.row_id) == (table, victim)


def test_a_row_removed_or_rehashed_breaks_its_seal(cast):
    event = record("accounts.team_created", cast.group_a, actor=cast.root, at=NOW)
    commit_now()
    sql("ALTER TABLE audit_auditlink DISABLE TRIGGER USER")
    sql("DELETE FROM audit_auditlink WHERE event_id = %s", event.pk)
    commit_now()
    sql("ALTER TABLE audit_auditlink ENABLE TRIGGER USER")
    event.refresh_from_db()
    assert [(v.problem, v.seal) for v in verify_chain()] == [("rows missing or exchanged", event.seal_id)]


def test_a_seal_rewritten_with_all_its_rows_breaks_the_chain(cast):
    record("accounts.team_created", cast.group_a, actor=cast.root, at=NOW)
    commit_now()
    victim = AuditSeal.objects.order_by("-seq").first()
    record("accounts.team_created", cast.group_b, actor=cast.root, at=NOW)
    commit_now()
    sql("ALTER TABLE audit_auditseal DISABLE TRIGGER USER")
    sql(
        "UPDATE audit_auditseal SET content = sha256('x'), hash = audit_seal_hash(prev, seq, sha256('x')) "
        "WHERE id = %s",
        victim.pk,
    )
    sql("ALTER TABLE audit_auditseal ENABLE TRIGGER USER")
    assert {"chain broken", "rows missing or exchanged"} <= {v.problem for v in verify_chain()}


def test_an_act_undone_leaves_nothing_on_the_chain(cast):
    commit_now()
    seals = head()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("accounts.team_created", cast.group_a, actor=cast.root, at=NOW)
        1 / 0  # noqa: B018
    commit_now()
    assert head() == seals


def test_row_history_knows_who_changed_what_even_by_plain_sql(cast):
    with context.acting_as(cast.hugo, "10.0.0.9", "req-1"):
        sql("UPDATE accounts_team SET name = 'Group North' WHERE id = %s", cast.group_a.pk)
    change = row_history(cast.group_a).first()
    assert (change.op, change.old, change.new) == ("U", {"name": "Group A"}, {"name": "Group North"})
    assert (change.actor, change.request_id) == (cast.hugo, "req-1")
    assert change.login == sql("SELECT session_user")[0][0]
    Team.objects.filter(pk=cast.group_a.pk).update(name="Group South")
    assert row_history(cast.group_a).first().actor is None


def test_a_change_that_changes_nothing_or_only_left_out_columns_is_no_history(cast):
    before = RowChange.objects.count()
    sql("UPDATE accounts_team SET name = name")
    cast.alice.set_password("another long password")
    cast.alice.save(update_fields=["password"])
    assert RowChange.objects.count() == before


def test_passwords_never_reach_the_history(cast):
    cast.alice.set_password("another long password")
    cast.alice.name = "Alice B."
    cast.alice.save()
    change = row_history(cast.alice).first()
    assert change.new == {"name": "Alice B."}


def test_the_values_at_creation_come_back_from_the_row_and_its_changes(cast):
    team = Team.objects.create(code="X", name="first")
    Team.objects.filter(pk=team.pk).update(name="second")
    Team.objects.filter(pk=team.pk).update(name="third", code="Y")
    team.refresh_from_db()
    values = created_values({"name": team.name, "code": team.code}, list(row_history(team)))
    assert values == {"name": "first", "code": "X"}


def test_a_deleted_row_is_kept_whole(cast):
    team = Team.objects.create(code="X", name="short-lived")
    pk = team.pk
    team.delete()
    change = RowChange.objects.filter(table_name="accounts_team", row_id=pk).first()
    assert change.op == "D"
    assert change.old["name"] == "short-lived"


def test_every_table_of_ours_has_its_triggers(db):
    assert tracking.install() == [], "migrate installs them; nothing is left to do"
    assert {"accounts_user", "customers_customer", "orders_order"} <= {t.table for t in tracking.tracked()}


def test_the_timeline_shows_sentences_newest_first_and_pages_by_key(cast, django_assert_num_queries):
    for n in range(5):
        record("test.unregistered_verb", cast.group_a, actor=cast.root, at=NOW, data={"n": n})
    record_many(
        "test.unregistered_verb",
        [([cast.group_a, cast.group_b], {"n": 5}), ([cast.group_b], {"n": 6})],
        actor=None,
        at=NOW,
    )
    first = timeline_of(cast.group_a, limit=4)
    with django_assert_num_queries(1):
        rest = timeline_of(cast.group_a, limit=4, before=first[-1].id)
    assert [e.data["n"] for e in first + rest] == [5, 4, 3, 2, 1, 0]
    assert first[0].sentence == "The system: unregistered verb"
    assert first[1].sentence == "Root: unregistered verb"


@pytest.mark.parametrize(
    "data, said",
    [
        ({"total": "1001.00", "currency": "JPY"}, "1,001 JPY"),
        ({"total": "1001.00", "currency": "CNY"}, "1,001.00 CNY"),
        ({"total": "0.50", "currency": "JPY"}, "0.50 JPY"),
        ({"total": "2.500000", "currency": "USD"}, "2.5 USD"),
        ({"total": "3.000000", "currency": "USD"}, "3 USD"),
    ],
)
def test_amounts_of_an_act_have_the_decimals_of_their_coins(db, data, said):
    sentence = verbs.sentence_of("orders.order_created", None, data)
    assert sentence == f"The system wrote the order: {said}"


@pytest.fixture
def app_role(db):
    """The application's role in this database, with the rights that migrate gives it."""
    role = settings.DATABASE_APP_ROLE or "salesops_app_test"
    if not sql("SELECT 1 FROM pg_roles WHERE rolname = %s", role):
        sql(f'CREATE ROLE "{role}"')
    grants.grant_application_role(role)
    (granted,) = sql("SELECT pg_has_role(current_user, %s, 'MEMBER')", role)[0]
    if not granted:
        pytest.skip("the test's role may not become the application's role")
    return role


@pytest.mark.parametrize(
    "text",
    [
        "DROP TABLE customers_customer",
        "TRUNCATE customers_customer CASCADE",
        "CREATE TABLE mine (id int)",
        "CREATE TEMPORARY TABLE mine (id int)",
        "CREATE FUNCTION pg_temp.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE EXTENSION pgcrypto",
        "SELECT * FROM pg_authid",
        "ALTER TABLE audit_auditevent DISABLE TRIGGER ALL",
        "UPDATE audit_auditevent SET comment = 'x'",
        "DELETE FROM audit_accesslog",
        "INSERT INTO audit_rowchange (at, table_name, row_id, op, login, request_id) VALUES (now(), 'x', 1, 'I', 'x', '')",
        "INSERT INTO audit_auditseal (closing, opened_at) VALUES (false, now())",
        "UPDATE audit_auditseal SET hash = NULL",
        "UPDATE django_migrations SET name = 'x'",
        "SET session_replication_role = replica",
    ],
)
def test_the_applications_role_may_not(app_role, text):
    sql(f'SET ROLE "{app_role}"')
    try:
        message = refused(text)
    finally:
        sql("RESET ROLE")
    assert any(word in message for word in ("denied", "must be", "is not available")), message


def test_the_applications_role_can_do_its_work_and_is_written_down(cast, app_role):
    sql(f'SET ROLE "{app_role}"')
    try:
        User.objects.filter(pk=cast.alice.pk).update(phone="1")
        record("accounts.user_changed", cast.alice, actor=cast.root, at=NOW)
        commit_now()
    finally:
        sql("RESET ROLE")
    assert row_history(cast.alice).first().new == {"phone": "1"}
    assert verify_chain() == []
