"""Tax invoices: accepted by somebody else; issued ones of Taiwan may be void within their period."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEPT = """
DROP TRIGGER receivables_taxinvoice_kept ON receivables_taxinvoice;
CREATE TRIGGER receivables_taxinvoice_kept BEFORE UPDATE ON receivables_taxinvoice FOR EACH ROW WHEN (
    (OLD.number, OLD.customer_id, OLD.kind, OLD.title, OLD.tax_number, OLD.contract_id, OLD.currency_id, OLD.amount,
     OLD.net, OLD.tax, OLD.base_amount, OLD.red_of_id, OLD.requested_date) IS DISTINCT FROM
    (NEW.number, NEW.customer_id, NEW.kind, NEW.title, NEW.tax_number, NEW.contract_id, NEW.currency_id, NEW.amount,
     NEW.net, NEW.tax, NEW.base_amount, NEW.red_of_id, NEW.requested_date)
    OR (OLD.state = 'issued' AND (OLD.code, OLD.fapiao_no, OLD.issued_date) IS DISTINCT FROM
        (NEW.code, NEW.fapiao_no, NEW.issued_date))
    OR (OLD.state = 'issued' AND NEW.state <> 'issued' {void})
    OR (OLD.state IN ('void', 'rejected') AND NEW.state <> OLD.state))
    EXECUTE FUNCTION receivables_refuse();
"""
# Issued, it stays; one of Taiwan may be void until the end of the two months in which it was issued.
VOID = """AND NOT coalesce(NEW.state = 'void' AND NEW.voided_date < (date_trunc('month', OLD.issued_date)
        - make_interval(months => (extract(month FROM OLD.issued_date)::int - 1) % 2) + interval '2 months')::date, false)"""
GUARD, UNDO = KEPT.replace("{void}", VOID), KEPT.replace("{void}", "")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_dated_superiors"),
        ("catalog", "0003_currencies_taxes_and_terms"),
        ("contracts", "0006_payment_plans"),
        ("customers", "0035_things_of_a_hand_over"),
        ("receivables", "0037_which_claim_was_chosen"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="taxinvoice",
            name="accepted_by",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="accepted by",
            ),
        ),
        migrations.AddField(
            model_name="taxinvoice",
            name="voided_date",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="void since"),
        ),
        migrations.AddConstraint(
            model_name="taxinvoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("accepted_by", models.F("created_by")), _negated=True),
                name="receivables_taxinvoice_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxinvoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("voided_date__isnull", True),
                    models.Q(
                        ("issued_date__isnull", False),
                        ("kind__in", ("tw3", "tw2")),
                        ("red_of__isnull", True),
                        ("state", "void"),
                        ("voided_date__gte", models.F("issued_date")),
                    ),
                    _connector="OR",
                ),
                name="receivables_taxinvoice_void_of_taiwan",
            ),
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
