"""Input about progress."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongzhou.lib.access import Refused
from tongzhou.lib.params import DayField
from tongzhou.people.models import Department
from tongzhou.plan.models import WorkItem
from tongzhou.progress.queries.queue import known_values

WHOLE, LONGEST = 10000, 5000


class PercentField(forms.DecimalField):
    """A percent as people type it: 60, 60%, ６０％."""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(value.strip().rstrip("%％ ") if isinstance(value, str) else value)


class ProgressForm(forms.Form):
    """State, percent (or the quantity that gives it) and a few words: twenty seconds on a phone."""

    state = forms.ChoiceField(label=_("State"), choices=WorkItem.State.choices)
    percent = PercentField(label=_("Percent complete"), min_value=0, max_value=100, decimal_places=2, max_digits=5)
    done_quantity = forms.DecimalField(label=_("Done quantity"), min_value=0, decimal_places=2, max_digits=14, required=False)
    done = forms.CharField(label=_("What is done"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    problem = forms.CharField(label=_("Problem met"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    help_needed = forms.CharField(label=_("Help needed"), required=False, max_length=300)
    help_department = forms.ModelChoiceField(
        label=_("From which department"), queryset=Department.objects.none(), required=False
    )
    actual_start = DayField(label=_("Actual start"), required=False)
    actual_finish = DayField(label=_("Actual finish"), required=False)

    def __init__(self, *args: Any, item: WorkItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["help_department"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Department.objects.filter(participations__project=item.project)
        self.item = item
        self.counted = item.quantity is not None
        # Where there is a quantity, percent follows from it; a typed one is refused by the action, in words.
        self.fields["percent"].required = not self.counted


def completed(body: dict[str, Any], item: WorkItem) -> dict[str, Any]:
    """Return a form's data from the few fields that an edit in place sends; the others are as known.

    :raises Refused: if a value is no text or number, or work that was done is taken up again without a percent.
    """
    said = {name: _text(name, body[name]) for name in ProgressForm.base_fields if body.get(name) is not None}
    values = known_values(item) | said
    if "state" not in said:
        values["state"] = _state_of(item, said)
    elif said["state"] == item.state:
        return values
    elif said["state"] == WorkItem.State.TODO:
        values |= {"actual_start": None, "actual_finish": None} | (
            {"done_quantity": "0"} if item.quantity else {"percent": "0"}
        )
    elif said["state"] == WorkItem.State.DOING and item.percent == WHOLE and not said.keys() & {"percent", "done_quantity"}:
        field = "percent" if item.quantity is None else "done_quantity"
        raise Refused("reopened", gettext("It was at 100%: say how far it is now."), field)
    elif said["state"] == WorkItem.State.DONE and item.quantity is not None and "done_quantity" not in said:
        values["done_quantity"] = ""
    return values


def _state_of(item: WorkItem, said: dict[str, str]) -> str:
    """Return the state that a percent or a quantity alone means."""
    number = said.get("percent", said.get("done_quantity"))
    if number is None or item.state == WorkItem.State.BLOCKED:
        return item.state
    if number.strip().rstrip("%％ ") in ("0", "０") and item.state == WorkItem.State.TODO:
        return WorkItem.State.TODO
    return WorkItem.State.DOING


def _text(name: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float) or len(str(value)) > LONGEST:
        raise Refused("value-invalid", gettext("This value cannot be read."), name)
    return str(value)
