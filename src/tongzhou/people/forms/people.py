"""Input about people and departments."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _

from tongzhou.people.models import Department


class SignInForm(LoginForm):  # type: ignore[misc]
    """The sign-in form with the word for the login that every other page uses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Login")
        self.fields["login"].widget.attrs["placeholder"] = ""
        self.fields["password"].widget.attrs["placeholder"] = ""


class DepartmentForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    parent = forms.ModelChoiceField(label=_("Part of"), queryset=Department.objects.all(), required=False)


class PersonForm(forms.Form):
    name = forms.CharField(label=_("Full name"), max_length=80)
    login = forms.RegexField(label=_("Login"), regex=r"^[a-zA-Z0-9._-]+$", max_length=60, required=False)
    department = forms.ModelChoiceField(label=_("Department"), queryset=Department.objects.all(), required=False)
    employee_number = forms.CharField(label=_("Employee number"), max_length=40, required=False)
    title = forms.CharField(label=_("Title"), max_length=80, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
