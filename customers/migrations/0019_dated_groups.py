"""Since when a customer belongs to its group; nothing goes in a circle."""

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.db import migrations, models

SQL = """
INSERT INTO customers_grouplink (customer_id, parent_id, from_date, reason)
SELECT id, parent_id, created_date, '' FROM customers_customer WHERE parent_id IS NOT NULL;
CREATE FUNCTION customers_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above bigint := NEW.parent_id;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('customers.groups', 0));
    WHILE above IS NOT NULL LOOP
        IF above = NEW.id THEN
            RAISE EXCEPTION 'customers_customer_no_circle: customer % would belong to itself', NEW.id
                USING ERRCODE = 'check_violation';
        END IF;
        SELECT parent_id INTO above FROM customers_customer WHERE id = above;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER customers_customer_no_circle BEFORE INSERT OR UPDATE OF parent_id ON customers_customer
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL) EXECUTE FUNCTION customers_no_circle();
"""
UNDO = """
DROP TRIGGER customers_customer_no_circle ON customers_customer;
DROP FUNCTION customers_no_circle();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0018_calendar_feeds"),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to (last day)")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="group_links",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="member_links",
                        to="customers.customer",
                        verbose_name="group",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership in a group",
                "verbose_name_plural": "memberships in groups",
                "ordering": ["customer_id", "-from_date", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("customer", models.F("parent")), _negated=True),
                        name="customers_grouplink_not_itself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("to_date__isnull", True),
                            ("to_date__gte", models.F("from_date")),
                            _connector="OR",
                        ),
                        name="customers_grouplink_dates_in_order",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            (
                                models.Func(
                                    models.F("customer_id"),
                                    models.F("customer_id"),
                                    models.Value("[]"),
                                    function="int8range",
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("from_date"),
                                    models.F("to_date"),
                                    models.Value("[]"),
                                    function="daterange",
                                ),
                                "&&",
                            ),
                        ],
                        name="customers_grouplink_one_group_a_day",
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL, UNDO),
    ]
