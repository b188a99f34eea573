"""Input about templates: how a project is started from one, what one is called, a file that is one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.exchange.queries.templates.document import Department, Document, Position
from tongzhou.exchange.queries.templates.guessing import Organisation, guess_departments, guess_people
from tongzhou.exchange.queries.templates.laying import Chosen, Wanted, appointed
from tongzhou.exchange.queries.templates.reader import LARGEST_FILE
from tongzhou.lib.params import DayField, id_asked
from tongzhou.projects.models import Project

FROM, UNTIL = "start", "finish"
DEPARTMENT, PERSON = "department-", "person-"


@dataclass(frozen=True)
class Group:
    """A department of the template with the field of the real one, and the fields of its people."""

    part: Department | None
    field: forms.BoundField | None
    people: list[tuple[Position, forms.BoundField]]


class StartForm(forms.Form):
    """Name, day and weight; for each department of the template a real one, for each position a person by name."""

    name = forms.CharField(label=gettext_lazy("Project name"), max_length=120)
    direction = forms.ChoiceField(
        label=gettext_lazy("How it is planned"),
        choices=[(FROM, gettext_lazy("From the start day")), (UNTIL, gettext_lazy("Back from the last day"))],
        initial=FROM,
        required=False,
    )
    day = DayField(label=gettext_lazy("Date"))
    weight = forms.ChoiceField(label=gettext_lazy("Weight of the process"), choices=Project.Weight.choices, required=False)
    number = forms.CharField(label=gettext_lazy("Number"), max_length=40, required=False)
    initiating = forms.ChoiceField(label=gettext_lazy("Initiating department"), required=False)
    lead = forms.ChoiceField(label=gettext_lazy("Lead department"), required=False)

    def __init__(self, data: Any, *, document: Document, known: Organisation, me: int, **initial: Any) -> None:
        super().__init__(data, initial=initial)
        self.document, self.known, self.me = document, known, me
        departments = guess_departments(document, known)
        people = guess_people(document, known, departments, me)
        choices = [("", _("Not taken along")), *((str(one.id), one.name) for one in known.departments)]
        self._offer_parts()
        for part in document.departments:
            self.fields[DEPARTMENT + part.key] = forms.ChoiceField(
                label=part.name, choices=choices, required=False, initial=str(departments.get(part.key, ""))
            )
        for position in self._asked():
            attrs = {"list": "everybody", "autocomplete": "off", "placeholder": _("Nobody for now")}
            self.fields[PERSON + position.key] = forms.CharField(
                label=position.name,
                max_length=120,
                required=False,
                initial=known.label(people.get(position.key)),
                widget=forms.TextInput(attrs=attrs),
            )

    def _offer_parts(self) -> None:
        """Let one department of the template lead, and one be that with which the project begins."""
        taking_part = [one for one in self.document.departments if one.part != "none"]
        as_is = {
            "lead": [one.key for one in taking_part if one.part == "lead"],
            "initiating": [one.key for one in taking_part if one.initiating],
        }
        for name, keys in as_is.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(one.key, one.name) for one in taking_part]
            field.initial = "".join(keys[:1])
            if not taking_part:
                del self.fields[name]

    def appointed(self) -> Document:
        """The template with the lead and the initiating department that were chosen; only of a form that is valid."""
        return appointed(self.document, self.cleaned_data.get("lead", ""), self.cleaned_data.get("initiating", ""))

    def clean(self) -> dict[str, Any]:
        """Add `chosen`: who stands for what. People of a department that is left out are left out with it."""
        given = super().clean() or {}
        said = {part.key: given.get(DEPARTMENT + part.key, "") for part in self.document.departments}
        departments = {key: int(value) for key, value in said.items() if value and id_asked(value) is not None}
        people = {one.key: self.me for one in self.document.positions if one.role == "manager"}
        for position in self._asked():
            text = given.get(PERSON + position.key, "")
            if text and (not position.department or position.department in departments):
                meant = self.known.person(text)
                if len(meant) == 1:
                    people[position.key] = meant[0]
                else:
                    self.add_error(PERSON + position.key, self._unclear(text, bool(meant)))
        return given | {"chosen": Chosen(departments, people)}

    def wanted(self) -> Wanted:
        """What was asked for; only of a form that is valid."""
        said = self.cleaned_data
        return Wanted(said["name"], said["day"], said["direction"] == UNTIL, said["number"], said["weight"], said["chosen"])

    def groups(self) -> list[Group]:
        """Return the departments with their people, then those of none."""
        asked = self._asked()
        found = [
            Group(
                part,
                self[DEPARTMENT + part.key],
                [(one, self[PERSON + one.key]) for one in asked if one.department == part.key],
            )
            for part in self.document.departments
        ]
        rest = [(one, self[PERSON + one.key]) for one in asked if not one.department]
        return [*found, Group(None, None, rest)] if rest else found

    def _asked(self) -> list[Position]:
        """The positions that somebody is named for: the manager is who starts the project."""
        return [one for one in self.document.positions if one.role != "manager"]

    def _unclear(self, text: str, several: bool) -> str:
        if several:
            return _("More than one person is called “%(name)s”: choose from the list.") % {"name": text[:40]}
        return _("Nobody here is called “%(name)s”.") % {"name": text[:40]}


class TemplateForm(forms.Form):
    """What a template is called, what it is for, and who may use it."""

    name = forms.CharField(label=gettext_lazy("Name of the template"), max_length=120)
    description = forms.CharField(
        label=gettext_lazy("What it is for"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    shared = forms.BooleanField(label=gettext_lazy("Everybody in the organisation may start from it"), required=False)
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class SaveForm(TemplateForm):
    """A project kept as a template: what is taken along."""

    parts = forms.MultipleChoiceField(
        label=gettext_lazy("What is taken along"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, parts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["parts"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = parts


class FileForm(forms.Form):
    """A template as a file."""

    file = forms.FileField(label=gettext_lazy("File of a template"), allow_empty_file=True)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("A template has at most %(limit)s MB.") % {"limit": LARGEST_FILE // 1024 // 1024})
        return file
