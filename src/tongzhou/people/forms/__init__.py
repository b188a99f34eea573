"""Input about people and departments."""

from tongzhou.people.forms.people import DepartmentForm, PersonForm, SignInForm

__all__ = ["DepartmentForm", "PersonForm", "SignInForm"]
