"""Screens: ways in, the organisation, people, what one sets for oneself."""

from tongzhou.people.views.administration import administration
from tongzhou.people.views.calendars import (
    calendar,
    calendar_department,
    calendar_edit,
    calendar_new,
    calendar_notice,
    calendar_remove,
    calendars,
)
from tongzhou.people.views.factors import (
    my_factors,
    my_passkey,
    my_passkey_challenge,
    my_passkey_removal,
    my_passkeys,
    my_recovery_codes,
    my_signing_code,
    my_totp,
    my_totp_removal,
    person_factors,
    second_step,
    second_step_cancel,
)
from tongzhou.people.views.importing import people_form_xlsx, people_import, people_import_confirmation, people_xlsx
from tongzhou.people.views.links import sign_in_link, sign_in_links
from tongzhou.people.views.me import me, my_language, my_leave, my_leave_cancel, my_sessions, my_stand_in, preference
from tongzhou.people.views.organisation import department, department_new, departments
from tongzhou.people.views.people import (
    hand_over,
    people_suggestions,
    person,
    person_disabled,
    person_edit,
    person_enabled,
    person_leave,
    person_leave_cancel,
    person_new,
    person_sessions,
)
from tongzhou.people.views.proof import authentication, passkey_challenge
from tongzhou.people.views.signing_in import enter
from tongzhou.people.views.tokens import token_revoke, tokens

__all__ = [
    "administration",
    "authentication",
    "calendar",
    "calendar_department",
    "calendar_edit",
    "calendar_new",
    "calendar_notice",
    "calendar_remove",
    "calendars",
    "department",
    "department_new",
    "departments",
    "enter",
    "hand_over",
    "me",
    "my_factors",
    "my_language",
    "my_leave",
    "my_leave_cancel",
    "my_passkey",
    "my_passkey_challenge",
    "my_passkey_removal",
    "my_passkeys",
    "my_recovery_codes",
    "my_sessions",
    "my_signing_code",
    "my_stand_in",
    "my_totp",
    "my_totp_removal",
    "passkey_challenge",
    "people_form_xlsx",
    "people_import",
    "people_import_confirmation",
    "people_suggestions",
    "people_xlsx",
    "person",
    "person_disabled",
    "person_edit",
    "person_enabled",
    "person_factors",
    "person_leave",
    "person_leave_cancel",
    "person_new",
    "person_sessions",
    "preference",
    "second_step",
    "second_step_cancel",
    "sign_in_link",
    "sign_in_links",
    "token_revoke",
    "tokens",
]
