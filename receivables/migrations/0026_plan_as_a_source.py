"""Adjustments and refunds name the payment plan among their sources, as every posting does."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("receivables", "0025_items_of_plans"),
    ]

    operations = [
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
                ],
                default="manual",
                editable=False,
                max_length=10,
                verbose_name="source",
            ),
        ),
    ]
