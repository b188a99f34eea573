"""The years whose statutory days are known, the organisation's calendar, and versions that tell contents apart."""

import tongzhou.people.models.calendars
from django.db import migrations, models


def begin(apps, schema_editor):
    from chinese_calendar.constants import holidays

    years = apps.get_model("people", "StatutoryYear")
    found = sorted({day.year for day in holidays})
    years.objects.bulk_create(
        [years(year=year, announced=True, source=f"国务院办公厅关于{year}年部分节假日安排的通知") for year in found],
        ignore_conflicts=True,
    )
    calendars = apps.get_model("people", "WorkCalendar")
    if not calendars.objects.filter(is_organisation=True).exists():
        calendars.objects.create(name="公司日历", is_organisation=True, pattern="two_days", hours=[[540, 720], [780, 1080]])


class Migration(migrations.Migration):
    dependencies = [("people", "0003_daily_tool")]
    operations = [
        migrations.AddField(model_name="workcalendar", name="is_private", field=models.BooleanField(default=False)),
        migrations.AlterField(
            model_name="workcalendar",
            name="version",
            field=models.PositiveIntegerField(default=tongzhou.people.models.calendars.fresh_version),
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
