"""What was missed at a slot, and when it was said afterwards."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from tongzhou.progress.models import ProgressUpdate, SyncMiss


def misses() -> QuerySet[Any, Any]:
    """Return what was missed, each with `late`: when the first report after the slot came (补报); None while it is missing."""
    said = ProgressUpdate.objects.filter(work_item=OuterRef("work_item"), reported_at__gt=OuterRef("result__round__slot_at"))
    return SyncMiss.objects.annotate(late=Subquery(said.order_by("reported_at").values("reported_at")[:1]))
