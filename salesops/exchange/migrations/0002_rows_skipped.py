"""The count of skipped rows is named like the other counts of rows."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [migrations.RenameField("importbatch", "skipped", "rows_skipped")]
