"""After everything has settled: is what was acknowledged there, whole, once, and was everybody told, by one id."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from email.message import EmailMessage
from typing import Any

from kills.writers import Ground, Write
from support.place import Place

MARK = re.compile(r"m\d+-\d+-\d+x")
NOT_SENT = ("import", "report")
"""Kinds of notices that go out by no mail unless somebody asks for it."""
ID = re.compile(r"<notice-(\d+)\.[0-9a-f]{12}@")


class Scales:
    """Everything that the database holds of what was written, and the mails that came."""

    def __init__(self, place: Place, ground: Ground, mails: Iterable[EmailMessage]) -> None:
        self.place, self.ground, self.mails = place, ground, list(mails)
        self.events = [
            (key, kind, at, actor, _plain(data))
            for key, kind, at, actor, data in place.ask("SELECT id, kind, at, actor_id, data FROM timeline_event ORDER BY id")
        ]

    def weigh(self) -> dict[str, int]:
        """Assert that nothing is lost, half or twice; return what was counted."""
        _same(self.ground.strange, [], "answers that nobody should get")
        self.reports()
        self.comments()
        self.edits()
        self.sheets()
        self.answers()
        told = self.notices() | self.letters()
        self.background()
        told["acknowledged"] = self.ground.acknowledged
        told["asked again"] = sum(write.tries > 1 for write in self.ground.writes)
        told["done before the answer was lost"] = sum(write.replayed for write in self.ground.writes)
        told["given up"] = sum(not write.told for write in self.ground.writes)
        return told

    def of(self, *kinds: str) -> list[Write]:
        return [write for write in self.ground.writes if write.kind in kinds]

    def once(self, writes: list[Write], found: dict[str, list[int]], what: str) -> None:
        """What was acknowledged is there, under the id that was told; nothing is there twice or from nobody."""
        marks = {write.mark for write in writes}
        assert set(found) <= marks, (what, set(found) - marks)
        twice = {mark: keys for mark, keys in found.items() if len(keys) > 1}
        assert not twice, (what, twice)
        lost = [write for write in writes if write.told and found.get(write.mark) != [write.id]]
        assert not lost, (what, lost)

    def reports(self) -> None:
        """Each report has one row, one event with its change, and a block its own event and its hour."""
        columns = "id, done, problem, work_item_id, reported_at, state"
        rows = self.place.ask(f"SELECT {columns} FROM progress_progressupdate")
        ours = [row for row in rows if MARK.search(row[1] + row[2])]
        self.once(self.of("report", "block"), _by_mark((row[1] + row[2], row[0]) for row in ours), "report")
        recorded = Counter((data["item"], at) for _key, kind, at, _who, data in self.events if kind == "progress-recorded")
        _same(recorded, Counter((row[3], row[4]) for row in rows), "events of reports")
        blocked = {(data["item"], at) for _key, kind, at, _who, data in self.events if kind == "task-blocked"}
        _same(blocked, {(row[3], row[4]) for row in rows if row[5] == "blocked"}, "events of blocks")
        open_blocks = {row[0] for row in self.place.ask("SELECT id FROM progress_block WHERE closed_at IS NULL")}
        _same(
            {row[0] for row in self.place.ask("SELECT key FROM rhythm_due WHERE kind = 'block'")},
            open_blocks,
            "hours of blocks",
        )
        still = {row[0] for row in self.place.ask("SELECT id FROM plan_workitem WHERE state = 'blocked'")}
        waiting = {row[0] for row in self.place.ask("SELECT work_item_id FROM progress_block WHERE closed_at IS NULL")}
        _same(waiting, still, "open blocks")

    def comments(self) -> None:
        """Each comment has one row, one event, and the people it names."""
        rows = self.place.ask("SELECT id, text FROM projects_comment")
        self.once(self.of("comment"), _by_mark((text, key) for key, text in rows), "comment")
        recorded = Counter(data["comment"] for _key, kind, _at, _who, data in self.events if kind == "comment-added")
        _same(recorded, Counter(key for key, _text in rows), "events of comments")
        named = self.place.ask("SELECT comment_id, COUNT(*) FROM projects_mention GROUP BY comment_id")
        _same(dict(named), dict.fromkeys(recorded, 1), "mentions")

    def edits(self) -> None:
        """Each edit of the plan has one event with one change that says what it changed, and the last one holds."""
        of_tasks = "FROM timeline_change WHERE object_type = 'work_item' ORDER BY id"
        said = [
            (_plain(after).get("key_output", ""), key) for key, after in self.place.ask(f"SELECT object_id, after {of_tasks}")
        ]
        found = _by_mark(said)
        for write in self.of("edit"):
            assert found.get(write.mark) == [write.task] or (not write.told and write.mark not in found), write
        last = dict((key, text) for text, key in said if MARK.search(str(text)))
        kept = dict(self.place.ask("SELECT id, key_output FROM plan_workitem WHERE key_output <> ''"))
        _same(kept, last, "what tasks hold and the record says")

    def sheets(self) -> None:
        """Each sheet has its event and its place, each signature its event; those that were acknowledged are there."""
        sheets = {key: bytes(text).decode() for key, text in self.place.ask("SELECT id, snapshot FROM signoffs_sheet")}
        latest = sheets[max(sheets)] if sheets else ""
        for write in self.of("release"):
            assert not write.told or write.mark in (sheets.get(write.id, "") if write.id else latest + "".join(sheets.values()))
        opened = Counter(data["sheet"] for _key, kind, _at, _who, data in self.events if kind == "sheet-opened")
        _same(opened, Counter(dict.fromkeys(sheets, 1)), "events of sheets")
        rows = self.place.ask(
            "SELECT s.opinion, p.sheet_id, s.sheet_digest, t.digest FROM signoffs_signature s"
            " JOIN signoffs_place p ON p.id = s.place_id JOIN signoffs_sheet t ON t.id = p.sheet_id"
        )
        assert all(signed == frozen for _text, _sheet, signed, frozen in rows)
        self.once(self.of("signature"), _by_mark((text, sheet) for text, sheet, *_digests in rows), "signature")
        recorded = Counter(data["sheet"] for _key, kind, _at, _who, data in self.events if kind == "sheet-signed")
        _same(recorded, Counter(sheet for _text, sheet, *_digests in rows), "events of signatures")
        ended = {row[0] for row in self.place.ask("SELECT sheet_id FROM signoffs_ending WHERE kind = 'final'")}
        _same(ended, set(recorded), "sheets in force")

    def answers(self) -> None:
        """For each key that was acknowledged there is the answer that was given."""
        rows = self.place.ask("SELECT key, body FROM people_idempotentanswer")
        kept = {key: json.loads(body)["id"] for key, body in rows}
        assert len(kept) == len(rows)
        lost = [write for write in self.ground.writes if write.key and write.told and kept.get(write.key) != write.id]
        _same(lost, [], "answers kept")

    def notices(self) -> dict[str, int]:
        """Whom an event concerns has one notice of it, and each notice one delivery, which was sent."""
        rows = self.place.ask("SELECT id, person_id, source, kind FROM notifications_notice")
        assert max(Counter((person, source) for _key, person, source, _kind in rows).values(), default=1) == 1
        asks = {"comment-added": "mentioned", "task-blocked": "asked"}
        kinds = {f"event:{key}": kind for key, kind, *_rest in self.events}
        wanted = {
            (person, f"event:{key}")
            for key, kind, _at, actor, data in self.events
            if kind in asks
            for person in data[asks[kind]]
            if person != actor
        }
        told = {(person, source) for _key, person, source, _kind in rows if kinds.get(source) in asks}
        _same(told, wanted, "notices")
        reached = {person["id"] for person in self.ground.people.values()}
        due = {key for key, person, _source, kind in rows if person in reached and kind not in NOT_SENT}
        states = self.place.ask("SELECT notice_id, state FROM notifications_delivery")
        _same(Counter(states), Counter((key, "sent") for key in due), "deliveries")
        return {"notices": len(rows)}

    def letters(self) -> dict[str, int]:
        """Every delivery came, under the one id of its notice; what came twice came under the same id and said the same."""
        persons = {person["id"]: person["email"] for person in self.ground.people.values()}
        rows = self.place.ask("SELECT id, person_id, source FROM notifications_notice")
        due = {key: persons[person] for key, person, _source in rows}
        sent = {row[0] for row in self.place.ask("SELECT notice_id FROM notifications_delivery")}
        came: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
        for mail in self.mails:
            body = mail.get_body(("plain",))
            text = "" if body is None else str(body.get_content())
            came[str(mail["Message-ID"])].add((str(mail["To"]), str(mail["Subject"]), text))
        _same([said for said in came.values() if len(said) > 1], [], "mails of one id that say different things")
        ids = {key: ID.match(key) for key in came}
        known = {int(found[1]): key for key, found in ids.items() if found}
        _same((len(known), set(known)), (len(came), sent), "mails")
        assert all(next(iter(came[key]))[0] == due[notice] for notice, key in known.items())
        # By its event, not by its words: a notice that is made late says what holds by then.
        by_event: dict[tuple[int, str], set[str]] = defaultdict(set)
        for key, person, source in rows:
            by_event[person, source] |= {known[key]} if key in known else set()
        new = {what: keys for what, keys in by_event.items() if len(keys) > 1}
        _same(new, {}, "new ids of the same event")
        return {"mails": len(self.mails), "ids": len(came), "mails that came again": len(self.mails) - len(came)}

    def background(self) -> None:
        """Nothing failed for good, nothing is left, and the record, the chains and the doctor are content."""
        _same(self.place.ask("SELECT kind, key, error FROM rhythm_due WHERE dead_at IS NOT NULL"), [], "dead rows")
        assert "全部相符" in self.place.done("verify")
        checks = json.loads(self.place.run("doctor", "--json").stdout)["checks"]
        _same([one for one in checks if one["level"] == "wrong"], [], "doctor")


def _same(found: Any, wanted: Any, what: str) -> None:
    """Assert that two are equal, or say by what they differ."""
    if found != wanted and isinstance(found, Counter | set):
        raise AssertionError((what, "too much", found - wanted, "missing", wanted - found))
    assert found == wanted, (what, found, wanted)


def _by_mark(pairs: Iterable[tuple[Any, int]]) -> dict[str, list[int]]:
    """Return which rows bear a mark."""
    found: dict[str, list[int]] = defaultdict(list)
    for text, key in pairs:
        for mark in set(MARK.findall(str(text))):
            found[mark].append(key)
    return found


def _plain(value: Any) -> dict[str, Any]:
    return json.loads(value) if isinstance(value, str) else dict(value)
