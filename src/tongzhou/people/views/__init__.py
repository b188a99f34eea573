"""Screens: one-time way in, the organisation."""

from tongzhou.people.views.people import department_new, departments, enter, person_new, sign_in_link
from tongzhou.people.views.tokens import token_revoke, tokens

__all__ = ["department_new", "departments", "enter", "person_new", "sign_in_link", "token_revoke", "tokens"]
