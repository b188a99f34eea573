"""The day as of which a table of the past is looked at, so that nothing in it moves only because today is another day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tongzhou.exchange.queries.reports import ReportSpec
from tongzhou.plan.actions import ItemSpec

LONG_AGO = timedelta(days=30)


def looked_at_on(items: Sequence[ItemSpec], reports: Sequence[ReportSpec], today: date) -> date | None:
    """Return the status date of a first import that lies in the past, None for a living plan.

    A sheet updated over 30 days ago speaks of that day; a plan without reports that was over by then is shown as of the
    day before it begins, when nothing is late yet.
    """
    if reports:
        latest = max(report.status_date for report in reports)
        return latest if latest < today - LONG_AGO else None
    days = [day for item in items for day in (item.typed_start, item.typed_finish) if day is not None]
    return min(days) - timedelta(days=1) if days and max(days) < today - LONG_AGO else None
