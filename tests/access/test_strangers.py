"""What a person may not see does not exist for her: the same bytes as for what never was."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from support.addresses import Address, addresses, inhabited
from support.cast import NOW, Cast, small_project
from support.web import client_of
from tongzhou.projects.actions import give_role, seat, take_role

# Every address that is not in a project.
OUTSIDE = {
    "escalation_limits",
    "organisation_rhythm",
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "account_set_password",
    "mfa_authenticate",
    "second_step_cancel",
    "authentication",
    "passkey_challenge",
    "my_factors",
    "my_totp",
    "my_totp_removal",
    "my_passkeys",
    "my_passkey_challenge",
    "my_passkey",
    "my_passkey_removal",
    "my_recovery_codes",
    "my_signing_code",
    "person_factors",
    "enter",
    "departments",
    "department_new",
    "person_new",
    "department",
    "people_suggestions",
    "people_import",
    "people_import_confirmation",
    "people_form_xlsx",
    "people_xlsx",
    "person",
    "person_edit",
    "person_disabled",
    "person_enabled",
    "hand_over",
    "person_leave",
    "person_leave_cancel",
    "person_sessions",
    "sign_in_link",
    "sign_in_links",
    "me",
    "my_leave",
    "my_leave_cancel",
    "my_stand_in",
    "my_sessions",
    "my_language",
    "preference",
    "administration",
    "background",
    "background_again",
    "background_drop",
    "calendar",
    "calendar_department",
    "calendar_edit",
    "calendar_new",
    "calendar_notice",
    "calendar_remove",
    "calendars",
    "projects",
    "project_new",
    "organisation",
    "quick_start",
    "projects_export",
    "template_archive",
    "template_choice",
    "template_edition",
    "template_file",
    "template_import",
    "template_page",
    "template_removal",
    "template_settings",
    "template_start",
    "project_filters",
    "workbench",
    "healthz",
    "readyz",
    "audit",
    "audit_xlsx",
    "tokens",
    "token_revoke",
    "api_guide",
    "gallery",
    "my_tasks",
    "inbox",
    "inbox_read",
    "inbox_count",
    "my_choices",
    "choice_defaults",
    "deliveries",
    "delivery_again",
    "test_message",
    "my_signatures",
    "signing_walk",
    "verify",
    "verify_paper",
    "paper_settings",
    "paper_kind",
    "paper_preview",
    "paper_sample",
}
NEVER = {name: 999_999_999 for name in ("item_id", "part_id", "draft_id", "comment_id", "paper_id")}
WAYS: list[tuple[str, dict[str, str]]] = [
    ("get", {}),
    ("head", {}),
    ("post", {}),
    ("put", {}),
    ("delete", {}),
    ("options", {}),
    ("get", {"HX-Request": "true"}),
    ("get", {"Accept": "application/json"}),
    ("post", {"HX-Request": "true"}),
]


def in_projects() -> list[Address]:
    return [address for address in addresses() if "number" in address.parameters]


def ask(client: Client, address: Address, parameters: dict[str, Any], method: str, headers: dict[str, str]) -> HttpResponse:
    path = reverse(address.name, kwargs={key: parameters[key] for key in address.parameters})
    answer: HttpResponse = getattr(client, method)(path, headers=headers)
    return answer


def bytes_of(answer: HttpResponse) -> tuple[int, list[tuple[str, str]], list[str], bytes]:
    headers = sorted((name, value) for name, value in answer.items() if name != "Date")
    body = b"".join(answer)
    if answer.status_code == 403:
        # A refusal to somebody who sees the project stands in the frame, whose token is masked anew each time.
        body = re.sub(rb'"X-CSRFToken": "\w{64}"|name="csrfmiddlewaretoken" value="\w{64}"', b"", body)
    return answer.status_code, headers, sorted(answer.cookies), body


def test_the_list_of_addresses_outside_projects_is_known() -> None:
    assert {address.name for address in addresses()} - {address.name for address in in_projects()} == OUTSIDE


@pytest.mark.parametrize("method_and_headers", WAYS, ids=str)
def test_a_strangers_project_is_one_that_never_was(cast: Cast, method_and_headers: tuple[str, dict[str, str]]) -> None:
    method, headers = method_and_headers
    _project, parameters = inhabited(cast)
    client = client_of(cast.stranger)
    never = parameters | {"number": "S-9"} | NEVER
    different, statuses = [], set()
    for address in in_projects():
        there, nowhere = (bytes_of(ask(client, address, given, method, headers)) for given in (parameters, never))
        statuses.add(there[0])
        if there != nowhere:
            different.append((address.name, there[0], nowhere[0]))
    assert different == []
    assert statuses <= {404, 405}
    if method in ("get", "post"):
        assert 404 in statuses


def test_a_stranger_gets_404_at_every_address_in_its_own_way(cast: Cast) -> None:
    """Each address answers at least one of GET and POST with 404 and the other with 404 or 405."""
    _project, parameters = inhabited(cast)
    client = client_of(cast.stranger)
    for address in in_projects():
        statuses = {ask(client, address, parameters, method, {}).status_code for method in ("get", "post")}
        assert statuses in ({404}, {404, 405}), address


@pytest.mark.parametrize("parameter", NEVER)
def test_what_belongs_to_another_project_never_was_in_ones_own(cast: Cast, parameter: str) -> None:
    """Somebody who manages both projects mixes their ids: still the same bytes."""
    _project, parameters = inhabited(cast)
    _other, foreign = inhabited(cast, "S-2")
    for person in (cast.manager, cast.liaison, cast.member):
        client = client_of(person)
        for address in in_projects():
            if parameter not in address.parameters:
                continue
            for method in ("get", "post"):
                mixed = bytes_of(ask(client, address, parameters | {parameter: foreign[parameter]}, method, {}))
                never = bytes_of(ask(client, address, parameters | {parameter: NEVER[parameter]}, method, {}))
                assert mixed == never, (address.name, method)
                assert mixed[0] in (403, 404, 405), (address.name, method, mixed[0])


@pytest.mark.parametrize("number", ["", ".", "..", "a b", "\x00", "x" * 5000, "\x7f", "新", "S-1 ", "s-1", "%"])
def test_numbers_that_never_were(cast: Cast, number: str) -> None:
    inhabited(cast)
    client = client_of(cast.manager)
    for tail in ("", "plan/", "tracking/", "report/"):
        path = f"/projects/{number}/{tail}" if number else f"/projects//{tail}"
        answer = client.generic("GET", path.replace("%", "%25").replace("\x00", "%00").replace(" ", "%20"))
        assert answer.status_code == 404, path


def statuses(client: Client, parameters: dict[str, Any]) -> set[int]:
    return {ask(client, address, parameters, "get", {}).status_code for address in in_projects()} - {405}


def test_who_is_taken_out_is_out_at_once(cast: Cast) -> None:
    project, parameters = inhabited(cast)
    client = client_of(cast.member)
    assert 200 in statuses(client, parameters)
    take_role(by=cast.manager, project=project, person=cast.member, role="member", now=NOW)
    assert statuses(client, parameters) == {404}


def test_who_loses_the_seat_is_out_at_once(cast: Cast) -> None:
    project, parameters = inhabited(cast)
    client = client_of(cast.other_liaison)
    assert 200 in statuses(client, parameters)
    part = project.participations.get(department=cast.marketing)
    seat(by=cast.manager, participation=part, kind="liaison", holder=None, now=NOW)
    assert statuses(client, parameters) == {404}


def test_the_last_manager_is_out_when_the_next_one_comes(cast: Cast) -> None:
    project, parameters = inhabited(cast)
    client = client_of(cast.manager)
    assert 200 in statuses(client, parameters)
    give_role(by=cast.manager, project=project, person=cast.member, role="manager", now=NOW)
    assert statuses(client, parameters) == {404}


def test_other_peoples_projects_are_nowhere(cast: Cast) -> None:
    """Not in lists, searches, the sidebar or the workbench of a stranger or a member of another project."""
    project = small_project(cast, "秘-7")
    project.name = "秘密计划"
    project.save()
    other = client_of(cast.stranger)
    for page in ("/", "/projects/", "/projects/?q=秘", "/departments/", "/projects/new/", "/projects/秘-7/"):
        answer = other.get(page)
        assert "秘密计划" not in answer.content.decode()
