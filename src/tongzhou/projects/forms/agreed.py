"""Input about what was agreed: objectives and their values, scope, communication."""

from __future__ import annotations

import unicodedata
from datetime import time
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongzhou.engine.slots import Slot
from tongzhou.lib.params import DayField
from tongzhou.people.models import Department, User
from tongzhou.projects.models import CommunicationRule, Project, ScopeItem
from tongzhou.projects.queries.comments import participants
from tongzhou.projects.queries.communication import weekday_words

LONGEST_LINE, LONGEST_TYPED = 300, 60
LARGEST_VERSION = 2**31 - 1
SEPARATORS = str.maketrans("", "", ", \u00a0_")


class NumberField(forms.DecimalField):
    """A number as people type it: 5000, 5,000, ５０００, 15%; the sign of percent belongs to the unit and is left away."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=18, decimal_places=4, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str) and len(value) <= LONGEST_TYPED:
            value = unicodedata.normalize("NFKC", value).translate(SEPARATORS).rstrip("%")
        return super().to_python(value)


class TimeOfDay(forms.TimeField):
    """An hour and minute as people type it, full-width digits included."""

    def to_python(self, value: Any) -> time | None:
        text = unicodedata.normalize("NFKC", value[:20]).strip() if isinstance(value, str) else value
        found: time | None = super().to_python(text)
        return found.replace(second=0, microsecond=0) if found else None


class VersionedForm(forms.Form):
    """A row of agreed text; `version` is the one that the page showed."""

    version = forms.IntegerField(required=False, min_value=0, max_value=LARGEST_VERSION, widget=forms.HiddenInput)


class ObjectiveForm(VersionedForm):
    """An objective or a KPI; only the name is needed, what else SMART asks for is said beside the row."""

    name = forms.CharField(label=_("What is to be reached"), max_length=200)
    metric = forms.CharField(label=_("Metric"), max_length=200, required=False, help_text=_("What is counted, like 复购率."))
    baseline = NumberField(label=_("Baseline value"), required=False)
    target = NumberField(label=_("Target value"), required=False)
    unit = forms.CharField(label=_("Unit"), max_length=20, required=False, help_text=_("Like % or 台."))
    due = DayField(label=_("Due date"), required=False)
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), required=False, empty_label=_("Nobody yet"))
    falls = forms.BooleanField(
        label=_("The lower the better"), required=False, help_text=_("With baseline and target it follows from them.")
    )
    is_kpi = forms.BooleanField(label=_("It is a KPI"), required=False)

    def __init__(self, *args: Any, project: Project, owner: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = participants(project)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        # Who owns it already stays to be chosen.
        field.queryset = there if owner is None else User.objects.filter(Q(pk__in=there) | Q(pk=owner.pk), is_active=True)


class MeasurementForm(VersionedForm):
    """A measured value."""

    on = DayField(label=_("Measured on"))
    value = NumberField(label=_("Measured value"))
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class ScopeLinesForm(forms.Form):
    """Lines of the scope at once, one a line; `department` does what is excluded."""

    kind = forms.ChoiceField(label=_("Included or excluded"), choices=ScopeItem.Kind.choices)
    text = forms.CharField(label=_("One line each"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 2}))
    department = forms.ModelChoiceField(
        label=_("Done by"), queryset=Department.objects.filter(is_active=True), required=False, empty_label=_("(nobody named)")
    )

    def clean_text(self) -> list[str]:
        """Return the lines that say something."""
        lines = [line.strip() for line in str(self.cleaned_data["text"]).splitlines()]
        if any(len(line) > LONGEST_LINE for line in lines):
            raise forms.ValidationError(gettext("A line has at most %(count)s characters.") % {"count": LONGEST_LINE})
        return [line for line in lines if line]


class ScopeLineForm(VersionedForm):
    """One line of the scope."""

    kind = forms.ChoiceField(label=_("Included or excluded"), choices=ScopeItem.Kind.choices)
    text = forms.CharField(label=_("Text"), max_length=LONGEST_LINE)
    department = forms.ModelChoiceField(
        label=_("Done by"), queryset=Department.objects.all(), required=False, empty_label=_("(nobody named)")
    )


class CommunicationForm(VersionedForm):
    """A mechanism of the communication plan; `pattern`, `weekday`, `day` and `at` make the slot of what recurs."""

    PATTERNS = (
        ("", _("does not recur")),
        ("daily", _("every day")),
        ("weekly", _("every week")),
        ("monthly", _("every month")),
        ("monthly_working_day", _("on the last working day of the month")),
    )

    mechanism = forms.CharField(label=_("Mechanism"), max_length=120)
    frequency = forms.CharField(label=_("Frequency"), max_length=120, required=False, help_text=_("In words, like 每周1次."))
    pattern = forms.ChoiceField(label=_("When it recurs"), choices=PATTERNS, required=False)
    weekday = forms.TypedChoiceField(label=_("Weekday"), coerce=int, required=False, choices=())
    day = forms.IntegerField(label=_("Day of the month"), min_value=1, max_value=31, required=False)
    at = TimeOfDay(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=24 * 60, required=False)
    audience = forms.ChoiceField(label=_("Who is invited"), choices=CommunicationRule.Audience.choices)
    participants = forms.CharField(
        label=_("Participants"), max_length=300, required=False, help_text=_("In words, for the papers.")
    )
    form = forms.CharField(label=_("Form"), max_length=200, required=False)
    channel = forms.ChoiceField(label=_("Channel"), choices=CommunicationRule.Channel.choices, required=False)
    link = forms.CharField(
        label=_("Link"), max_length=500, required=False, help_text=_("Group or shared documents, with https://.")
    )
    silence_confirms = forms.BooleanField(
        label=_("Silence counts as confirmed"),
        required=False,
        help_text=_("Minutes sent this way: who says nothing in time agrees."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weekday"].choices = list(enumerate(weekday_words()))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A slot needs its time, and a monthly one its day."""
        given = super().clean() or {}
        pattern = given.get("pattern")
        if pattern and given.get("at") is None and "at" not in self.errors:
            self.add_error("at", gettext("Say at what time it takes place."))
        if pattern == "monthly" and given.get("day") is None and "day" not in self.errors:
            self.add_error("day", gettext("Say on which day of the month."))
        return given

    def slot(self) -> Slot | None:
        """Return what was chosen; None where it does not recur."""
        data = self.cleaned_data
        pattern, at = data["pattern"], data["at"]
        if pattern == "daily":
            return Slot("daily", at)
        if pattern == "weekly":
            return Slot("weekly", at, "after", weekday=data["weekday"] or 0)
        if pattern == "monthly":
            return Slot("monthly", at, "after", day=data["day"])
        return Slot("monthly_working_day", at, nth=-1) if pattern else None
