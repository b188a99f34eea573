from django.db import migrations, models

from tongzhou.timeline.actions.guards import TABLES, put_up_guards, take_down_guards


def put_up(apps, schema_editor):
    put_up_guards(schema_editor.connection, TABLES)


def take_down(apps, schema_editor):
    take_down_guards(schema_editor.connection, TABLES)


class Migration(migrations.Migration):
    dependencies = [("timeline", "0001_initial")]
    operations = [
        migrations.AddIndex(
            model_name="change",
            index=models.Index(fields=["object_type", "object_id", "-event"], name="change_of_object"),
        ),
        migrations.RunPython(put_up, take_down),
    ]
