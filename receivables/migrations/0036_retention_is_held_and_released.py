"""Retention: held back of an item, released at its end or before; the due date moves by the release alone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
-- The due date of an item moves only by the release of its retention; everything else stays as it was posted.
DROP TRIGGER receivables_receivable_immutable ON receivables_receivable;
CREATE TRIGGER receivables_receivable_immutable BEFORE UPDATE ON receivables_receivable FOR EACH ROW WHEN (
    (OLD.id, OLD.number, OLD.customer_id, OLD.owner_id, OLD.team_id, OLD.currency_id, OLD.amount, OLD.base_rate,
     OLD.base_amount, OLD.source, OLD.created_at, OLD.created_by_id, OLD.issue_date, OLD.payment_term_id, OLD.order_id,
     OLD.contract_id, OLD.retention_of_id) IS DISTINCT FROM
    (NEW.id, NEW.number, NEW.customer_id, NEW.owner_id, NEW.team_id, NEW.currency_id, NEW.amount, NEW.base_rate,
     NEW.base_amount, NEW.source, NEW.created_at, NEW.created_by_id, NEW.issue_date, NEW.payment_term_id, NEW.order_id,
     NEW.contract_id, NEW.retention_of_id))
    EXECUTE FUNCTION receivables_refuse();
CREATE TRIGGER receivables_receivable_due_kept BEFORE UPDATE ON receivables_receivable FOR EACH ROW WHEN (
    (OLD.due_date, OLD.due_rule) IS DISTINCT FROM (NEW.due_date, NEW.due_rule)
    AND (pg_trigger_depth() < 1 OR OLD.retention_until IS NULL))
    EXECUTE FUNCTION receivables_refuse();

CREATE FUNCTION receivables_release_retention() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    item receivables_receivable%ROWTYPE;
BEGIN
    SELECT * INTO item FROM receivables_receivable WHERE id = NEW.receivable_id FOR NO KEY UPDATE;
    IF item.retention_until IS NULL OR item.due_date <> NEW.due_before OR NEW.date < item.issue_date
        OR NEW.amount <> item.amount - item.settled THEN
        RAISE EXCEPTION 'the release does not fit item %', item.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_release_fits_item';
    END IF;
    IF NEW.due_date <> NEW.due_before THEN
        UPDATE receivables_receivable SET due_date = NEW.due_date, due_rule = NEW.due_rule, version = version + 1
            WHERE id = item.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER receivables_release_posted AFTER INSERT ON receivables_retentionrelease
    FOR EACH ROW EXECUTE FUNCTION receivables_release_retention();
CREATE TRIGGER receivables_release_open_month AFTER INSERT ON receivables_retentionrelease
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT
    EXECUTE FUNCTION receivables_require_open_month('date');
CREATE TRIGGER receivables_release_kept BEFORE UPDATE OR DELETE ON receivables_retentionrelease
    FOR EACH ROW EXECUTE FUNCTION receivables_refuse();
CREATE TRIGGER receivables_release_not_truncated BEFORE TRUNCATE ON receivables_retentionrelease
    FOR EACH STATEMENT EXECUTE FUNCTION receivables_refuse();

-- What is held back of an item is what adjustments took from it, in both currencies; neither goes without the other.
CREATE FUNCTION receivables_held_back_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM receivables_receivable i WHERE i.id = NEW.retention_of_id
            AND i.customer_id = NEW.customer_id AND i.currency_id = NEW.currency_id AND i.retention_until IS NULL)
        OR (SELECT (sum(amount), sum(base_amount)) FROM receivables_receivable WHERE retention_of_id = NEW.retention_of_id)
            IS DISTINCT FROM (SELECT (sum(used), sum(base_amount)) FROM receivables_adjustment
                WHERE receivable_id = NEW.retention_of_id AND kind = 'held_back') THEN
        RAISE EXCEPTION '% does not fit what was held back', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_receivable_held_back_fits';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER receivables_receivable_held_back AFTER INSERT ON receivables_receivable
    FOR EACH ROW WHEN (NEW.retention_of_id IS NOT NULL) EXECUTE FUNCTION receivables_held_back_fits();
CREATE FUNCTION receivables_held_back_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM receivables_adjustment WHERE id = NEW.adjustment_id AND kind = 'held_back') THEN
        RAISE EXCEPTION 'what is held back is released, not reversed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_line_held_back_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER receivables_line_held_back BEFORE INSERT ON receivables_settlementline
    FOR EACH ROW WHEN (NEW.reversal_of_id IS NOT NULL AND NEW.adjustment_id IS NOT NULL)
    EXECUTE FUNCTION receivables_held_back_stays();
"""
UNDO = """
DROP FUNCTION receivables_held_back_stays() CASCADE;
DROP FUNCTION receivables_held_back_fits() CASCADE;
DROP FUNCTION receivables_release_retention() CASCADE;
DROP TRIGGER receivables_receivable_due_kept ON receivables_receivable;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_dated_superiors"),
        ("catalog", "0003_currencies_taxes_and_terms"),
        ("contracts", "0006_payment_plans"),
        ("customers", "0034_visits_seen_by_day"),
        ("orders", "0008_submitted_date"),
        ("receivables", "0035_small_rests_of_receipts_to_be_checked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RetentionRelease",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("date", models.DateField(verbose_name="released on")),
                ("due_before", models.DateField(verbose_name="due before")),
                ("due_date", models.DateField(verbose_name="due on")),
                ("due_rule", models.CharField(blank=True, max_length=200)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="amount")),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
            ],
            options={
                "verbose_name": "release of retention",
                "verbose_name_plural": "releases of retention",
                "ordering": ["-date", "-pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="postingentry",
            name="receivables_postingentry_confirmed_is_posted",
        ),
        migrations.RemoveConstraint(
            model_name="postingentry",
            name="receivables_postingentry_fits_its_kind",
        ),
        migrations.AddField(
            model_name="receivable",
            name="retention_of",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="retentions",
                to="receivables.receivable",
                verbose_name="held back of",
            ),
        ),
        migrations.AlterField(
            model_name="adjustment",
            name="kind",
            field=models.CharField(
                choices=[
                    ("small_difference", "Small difference"),
                    ("write_off", "Write-off"),
                    ("recovery", "Recovery after a write-off"),
                    ("held_back", "Held back as retention"),
                ],
                editable=False,
                max_length=20,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="adjustment",
            name="source",
            field=models.CharField(
                choices=[
                    ("manual", "Entered by hand"),
                    ("order", "From an order"),
                    ("plan", "By the payment plan"),
                    ("import", "Imported"),
                    ("automatic", "By the system"),
                    ("retention", "Held back of another item"),
                ],
                default="manual",
                editable=False,
                max_length=10,
                verbose_name="source",
            ),
        ),
        migrations.AlterField(
            model_name="creditnote",
            name="source",
            field=models.CharField(
                choices=[
                    ("manual", "Entered by hand"),
                    ("order", "From an order"),
                    ("plan", "By the payment plan"),
                    ("import", "Imported"),
                    ("automatic", "By the system"),
                    ("retention", "Held back of another item"),
                ],
                default="manual",
                editable=False,
                max_length=10,
                verbose_name="source",
            ),
        ),
        migrations.AlterField(
            model_name="postingentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("credit_note", "Credit note"),
                    ("refund", "Refund"),
                    ("write_off", "Write-off"),
                    ("release", "Release of retention"),
                ],
                editable=False,
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="postingentry",
            name="source",
            field=models.CharField(
                choices=[
                    ("manual", "Entered by hand"),
                    ("order", "From an order"),
                    ("plan", "By the payment plan"),
                    ("import", "Imported"),
                    ("automatic", "By the system"),
                    ("retention", "Held back of another item"),
                ],
                default="manual",
                editable=False,
                max_length=10,
                verbose_name="source",
            ),
        ),
        migrations.AlterField(
            model_name="receipt",
            name="source",
            field=models.CharField(
                choices=[
                    ("manual", "Entered by hand"),
                    ("order", "From an order"),
                    ("plan", "By the payment plan"),
                    ("import", "Imported"),
                    ("automatic", "By the system"),
                    ("retention", "Held back of another item"),
                ],
                default="manual",
                editable=False,
                max_length=10,
                verbose_name="source",
            ),
        ),
        migrations.AlterField(
            model_name="receivable",
            name="source",
            field=models.CharField(
                choices=[
                    ("manual", "Entered by hand"),
                    ("order", "From an order"),
                    ("plan", "By the payment plan"),
                    ("import", "Imported"),
                    ("automatic", "By the system"),
                    ("retention", "Held back of another item"),
                ],
                default="manual",
                editable=False,
                max_length=10,
                verbose_name="source",
            ),
        ),
        migrations.AlterField(
            model_name="refund",
            name="source",
            field=models.CharField(
                choices=[
                    ("manual", "Entered by hand"),
                    ("order", "From an order"),
                    ("plan", "By the payment plan"),
                    ("import", "Imported"),
                    ("automatic", "By the system"),
                    ("retention", "Held back of another item"),
                ],
                default="manual",
                editable=False,
                max_length=10,
                verbose_name="source",
            ),
        ),
        migrations.AlterField(
            model_name="taxinvoice",
            name="source",
            field=models.CharField(
                choices=[
                    ("manual", "Entered by hand"),
                    ("order", "From an order"),
                    ("plan", "By the payment plan"),
                    ("import", "Imported"),
                    ("automatic", "By the system"),
                    ("retention", "Held back of another item"),
                ],
                default="manual",
                editable=False,
                max_length=10,
                verbose_name="source",
            ),
        ),
        migrations.AddConstraint(
            model_name="receivable",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("retention_of__isnull", True),
                    models.Q(
                        ("contract", None),
                        ("order", None),
                        ("retention_until__isnull", False),
                        ("source", "retention"),
                    ),
                    _connector="OR",
                ),
                name="receivables_receivable_held_back_whole",
            ),
        ),
        migrations.AddField(
            model_name="retentionrelease",
            name="receivable",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="release",
                to="receivables.receivable",
                verbose_name="receivable",
            ),
        ),
        migrations.AddField(
            model_name="retentionrelease",
            name="recorded_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="postingentry",
            name="release",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entry",
                to="receivables.retentionrelease",
                verbose_name="release of retention",
            ),
        ),
        migrations.AddConstraint(
            model_name="postingentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "confirmed"),
                        models.Q(
                            models.Q(
                                ("adjustment__isnull", True),
                                ("credit_note__isnull", False),
                                ("refund__isnull", True),
                                ("release__isnull", True),
                            ),
                            models.Q(
                                ("adjustment__isnull", True),
                                ("credit_note__isnull", True),
                                ("refund__isnull", False),
                                ("release__isnull", True),
                            ),
                            models.Q(
                                ("adjustment__isnull", False),
                                ("credit_note__isnull", True),
                                ("refund__isnull", True),
                                ("release__isnull", True),
                            ),
                            models.Q(
                                ("adjustment__isnull", True),
                                ("credit_note__isnull", True),
                                ("refund__isnull", True),
                                ("release__isnull", False),
                            ),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        models.Q(("state", "confirmed"), _negated=True),
                        ("adjustment__isnull", True),
                        ("credit_note__isnull", True),
                        ("refund__isnull", True),
                        ("release__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="receivables_postingentry_confirmed_is_posted",
            ),
        ),
        migrations.AddConstraint(
            model_name="postingentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("from_credit_note__isnull", True),
                        ("from_receipt__isnull", True),
                        ("kind", "credit_note"),
                    ),
                    models.Q(("kind__in", ("write_off", "release")), ("receivable__isnull", False)),
                    models.Q(
                        ("from_credit_note__isnull", True),
                        ("from_receipt__isnull", False),
                        ("kind", "refund"),
                    ),
                    models.Q(
                        ("from_credit_note__isnull", False),
                        ("from_receipt__isnull", True),
                        ("kind", "refund"),
                    ),
                    _connector="OR",
                ),
                name="receivables_postingentry_fits_its_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="receivables_release_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionrelease",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_date", models.F("due_before")),
                    models.Q(("due_date__lt", models.F("due_before")), ("due_date__gte", models.F("date"))),
                    _connector="OR",
                ),
                name="receivables_release_never_later_nor_in_the_past",
            ),
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
