from django.db import migrations

from tongzhou.timeline.actions.guards import put_up_guards, take_down_guards

FIXED = (
    "thing", "kind", "key", "version", "title", "project_number", "project_name", "number", "code", "digest", "content",
    "at", "by_name",
)  # fmt: skip
TABLES = {"documents_issuedpaper": FIXED}


def put_up(apps, schema_editor):
    put_up_guards(schema_editor.connection, TABLES)


def take_down(apps, schema_editor):
    take_down_guards(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_guards"), ("timeline", "0002_guards")]
    operations = [migrations.RunPython(put_up, take_down)]
