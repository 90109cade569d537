"""Payment plans by edition, and acceptance; what is in force is never rewritten and comes to the contract's amount."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE FUNCTION contracts_plan_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    drafted boolean;
    key bigint;
BEGIN
    key := CASE WHEN TG_TABLE_NAME = 'contracts_planrow' THEN
        (SELECT contract_id FROM contracts_paymentplan WHERE id = (to_jsonb(OLD) ->> 'plan_id')::bigint)
        ELSE (to_jsonb(OLD) ->> 'contract_id')::bigint END;
    SELECT state = 'draft' INTO drafted FROM contracts_contract WHERE id = key;
    IF drafted OR coalesce(current_setting('salesops.undo_import', true), '') = 'on' OR (
        TG_TABLE_NAME = 'contracts_paymentplan' AND TG_OP = 'UPDATE'
        AND to_jsonb(NEW) - '{current,updated_at}'::text[] = to_jsonb(OLD) - '{current,updated_at}'::text[]
        AND NOT (to_jsonb(NEW) ->> 'current')::boolean) THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    RAISE EXCEPTION 'a plan in force is replaced by a new edition, never rewritten'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'contracts_plan_kept';
END $$;
CREATE TRIGGER contracts_planrow_kept BEFORE UPDATE OR DELETE ON contracts_planrow
    FOR EACH ROW EXECUTE FUNCTION contracts_plan_kept();
CREATE TRIGGER contracts_paymentplan_kept BEFORE UPDATE OR DELETE ON contracts_paymentplan
    FOR EACH ROW EXECUTE FUNCTION contracts_plan_kept();

CREATE FUNCTION contracts_plan_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    key bigint;
    broken text;
BEGIN
    key := CASE TG_TABLE_NAME
        WHEN 'contracts_planrow' THEN (SELECT contract_id FROM contracts_paymentplan
            WHERE id = (to_jsonb(NEW) ->> 'plan_id')::bigint)
        WHEN 'contracts_paymentplan' THEN (to_jsonb(NEW) ->> 'contract_id')::bigint
        ELSE (to_jsonb(NEW) ->> 'id')::bigint END;
    SELECT c.number INTO broken FROM contracts_contract c
        JOIN contracts_paymentplan p ON p.contract_id = c.id AND p.current
        WHERE c.id = key AND c.state = 'effective' AND c.amount IS DISTINCT FROM
            (SELECT sum(r.amount) FROM contracts_planrow r WHERE r.plan_id = p.id);
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'the payment plan of contract % does not come to its amount', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'contracts_plan_sums_up';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER contracts_planrow_sums AFTER INSERT OR UPDATE ON contracts_planrow
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION contracts_plan_sums();
CREATE CONSTRAINT TRIGGER contracts_paymentplan_sums AFTER INSERT OR UPDATE ON contracts_paymentplan
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION contracts_plan_sums();
CREATE CONSTRAINT TRIGGER contracts_contract_plan_sums AFTER UPDATE OF state ON contracts_contract
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'effective')
    EXECUTE FUNCTION contracts_plan_sums();

CREATE FUNCTION contracts_acceptance_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('salesops.undo_import', true), '') = 'on' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    RAISE EXCEPTION 'an acceptance stays as it was recorded'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'contracts_acceptance_kept';
END $$;
CREATE TRIGGER contracts_acceptance_kept BEFORE UPDATE OR DELETE ON contracts_acceptance
    FOR EACH ROW EXECUTE FUNCTION contracts_acceptance_kept();
"""
UNDO = """
DROP FUNCTION contracts_acceptance_kept() CASCADE;
DROP FUNCTION contracts_plan_sums() CASCADE;
DROP FUNCTION contracts_plan_kept() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0003_currencies_taxes_and_terms"),
        ("contracts", "0005_renewals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Acceptance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("date", models.DateField(verbose_name="accepted on")),
                ("paper", models.CharField(max_length=200, verbose_name="paper that proves it")),
                ("remarks", models.TextField(blank=True, verbose_name="remarks")),
                (
                    "contract",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptance",
                        to="contracts.contract",
                        verbose_name="contract",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "acceptance",
                "verbose_name_plural": "acceptances",
                "ordering": ["-date", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="PaymentPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("edition", models.PositiveSmallIntegerField(default=1, verbose_name="edition")),
                ("current", models.BooleanField(default=True, verbose_name="in force")),
                ("since", models.DateField(verbose_name="as of")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="why it was changed")),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="contracts.contract",
                        verbose_name="contract",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "payment plan",
                "verbose_name_plural": "payment plans",
                "ordering": ["contract_id", "-edition"],
            },
        ),
        migrations.CreateModel(
            name="PlanRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.PositiveSmallIntegerField(verbose_name="no.")),
                ("line", models.PositiveSmallIntegerField(editable=False)),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("sign", "Taking effect"),
                            ("deliver", "Delivery"),
                            ("accept", "Acceptance"),
                            ("invoice", "Tax invoice"),
                            ("date", "A fixed day"),
                            ("warranty", "End of the warranty"),
                        ],
                        max_length=10,
                        verbose_name="falls due by",
                    ),
                ),
                (
                    "percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=9,
                        null=True,
                        verbose_name="percent of the amount",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="amount")),
                ("date", models.DateField(blank=True, null=True, verbose_name="date")),
                (
                    "months",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="months of warranty"
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                (
                    "payment_term",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.paymentterm",
                        verbose_name="payment terms",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="contracts.paymentplan",
                    ),
                ),
            ],
            options={
                "verbose_name": "row of a payment plan",
                "verbose_name_plural": "rows of payment plans",
                "ordering": ["plan_id", "seq"],
            },
        ),
        migrations.AddConstraint(
            model_name="paymentplan",
            constraint=models.UniqueConstraint(
                fields=("contract", "edition"), name="contracts_paymentplan_edition"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("current", True)),
                fields=("contract",),
                name="contracts_paymentplan_one_current",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("edition", 1), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="contracts_paymentplan_change_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="planrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="contracts_planrow_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="planrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("date__isnull", False), models.Q(("trigger", "date"), _negated=True), _connector="OR"
                ),
                name="contracts_planrow_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="planrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("months__isnull", False),
                    models.Q(("trigger", "warranty"), _negated=True),
                    _connector="OR",
                ),
                name="contracts_planrow_warranted",
            ),
        ),
        migrations.AddConstraint(
            model_name="planrow",
            constraint=models.UniqueConstraint(fields=("plan", "seq"), name="contracts_planrow_seq"),
        ),
        migrations.AddConstraint(
            model_name="planrow",
            constraint=models.UniqueConstraint(fields=("plan", "line"), name="contracts_planrow_line"),
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
