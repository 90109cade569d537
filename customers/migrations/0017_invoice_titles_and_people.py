"""Invoice titles, the usual address of each kind, and more about people at the customer."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from salesops.approvals.seeds import role, route, step, write_flow

# The oldest address of each kind was the one that everybody used.
USUAL = """
UPDATE customers_address SET is_default = true WHERE id IN (
    SELECT min(id) FROM customers_address GROUP BY customer_id, kind
)
"""


def seed(apps, schema_editor):
    finance = step("Finance", role("finance", scope="company"))
    write_flow(apps, "customers.title", [route("Every change", [], [finance])])


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0016_receptions"),
        ("approvals", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TaxProfile",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("prc", "PRC (fapiao)"),
                            ("taiwan", "Taiwan (unified invoice)"),
                            ("foreign", "Abroad"),
                        ],
                        default="prc",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="invoice title")),
                ("tax_number", models.CharField(blank=True, max_length=40, verbose_name="tax number")),
                (
                    "tax_override_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="why the tax number is right"),
                ),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="registered address")),
                ("phone", models.CharField(blank=True, max_length=60, verbose_name="phone")),
                ("bank_name", models.CharField(blank=True, max_length=100, verbose_name="bank")),
                ("bank_account", models.CharField(blank=True, max_length=60, verbose_name="bank account")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail for invoices")),
                ("from_date", models.DateField(verbose_name="from")),
                ("to_date", models.DateField(blank=True, null=True, verbose_name="to (last day)")),
                (
                    "is_default",
                    models.BooleanField(default=False, verbose_name="used unless another one is chosen"),
                ),
                (
                    "checked",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="accepted by a second person"
                    ),
                ),
            ],
            options={
                "verbose_name": "invoice title",
                "verbose_name_plural": "invoice titles",
                "ordering": ["customer_id", "-is_default", "title", "pk"],
            },
        ),
        migrations.AlterModelOptions(
            name="address",
            options={
                "ordering": ["customer_id", "kind", "-is_default", "pk"],
                "verbose_name": "address",
                "verbose_name_plural": "addresses",
            },
        ),
        migrations.AddField(
            model_name="address",
            name="is_default",
            field=models.BooleanField(default=False, verbose_name="the usual one of its kind"),
        ),
        migrations.AddField(
            model_name="contact",
            name="birthday",
            field=models.DateField(blank=True, null=True, verbose_name="birthday"),
        ),
        migrations.AddField(
            model_name="contact",
            name="channel",
            field=models.CharField(
                blank=True,
                choices=[("phone", "Telephone"), ("email", "E-mail"), ("chat", "Chat"), ("visit", "Visit")],
                max_length=8,
                verbose_name="likes to be reached by",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="chat",
            field=models.CharField(blank=True, max_length=100, verbose_name="chat account"),
        ),
        migrations.AddField(
            model_name="contact",
            name="habits",
            field=models.CharField(blank=True, max_length=300, verbose_name="habits and wishes"),
        ),
        migrations.AddField(
            model_name="contact",
            name="part",
            field=models.CharField(
                blank=True,
                choices=[
                    ("decides", "Decides"),
                    ("influences", "Influences"),
                    ("uses", "Uses it"),
                    ("pays", "Pays"),
                    ("buys", "Negotiates and buys"),
                    ("gatekeeper", "Opens or closes the door"),
                ],
                max_length=12,
                verbose_name="part in decisions",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="second_phone",
            field=models.CharField(blank=True, max_length=60, verbose_name="second telephone"),
        ),
        migrations.AlterField(
            model_name="address",
            name="kind",
            field=models.CharField(
                choices=[
                    ("registered", "Registered"),
                    ("ship", "Shipping"),
                    ("bill", "Billing"),
                    ("office", "Office"),
                    ("plant", "Plant"),
                ],
                default="ship",
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="decisionmaker",
            name="part",
            field=models.CharField(
                choices=[
                    ("decides", "Decides"),
                    ("influences", "Influences"),
                    ("uses", "Uses it"),
                    ("pays", "Pays"),
                    ("buys", "Negotiates and buys"),
                    ("gatekeeper", "Opens or closes the door"),
                ],
                max_length=12,
                verbose_name="part",
            ),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=models.Index(
                condition=models.Q(("second_phone", ""), _negated=True),
                fields=["second_phone"],
                name="customers_contact_phone2",
            ),
        ),
        migrations.RunSQL(USUAL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_default", True)),
                fields=("customer", "kind"),
                name="customers_address_one_default",
            ),
        ),
        migrations.AddField(
            model_name="taxprofile",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="taxprofile",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tax_profiles",
                to="customers.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AddIndex(
            model_name="taxprofile",
            index=models.Index(
                condition=models.Q(("tax_number", ""), _negated=True),
                fields=["tax_number"],
                name="customers_taxprofile_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxprofile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_default", True)),
                fields=("customer",),
                name="customers_taxprofile_one_default",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxprofile",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="customers_taxprofile_title_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="taxprofile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_date__isnull", True), ("to_date__gte", models.F("from_date")), _connector="OR"
                ),
                name="customers_taxprofile_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxprofile",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_default", False), ("checked", True), _connector="OR"),
                name="customers_taxprofile_default_is_checked",
            ),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
