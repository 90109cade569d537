"""After a migration PostgreSQL knows the new column and the new index, too."""

import pytest
from django.db import connection

from salesops.core import statistics
from salesops.core.schema import after_migrate
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db
TABLE = "public.customers_customer"


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE customers_customer ADD COLUMN shoe_size integer DEFAULT 42",
        "CREATE INDEX by_shout ON customers_customer (upper(remarks))",
    ],
)
def test_what_a_migration_added_is_looked_at(cast, monkeypatch, change):
    monkeypatch.setattr(statistics, "MANY", 1)
    for _n in range(3):
        make_customer(cast.alice)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer")
        assert TABLE not in statistics.unknown_tables()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing is pending when the table changes
        cursor.execute(change)
    assert TABLE in statistics.unknown_tables()
    assert statistics.look_again in list(after_migrate)
    statistics.look_again()
    assert TABLE not in statistics.unknown_tables()
