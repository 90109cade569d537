"""Tax invoices: never beyond the items, the contract or, in red, the invoice they are about; issued ones stay."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

LIVE = "x.state NOT IN ('void', 'rejected')"
GUARD = """
-- Items, contracts and originals are locked, so that two requests are judged one after the other.
CREATE FUNCTION receivables_tax_lines_fit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken text;
BEGIN
    EXECUTE 'SELECT 1 FROM contracts_contract WHERE id IN (SELECT x.contract_id FROM receivables_taxinvoice x
        JOIN new_rows n ON n.invoice_id = x.id) ORDER BY id FOR NO KEY UPDATE';
    EXECUTE 'SELECT 1 FROM receivables_taxinvoice WHERE id IN (SELECT x.red_of_id FROM receivables_taxinvoice x
        JOIN new_rows n ON n.invoice_id = x.id) ORDER BY id FOR NO KEY UPDATE';
    EXECUTE 'SELECT 1 FROM receivables_receivable WHERE id IN (SELECT receivable_id FROM new_rows)
        ORDER BY id FOR NO KEY UPDATE';
    EXECUTE $q$
        SELECT i.number FROM (SELECT DISTINCT receivable_id FROM new_rows WHERE receivable_id IS NOT NULL) n
        JOIN receivables_receivable i ON i.id = n.receivable_id
        CROSS JOIN LATERAL (SELECT sum(l.net + l.tax) AS gross FROM receivables_taxinvoiceline l
            JOIN receivables_taxinvoice x ON x.id = l.invoice_id
            WHERE l.receivable_id = i.id AND {live}) b
        WHERE b.gross > i.amount LIMIT 1 $q$ INTO broken;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'item % would be invoiced beyond its amount', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_taxinvoice_not_beyond_item';
    END IF;
    EXECUTE $q$
        SELECT v.number FROM receivables_taxinvoice v WHERE v.id IN (SELECT invoice_id FROM new_rows)
            AND (v.net, v.tax) IS DISTINCT FROM (SELECT (sum(l.net), sum(l.tax)) FROM receivables_taxinvoiceline l
                WHERE l.invoice_id = v.id) LIMIT 1 $q$ INTO broken;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'the lines of % do not add up', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_taxinvoice_lines_add_up';
    END IF;
    EXECUTE $q$
        SELECT c.number FROM contracts_contract c WHERE c.kind <> 'framework' AND c.amount > 0
            AND c.id IN (SELECT x.contract_id FROM receivables_taxinvoice x JOIN new_rows n ON n.invoice_id = x.id)
            AND c.amount < (SELECT sum(x.amount) FROM receivables_taxinvoice x
                WHERE x.contract_id = c.id AND x.currency_id = c.currency_id AND {live}) LIMIT 1 $q$ INTO broken;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'contract % would be invoiced beyond its amount', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_taxinvoice_not_beyond_contract';
    END IF;
    EXECUTE $q$
        SELECT o.number FROM receivables_taxinvoice o
        WHERE o.id IN (SELECT x.red_of_id FROM receivables_taxinvoice x JOIN new_rows n ON n.invoice_id = x.id)
            AND (o.state <> 'issued' OR o.red_of_id IS NOT NULL OR o.amount < -(SELECT sum(x.amount)
                FROM receivables_taxinvoice x WHERE x.red_of_id = o.id AND {live})) LIMIT 1 $q$ INTO broken;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'more than invoice % comes to would be taken back', broken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receivables_taxinvoice_not_beyond_original';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER receivables_taxinvoiceline_fit AFTER INSERT ON receivables_taxinvoiceline
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION receivables_tax_lines_fit();
CREATE TRIGGER receivables_taxinvoiceline_kept BEFORE UPDATE OR DELETE ON receivables_taxinvoiceline
    FOR EACH ROW EXECUTE FUNCTION receivables_refuse();
CREATE TRIGGER receivables_taxinvoice_not_deleted BEFORE DELETE ON receivables_taxinvoice
    FOR EACH ROW EXECUTE FUNCTION receivables_refuse();
CREATE TRIGGER receivables_taxinvoice_kept BEFORE UPDATE ON receivables_taxinvoice FOR EACH ROW WHEN (
    (OLD.number, OLD.customer_id, OLD.kind, OLD.title, OLD.tax_number, OLD.contract_id, OLD.currency_id, OLD.amount,
     OLD.net, OLD.tax, OLD.base_amount, OLD.red_of_id, OLD.requested_date) IS DISTINCT FROM
    (NEW.number, NEW.customer_id, NEW.kind, NEW.title, NEW.tax_number, NEW.contract_id, NEW.currency_id, NEW.amount,
     NEW.net, NEW.tax, NEW.base_amount, NEW.red_of_id, NEW.requested_date)
    OR (OLD.state = 'issued' AND (OLD.state, OLD.code, OLD.fapiao_no, OLD.issued_date) IS DISTINCT FROM
        (NEW.state, NEW.code, NEW.fapiao_no, NEW.issued_date))
    OR (OLD.state IN ('void', 'rejected') AND NEW.state <> OLD.state))
    EXECUTE FUNCTION receivables_refuse();
""".replace("{live}", LIVE)
UNDO = """
DROP TRIGGER receivables_taxinvoice_kept ON receivables_taxinvoice;
DROP TRIGGER receivables_taxinvoice_not_deleted ON receivables_taxinvoice;
DROP TRIGGER receivables_taxinvoiceline_kept ON receivables_taxinvoiceline;
DROP FUNCTION receivables_tax_lines_fit() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_dated_superiors"),
        ("catalog", "0003_currencies_taxes_and_terms"),
        ("contracts", "0006_payment_plans"),
        ("customers", "0033_tours_of_customers"),
        ("receivables", "0033_words_of_statement_lines"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TaxInvoice",
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
                ("number", models.CharField(max_length=60, unique=True, verbose_name="number")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="amount")),
                ("base_rate", models.DecimalField(decimal_places=8, editable=False, max_digits=18)),
                ("base_amount", models.DecimalField(decimal_places=2, editable=False, max_digits=18)),
                (
                    "source",
                    models.CharField(
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("special", "Special VAT invoice"),
                            ("ordinary", "Ordinary VAT invoice"),
                            ("export", "Export invoice"),
                            ("tw3", "Taiwan, 3-part"),
                            ("tw2", "Taiwan, 2-part"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "Requested"),
                            ("approved", "To be issued"),
                            ("issued", "Issued"),
                            ("rejected", "Turned down"),
                            ("void", "Void"),
                        ],
                        default="requested",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="name of the buyer")),
                ("tax_number", models.CharField(blank=True, max_length=40, verbose_name="tax number")),
                ("net", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="net")),
                ("tax", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="tax")),
                ("requested_date", models.DateField(verbose_name="requested on")),
                ("issued_date", models.DateField(blank=True, null=True, verbose_name="issued on")),
                ("code", models.CharField(blank=True, max_length=12, verbose_name="invoice code")),
                ("fapiao_no", models.CharField(blank=True, max_length=20, verbose_name="invoice number")),
                ("delivered_date", models.DateField(blank=True, null=True, verbose_name="handed over on")),
                ("delivered_by", models.CharField(blank=True, max_length=200, verbose_name="how")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tax_invoices",
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
                (
                    "currency",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.currency",
                        verbose_name="currency",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="customers.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
                (
                    "red_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="red_letters",
                        to="receivables.taxinvoice",
                        verbose_name="takes back",
                    ),
                ),
                (
                    "tax_profile",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.taxprofile",
                        verbose_name="invoice title",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.team",
                        verbose_name="team",
                    ),
                ),
            ],
            options={
                "verbose_name": "tax invoice",
                "verbose_name_plural": "tax invoices",
                "ordering": ["-requested_date", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="TaxInvoiceLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("text", models.CharField(max_length=200, verbose_name="goods or service")),
                ("net", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="net")),
                ("rate", models.DecimalField(decimal_places=6, max_digits=9, verbose_name="tax rate")),
                ("tax", models.DecimalField(decimal_places=2, max_digits=18, verbose_name="tax")),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="receivables.taxinvoice",
                    ),
                ),
                (
                    "receivable",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tax_lines",
                        to="receivables.receivable",
                        verbose_name="receivable",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a tax invoice",
                "verbose_name_plural": "lines of tax invoices",
                "ordering": ["invoice_id", "position"],
            },
        ),
        migrations.AddIndex(
            model_name="taxinvoice",
            index=models.Index(fields=["-requested_date", "-id"], name="receivables_taxinvoice_by_day"),
        ),
        migrations.AddIndex(
            model_name="taxinvoice",
            index=models.Index(fields=["contract"], name="receivables_taxinvoice_contr"),
        ),
        migrations.AddConstraint(
            model_name="taxinvoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "amount",
                        django.db.models.expressions.CombinedExpression(
                            models.F("net"), "+", models.F("tax")
                        ),
                    )
                ),
                name="receivables_taxinvoice_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxinvoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__gt", 0), ("red_of__isnull", True)),
                    models.Q(("amount__lt", 0), ("red_of__isnull", False)),
                    _connector="OR",
                ),
                name="receivables_taxinvoice_sign",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxinvoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "issued"), _negated=True),
                    models.Q(("issued_date__isnull", False), models.Q(("fapiao_no", ""), _negated=True)),
                    _connector="OR",
                ),
                name="receivables_taxinvoice_issued_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxinvoice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("fapiao_no", ""), _negated=True),
                fields=("code", "fapiao_no"),
                name="receivables_taxinvoice_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxinvoiceline",
            constraint=models.UniqueConstraint(
                fields=("invoice", "position"), name="receivables_taxinvoiceline_position"
            ),
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
