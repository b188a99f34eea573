"""Holidays and make-up working days of mainland China, from the package chinesecalendar (State Council notices)."""

from django.db import migrations

NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明",
    "Labour Day": "五一",
    "Dragon Boat Festival": "端午",
    "National Day": "国庆",
    "Mid-autumn Festival": "中秋",
    "Anti-Fascist 70th Day": "抗战胜利日",
}


def load(apps, schema_editor):
    from chinese_calendar.constants import holidays, in_lieu_days, workdays

    model = apps.get_model("people", "StatutoryDay")
    rows = {day: model(day=day, working=False, name=_name(label)) for day, label in holidays.items()}
    rows |= {day: model(day=day, working=True, name=_name(label)) for day, label in workdays.items()}
    rows |= {day: model(day=day, working=False, name=_name(label)) for day, label in in_lieu_days.items()}
    model.objects.bulk_create(rows.values(), ignore_conflicts=True)


def _name(label):
    text = getattr(label, "value", str(label))
    return NAMES.get(text, text)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
