"""Input about projects."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongzhou.lib.params import DayField
from tongzhou.people.models import Department, User
from tongzhou.projects.models import Participation, Project, ProjectRole, ScopeItem, Seat

LONGEST_LINE = 300


class BasicsForm(forms.Form):
    """The basic information (项目基本信息)."""

    name = forms.CharField(label=_("Project name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind of collaboration"), choices=Project.Kind.choices)
    starts_on = DayField(label=_("Starts on"), required=False)
    ends_on = DayField(label=_("Ends on"), required=False)
    contact = forms.CharField(label=_("Contact"), max_length=120, required=False)
    objective = forms.CharField(
        label=_("Core objective"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=5000
    )
    status_date = DayField(label=_("Look at it as of"), required=False, help_text=_("Empty means today."))
    deviation_threshold = forms.DecimalField(
        label=_("Mark deviations over (points)"), min_value=0.5, max_value=50, decimal_places=2, initial=10
    )
    deviation_guard = forms.BooleanField(label=_("Ask for a cause only from one working day behind"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class NewProjectForm(forms.Form):
    """A new project; without number the next one of the kind's pattern is taken, without weight that of the kind."""

    number = forms.CharField(label=_("Number"), max_length=40, required=False)
    name = forms.CharField(label=_("Project name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind of collaboration"), choices=Project.Kind.choices)
    weight = forms.ChoiceField(
        label=_("Weight of the process"), choices=[("", _("As usual for the kind")), *Project.Weight.choices], required=False
    )
    lead = forms.ModelChoiceField(
        label=_("Lead department"),
        queryset=Department.objects.filter(is_active=True),
        required=False,
        empty_label=_("— (none yet)"),
    )
    starts_on = DayField(label=_("Starts on"), required=False)
    ends_on = DayField(label=_("Ends on"), required=False)
    objective = forms.CharField(
        label=_("Core objective"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=5000
    )


class ParticipationForm(forms.Form):
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.all(), empty_label=_("Please choose")
    )
    kind = forms.ChoiceField(label=_("Takes part as"), choices=Participation.Kind.choices)
    duty = forms.CharField(label=_("Duty"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    deliverables = forms.CharField(label=_("Deliverables"), required=False, max_length=2000)


class SeatForm(forms.Form):
    kind = forms.ChoiceField(choices=Seat.Kind.choices)
    holder = forms.ModelChoiceField(label=_("Holder"), queryset=User.objects.filter(is_active=True), required=False)


class PowersForm(forms.Form):
    """What the holder of a seat may decide alone."""

    kind = forms.ChoiceField(choices=Seat.Kind.choices)
    may_decide = forms.CharField(label=_("May decide alone"), max_length=500, required=False)


class WeightForm(forms.Form):
    weight = forms.ChoiceField(label=_("Weight of the process"), choices=Project.Weight.choices)


class OrganisationForm(forms.Form):
    """What projects begin with: for each kind a pattern of numbers and a weight."""

    name = forms.CharField(label=_("Name of the organisation"), max_length=120, required=False)
    names_visible = forms.BooleanField(label=_("All departments see the names of all projects"), required=False)
    deviation_threshold = forms.DecimalField(
        label=_("Mark deviations over (points)"), min_value=0.5, max_value=50, decimal_places=2, max_digits=4
    )
    deviation_guard = forms.BooleanField(label=_("Ask for a cause only from one working day behind"), required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, word in Project.Kind.choices:
            self.fields[f"pattern_{kind}"] = forms.CharField(label=word, max_length=60)
            self.fields[f"weight_{kind}"] = forms.ChoiceField(label=word, choices=Project.Weight.choices)

    def by_kind(self, what: str) -> dict[str, str]:
        """Return the given patterns or weights by kind."""
        return {kind: self.cleaned_data[f"{what}_{kind}"] for kind in Project.Kind.values}

    def rows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Return each kind's word with its two fields."""
        return [(str(word), self[f"pattern_{kind}"], self[f"weight_{kind}"]) for kind, word in Project.Kind.choices]


class RoleForm(forms.Form):
    person = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.filter(is_active=True), empty_label=_("Please choose")
    )
    role = forms.ChoiceField(label=_("Role"), choices=ProjectRole.Kind.choices)


class ScopeForm(forms.Form):
    """One line a scope item; “department: …” is not parsed, the text is kept as typed."""

    included = forms.CharField(label=_("Included"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))
    excluded = forms.CharField(label=_("Excluded"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))

    def clean(self) -> dict[str, Any]:
        """Add `lines`: (kind, text) of each line that says something."""
        given = super().clean() or {}
        texts = {name: [text.strip() for text in given.get(name, "").splitlines()] for name in ("included", "excluded")}
        for name, found in texts.items():
            if any(len(text) > LONGEST_LINE for text in found):
                self.add_error(name, _("A line has at most %(count)s characters.") % {"count": LONGEST_LINE})
        pairs = ((ScopeItem.Kind.IN, "included"), (ScopeItem.Kind.OUT, "excluded"))
        given["lines"] = [(kind, text) for kind, name in pairs for text in texts[name] if text]
        return given
