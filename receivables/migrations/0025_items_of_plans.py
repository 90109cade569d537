"""Items of payment plans: once per fact, never beyond their row or the contract; retention has its own day."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE TRIGGER receivables_receivable_plan_kept BEFORE UPDATE ON receivables_receivable FOR EACH ROW WHEN (
    (OLD.plan_row_id, OLD.plan_line, OLD.plan_fact, OLD.retention_until)
    IS DISTINCT FROM (NEW.plan_row_id, NEW.plan_line, NEW.plan_fact, NEW.retention_until))
    EXECUTE FUNCTION receivables_refuse();

-- The contracts are locked, so that two facts of one contract bill one after the other. What a file brings is history.
CREATE FUNCTION receivables_within_contract() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
    rule text;
BEGIN
    EXECUTE 'SELECT 1 FROM contracts_contract WHERE id IN (
        SELECT contract_id FROM new_rows WHERE source IN (''plan'', ''manual'')) ORDER BY id FOR NO KEY UPDATE';
    EXECUTE $q$
        SELECT n.number, CASE
            WHEN n.currency_id <> c.currency_id OR p.contract_id <> c.id OR w.line <> n.plan_line
                THEN 'receivables_receivable_own_plan'
            ELSE 'receivables_receivable_not_beyond_row' END
        FROM new_rows n
        JOIN contracts_contract c ON c.id = n.contract_id
        JOIN contracts_planrow w ON w.id = n.plan_row_id
        JOIN contracts_paymentplan p ON p.id = w.plan_id
        WHERE n.currency_id <> c.currency_id OR p.contract_id <> c.id OR w.line <> n.plan_line OR w.amount < (
            SELECT sum(r.amount) FROM receivables_receivable r
            WHERE r.contract_id = n.contract_id AND r.plan_line = n.plan_line)
        LIMIT 1 $q$ INTO broken, rule;
    IF broken IS NULL THEN
        EXECUTE $q$
            SELECT n.number, 'receivables_receivable_not_beyond_contract' FROM new_rows n
            JOIN contracts_contract c ON c.id = n.contract_id
            WHERE n.source = 'manual' AND c.kind <> 'framework' AND c.amount > 0 AND n.currency_id = c.currency_id
              AND c.amount < (
                SELECT sum(r.amount) - coalesce((SELECT sum(k.amount) FROM receivables_creditnote k
                    JOIN receivables_receivable i ON i.id = k.receivable_id WHERE i.contract_id = c.id), 0)
                FROM receivables_receivable r WHERE r.contract_id = c.id)
            LIMIT 1 $q$ INTO broken, rule;
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'receivable % goes beyond its contract or its plan', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = rule;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER receivables_receivable_contract AFTER INSERT ON receivables_receivable
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION receivables_within_contract();
"""
UNDO = """
DROP FUNCTION receivables_within_contract() CASCADE;
DROP TRIGGER receivables_receivable_plan_kept ON receivables_receivable;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_posts"),
        ("catalog", "0003_currencies_taxes_and_terms"),
        ("contracts", "0006_payment_plans"),
        ("customers", "0033_tours_of_customers"),
        ("orders", "0007_shipment_arrangement"),
        ("receivables", "0024_letters_plans_and_legal_stages"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="receivable",
            name="plan_fact",
            field=models.CharField(blank=True, editable=False, max_length=40),
        ),
        migrations.AddField(
            model_name="receivable",
            name="plan_line",
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="receivable",
            name="plan_row",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="receivables",
                to="contracts.planrow",
                verbose_name="row of the payment plan",
            ),
        ),
        migrations.AddField(
            model_name="receivable",
            name="retention_until",
            field=models.DateField(blank=True, null=True, verbose_name="retention until"),
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
                ],
                default="manual",
                editable=False,
                max_length=10,
                verbose_name="source",
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
                ],
                default="manual",
                editable=False,
                max_length=10,
                verbose_name="source",
            ),
        ),
        migrations.AddIndex(
            model_name="receivable",
            index=models.Index(
                condition=models.Q(("retention_until__isnull", False)),
                fields=["due_date", "id"],
                name="receivables_retention_by_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="receivable",
            constraint=models.UniqueConstraint(
                condition=models.Q(("plan_line__isnull", False)),
                fields=("contract", "plan_line", "plan_fact"),
                name="receivables_receivable_once_per_fact",
            ),
        ),
        migrations.AddConstraint(
            model_name="receivable",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("plan_fact", ""), ("plan_line__isnull", True), ("plan_row__isnull", True)),
                    models.Q(
                        ("contract__isnull", False),
                        ("plan_line__isnull", False),
                        ("plan_row__isnull", False),
                        models.Q(("plan_fact", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="receivables_receivable_plan_whole",
            ),
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
