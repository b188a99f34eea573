"""Input about people and departments."""

from __future__ import annotations

import re
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, SetPasswordForm
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.lib.params import DayField, SeveralField
from tongzhou.people.models import Department, User
from tongzhou.people.queries.organisation import flat, people_called, tree

LOGIN = r"^[a-zA-Z0-9._-]+$"


def _plain(form: forms.Form) -> None:
    """Take the placeholders away: they repeat the labels."""
    for field in form.fields.values():
        field.widget.attrs["placeholder"] = ""


class PasswordForm(SetPasswordForm):  # type: ignore[misc]
    """A first password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """Another password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self)


class SignInForm(LoginForm):  # type: ignore[misc]
    """The sign-in form with the word for the login that every other page uses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = gettext_lazy("Login")
        _plain(self)


class PersonField(forms.CharField):
    """One person who works here, typed as name, number or login; the field proposes people while one types."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {
            "list": "people-suggestions",
            "hx-get": reverse_lazy("people_suggestions"),
            "hx-trigger": "input changed delay:200ms",
            "hx-target": "#people-suggestions",
            "autocomplete": "off",
        }
        super().__init__(max_length=160, widget=forms.TextInput(attrs=attrs), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.name} ({value.login})" if isinstance(value, User) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = people_called(text)
        if not found:
            raise ValidationError(_("Nobody of this name works here."), code="nobody")
        if len(found) > 1:
            names = "、".join(f"{person.name} ({person.login})" for person in found[:5])
            raise ValidationError(_("Several people are called so: %(names)s.") % {"names": names}, code="several")
        return found[0]


class DepartmentForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    parent = forms.ModelChoiceField(label=gettext_lazy("Part of"), queryset=Department.objects.all(), required=False)
    head = PersonField(label=gettext_lazy("Department head"), required=False, help_text=gettext_lazy("Name, number or login"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _indent(self.fields["parent"], _("— (at the top)"))


class DepartmentEditForm(DepartmentForm):
    is_active = forms.BooleanField(
        label=gettext_lazy("In use"), required=False, help_text=gettext_lazy("A closed department is kept for the record.")
    )


class PersonForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Full name"), max_length=80)
    login = forms.RegexField(
        label=gettext_lazy("Login"),
        regex=LOGIN,
        max_length=60,
        required=False,
        help_text=gettext_lazy("Empty: made from the name's pinyin"),
    )
    department = forms.ModelChoiceField(label=gettext_lazy("Department"), queryset=Department.objects.all(), required=False)
    employee_number = forms.CharField(label=gettext_lazy("Employee number"), max_length=40, required=False)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=80, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    phone = forms.RegexField(label=gettext_lazy("Phone"), regex=r"^[0-9０-９+＋()（） \-－]*$", max_length=40, required=False)
    stand_in = PersonField(label=gettext_lazy("Stand-in"), required=False, help_text=gettext_lazy("Who is asked during leave"))
    is_administrator = forms.BooleanField(
        label=gettext_lazy("System administrator"),
        required=False,
        help_text=gettext_lazy("Manages organisation, people and calendars; sees no project because of it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _indent(self.fields["department"], _("— (none yet)"))


class PersonEditForm(PersonForm):
    login = forms.RegexField(label=gettext_lazy("Login"), regex=LOGIN, max_length=60)


class SuccessorForm(forms.Form):
    successor = PersonField(label=gettext_lazy("Successor"), required=False, help_text=gettext_lazy("Name, number or login"))


class LeaveForm(forms.Form):
    first = DayField(label=gettext_lazy("First day"))
    last = DayField(label=gettext_lazy("Last day"))
    stand_in = PersonField(
        label=gettext_lazy("Stand-in during this leave"), required=False, help_text=gettext_lazy("Empty: the usual stand-in")
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)


class StandInForm(forms.Form):
    stand_in = PersonField(
        label=gettext_lazy("Usual stand-in"), required=False, help_text=gettext_lazy("Name, number or login")
    )


class LinksForm(forms.Form):
    people = SeveralField(label=gettext_lazy("People"), queryset=User.objects.filter(is_active=True))


class SheetForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("Workbook"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Pasted rows"), required=False, max_length=1_000_000, strip=False, widget=forms.Textarea
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("file") and not str(given.get("text", "")).strip() and not self.errors:
            raise ValidationError(_("Choose a workbook, or paste rows."), code="nothing")
        return given


def _indent(field: forms.Field, empty: str) -> None:
    """Let a select of departments show the tree, with full-width spaces as browsers keep them."""
    assert isinstance(field, forms.ModelChoiceField)
    field.choices = [("", empty), *((branch.id, "　" * branch.depth + branch.name) for branch in flat(tree()))]


def plain_phone(phone: str) -> str:
    """Return a phone number in half-width characters without spaces."""
    digits = {ord("０") + at: str(at) for at in range(10)}
    return re.sub(r"\s", "", phone.translate(digits | {ord("＋"): "+", ord("（"): "(", ord("）"): ")", ord("－"): "-"}))
