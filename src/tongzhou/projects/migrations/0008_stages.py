"""The stage of projects that exist already: light ones and those with work reported or a baseline are under way."""

from django.db import migrations
from django.db.models import F, Q

AT_ONCE = 500


def say_stages(apps, schema_editor):
    projects = apps.get_model("projects", "Project").objects
    planned = Q(summary__tasks__gt=0)
    runs = Q(summary__curve_from__isnull=False) | (planned & ~Q(summary__state="todo"))
    # Two steps: an update cannot look through a join on every database.
    for found, stage in ((Q(weight="light") | runs, "executing"), (planned & ~runs & ~Q(weight="light"), "planning")):
        keys = list(projects.filter(found).values_list("pk", flat=True))
        for at in range(0, len(keys), AT_ONCE):
            projects.filter(pk__in=keys[at : at + AT_ONCE]).update(stage=stage)


def order_scope(apps, schema_editor):
    apps.get_model("projects", "ScopeItem").objects.update(place=F("pk"))


class Migration(migrations.Migration):
    dependencies = [("projects", "0007_initiation")]

    operations = [
        migrations.RunPython(say_stages, migrations.RunPython.noop),
        migrations.RunPython(order_scope, migrations.RunPython.noop),
    ]
