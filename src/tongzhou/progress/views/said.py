"""From a valid form to what the actions take."""

from __future__ import annotations

from tongzhou.plan.actions import Report
from tongzhou.progress.actions import Words
from tongzhou.progress.forms import ProgressForm


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
    return Words(data["done"], data["problem"], data["help_needed"], department.pk if department else None)
