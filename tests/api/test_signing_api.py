"""Signing by program: a token alone never signs; what proves who it is, and every way in which it is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from people.test_factors import CODE, with_code, with_totp
from people.test_factors import totp as code_at
from signoffs.sheets import LEAD, SHARED, heads, opened, sign
from support.api import Program, program_of
from support.cast import NOW, Cast, small_project
from support.checks import unchanged
from support.web import client_of
from tongzhou.lib import clock
from tongzhou.people.models import User
from tongzhou.signoffs.actions import About, Content, Course, open_sheet
from tongzhou.signoffs.models import Delegation, Sheet, Signature

PASSWORD = "同舟共济-2024"


@pytest.fixture(autouse=True)
def at_the_time_of_the_cast() -> Iterator[None]:
    with clock.pretend(NOW):
        yield


@pytest.fixture
def sheet(cast: Cast) -> Sheet:
    small_project(cast)
    cast.general_lead.set_password(PASSWORD)
    cast.general_lead.save()
    return opened(cast)


def path(sheet: Sheet, what: str = "/signature") -> str:
    return f"projects/S-1/sheets/{sheet.pk}{what}"


def body(sheet: Sheet, **more: Any) -> dict[str, Any]:
    return {"digest": sheet.digest, "decision": "approve", "proof_method": "password", "proof": PASSWORD} | more


def test_a_program_reads_what_is_signed_and_signs_it(cast: Cast, sheet: Sheet) -> None:
    program = program_of(cast.general_lead)
    listed = program.ask("GET", "projects/S-1/sheets").json()
    assert [(row["id"], row["state"]) for row in listed["items"]] == [(sheet.pk, "open")]
    seen = program.ask("GET", path(sheet, ""))
    assert (seen.json()["digest"], seen.json()["snapshot"]["shared"], seen.json()["html"]) == (
        sheet.digest,
        SHARED,
        bytes(sheet.html).decode(),
    )
    done = program.ask("POST", path(sheet), body(sheet, opinion="同意"), User_Agent="报表程序")
    assert done.status_code == 201, done.content
    places = {row["seat"]: row for row in done.json()["places"]}
    assert (places[LEAD]["state"], places[LEAD]["signature"]["opinion"]) == ("approve", "同意")
    row = Signature.objects.get()
    assert (row.method, row.person, row.sheet_digest, row.agent) == ("password", cast.general_lead, sheet.digest, "报表程序")
    assert (row.authenticated_at, len(row.request_id)) == (NOW, 22)
    assert program.ask("GET", path(sheet, ""))["ETag"] == done["ETag"] != seen["ETag"]


def test_a_token_alone_does_not_sign(cast: Cast, sheet: Sheet) -> None:
    program = program_of(cast.general_lead)
    with unchanged():
        asked = program.ask("POST", path(sheet), {"digest": sheet.digest, "decision": "approve"})
    assert (asked.status_code, asked.json()["title"], list(asked.json()["errors"])) == (403, "proof-needed", ["proof"])
    # Neither does what she proved in her browser: a token is not her browser.
    session = program.client.session
    session["proof"] = {"person": cast.general_lead.pk, "method": "password", "at": NOW.timestamp()}
    session.save()
    assert program.ask("POST", path(sheet), {"digest": sheet.digest, "decision": "approve"}).status_code == 403
    assert not Signature.objects.exists()
    reading = program_of(cast.general_lead, "read")
    with unchanged():
        assert reading.ask("POST", path(sheet), body(sheet)).json()["title"] == "scope"


def test_a_browser_signs_by_the_api_within_five_minutes_of_a_proof(cast: Cast, sheet: Sheet) -> None:
    client = client_of(cast.general_lead)

    def ask(minutes: int, person: User) -> int:
        session = client.session
        session["proof"] = {"person": person.pk, "method": "totp", "at": (NOW - timedelta(minutes=minutes)).timestamp()}
        session.save()
        sent = {"digest": sheet.digest, "decision": "approve"}
        return int(client.post(f"/api/v1/{path(sheet)}", sent, content_type="application/json").status_code)

    assert [ask(6, cast.general_lead), ask(-1, cast.general_lead), ask(1, cast.head)] == [403, 403, 403]
    assert not Signature.objects.exists()
    assert ask(4, cast.general_lead) == 201
    assert Signature.objects.get().method == "totp"


def test_a_wrong_proof_is_counted_and_locks(cast: Cast, sheet: Sheet) -> None:
    with_code(cast.head)
    program = program_of(cast.head)
    for _guess in range(5):
        wrong = program.ask("POST", path(sheet), body(sheet, proof_method="signing_code", proof="000000"))
        assert (wrong.status_code, wrong.json()["title"], list(wrong.json()["errors"])) == (422, "wrong-answer", ["proof"])
    for proof in ("000000", CODE):
        locked = program.ask("POST", path(sheet), body(sheet, proof_method="signing_code", proof=proof))
        assert (locked.status_code, locked.json()["title"]) == (422, "locked")
    assert not Signature.objects.exists()
    with clock.pretend(NOW + timedelta(minutes=16)):
        done = program.ask("POST", path(sheet), body(sheet, proof_method="signing_code", proof=CODE))
    assert done.status_code == 201


def test_a_code_of_the_app_signs_once(cast: Cast, sheet: Sheet) -> None:
    with_totp(cast.head)
    content, course = Content(SHARED, "<article>纸</article>"), Course((heads(cast)[0],))
    about = About("other", 2, "另一份", "/projects/S-1/")
    other = open_sheet(by=cast.manager, project=sheet.project, about=about, content=content, course=course, now=NOW)
    program = program_of(cast.head)
    now = NOW + timedelta(minutes=2)
    with clock.pretend(now):
        given = {"proof_method": "totp", "proof": code_at(now)}
        assert program.ask("POST", path(sheet), body(sheet) | given).status_code == 201
        again = program.ask("POST", path(other), body(other) | given)
    assert (again.status_code, again.json()["title"]) == (422, "wrong-answer")


@pytest.mark.parametrize("method", ["", "passkey", "recovery_code", "face", "x" * 21])
def test_a_method_that_one_has_not_is_none(cast: Cast, sheet: Sheet, method: str) -> None:
    program = program_of(cast.general_lead)
    with unchanged():
        answer = program.ask("POST", path(sheet), body(sheet, proof_method=method))
    assert answer.status_code in (403, 422)
    assert list(answer.json()["errors"]) in (["proof"], ["proof_method"])


def test_a_stranger_is_told_nothing_and_a_member_no(cast: Cast, sheet: Sheet) -> None:
    stranger, member = program_of(cast.stranger), program_of(cast.member)
    for method, what in (("GET", ""), ("POST", "/signature"), ("POST", "/withdrawal"), ("POST", "/void"), ("GET", "/evidence")):
        sent = body(sheet) if what == "/signature" else {} if method == "POST" else None
        with unchanged():
            there, never = (
                stranger.ask(method, path(sheet, what), sent),
                stranger.ask(method, f"projects/S-9/sheets/1{what}", sent),
            )
            assert (there.status_code, there.content) == (404, never.content)
            assert (method == "GET" and not what) or member.ask(method, path(sheet, what), sent).status_code == 403


def test_what_is_not_what_was_shown_is_told_with_the_difference(cast: Cast, sheet: Sheet) -> None:
    newer = opened(cast, shared=SHARED | {"budget": "150.00"})
    program = program_of(cast.general_lead)
    before = Signature.objects.count()
    for asked, digest in ((sheet, sheet.digest), (newer, sheet.digest)):
        stale = program.ask("POST", path(asked), body(asked, digest=digest))
        assert (stale.status_code, stale.json()["title"], stale["Content-Type"]) == (
            409,
            "sheet-changed",
            "application/problem+json",
        )
        assert [(row["before"], row["after"]) for row in stale.json()["difference"]] == [("120.00", "150.00")]
    unknown = program.ask("POST", path(newer), body(newer, digest="0" * 64))
    assert (unknown.status_code, unknown.json()["difference"]) == (409, [])
    assert Signature.objects.count() == before
    assert program.ask("POST", path(newer), body(newer)).status_code == 201


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"decision": "perhaps"}, "decision"),
        ({"decision": "condition"}, "opinion"),
        ({"decision": "refuse", "opinion": " "}, "opinion"),
        ({"opinion": "x" * 2001}, "opinion"),
        ({"opinion": "\0"}, "opinion"),
        ({"digest": "0" * 65}, "digest"),
        ({"digest": None}, "digest"),
        ({"place": 0}, "place"),
        ({"place": 2**63 - 1}, "place"),
        ({"extra": 1}, "extra"),
    ],
)
def test_what_cannot_be_signed_names_its_field(cast: Cast, sheet: Sheet, change: dict[str, Any], field: str) -> None:
    answer = program_of(cast.general_lead).ask("POST", path(sheet), body(sheet, **change))
    assert answer.status_code in (400, 422)
    assert answer.status_code == 400 or list(answer.json()["errors"]) == [field]
    assert not Signature.objects.exists()


def test_nobody_signs_twice_and_no_key_makes_it_once(cast: Cast, sheet: Sheet) -> None:
    program = program_of(cast.general_lead)
    keyed = program.ask("POST", path(sheet), body(sheet), Idempotency_Key="k-1")
    assert (keyed.status_code, keyed.json()["title"]) == (422, "idempotency-key")
    assert program.ask("POST", path(sheet), body(sheet)).status_code == 201
    again = program.ask("POST", path(sheet), body(sheet))
    assert (again.status_code, again.json()["title"], Signature.objects.count()) == (422, "signed-already", 1)


def test_who_signs_at_several_places_says_at_which(cast: Cast, sheet: Sheet) -> None:
    """The general lead signs for a head on leave, too."""
    days = {"first": date(2024, 3, 1), "last": date(2024, 3, 8)}
    Delegation.objects.create(
        project=sheet.project,
        seat=heads(cast)[0],
        principal=cast.head,
        delegate=cast.general_lead,
        made_at=NOW,
        act_number=0,
        **days,
    )
    program = program_of(cast.general_lead)
    asked = program.ask("POST", path(sheet), body(sheet))
    assert (asked.status_code, list(asked.json()["errors"])) == (422, ["place"])
    named = body(sheet, place=sheet.places.get(seat=heads(cast)[0]).pk)
    assert program.ask("POST", path(sheet), named).status_code == 201
    assert Signature.objects.get().principal == cast.head
    # One is left: it need not be named any more.
    assert program.ask("POST", path(sheet), body(sheet)).status_code == 201
    foreign = body(sheet, place=sheet.places.get(seat=heads(cast)[1]).pk)
    assert program.ask("POST", path(sheet), foreign).json()["errors"].keys() == {"place"}


def test_a_signature_is_taken_back_until_the_sheet_is_complete(cast: Cast, sheet: Sheet) -> None:
    program = program_of(cast.general_lead)
    assert program.ask("POST", path(sheet, "/withdrawal"), {}).json()["title"] == "nothing-signed"
    program.ask("POST", path(sheet), body(sheet))
    back = program.ask("POST", path(sheet, "/withdrawal"), {"reason": "再议"})
    assert (back.status_code, {row["seat"]: row["state"] for row in back.json()["places"]}[LEAD]) == (200, "open")
    assert program.ask("POST", path(sheet, "/withdrawal"), {}).json()["title"] == "nothing-signed"
    for person, seat in ((cast.general_lead, LEAD), (cast.head, heads(cast)[0]), (cast.other_head, heads(cast)[1])):
        sign(person, sheet, seat)
    assert program.ask("GET", path(sheet, "")).json()["state"] == "final"
    assert program.ask("POST", path(sheet, "/withdrawal"), {}).json()["title"] == "sheet-ended"


def test_the_evidence_and_the_chain_by_program(cast: Cast, sheet: Sheet) -> None:
    program: Program = program_of(cast.quality)
    zipped = program.ask("GET", path(sheet, "/evidence"))
    assert (zipped.status_code, zipped["Content-Type"]) == (200, "application/zip")
    assert "check.py" in " ".join(zipfile.ZipFile(io.BytesIO(zipped.content)).namelist())
    acts = program.ask("GET", "projects/S-1/chain?limit=1").json()
    assert (acts["count"] > 1, len(acts["items"]), acts["items"][0]["kind"]) == (True, 1, "sheet-opened")
    assert len(acts["items"][0]["hash"]) == 64
    # Anchors are written when a transaction is over; here none is.
    assert program.ask("GET", "projects/S-1/chain/verification").json()["entries"] == acts["count"]
    assert program_of(cast.member).ask("GET", "projects/S-1/chain").status_code == 403
