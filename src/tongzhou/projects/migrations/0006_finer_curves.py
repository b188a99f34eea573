"""Planned shares of summaries: from basis points to units of 1 / 10**10. `tongzhou doctor --fix` makes them exact."""

from django.db import migrations

FINER = 10**6
AT_ONCE = 500


def _scaled(apps, share):
    summaries, kept = apps.get_model("projects", "ProjectSummary").objects, []
    for row in summaries.exclude(curve=[]).only("pk", "curve").iterator(AT_ONCE):
        row.curve = [row.curve[0], *(share(one) for one in row.curve[1:])]
        kept.append(row)
        if len(kept) == AT_ONCE:
            summaries.bulk_update(kept, ["curve"])
            kept = []
    summaries.bulk_update(kept, ["curve"])


def finer(apps, schema_editor):
    _scaled(apps, lambda share: share * FINER)


def coarser(apps, schema_editor):
    _scaled(apps, lambda share: (share + FINER // 2) // FINER)


class Migration(migrations.Migration):
    dependencies = [("projects", "0005_summary_watches")]

    operations = [migrations.RunPython(finer, coarser)]
