"""Input about work items."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, TypeGuard

from django import forms
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.lib.access import Refused
from tongzhou.lib.params import DayField, parse_day
from tongzhou.people.models import Department, User, WorkCalendar
from tongzhou.people.queries import CalendarSpec
from tongzhou.people.queries.calendar_text import read_days, read_hours
from tongzhou.plan.models import Deliverable, WorkItem
from tongzhou.workbooks.text import is_blank, plain
from tongzhou.workbooks.values import split_quantity

CLOSES = time(18)


class ItemForm(forms.Form):
    """A new work item."""

    name = forms.CharField(label=gettext_lazy("Task"), max_length=300)
    parent = forms.ModelChoiceField(
        label=gettext_lazy("Below"),
        queryset=WorkItem.objects.none(),
        required=False,
        empty_label=gettext_lazy("at the top"),
    )
    department = forms.ModelChoiceField(
        label=gettext_lazy("Department"),
        queryset=Department.objects.all(),
        required=False,
        empty_label=gettext_lazy("— (none yet)"),
    )
    owner = forms.ModelChoiceField(
        label=gettext_lazy("Owner"),
        queryset=User.objects.filter(is_active=True),
        required=False,
        empty_label=gettext_lazy("— (none yet)"),
    )
    typed_start = DayField(label=gettext_lazy("Start"), required=False)
    typed_finish = DayField(label=gettext_lazy("Finish"), required=False)
    is_milestone = forms.BooleanField(label=gettext_lazy("Milestone"), required=False)

    def __init__(self, *args: Any, project: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.fields["parent"]
        assert isinstance(parent, forms.ModelChoiceField)
        parent.queryset = WorkItem.objects.filter(project=project)


class DetailsForm(forms.Form):
    """The words of a work item, its supporters and predecessors, typed as in the grid."""

    name = forms.CharField(label=gettext_lazy("Task"), max_length=300)
    department = forms.ModelChoiceField(
        label=gettext_lazy("Department"),
        queryset=Department.objects.all(),
        required=False,
        empty_label=gettext_lazy("— (none yet)"),
    )
    stand_in = forms.CharField(label=gettext_lazy("B-role stand-in"), max_length=120, required=False)
    supporters = forms.CharField(
        label=gettext_lazy("Supporters"), required=False, help_text=gettext_lazy("As in 李四(接口联调); 市场部")
    )
    predecessors = forms.CharField(
        label=gettext_lazy("Predecessors"), required=False, help_text=gettext_lazy("As in 1.2, 3FS+2d, 3完成后2天, 3FS+3天内")
    )
    quantity = forms.CharField(
        label=gettext_lazy("Quantity"), max_length=60, required=False, help_text=gettext_lazy("With its unit, as in 30家")
    )
    key_output = forms.CharField(label=gettext_lazy("Key output"), max_length=500, required=False)
    delivery_standard = forms.CharField(
        label=gettext_lazy("Delivery standard"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    risk_point = forms.CharField(label=gettext_lazy("Risk point"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    resource_need = forms.CharField(label=gettext_lazy("Resource need"), max_length=300, required=False)
    deadline = DayField(label=gettext_lazy("Deadline"), required=False)
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), choices=WorkItem.Urgency.choices)
    remark = forms.CharField(label=gettext_lazy("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    @property
    def cells(self) -> dict[str, Any]:
        """What was changed, as the command that sets cells takes it. Fields that were not sent stay as they are."""
        values = {
            name: self.cleaned_data[name] for name in self.changed_data if name != "seen" and self.add_prefix(name) in self.data
        }
        if "department" in values:
            values["department"] = values["department"].pk if values["department"] else None
        if "deadline" in values:
            values["deadline"] = values["deadline"].isoformat() if values["deadline"] else ""
        return values

    def show_current(self, current: Mapping[str, Any]) -> None:
        """Say beside each field what stands there now, where it is not what was sent; the next save knows of it."""
        for name in self.fields:
            value = current.get(name)
            if name == "seen" or name not in self.cleaned_data or (self.cleaned_data[name] or "") == (value or ""):
                continue
            shown = WorkItem.Urgency(str(value)).label if name == "urgency" else value
            self.add_error(name, _("Now: %(value)s") % {"value": shown or "—"})
        self.data = MultiValueDict(dict(self.data) | {"seen": [current["seen"]]})


class ItemCalendarForm(forms.Form):
    """On which calendar a task runs."""

    calendar = forms.ModelChoiceField(
        label=gettext_lazy("Calendar of its own"),
        queryset=WorkCalendar.objects.filter(is_private=False),
        required=False,
        empty_label=gettext_lazy("As the owner's department, else the project"),
    )
    follows_owner = forms.BooleanField(
        label=gettext_lazy("Follow the owner's calendar"),
        required=False,
        help_text=gettext_lazy("The owner's leave moves the dates; without it leave only warns."),
    )


OWN = "own"


class ProjectCalendarForm(forms.Form):
    """The calendar of a project: the organisation's, a named one, or days of its own over the organisation's."""

    choice = forms.ChoiceField(label=gettext_lazy("Calendar"), required=False)
    pattern = forms.ChoiceField(label=gettext_lazy("Weekly pattern"), choices=WorkCalendar.Pattern.choices, required=False)
    anchor = DayField(label=gettext_lazy("A Monday whose Saturday is worked"), required=False)
    hours = forms.CharField(
        label=gettext_lazy("Working hours"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Like 09:00-12:00 13:00-18:00. Empty: as the calendar above."),
    )
    days = forms.CharField(
        label=gettext_lazy("Days of its own"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "placeholder": "2026-03-07 上班 赶工\n2026-03-10~2026-03-11 休息 搬家"}),
        help_text=gettext_lazy("A line each: day or first~last, 上班 or 休息, and why."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = WorkCalendar.objects.filter(is_private=False, is_organisation=False).values_list("pk", "name")
        choice = self.fields["choice"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [
            ("", _("The organisation's")),
            *((str(key), name) for key, name in named),
            (OWN, _("Days of its own")),
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name, read in (("hours", read_hours), ("days", read_days)):
            try:
                data[name] = read(str(data.get(name, "")))
            except Refused as refused:
                self.add_error(name, refused.message)
        return data

    def choice_of(self, name: str) -> tuple[WorkCalendar | None, CalendarSpec | None]:
        """Return the chosen calendar, or the project's own one under `name`; neither for the organisation's."""
        data = self.cleaned_data
        if data["choice"] == OWN:
            return None, CalendarSpec(name, data["pattern"] or "inherited", data["anchor"], data["hours"], data["days"])
        return (WorkCalendar.objects.get(pk=data["choice"]) if data["choice"] else None), None


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


def due_asked(text: str) -> datetime | None:
    """Return 18:00 of the day that was typed as the time until when something is asked; None where none was.

    :raises Refused: if it is no day.
    """
    if not text.strip():
        return None
    day = parse_day(text.strip())
    if day is None:
        raise Refused("day-unknown", _("There is no day “%(value)s”.") % {"value": text[:20]}, "due")
    return timezone.make_aware(datetime.combine(day, CLOSES))


class DeliverableForm(forms.Form):
    """A row of the list of deliverables; `version` is the one that was shown."""

    name = forms.CharField(label=gettext_lazy("Deliverable"), max_length=200)
    quantity = forms.CharField(
        label=gettext_lazy("Quantity"), max_length=60, required=False, help_text=gettext_lazy("With its unit, as in 30家")
    )
    department_id = forms.TypedChoiceField(label=gettext_lazy("Department"), coerce=int, empty_value=None, required=False)
    due = DayField(label=gettext_lazy("By when"), required=False)
    standard = forms.CharField(
        label=gettext_lazy("Delivery standard"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    work_item_id = forms.TypedChoiceField(label=gettext_lazy("Task or milestone"), coerce=int, empty_value=None, required=False)
    document = forms.CharField(
        label=gettext_lazy("Document"), max_length=500, required=False, help_text=gettext_lazy("A link, or where it lies")
    )
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choices: Mapping[str, list[tuple[int, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", gettext_lazy("— (none yet)")), *rows]

    def clean_quantity(self) -> tuple[Any, str]:
        """An amount and its unit."""
        text = plain(self.cleaned_data["quantity"])
        if is_blank(text):
            return None, ""
        amount, unit = split_quantity(text)
        if amount is None:
            raise forms.ValidationError(_("“%(value)s” is no quantity. Write 30 or 30家.") % {"value": text[:40]})
        return amount, unit

    @property
    def values(self) -> dict[str, Any]:
        """The fields as the actions take them. What was not sent stays as it is."""
        sent = {name: self.cleaned_data[name] for name in self.fields if name != "version" and name in self.data}
        if "quantity" in sent:
            sent["quantity"], sent["unit"] = sent["quantity"]
        return sent

    def say(self, refused: Refused) -> None:
        """Say what an action refused, each at its field; another version shows what stands there now."""
        for name, text in (refused.errors or {refused.field: refused.message}).items():
            field = {"unit": "quantity"}.get(name.rpartition(".")[2], name.rpartition(".")[2])
            self.add_error(field if field in self.fields else None, text)

    def show_current(self, row: Deliverable, current: Mapping[str, Any]) -> None:
        """Say beside each field what somebody else wrote there; the next save knows of it."""
        for name in self.fields:
            if name in self.data and name in current and str(self.data.get(name, "")) != str(current[name] or ""):
                choices = dict(getattr(self.fields[name], "choices", ()))
                self.add_error(name, _("Now: %(value)s") % {"value": choices.get(current[name], current[name]) or "—"})
        self.data = MultiValueDict(dict(self.data) | {"version": [str(row.version)]})


class PasteForm(forms.Form):
    """Several lines as they are pasted."""

    text = forms.CharField(
        label=gettext_lazy("A line for each deliverable"), max_length=200_000, widget=forms.Textarea(attrs={"rows": 6})
    )


class SubmitForm(forms.Form):
    """What is submitted, and where it lies."""

    note = forms.CharField(
        label=gettext_lazy("What is submitted"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    document = forms.CharField(label=gettext_lazy("Where it lies (a link, or words)"), max_length=500, required=False)
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput, required=False)


class JudgeForm(forms.Form):
    """Accept what was submitted, or return it with a reason."""

    answer = forms.ChoiceField(choices=[("accepted", ""), ("returned", "")])
    reason = forms.CharField(
        label=gettext_lazy("Reason, if you return it"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput, required=False)
