"""Input about people, departments and tokens."""

from tongzhou.people.forms.people import DepartmentForm, PersonForm, SignInForm
from tongzhou.people.forms.tokens import TokenForm

__all__ = ["DepartmentForm", "PersonForm", "SignInForm", "TokenForm"]
