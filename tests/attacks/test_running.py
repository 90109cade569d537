"""Long work while the world changes: one snapshot, rights of now, limits per person (A10, E6, R1, R3, Z16)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from salesops.accounts.models import RoleGrant
from salesops.audit.models import AccessLog
from salesops.exchange.models import BatchState, ImportBatch
from salesops.exchange.services import wizard
from tests.factories.accounts import make_cast
from tests.factories.customers import make_customer

EXPORT = {"format": "csv", "purpose": "month end"}


class Meanwhile:
    """Something that others do, committed by a connection of their own, when the export has begun."""

    def __init__(self, act):
        self.act, self.done = act, False

    def __call__(self, execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if not self.done and "pg_try_advisory_xact_lock" in sql:
            self.done = True
            with ThreadPoolExecutor(1) as other:
                other.submit(self.run).result()
        return answer

    def run(self):
        try:
            self.act()
        finally:
            connections.close_all()


def export_while(person, act):
    client = Client(raise_request_exception=False)
    client.force_login(person)
    meanwhile = Meanwhile(act)
    with connection.execute_wrapper(meanwhile):
        answer = client.get(reverse("customers:customer_list"), EXPORT)
    assert meanwhile.done
    return answer


@pytest.fixture
def company(transactional_db):
    cast = make_cast()
    for _n in range(3):
        make_customer(cast.alice)
    return cast


def test_an_export_during_posting_shows_one_moment(company):
    """E6: what is committed after the export began is not in it, and the log says the same number."""
    answer = export_while(company.mona, lambda: make_customer(company.alice))
    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content).splitlines()) == 4
    assert AccessLog.objects.get(kind="export").data["rows"] == 3
    assert Customer.objects.count() == 4


@pytest.mark.parametrize("loss", ["left", "role ended"])
def test_who_leaves_or_loses_the_role_during_an_export_gets_nothing(company, loss):
    """A10, Z16: asked again when the file is ready; nothing is delivered and nothing is logged as delivered."""

    def lose():
        if loss == "left":
            type(company.mona).objects.filter(pk=company.mona.pk).update(is_active=False)
        else:
            RoleGrant.objects.filter(user=company.mona).delete()

    answer = export_while(company.mona, lose)
    assert answer.status_code == 403
    assert b"Customer Number" not in answer.content
    assert not AccessLog.objects.filter(kind="export").exists()


def test_one_export_at_a_time_and_others_are_served(company):
    """R1: a second export of the same person is told to wait; somebody else's is not."""
    statuses = {}

    def ask(person):
        client = Client(raise_request_exception=False)
        client.force_login(person)
        statuses[person.username] = client.get(reverse("customers:customer_list"), EXPORT).status_code

    def both():
        ask(company.mona)
        ask(company.gina)

    assert export_while(company.mona, both).status_code == 200
    assert statuses == {"mona": 409, "gina": 200}


@pytest.fixture
def uploaded(cast, settings, tmp_path):
    """A checked import of Mona, about to be run by the worker."""
    settings.MEDIA_ROOT = tmp_path
    client = Client()
    client.force_login(cast.mona)
    file = SimpleUploadedFile("k.csv", b"code,name,owner\nK1,One,alice\nK2,Two,alice\n")
    client.post(reverse("exchange:importbatch_create"), {"kind": "customers", "file": file})
    ImportBatch.objects.update(state=BatchState.RUNNING)
    return ImportBatch.objects.get()


@pytest.mark.django_db
@pytest.mark.parametrize("loss", ["left", "role ended"])
def test_who_leaves_or_loses_the_role_during_an_import_has_imported_nothing(cast, uploaded, loss):
    """A10, Z16: the worker asks before it begins and again before it commits."""

    def lose(execute, sql, params, many, context):
        if '"customers_customer"' in sql:
            with connection.cursor() as cursor:
                if loss == "left":
                    cursor.execute("UPDATE accounts_user SET is_active = false WHERE id = %s", [cast.mona.pk])
                else:
                    cursor.execute("DELETE FROM accounts_rolegrant WHERE user_id = %s", [cast.mona.pk])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(lose):
        wizard.deliver_run({"batch": uploaded.pk}, message=None, at=timezone.now())
    uploaded.refresh_from_db()
    assert uploaded.state == BatchState.FAILED
    assert not Customer.objects.exists()


@pytest.mark.django_db
def test_one_person_does_not_fill_the_queue_of_imports(cast, uploaded, as_):
    """R1: beyond the number of the handbook an import waits for its person, not for everybody."""
    ImportBatch.objects.update(state=BatchState.CHECKED)
    for _n in range(5):
        ImportBatch.objects.create(kind="customers", state=BatchState.CHECKING, created_by=cast.mona)
    answer = as_(cast.mona).post(reverse("exchange:importbatch_run", args=[uploaded.pk]), {})
    assert answer.status_code == 409
    assert "5 imports of yours" in answer.content.decode()
    uploaded.refresh_from_db()
    assert uploaded.state == BatchState.CHECKED
    ImportBatch.objects.filter(state=BatchState.CHECKING).update(created_by=cast.root)
    assert as_(cast.mona).post(reverse("exchange:importbatch_run", args=[uploaded.pk]), {}).status_code == 302


@pytest.mark.django_db
def test_every_question_to_the_database_has_an_end(cast, as_):
    """R3: a page whose question takes too long is a 503 that says try again; the limits are set for all."""
    assert "statement_timeout=" in settings.DATABASES["default"]["OPTIONS"]["options"]
    with connection.cursor() as cursor:
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute("SELECT current_setting(%s)", [name])
            assert cursor.fetchone()[0] not in ("0", ""), name

    def slow(execute, sql, params, many, context):
        if 'FROM "customers_customer"' in sql:
            sql = sql.replace("SELECT ", "SELECT pg_sleep(5), ", 1)
        return execute(sql, params, many, context)

    client = as_(cast.mona)
    make_customer(cast.alice)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '200ms'")
    with connection.execute_wrapper(slow):
        answer = client.get(reverse("customers:customer_list"), {"q": "Customer"})
    assert answer.status_code == 503
    assert answer["Retry-After"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        {"page": 10**9, "page_size": 10**6, "per_page": 10**6, "limit": 10**6, "at": 10**9},
        {"created_date_after": "1926-01-01", "created_date_before": "2126-01-01"},
        {"cols": ",".join(["name"] * 500)},
        {"q": " ".join(f"word{n}" for n in range(2000))},
    ],
)
def test_a_list_is_never_larger_than_a_page(cast, house, as_, query):
    """R3: fifty rows at most, few questions, whatever is asked for."""
    for n in range(60):
        make_customer(cast.alice, name=f"Company of many {n}")
    with connection.execute_wrapper(counter := Counter()):
        answer = as_(cast.mona).get(reverse("customers:customer_list"), query)
    assert answer.status_code == 200
    assert len(answer.context["page"].rows) <= 50
    assert counter.asked < 45  # a search asks for each of its first eight words


class Counter:
    asked = 0

    def __call__(self, execute, sql, params, many, context):
        self.asked += 1
        return execute(sql, params, many, context)
