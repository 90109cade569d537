"""The newest day of contact of each customer, kept by the visits: who is due is asked of all customers at once."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Coalesce

# A visit that takes place later only moves the day ahead. Where one is taken back, changed or moved to another
# customer, the days are counted anew: first the row is locked, then a statement of its own sees what others wrote.
SQL = """
CREATE FUNCTION customers_is_meeting(kind text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT kind IN ('visit', 'first_visit', 'return_visit', 'inspection', 'complaint', 'tour', 'reception')
$$;
CREATE FUNCTION customers_last_contact_of_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO customers_lastcontact (customer_id, since, customer_class)
        SELECT id, created_date, customer_class FROM touched ORDER BY id ON CONFLICT (customer_id) DO NOTHING;
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM customers_lastcontact WHERE customer_id IN (SELECT id FROM touched);
    ELSE
        UPDATE customers_lastcontact SET since = NEW.created_date, customer_class = NEW.customer_class
        WHERE customer_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION customers_last_contact_ahead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM customers_lastcontact
    WHERE customer_id IN (SELECT customer_id FROM new_rows WHERE state = 'done') ORDER BY customer_id FOR UPDATE;
    UPDATE customers_lastcontact l
    SET contact_date = greatest(l.contact_date, n.contact_date), meeting_date = greatest(l.meeting_date, n.meeting_date)
    FROM (SELECT customer_id, max(visit_date) AS contact_date,
                 max(visit_date) FILTER (WHERE customers_is_meeting(kind)) AS meeting_date
          FROM new_rows WHERE state = 'done' GROUP BY customer_id) n
    WHERE l.customer_id = n.customer_id
      AND (l.contact_date IS DISTINCT FROM greatest(l.contact_date, n.contact_date)
           OR l.meeting_date IS DISTINCT FROM greatest(l.meeting_date, n.meeting_date));
    RETURN NULL;
END $$;
CREATE FUNCTION customers_last_contact_anew(keys bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF keys IS NULL THEN
        RETURN;
    END IF;
    PERFORM 1 FROM customers_lastcontact WHERE customer_id = ANY (keys) ORDER BY customer_id FOR UPDATE;
    UPDATE customers_lastcontact l SET contact_date = v.contact_date, meeting_date = v.meeting_date
    FROM unnest(keys) AS key,
         LATERAL (SELECT max(visit_date) AS contact_date,
                         max(visit_date) FILTER (WHERE customers_is_meeting(kind)) AS meeting_date
                  FROM customers_visit WHERE customer_id = key AND state = 'done') v
    WHERE l.customer_id = key;
END $$;
CREATE FUNCTION customers_last_contact_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM customers_last_contact_anew((
        SELECT array_agg(DISTINCT key ORDER BY key)
        FROM old_rows o JOIN new_rows n USING (id), LATERAL (VALUES (o.customer_id), (n.customer_id)) AS k (key)
        WHERE (o.state = 'done' OR n.state = 'done')
          AND (o.state, o.customer_id, o.visit_date, o.kind) IS DISTINCT FROM (n.state, n.customer_id, n.visit_date, n.kind)
    ));
    RETURN NULL;
END $$;
CREATE FUNCTION customers_last_contact_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM customers_last_contact_anew((
        SELECT array_agg(DISTINCT customer_id ORDER BY customer_id) FROM old_rows WHERE state = 'done'
    ));
    RETURN NULL;
END $$;
CREATE TRIGGER customers_last_contact_opened AFTER INSERT ON customers_customer
    REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION customers_last_contact_of_file();
CREATE TRIGGER customers_last_contact_dated AFTER UPDATE OF created_date, customer_class ON customers_customer
    FOR EACH ROW
    WHEN (OLD.created_date IS DISTINCT FROM NEW.created_date OR OLD.customer_class IS DISTINCT FROM NEW.customer_class)
    EXECUTE FUNCTION customers_last_contact_of_file();
CREATE TRIGGER customers_last_contact_gone AFTER DELETE ON customers_customer
    REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION customers_last_contact_of_file();
CREATE TRIGGER customers_last_contact_added AFTER INSERT ON customers_visit
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION customers_last_contact_ahead();
CREATE TRIGGER customers_last_contact_changed AFTER UPDATE ON customers_visit
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION customers_last_contact_changed();
CREATE TRIGGER customers_last_contact_removed AFTER DELETE ON customers_visit
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION customers_last_contact_removed();
INSERT INTO customers_lastcontact (customer_id, since, customer_class, contact_date, meeting_date)
SELECT c.id, c.created_date, c.customer_class, v.contact_date, v.meeting_date
FROM customers_customer c
LEFT JOIN (SELECT customer_id, max(visit_date) AS contact_date,
                  max(visit_date) FILTER (WHERE customers_is_meeting(kind)) AS meeting_date
           FROM customers_visit WHERE state = 'done' GROUP BY customer_id) v ON v.customer_id = c.id;
"""
UNDO = """
DROP TRIGGER customers_last_contact_opened ON customers_customer;
DROP TRIGGER customers_last_contact_dated ON customers_customer;
DROP TRIGGER customers_last_contact_gone ON customers_customer;
DROP TRIGGER customers_last_contact_added ON customers_visit;
DROP TRIGGER customers_last_contact_changed ON customers_visit;
DROP TRIGGER customers_last_contact_removed ON customers_visit;
DROP FUNCTION customers_last_contact_removed();
DROP FUNCTION customers_last_contact_changed();
DROP FUNCTION customers_last_contact_anew(bigint[]);
DROP FUNCTION customers_last_contact_ahead();
DROP FUNCTION customers_last_contact_of_file();
DROP FUNCTION customers_is_meeting(text);
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0030_words_of_opportunities")]

    operations = [
        migrations.CreateModel(
            name="LastContact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField(verbose_name="customer since")),
                (
                    "customer_class",
                    models.CharField(
                        choices=[
                            ("important", "Important"),
                            ("general", "General"),
                            ("potential", "Potential"),
                        ],
                        max_length=10,
                        verbose_name="class",
                    ),
                ),
                ("contact_date", models.DateField(null=True, verbose_name="last contact")),
                ("meeting_date", models.DateField(null=True, verbose_name="last met in person")),
                (
                    "contact_since",
                    models.GeneratedField(
                        db_persist=True,
                        expression=Coalesce("contact_date", "since"),
                        output_field=models.DateField(),
                    ),
                ),
                (
                    "met_since",
                    models.GeneratedField(
                        db_persist=True,
                        expression=Coalesce("meeting_date", "since"),
                        output_field=models.DateField(),
                    ),
                ),
                (
                    "customer",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="contact_days",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "last contact",
                "verbose_name_plural": "last contacts",
                "ordering": ["pk"],
            },
        ),
        migrations.RunSQL(SQL, UNDO),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("visit_every__isnull", False)),
                fields=["visit_every"],
                name="customers_cust_own_rhythm",
            ),
        ),
        migrations.AddIndex(
            model_name="lastcontact",
            index=models.Index(
                fields=["customer_class", "contact_since", "customer"], name="customers_last_contact"
            ),
        ),
        migrations.AddIndex(
            model_name="lastcontact",
            index=models.Index(fields=["customer_class", "met_since", "customer"], name="customers_last_met"),
        ),
    ]
