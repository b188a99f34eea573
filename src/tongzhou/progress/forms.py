"""Input about progress."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongzhou.lib.access import Refused
from tongzhou.lib.params import DayField, InstantField, id_asked
from tongzhou.people.models import Department, User
from tongzhou.plan.models import WorkItem
from tongzhou.progress.models import ExceptionReport, SyncRhythm
from tongzhou.progress.queries.beats import Rhythm, rhythm_said
from tongzhou.progress.queries.choices import whom_choices
from tongzhou.progress.queries.queue import known_values
from tongzhou.projects.models import Project
from tongzhou.projects.queries.comments import participants

WHOLE, LONGEST = 10000, 5000


class PercentField(forms.DecimalField):
    """A percent as people type it: 60, 60%, ６０％."""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(value.strip().rstrip("%％ ") if isinstance(value, str) else value)


class ProgressForm(forms.Form):
    """State, percent (or the quantity that gives it) and a few words: twenty seconds on a phone.

    Who reports a block says who must clear it, and by when.
    """

    state = forms.ChoiceField(label=_("State"), choices=WorkItem.State.choices)
    percent = PercentField(label=_("Percent complete"), min_value=0, max_value=100, decimal_places=2, max_digits=5)
    done_quantity = forms.DecimalField(label=_("Done quantity"), min_value=0, decimal_places=2, max_digits=14, required=False)
    done = forms.CharField(label=_("What is done"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    problem = forms.CharField(label=_("Problem met"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    help_needed = forms.CharField(label=_("Help needed"), required=False, max_length=300)
    help_department = forms.ModelChoiceField(
        label=_("From which department"), queryset=Department.objects.none(), required=False, empty_label="—"
    )
    unblocker = forms.ChoiceField(label=_("Who must unblock it"), required=False)
    until = InstantField(label=_("By when"), required=False)
    actual_start = DayField(label=_("Actual start"), required=False)
    actual_finish = DayField(label=_("Actual finish"), required=False)

    def __init__(self, *args: Any, item: WorkItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["help_department"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Department.objects.filter(participations__project=item.project)
        self.fields["unblocker"].choices = lambda: whom_choices(item.project)  # type: ignore[attr-defined]
        self.item = item
        self.counted = item.quantity is not None
        # Where there is a quantity, percent follows from it; a typed one is refused by the action, in words.
        self.fields["percent"].required = not self.counted


def whom(value: str) -> tuple[int | None, int | None]:
    """Return the person and the department that a choice of `whom_choices` means."""
    kind, _dash, key = value.partition("-")
    number = id_asked(key)
    return (number, None) if kind == "person" else (None, number if kind == "department" else None)


class AnswerBlockForm(forms.Form):
    """What somebody says who is asked to unblock a task."""

    answer = forms.ChoiceField(choices=[("cleared", ""), ("longer", ""), ("another", "")])
    outcome = forms.CharField(label=_("How it was solved"), required=False, max_length=1000, strip=True)
    reason = forms.CharField(label=_("Why"), required=False, max_length=1000)
    until = InstantField(label=_("New date"), required=False)
    unblocker = forms.ChoiceField(label=_("Who else"), required=False)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unblocker"].choices = lambda: whom_choices(project)  # type: ignore[attr-defined]


class ExceptionForm(forms.Form):
    """An exception report: what kind, why, what it affects, what is proposed, by when it should be over."""

    kind = forms.ChoiceField(label=_("Kind of exception"), choices=ExceptionReport.Kind.choices)
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    impact = forms.CharField(label=_("Impact"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    solution = forms.CharField(label=_("Proposed solution"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    expected = DayField(label=_("Expected resolution"))
    task = forms.ModelChoiceField(label=_("Task"), queryset=WorkItem.objects.none(), required=False)
    department = forms.ModelChoiceField(label=_("Department concerned"), queryset=Department.objects.none(), required=False)

    def __init__(self, *args: Any, project: Project, tasks: QuerySet[WorkItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        task, department = self.fields["task"], self.fields["department"]
        assert isinstance(task, forms.ModelChoiceField)
        assert isinstance(department, forms.ModelChoiceField)
        task.queryset, task.empty_label = tasks, gettext("The project as a whole")
        department.queryset = Department.objects.filter(participations__project=project).order_by("name")


class HandlingForm(forms.Form):
    """What is done about an exception: by whom, what, by when. `version` is what the page showed."""

    handler = forms.ModelChoiceField(label=_("Handled by"), queryset=User.objects.none(), required=False)
    measure = forms.CharField(
        label=_("Measures taken"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    expected = DayField(label=_("Expected resolution"))
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["handler"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = participants(project).order_by("sort_key", "pk")


class ResultForm(forms.Form):
    """What came of an exception."""

    result = forms.CharField(label=_("Result"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False, widget=forms.HiddenInput)


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


class BlockForm(forms.Form):
    """Who must unblock a task, by when, and what blocks it."""

    unblocker = forms.ChoiceField(label=_("Who must unblock it"), required=False)
    until = InstantField(label=_("By when"), required=False)
    reason = forms.CharField(
        label=_("What blocks it"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unblocker"].choices = lambda: whom_choices(project)  # type: ignore[attr-defined]


class EscalateForm(forms.Form):
    """Why something cannot wait."""

    reason = forms.CharField(label=_("Why it cannot wait"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


EVERY_DAY = ""
WEEKDAY_CHOICES = (
    (EVERY_DAY, _("Every day")),
    ("0", _("Mon")),
    ("1", _("Tue")),
    ("2", _("Wed")),
    ("3", _("Thu")),
    ("4", _("Fri")),
    ("5", _("Sat")),
    ("6", _("Sun")),
)


class ClockField(forms.TimeField):
    """A time of day as browsers send it (17:00)."""

    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    input_formats = ("%H:%M", "%H:%M:%S")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.input_formats = ClockField.input_formats


class SyncRhythmForm(forms.Form):
    """When the tasks of each urgency are synced, and how long before people are reminded."""

    urgent_weekday = forms.ChoiceField(label=_("Urgent tasks, day"), choices=WEEKDAY_CHOICES, required=False)
    urgent_at = ClockField(label=_("Urgent tasks, time"))
    urgent_day_off = forms.ChoiceField(label=_("Urgent tasks, on a day off"), choices=SyncRhythm.DayOff.choices)
    regular_weekday = forms.ChoiceField(label=_("Regular tasks, day"), choices=WEEKDAY_CHOICES, required=False)
    regular_at = ClockField(label=_("Regular tasks, time"))
    regular_day_off = forms.ChoiceField(label=_("Regular tasks, on a day off"), choices=SyncRhythm.DayOff.choices)
    lead_minutes = forms.IntegerField(label=_("Reminder, minutes before (0: none)"), min_value=0, max_value=1440)

    def rhythm(self) -> Rhythm:
        """Return what was said."""
        return rhythm_said(self.cleaned_data)
