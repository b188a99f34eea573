"""Input about working calendars: a pattern, hours and days as people type them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from tongzhou.lib.access import Refused
from tongzhou.lib.params import FIRST_YEAR, LAST_YEAR, DayField
from tongzhou.people.models import Department, WorkCalendar
from tongzhou.people.queries import CalendarSpec, OwnDay
from tongzhou.people.queries.calendar_text import read_days, read_hours
from tongzhou.people.queries.calendars import Hours

Read = TypeVar("Read")


class CalendarForm(forms.Form):
    """A calendar of the organisation. `days`: a line each, 2026-03-07 上班 赶工, or 2026-03-10~2026-03-11 休息 搬家."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    pattern = forms.ChoiceField(label=gettext_lazy("Weekly pattern"), choices=WorkCalendar.Pattern.choices)
    anchor = DayField(
        label=gettext_lazy("A Monday whose Saturday is worked"),
        required=False,
        help_text=gettext_lazy("Only for long and short weeks in turn."),
    )
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
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": "2026-03-07 上班 赶工\n2026-03-10~2026-03-11 休息 搬家"}),
        help_text=gettext_lazy("A line each: day or first~last, 上班 or 休息, and why."),
    )

    def clean_hours(self) -> Hours:
        return _or_invalid(read_hours, self.cleaned_data["hours"])

    def clean_days(self) -> tuple[OwnDay, ...]:
        return _or_invalid(read_days, self.cleaned_data["days"])

    def spec(self) -> CalendarSpec:
        """Return what the form says, when it is valid."""
        data = self.cleaned_data
        return CalendarSpec(data["name"], data["pattern"], data["anchor"], data["hours"], data["days"])


class NoticeForm(forms.Form):
    """The text of the State Council's notice."""

    text = forms.CharField(
        label=gettext_lazy("Text of the notice"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=gettext_lazy("Paste the whole notice, with its title: the year is read from it."),
    )
    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text=gettext_lazy("Only where the text does not name it."),
    )
    source = forms.CharField(label=gettext_lazy("Source"), max_length=200, required=False)


class DepartmentCalendarForm(forms.Form):
    """Which calendar a department works by; none inherits."""

    department = forms.ModelChoiceField(
        label=gettext_lazy("Department"),
        queryset=Department.objects.filter(is_active=True),
        empty_label=gettext_lazy("Please choose"),
    )
    calendar = forms.ModelChoiceField(
        label=gettext_lazy("Calendar"),
        queryset=WorkCalendar.objects.filter(is_private=False, is_organisation=False),
        required=False,
        empty_label=gettext_lazy("As the department above"),
    )


def _or_invalid(read: Callable[[str], Read], text: str) -> Read:
    try:
        return read(text)
    except Refused as refused:
        raise ValidationError(refused.message, code=refused.code) from refused
