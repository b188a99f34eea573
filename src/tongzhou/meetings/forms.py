"""Input about meetings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongzhou.lib.params import DayField, InstantField, SeveralField
from tongzhou.meetings.models import Attendee
from tongzhou.people.models import User
from tongzhou.projects.models import Project
from tongzhou.projects.queries.comments import participants

LARGEST = 2**31 - 1


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A person with her department."""

    def label_from_instance(self, obj: User) -> str:
        return _named(obj)


class PeopleField(SeveralField):
    """Several people, each with her department."""

    def label_from_instance(self, obj: User) -> str:
        return _named(obj)


class MeetingForm(forms.Form):
    """When and where, who answers for the minutes and who writes them."""

    title = forms.CharField(label=_("Title of the meeting"), max_length=120)
    starts_at = InstantField(label=_("Start"))
    length = forms.IntegerField(label=_("Length in minutes"), min_value=1, max_value=24 * 60)
    place = forms.CharField(label=_("Venue"), max_length=200, required=False)
    link = forms.CharField(label=_("Link of the video meeting"), max_length=500, required=False)
    host = PersonField(label=_("Host"), queryset=User.objects.none())
    recorder = PersonField(label=_("Recorder"), queryset=User.objects.none(), required=False, empty_label=_("Nobody yet"))
    version = forms.IntegerField(required=False, min_value=0, max_value=LARGEST, widget=forms.HiddenInput)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = participants(project).select_related("department").order_by("department__name", "sort_key", "pk")
        for name in ("host", "recorder"):
            field = self.fields[name]
            assert isinstance(field, PersonField)
            field.queryset = self.people


class PlanForm(MeetingForm):
    """A new meeting, with who is invited."""

    people_invited = PeopleField(
        label=_("People to invite"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple(), required=True
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, project=project, **kwargs)
        field = self.fields["people_invited"]
        assert isinstance(field, PeopleField)
        field.queryset = self.people


class AttendeesForm(forms.Form):
    """Of everybody in the project: not invited, invited, present or excused; `version` tells which list was shown."""

    version = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Not invited")), *Attendee.Presence.choices]
        for person in participants(project).select_related("department").order_by("department__name", "sort_key", "pk"):
            self.fields[f"person_{person.pk}"] = forms.ChoiceField(label=_named(person), choices=choices, required=False)

    def presences(self) -> dict[int, str]:
        """Return the presence of each who is invited, by her id."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value and name != "version"}
        return {int(name.removeprefix("person_")): value for name, value in chosen.items()}


class PartForm(forms.Form):
    """The text of a part of the minutes; `version` is the one that was read."""

    text = forms.CharField(
        label=_("Meeting minutes"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    version = forms.IntegerField(min_value=0, max_value=LARGEST, widget=forms.HiddenInput)


class ItemForm(forms.Form):
    title = forms.CharField(label=_("Further part"), max_length=120)


class DecisionForm(forms.Form):
    decision = forms.CharField(label=_("What was decided"), max_length=1000)


class ActionForm(forms.Form):
    """Who does what by when."""

    what = forms.CharField(label=_("What is to be done"), max_length=500)
    who = PersonField(label=_("Person in charge"), queryset=User.objects.none())
    due = DayField(label=_("By when"))

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["who"]
        assert isinstance(field, PersonField)
        field.queryset = participants(project).select_related("department").order_by("department__name", "sort_key", "pk")


class SendForm(forms.Form):
    """Until when people confirm, and what was amended."""

    due = InstantField(label=_("To be confirmed by"))
    note = forms.CharField(label=_("What was amended"), max_length=500, required=False)


class AnswerForm(forms.Form):
    """Confirm the minutes, or object with a reason; `edition` is the one that was read."""

    answer = forms.ChoiceField(label=_("Answer"), choices=[("confirmed", _("Confirm")), ("objected", _("Object to it"))])
    reason = forms.CharField(label=_("Reason"), max_length=1000, required=False)
    edition = forms.IntegerField(min_value=1, max_value=LARGEST)


class CancelForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=500)


def _named(person: User) -> str:
    return f"{person.name}（{person.department.name}）" if person.department is not None else person.name
