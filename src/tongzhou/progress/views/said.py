"""From a valid form to what the actions take."""

from __future__ import annotations

from datetime import datetime

from tongzhou.plan.actions import Report
from tongzhou.progress.actions import Asking, Words
from tongzhou.progress.forms import ProgressForm, whom


def report_of(form: ProgressForm, seen: int | None = None) -> Report:
    """Return what was said, as the plan takes it: a typed percent goes along, also where a quantity should be said instead."""
    data, item = form.cleaned_data, form.item
    typed = data["percent"]
    percent = item.percent if typed is None else round(typed * 100)
    done = data["done_quantity"] if form.counted and typed is None else None
    return Report(data["state"], percent, data["actual_start"], data["actual_finish"], done, seen)


def words_of(form: ProgressForm) -> Words:
    data = form.cleaned_data
    department = data["help_department"]
    return Words(
        data["done"],
        data["problem"],
        data["help_needed"],
        department.pk if department else None,
        blocking=blocking_of(data["unblocker"], data["until"]),
    )


def blocking_of(unblocker: str, until: datetime | None) -> Asking | None:
    """Return who is asked to unblock it and by when; None where neither was said."""
    person, department = whom(unblocker)
    return Asking(person, department, until) if unblocker or until else None
