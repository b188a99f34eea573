import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

FRIDAYS = {"pattern": "weekly", "at": "17:00:00", "day_off": "before", "every": 1, "weekday": 4}


def begin_rhythms(apps, schema_editor):
    """Projects that are there already get their Fridays, too: each looks for its next one as soon as somebody ticks."""
    rhythms, due = apps.get_model("rhythm", "Rhythm"), apps.get_model("rhythm", "Due")
    projects = apps.get_model("projects", "Project").objects.exclude(weight="light").values_list("pk", flat=True)
    made = [rhythms(kind="weekly-report", key=key, slot=FRIDAYS, moved={}) for key in projects]
    rhythms.objects.bulk_create(made, batch_size=500)
    keys = rhythms.objects.filter(kind="weekly-report").values_list("pk", flat=True)
    now = timezone.now()
    rows = [due(kind="rhythm-renewal", key=key, part="", at=now, next_at=now, lane=0) for key in keys]
    due.objects.bulk_create(rows, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_kept_reports"),
        ("rhythm", "0002_tried"),
        ("projects", "0005_summary_watches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="weeklyreport",
            name="edited_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.RunPython(begin_rhythms, migrations.RunPython.noop),
    ]
