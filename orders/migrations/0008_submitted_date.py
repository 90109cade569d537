"""The day an order was handed in; orders on file take it from their timeline."""

from django.conf import settings
from django.db import migrations, models

FROM_TIMELINE = """
UPDATE orders_order o SET submitted_date = found.day
FROM (SELECT l.object_id, max((e.at AT TIME ZONE %s)::date) AS day
      FROM audit_auditlink l
      JOIN audit_auditevent e ON e.id = l.event_id
      JOIN django_content_type t ON t.id = l.content_type_id
      WHERE t.app_label = 'orders' AND t.model = 'order' AND e.verb = 'orders.order_submitted'
      GROUP BY l.object_id) found
WHERE found.object_id = o.id
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_shipment_arrangement"), ("audit", "0006_row_history_in_bulk")]

    operations = [
        migrations.AddField(
            "order",
            "submitted_date",
            models.DateField("submitted on", null=True, blank=True, editable=False),
        ),
        migrations.RunSQL([(FROM_TIMELINE, [settings.TIME_ZONE])], migrations.RunSQL.noop),
    ]
