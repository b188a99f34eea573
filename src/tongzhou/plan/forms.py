"""Input about work items."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeGuard

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.lib.access import Refused
from tongzhou.lib.params import DayField, parse_day
from tongzhou.people.models import Department, User
from tongzhou.plan.models import WorkItem
from tongzhou.plan.queries.item import words_key


class ItemForm(forms.Form):
    """A new work item."""

    name = forms.CharField(label=gettext_lazy("Task"), max_length=300)
    parent = forms.ModelChoiceField(label=gettext_lazy("Below"), queryset=WorkItem.objects.none(), required=False)
    department = forms.ModelChoiceField(label=gettext_lazy("Department"), queryset=Department.objects.all(), required=False)
    owner = forms.ModelChoiceField(label=gettext_lazy("Owner"), queryset=User.objects.filter(is_active=True), required=False)
    typed_start = DayField(label=gettext_lazy("Start"), required=False)
    typed_finish = DayField(label=gettext_lazy("Finish"), required=False)
    is_milestone = forms.BooleanField(label=gettext_lazy("Milestone"), required=False)

    def __init__(self, *args: Any, project: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)
        parent.queryset = WorkItem.objects.filter(project=project)


class DetailsForm(forms.Form):
    """The words of a work item."""

    name = forms.CharField(label=gettext_lazy("Task"), max_length=300)
    department = forms.ModelChoiceField(label=gettext_lazy("Department"), queryset=Department.objects.all(), required=False)
    key_output = forms.CharField(label=gettext_lazy("Key output"), max_length=500, required=False)
    delivery_standard = forms.CharField(
        label=gettext_lazy("Delivery standard"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    risk_point = forms.CharField(label=gettext_lazy("Risk point"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    deadline = DayField(label=gettext_lazy("Deadline"), required=False)
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), choices=WorkItem.Urgency.choices)
    remark = forms.CharField(label=gettext_lazy("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def show_current(self, item: WorkItem) -> None:
        """Say beside each field what stands there now, where it is not what was sent; the next save knows of it."""
        for name in ("name", "key_output", "delivery_standard", "risk_point", "remark", "urgency", "deadline", "department"):
            current = getattr(item, name)
            if self.cleaned_data.get(name) != current:
                shown = getattr(item, f"get_{name}_display", lambda current=current: current)()
                self.add_error(name, _("Now: %(value)s") % {"value": shown or "—"})
        self.data = MultiValueDict(dict(self.data) | {"seen": [words_key(item)]})


def cell_value(name: str, value: object) -> Any:
    """Return what a grid cell's edit means: a day, a number, a person, basis points.

    :raises Refused: if the value cannot be understood; `field` names the cell.
    """
    if name in ("start", "finish"):
        return _day(name, value)
    if name == "duration":
        return value if isinstance(value, int | float | str) and not isinstance(value, bool) else ""
    if name == "owner":
        return _owner(value)
    if name == "percent":
        return _percent(value)
    raise Refused("field-unknown", _("This cannot be changed here."), name)


def _day(name: str, value: object) -> date:
    day = parse_day(value)
    if day is None:
        raise Refused("date-invalid", _("“%(value)s” is no date. Write it like 2024-03-01.") % {"value": str(value)[:40]}, name)
    return day


def _owner(value: object) -> User | None:
    if value in (None, ""):
        return None
    owner = User.objects.filter(pk=value, is_active=True).first() if _is_key(value) else None
    if owner is None:
        raise Refused("person-unknown", _("There is no such person."), "owner")
    return owner


def _is_key(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def _percent(value: object) -> int:
    try:
        number = float(str(value).strip().rstrip("%％"))
    except ValueError:
        number = -1.0
    if not 0 <= number <= 100:
        raise Refused("percent-range", _("Percent lies between 0 and 100."), "percent")
    return round(number * 100)
