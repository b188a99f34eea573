"""Input about people and departments."""

from tongzhou.people.forms.people import (
    DepartmentEditForm,
    DepartmentForm,
    LeaveForm,
    LinksForm,
    NewPasswordForm,
    PasswordForm,
    PersonEditForm,
    PersonForm,
    SheetForm,
    SignInForm,
    StandInForm,
    SuccessorForm,
)
from tongzhou.people.forms.tokens import TokenForm

__all__ = [
    "DepartmentEditForm",
    "DepartmentForm",
    "LeaveForm",
    "LinksForm",
    "NewPasswordForm",
    "PasswordForm",
    "PersonEditForm",
    "PersonForm",
    "SheetForm",
    "SignInForm",
    "StandInForm",
    "SuccessorForm",
    "TokenForm",
]
