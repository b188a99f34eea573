"""Signing against editing, and fifty clicks at once: over the wire, to real servers (on PostgreSQL two), on both databases.

TONGZHOU_ROUNDS=200 for the long run (`make soak`); TONGZHOU_SEED repeats the choices of a run.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from typing import Any

import pytest

from support.cluster import own_cluster
from support.house import GROUND, House
from support.place import Place, on_cluster
from support.wire import Answer, Caller

ROUNDS = int(os.environ.get("TONGZHOU_ROUNDS", "5"))
SEED = int(os.environ.get("TONGZHOU_SEED") or random.SystemRandom().randrange(10**6))
CLICKS = 50
DIGEST = re.compile(r'name="digest" value="([0-9a-f]{64})"')


@dataclass
class Race:
    """Servers with a project; its manager, who edits, and its general lead, who signs."""

    database: str
    house: House
    manager: Caller
    lead: Caller
    number: str
    task: int
    password: str
    chance: random.Random

    @property
    def place(self) -> Place:
        return self.house.place

    def send(self, who: Caller, method: str, path: str, body: Any = None) -> Answer:
        return who.send(self.chance.choice(self.house.ports), method, path, body)

    def edit(self, text: str) -> int:
        """Change the plan and ask for approval of the list as it is then; return the new sheet."""
        changed = self.send(self.manager, "PATCH", f"/api/v1/projects/{self.number}/tasks/{self.task}", {"key_output": text})
        assert changed.status == 200, changed.text
        answer = self.send(self.manager, "POST", f"/projects/{self.number}/task-list/release/", {"form": {}})
        assert answer.status == 302, answer.text
        return int(answer.headers["location"].rstrip("/").rpartition("/")[2])

    def look(self, sheet: int) -> str:
        """Return the page as the general lead sees it."""
        page = self.send(self.lead, "GET", f"/projects/{self.number}/sheets/{sheet}/")
        assert page.status == 200, page.text
        return page.text

    def sign(self, sheet: int, digest: str) -> Answer:
        """Click on 签署 on the page that showed this digest."""
        proof = {"proof_method": "password", "proof_password": self.password}
        form = {"decision": "approve", "digest": digest, "opinion": "", **proof}
        return self.send(self.lead, "POST", f"/projects/{self.number}/sheets/{sheet}/signature/", {"form": form})

    def kept(self, sheet: int) -> tuple[bytes, bytes, int]:
        """The bytes of a sheet, of its page, and its place on the chain."""
        [row] = self.place.ask(f"SELECT snapshot, html, act_number FROM signoffs_sheet WHERE id = {sheet}")
        return bytes(row[0]), bytes(row[1]), int(row[2])

    def signatures(self, sheet: int) -> list[tuple[Any, ...]]:
        """Digest of the sheet and of its page, and place on the chain of each signature."""
        columns = "s.sheet_digest, s.html_digest, s.act_number"
        places = f"(SELECT id FROM signoffs_place WHERE sheet_id = {sheet})"
        return self.place.ask(f"SELECT {columns} FROM signoffs_signature s WHERE s.place_id IN {places}")

    def is_unsigned(self, sheet: int) -> bool:
        """Whether a sheet is open, and no signature of an earlier one was carried over to it."""
        places = self.place.ask(f"SELECT carried_id FROM signoffs_place WHERE sheet_id = {sheet}")
        ended = self.place.ask(f"SELECT kind FROM signoffs_ending WHERE sheet_id = {sheet}")
        return (places, ended, self.signatures(sheet)) == ([(None,)], [], [])


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def race(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Race]:
    folder = tmp_path_factory.mktemp("race")
    if request.param == "sqlite":
        yield from _running(request.param, Place(folder))
    else:
        with own_cluster() as cluster:
            yield from _running(request.param, on_cluster(cluster.url, folder))


def _running(database: str, place: Place) -> Iterator[Race]:
    place.lay()
    laid = place.script(GROUND)
    manager, lead = laid["people"]["陈一"], laid["people"]["褚十六"]
    house = House.build(place)
    task = next(key for name, key in laid["tasks"].items() if name.startswith("郑十"))
    callers = (Caller(session=manager["session"]), Caller(session=lead["session"]))
    try:
        house.start()
        yield Race(database, house, *callers, laid["number"], task, lead["password"], random.Random(SEED))
    finally:
        house.stop()


def test_fifty_clicks_make_one_signature(race: Race) -> None:
    sheet = race.edit("五十次")
    [digest] = DIGEST.findall(race.look(sheet))
    together = Barrier(CLICKS)

    def click(_n: int) -> int:
        together.wait()
        return race.sign(sheet, digest).status

    with ThreadPoolExecutor(CLICKS) as threads:
        answers = Counter(threads.map(click, range(CLICKS)))
    assert answers == {302: 1, 422: CLICKS - 1}
    assert [row[0] for row in race.signatures(sheet)] == [digest]
    assert race.place.ask(f"SELECT kind FROM signoffs_ending WHERE sheet_id = {sheet}") == [("final",)]
    signed = "SELECT COUNT(*) FROM timeline_event WHERE kind = 'sheet-signed' AND subject_id = "
    assert race.place.ask(f"{signed}{sheet}") == [(1,)]
    assert "全部相符" in race.place.done("verify")


def test_nobody_signs_what_was_not_shown(
    race: Race, capsys: pytest.CaptureFixture[str], record_property: Callable[[str, object], None]
) -> None:
    """While one signs what she read, another opens the next version: the signature comes before it and does not hold for it, or
    is refused with the difference."""
    print(f"seed {SEED}")
    sheet, text, outcomes, took = race.edit("样机 0"), "样机 0", Counter[str](), 0.2
    for number in range(1, ROUNDS + 1):
        page, later = race.look(sheet), f"样机 {SEED}-{number}"
        newer, lasted, answers = _round(race, sheet, page, later, race.chance.uniform(0, 0.8 * took))
        took = 0.7 * took + 0.3 * lasted
        outcomes[_judged(race, (sheet, page, text), (newer, later), answers)] += 1
        sheet, text = newer, later
        if number % 50 == 0:
            with capsys.disabled():
                print(f"  {number} of {ROUNDS} rounds on {race.database}, seed {SEED}: {dict(outcomes)}", flush=True)
    assert "全部相符" in race.place.done("verify")
    assert ROUNDS < 50 or min(outcomes["signed"], outcomes["refused"]) > 0
    words = ", ".join(f"{count} {what}" for what, count in sorted(outcomes.items()))
    record_property(
        "soaked", f"sign against edit, {race.database}: seed {SEED}, {ROUNDS} rounds, {words}; unseen bytes signed 0"
    )


def _round(race: Race, sheet: int, page: str, text: str, pause: float) -> tuple[int, float, list[Answer]]:
    """The manager edits while the general lead, after a while, clicks twice.

    Return the new sheet, how many seconds its opening took, and what the general lead was answered.
    """
    [digest] = DIGEST.findall(page)
    pauses = [pause, pause + race.chance.uniform(0, 0.05)]

    def edit() -> tuple[int, float]:
        begun = time.monotonic()
        return race.edit(text), time.monotonic() - begun

    def click(pause: float) -> Answer:
        time.sleep(pause)
        return race.sign(sheet, digest)

    with ThreadPoolExecutor(3) as threads:
        edited = threads.submit(edit)
        clicks = [threads.submit(click, pause) for pause in pauses]
        return (*edited.result(), [one.result() for one in clicks])


def _judged(race: Race, shown: tuple[int, str, str], edited: tuple[int, str], answers: list[Answer]) -> str:
    """Assert that what was signed is what was shown, byte by byte, and return what became of the signature."""
    (sheet, page, text), (newer, later) = shown, edited
    [digest] = DIGEST.findall(page)
    snapshot, html, _act = race.kept(sheet)
    assert hashlib.sha256(snapshot).hexdigest() == digest
    assert html.decode() in page and text in html.decode() and text in snapshot.decode()
    assert later not in page + snapshot.decode() and later in race.kept(newer)[0].decode()
    signed = race.signatures(sheet)
    assert race.is_unsigned(newer)
    statuses = sorted(answer.status for answer in answers)
    if not signed:
        assert statuses == [409, 409], answers
        assert all(text in answer.text and later in answer.text for answer in answers)
        return "refused"
    assert statuses in ([302, 409], [302, 422]), answers
    [(of_sheet, of_page, act)] = signed
    assert (of_sheet, of_page) == (digest, hashlib.sha256(html).hexdigest())
    assert act < race.kept(newer)[2]
    return "signed"
