import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

MOVED = """
    UPDATE customers_visit v SET moved_from = s.days
    FROM (
        SELECT l.object_id, array_agg(DISTINCT (e.data->>'before')::date) AS days
        FROM audit_auditevent e
        JOIN audit_auditlink l ON l.event_id = e.id
        JOIN django_content_type c ON c.id = l.content_type_id AND c.app_label = 'customers' AND c.model = 'visit'
        WHERE e.verb = 'customers.visit_moved' AND e.data->>'before' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
        GROUP BY l.object_id
    ) s
    WHERE v.id = s.object_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0027_observation_visit"),
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="visitplanline",
            name="visit",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="plan_lines",
                to="customers.visit",
                verbose_name="visit",
            ),
        ),
        migrations.AddField(
            model_name="visit",
            name="moved_from",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.DateField(),
                blank=True,
                default=list,
                editable=False,
                size=None,
                verbose_name="moved from",
            ),
        ),
        migrations.RunSQL(MOVED, migrations.RunSQL.noop),
    ]
