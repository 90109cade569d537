"""Scoring models, gradings and the first model (domain §7, a convention to be changed by the department)."""

import datetime
from decimal import Decimal

import django.contrib.postgres.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FACTORS = (
    (
        "orders.turnover",
        "0.4",
        [["0", "0"], ["20000", "30"], ["100000", "50"], ["300000", "70"], ["1000000", "100"]],
    ),
    (
        "receivables.punctuality",
        "0.25",
        [["0", "0"], ["50", "30"], ["70", "60"], ["90", "80"], ["98", "100"]],
    ),
    ("customers.potential", "0.15", [["0", "0"], ["50000", "40"], ["200000", "70"], ["1000000", "100"]]),
    ("orders.loyalty", "0.1", [["0", "0"], ["25", "50"], ["50", "75"], ["75", "100"]]),
    ("customers.years", "0.1", [["0", "20"], ["1", "50"], ["3", "80"], ["5", "100"]]),
)


def seed(apps, schema_editor):
    model = apps.get_model("customers", "GradeModel").objects.create(from_date=datetime.date(2020, 1, 1))
    factor = apps.get_model("customers", "GradeFactor")
    factor.objects.bulk_create(
        factor(model=model, factor=name, weight=Decimal(weight), steps=steps)
        for name, weight, steps in FACTORS
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_posts"),
        ("catalog", "0003_currencies_taxes_and_terms"),
        ("customers", "0020_reception_budget_and_stops"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CustomerGrading",
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
                ("graded_on", models.DateField(verbose_name="computed on")),
                ("score", models.DecimalField(decimal_places=2, max_digits=5, verbose_name="points")),
                ("items", models.JSONField(verbose_name="how it came about")),
                (
                    "old_grade",
                    models.CharField(
                        blank=True,
                        choices=[("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")],
                        max_length=1,
                        verbose_name="grade until now",
                    ),
                ),
                (
                    "old_class",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("important", "Important"),
                            ("general", "General"),
                            ("potential", "Potential"),
                        ],
                        max_length=10,
                        verbose_name="class until now",
                    ),
                ),
                (
                    "proposed_grade",
                    models.CharField(
                        choices=[("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")],
                        max_length=1,
                        verbose_name="computed grade",
                    ),
                ),
                (
                    "proposed_class",
                    models.CharField(
                        choices=[
                            ("important", "Important"),
                            ("general", "General"),
                            ("potential", "Potential"),
                        ],
                        max_length=10,
                        verbose_name="computed class",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("accepted", "Accepted"),
                            ("overridden", "Decided otherwise"),
                            ("replaced", "Replaced by a newer one"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        blank=True,
                        choices=[("A", "A"), ("B", "B"), ("C", "C"), ("D", "D")],
                        max_length=1,
                        verbose_name="grade",
                    ),
                ),
                (
                    "customer_class",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("important", "Important"),
                            ("general", "General"),
                            ("potential", "Potential"),
                        ],
                        max_length=10,
                        verbose_name="class",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
            ],
            options={
                "verbose_name": "grading",
                "verbose_name_plural": "gradings",
                "ordering": ["-graded_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="GradeFactor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("factor", models.CharField(max_length=60, verbose_name="factor")),
                ("weight", models.DecimalField(decimal_places=6, max_digits=9, verbose_name="weight")),
                ("steps", models.JSONField(verbose_name="points by value")),
            ],
            options={
                "verbose_name": "factor of a scoring model",
                "verbose_name_plural": "factors of scoring models",
                "ordering": ["model_id", "-weight", "factor"],
            },
        ),
        migrations.CreateModel(
            name="GradeModel",
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
                ("from_date", models.DateField(verbose_name="from")),
                (
                    "to_date",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="to (last day)"),
                ),
                (
                    "a_from",
                    models.DecimalField(
                        decimal_places=2, default=80, max_digits=5, verbose_name="A from (points)"
                    ),
                ),
                (
                    "b_from",
                    models.DecimalField(
                        decimal_places=2, default=60, max_digits=5, verbose_name="B from (points)"
                    ),
                ),
                (
                    "c_from",
                    models.DecimalField(
                        decimal_places=2, default=40, max_digits=5, verbose_name="C from (points)"
                    ),
                ),
                ("remarks", models.CharField(blank=True, max_length=300, verbose_name="remarks")),
            ],
            options={
                "verbose_name": "scoring model",
                "verbose_name_plural": "scoring models",
                "ordering": ["-from_date", "pk"],
            },
        ),
        migrations.AddField(
            model_name="customer",
            name="grade_since",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="grade since"),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("grade", ""), _negated=True),
                fields=["grade", "code", "id"],
                name="customers_cust_grade",
            ),
        ),
        migrations.AddField(
            model_name="customergrading",
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
            model_name="customergrading",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gradings",
                to="customers.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AddField(
            model_name="customergrading",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="grademodel",
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
            model_name="gradefactor",
            name="model",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="factors", to="customers.grademodel"
            ),
        ),
        migrations.AddField(
            model_name="customergrading",
            name="model",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="gradings",
                to="customers.grademodel",
                verbose_name="scoring model",
            ),
        ),
        migrations.AddConstraint(
            model_name="grademodel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("to_date__isnull", True), ("to_date__gte", models.F("from_date")), _connector="OR"
                ),
                name="customers_grademodel_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="grademodel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("a_from__gt", models.F("b_from")),
                    ("a_from__lte", 100),
                    ("b_from__gt", models.F("c_from")),
                    ("c_from__gt", 0),
                ),
                name="customers_grademodel_steps_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="grademodel",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        models.Func(
                            models.F("from_date"),
                            models.F("to_date"),
                            models.Value("[]"),
                            function="daterange",
                        ),
                        "&&",
                    )
                ],
                name="customers_grademodel_one_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="gradefactor",
            constraint=models.UniqueConstraint(fields=("model", "factor"), name="customers_gradefactor_once"),
        ),
        migrations.AddConstraint(
            model_name="gradefactor",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gt", 0), ("weight__lte", 1)),
                name="customers_gradefactor_weight_in_range",
            ),
        ),
        migrations.AddIndex(
            model_name="customergrading",
            index=models.Index(fields=["state", "-graded_on", "id"], name="customers_grading_state"),
        ),
        migrations.AddIndex(
            model_name="customergrading",
            index=models.Index(fields=["customer", "-id"], name="customers_grading_customer"),
        ),
        migrations.AddConstraint(
            model_name="customergrading",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "proposed")),
                fields=("customer",),
                name="customers_customergrading_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="customergrading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("accepted", "overridden")), _negated=True),
                    models.Q(
                        models.Q(("grade", ""), _negated=True),
                        models.Q(("customer_class", ""), _negated=True),
                        ("decided_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="customers_customergrading_decided_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="customergrading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "overridden"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="customers_customergrading_override_reason",
            ),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
