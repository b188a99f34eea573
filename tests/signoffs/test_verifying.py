"""What was done to a stopped database shows: the first bad entry is named."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from signoffs.sheets import LEAD, heads, opened, sign
from support.cast import NOW, small_project
from tongzhou.engine.canonical import canonical
from tongzhou.engine.chain import linked
from tongzhou.people.models import System
from tongzhou.projects.models import Project
from tongzhou.signoffs.actions import Grant, append_act, delegate_seat, record_restore, void_sheet, withdraw_signature
from tongzhou.signoffs.models import Act, Delegation, Ending, Place, Sheet, Signature, Withdrawal
from tongzhou.signoffs.queries.anchors import anchor_of, path_of
from tongzhou.signoffs.queries.verifying import verify
from tongzhou.timeline.actions import lifted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def project(transactional_db: None, request: pytest.FixtureRequest) -> Project:
    """A project with a sheet in force, one that was voided, a withdrawal and a delegation."""
    from support.cast import make_cast

    cast = make_cast()
    project = small_project(cast)
    one, _two = heads(cast)
    sheet = opened(cast, project)
    withdraw_signature(by=cast.head, signature=sign(cast.head, sheet, one), reason="看错", now=NOW)
    grant = Grant(cast.owner, NOW.date(), NOW.date() + timedelta(days=3))
    delegate_seat(by=cast.head, project=project, seat="", grant=grant, now=NOW)
    sign(cast.owner, sheet, one, "condition", "四月开始")
    sign(cast.other_head, sheet, heads(cast)[1])
    sign(cast.general_lead, sheet, LEAD)
    void_sheet(
        by=cast.manager, sheet=opened(cast, project, shared={"x": 1}, due=NOW + timedelta(days=1)), reason="重写", now=NOW
    )
    return project


def found(project: Project) -> tuple[int, str] | None:
    """The first bad entry of the project's chain: its number and the fault."""
    report = verify()
    assert report.entries >= 1
    chain = next(chain for chain in report.chains if chain.project == project.pk)
    return (chain.finding.number, chain.finding.fault) if chain.finding else None


def number(project: Project, kind: str, place: int = 0) -> int:
    rows = Act.objects.filter(project_id=project.pk).order_by("number")
    return [row.number for row in rows if json.loads(bytes(row.body))["act"] == kind][place]


def test_what_was_not_touched_verifies(project: Project) -> None:
    assert found(project) is None
    head = Act.objects.filter(project_id=project.pk).latest("number")
    anchor = anchor_of(project.pk)
    assert anchor is not None
    assert (anchor.number, anchor.hash) == (head.number, bytes(head.hash))


def flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def test_a_byte_of_a_signed_text(project: Project) -> None:
    sheet = Sheet.objects.get(version=1)
    with lifted(connection):
        Sheet.objects.filter(pk=sheet.pk).update(snapshot=flipped(bytes(sheet.snapshot)))
    assert found(project) == (sheet.act_number, "text")


def test_a_byte_of_a_page_that_was_shown(project: Project) -> None:
    sheet = Sheet.objects.get(version=2)
    with lifted(connection):
        Sheet.objects.filter(pk=sheet.pk).update(html=flipped(bytes(sheet.html)))
    assert found(project) == (sheet.act_number, "page")


COLUMNS = [field.name for field in Signature._meta.fields if field.name not in ("id", "place", "person", "principal")]


@pytest.mark.parametrize("column", COLUMNS)
def test_a_byte_of_a_signature(project: Project, column: str) -> None:
    signature = Signature.objects.order_by("pk")[1]
    old = getattr(signature, column)
    new = old + 1 if isinstance(old, int) else old + timedelta(seconds=1) if hasattr(old, "year") else f"{old[:-1]}?"
    with lifted(connection):
        Signature.objects.filter(pk=signature.pk).update(**{column: new})
    fault = found(project)
    assert fault is not None
    assert fault[0] == (signature.act_number + 1 if column == "act_number" else signature.act_number)


@pytest.mark.parametrize("column", ["person", "principal"])
def test_somebody_else_as_signer(project: Project, column: str) -> None:
    signature = Signature.objects.order_by("pk")[1]
    other = Signature.objects.order_by("pk")[2].person_id
    with lifted(connection):
        Signature.objects.filter(pk=signature.pk).update(**{f"{column}_id": other})
    assert found(project) == (signature.act_number, "row")


OTHER_ROWS: list[tuple[type[Any], str, Any]] = [
    (Sheet, "title", "别的"),
    (Sheet, "due", NOW + timedelta(days=9)),
    (Place, "capacity", "别的"),
    (Place, "order", 9),
    (Ending, "reason", "别的"),
    (Ending, "at", NOW + timedelta(days=9)),
    (Withdrawal, "reason", "别的"),
    (Delegation, "last", NOW.date() + timedelta(days=300)),
]


@pytest.mark.parametrize(("model", "column", "value"), OTHER_ROWS)
def test_what_else_was_written(project: Project, model: type[Any], column: str, value: Any) -> None:
    row = model.objects.latest("pk")
    entry = row.sheet.act_number if model is Place else row.act_number
    with lifted(connection):
        model.objects.filter(pk=row.pk).update(**{column: value})
    assert found(project) == (entry, "row")


def test_a_row_of_the_chain_removed(project: Project) -> None:
    middle = number(project, "withdrawn")
    with lifted(connection):
        Act.objects.filter(project_id=project.pk, number=middle).delete()
    assert found(project) == (middle, "missing")


def test_a_signature_removed(project: Project) -> None:
    signature = Signature.objects.latest("pk")
    with lifted(connection):
        signature.delete()
    assert found(project) == (signature.act_number, "gone")


@pytest.mark.parametrize("model", [Withdrawal, Ending, Delegation])
def test_another_row_removed(project: Project, model: type[Any]) -> None:
    row = model.objects.earliest("pk")
    with lifted(connection):
        row.delete()
    assert found(project) == (row.act_number, "gone")


def test_two_entries_swapped(project: Project) -> None:
    first = number(project, "signed")
    one, two = (Act.objects.get(project_id=project.pk, number=place) for place in (first, first + 1))
    with lifted(connection):
        for row, other in ((one, two), (two, one)):
            Act.objects.filter(pk=row.pk).update(body=bytes(other.body), hash=bytes(other.hash), seal=bytes(other.seal))
    assert found(project) == (first, "changed")


def test_two_signatures_swapped(project: Project) -> None:
    one, two = Signature.objects.order_by("pk")[1:3]
    with lifted(connection):
        Signature.objects.filter(pk=one.pk).update(act_number=two.act_number)
        Signature.objects.filter(pk=two.pk).update(act_number=one.act_number)
    fault = found(project)
    assert fault is not None
    assert fault[0] == one.act_number


def test_the_tail_cut(project: Project) -> None:
    last = Act.objects.filter(project_id=project.pk).latest("number").number
    with lifted(connection):
        Act.objects.filter(project_id=project.pk, number__gte=last - 1).delete()
    assert found(project) == (last - 1, "cut")


def forged(project: Project, entry: int) -> None:
    """Write another body into an entry, and hash it and all that follow as they should be."""
    rows = list(Act.objects.filter(project_id=project.pk).order_by("number"))
    previous = bytes(rows[entry - 2].hash)
    with lifted(connection):
        for row in rows[entry - 1 :]:
            body = bytes(row.body)
            if row.number == entry:
                body = canonical(json.loads(body) | {"by": {"id": 1, "name": "别人", "department": ""}})
            previous = linked(previous, body)
            Act.objects.filter(pk=row.pk).update(body=body, hash=previous)


def test_a_forged_row_with_a_right_hash(project: Project) -> None:
    last = Act.objects.filter(project_id=project.pk).latest("number").number
    forged(project, last)
    assert found(project) == (last, "anchor")


def test_a_forged_row_in_the_middle_and_all_hashes_after_it(project: Project) -> None:
    forged(project, number(project, "withdrawn"))
    fault = found(project)
    assert fault is not None
    assert fault[1] in ("anchor", "row")


def test_a_forged_row_after_the_last_one(project: Project) -> None:
    """Nothing was anchored of it, but who wrote it past the product has not the seal."""
    last = Act.objects.filter(project_id=project.pk).latest("number")
    body = canonical(json.loads(bytes(last.body)) | {"number": last.number + 1, "act": "seat-changed"})
    hashed = linked(bytes(last.hash), body)
    Act.objects.create(project_id=project.pk, number=last.number + 1, body=body, hash=hashed, seal=bytes(last.seal))
    assert found(project) == (last.number + 1, "forged")


def test_a_forged_signature_without_an_entry(project: Project) -> None:
    signature = Signature.objects.latest("pk")
    values = {field.attname: getattr(signature, field.attname) for field in Signature._meta.concrete_fields}
    values |= {"id": None, "round": 7, "act_number": signature.act_number + 50}
    Signature.objects.create(**values)
    assert found(project) == (signature.act_number + 50, "extra")


def test_an_old_copy_restored(project: Project) -> None:
    """The database is what it was, the anchors know more."""
    kept = Act.objects.filter(project_id=project.pk).latest("number")
    append_act(project=project.pk, kind="test", payload={"x": 1}, by=System(), now=NOW)
    append_act(project=project.pk, kind="test", payload={"x": 2}, by=System(), now=NOW)
    with lifted(connection):
        Act.objects.filter(project_id=project.pk, number__gt=kept.number).delete()
    assert found(project) == (kept.number + 1, "cut")


def test_a_restore_that_was_written_down_verifies_and_says_so(project: Project) -> None:
    kept = Act.objects.filter(project_id=project.pk).latest("number")
    append_act(project=project.pk, kind="test", payload={"x": 1}, by=System(), now=NOW)
    append_act(project=project.pk, kind="test", payload={"x": 2}, by=System(), now=NOW)
    append_act(project=project.pk, kind="test", payload={"x": 3}, by=System(), now=NOW)
    with lifted(connection):
        Act.objects.filter(project_id=project.pk, number__gt=kept.number).delete()
    assert record_restore(by=System(), source="夜间.tar", manifest="ab" * 32, now=NOW) == [project.pk]
    report = verify()
    chain = next(chain for chain in report.chains if chain.project == project.pk)
    assert (chain.finding, chain.restored, chain.anchored) == (None, (kept.number + 1,), kept.number + 1)
    payload = json.loads(bytes(Act.objects.get(project_id=project.pk, number=kept.number + 1).body))["payload"]
    assert (payload["head"], payload["anchored"], payload["source"]) == (kept.number, kept.number + 3, "夜间.tar")
    append_act(project=project.pk, kind="test", payload={"x": 4}, by=System(), now=NOW)
    assert found(project) is None


def test_an_anchor_that_is_gone_is_a_finding(project: Project) -> None:
    path_of(project.pk).unlink()
    fault = found(project)
    assert fault is not None
    assert fault[1] == "unanchored"


def test_an_anchor_that_is_behind_is_none(project: Project) -> None:
    lines = path_of(project.pk).read_bytes().splitlines(keepends=True)
    path_of(project.pk).write_bytes(b"".join(lines[:-2]) + lines[-1][:20])
    assert found(project) is None


def test_a_disk_that_is_full_keeps_nobody_from_acting(project: Project, data: Path) -> None:
    path = path_of(project.pk)
    path.unlink()
    path.mkdir()
    append_act(project=project.pk, kind="test", payload={}, by=System(), now=NOW)
    assert Act.objects.filter(project_id=project.pk).latest("number").number > 1
    assert Path(settings.DATA_DIR) == data
