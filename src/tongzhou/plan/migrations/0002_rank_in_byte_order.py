"""Ranks sort byte by byte on every database: PostgreSQL otherwise sorts as the cluster's language does."""

from django.db import migrations


def bytewise(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute('ALTER TABLE plan_workitem ALTER COLUMN rank TYPE varchar(120) COLLATE "C"')


class Migration(migrations.Migration):
    dependencies = [("plan", "0001_initial")]
    operations = [migrations.RunPython(bytewise, migrations.RunPython.noop)]
