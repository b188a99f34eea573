"""Eight people who write at once, and who, when no answer came, send the same again: what they were told is kept."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from support.wire import Answer, Caller, NoAnswer

PAUSE = 0.12
GIVES_UP = 0.1
"""How often somebody who got no answer leaves it at that."""


@dataclass
class Write:
    """What somebody wrote: `mark` is in its text, and nowhere else."""

    kind: str
    mark: str
    told: bool = False
    """Whether the server said that it is done."""
    id: int | None = None
    key: str = ""
    task: int = 0
    tries: int = 0
    replayed: bool = False
    """Whether the server had done it before, and the answer was lost."""


@dataclass
class Ground:
    """Who writes, where, and what came of it."""

    people: dict[str, dict[str, Any]]
    tasks: dict[str, int]
    number: str
    seed: int
    piece: int = 0
    ports: list[int] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    """Answers that nobody should get."""
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def acknowledged(self) -> int:
        """How many writes the server said are done."""
        return sum(write.told for write in self.writes)

    def path(self, rest: str) -> str:
        return f"/api/v1/projects/{self.number}/{rest}"


class GaveUp(Exception):
    """Nobody answered, and she left it at that."""


class Writer(threading.Thread):
    """A person who does the same thing again and again until it is over."""

    def __init__(self, ground: Ground, name: str, *, browser: bool, steps: Callable[[Writer], Callable[[], None]]) -> None:
        super().__init__(name=name, daemon=True)
        self.ground, self.me = ground, ground.people[name]
        self.chance = random.Random(f"{ground.seed} {ground.piece} {name}")
        self.caller = Caller(session=self.me["session"]) if browser else Caller(token=self.me["token"])
        self.browser = Caller(session=self.me["session"])
        self.tasks = [key for task, key in ground.tasks.items() if task.startswith(f"{name} ")]
        self.count = 0
        self.step = steps(self)

    def run(self) -> None:
        while not self.ground.over.is_set():
            try:
                self.step()
            except GaveUp:
                continue
            except Exception as error:
                self.ground.strange.append(f"{self.name}: {error!r}")
                return
            self.ground.over.wait(self.chance.uniform(0, PAUSE))

    def new(self, kind: str, task: int = 0) -> Write:
        """Begin a write with a mark of its own."""
        self.count += 1
        write = Write(kind, f"m{self.ground.piece}-{self.me['id']}-{self.count}x", task=task)
        self.ground.writes.append(write)
        return write

    def once(self, write: Write, method: str, path: str, body: Any) -> None:
        """Write by the API with a key: however often it is sent, it is done once."""
        write.key = f"key {write.mark}"
        answer = self.insist(write, lambda port: self.caller.send(port, method, path, body, write.key))
        if answer.status in (200, 201):
            write.told, write.id = True, answer.json["id"]
            write.replayed = answer.headers.get("idempotent-replayed") == "true"
        else:
            self.wonder(answer, path)

    def insist(self, write: Write | None, send: Callable[[int], Answer]) -> Answer:
        """Send to any of the servers until one answers, or until she gives it up."""
        lost = 0
        while True:
            if write is not None:
                write.tries += 1
            try:
                return send(self.chance.choice(self.ground.ports))
            except NoAnswer:
                lost += 1
                if write is not None and lost == 1 and self.chance.random() < GIVES_UP:
                    raise GaveUp from None
                threading.Event().wait(self.chance.uniform(0.02, 0.2))

    def read(self, path: str) -> Answer:
        answer = self.insist(None, lambda port: self.browser.send(port, "GET", path))
        if answer.status != 200:
            self.wonder(answer, path)
            raise GaveUp
        return answer

    def wonder(self, answer: Answer, path: str) -> None:
        self.ground.strange.append(f"{self.name}: {path} {answer.status} {answer.text[:400]}")


def reports(who: Writer) -> Callable[[], None]:
    """Reports on her tasks, one after the other."""

    def step() -> None:
        task = who.chance.choice(who.tasks)
        write = who.new("report", task)
        body = {"state": "doing", "percent": who.count % 99 + 1, "done": write.mark}
        who.once(write, "POST", who.ground.path(f"tasks/{task}/progress"), body)

    return step


def comments(named: str) -> Callable[[Writer], Callable[[], None]]:
    """Comments on a task, and names somebody by it."""

    def steps(who: Writer) -> Callable[[], None]:
        def step() -> None:
            task = who.chance.choice(who.tasks)
            write = who.new("comment", task)
            path = who.ground.path(f"comments?about=work_item&id={task}")
            who.once(write, "POST", path, {"text": f"@{named} {write.mark} 请看"})

        return step

    return steps


def blocks(unblocker: str) -> Callable[[Writer], Callable[[], None]]:
    """Is blocked and goes on, in turns."""

    def steps(who: Writer) -> Callable[[], None]:
        def step() -> None:
            task = who.tasks[who.count // 2 % len(who.tasks)]
            write = who.new("block" if who.count % 2 == 0 else "report", task)
            if write.kind == "block":
                until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
                asked = {"person": who.ground.people[unblocker]["id"]}
                body = {"state": "blocked", "percent": 30, "problem": write.mark, "unblocker": asked, "until": until}
            else:
                body = {"state": "doing", "percent": 31, "done": write.mark}
            who.once(write, "POST", who.ground.path(f"tasks/{task}/progress"), body)

        return step

    return steps


def releases(who: Writer) -> Callable[[], None]:
    """Changes the plan, and asks for approval of the task list as it is then."""

    def step() -> None:
        task = who.chance.choice(who.tasks)
        edit = who.new("edit", task)
        who.once(edit, "PATCH", who.ground.path(f"tasks/{task}"), {"key_output": edit.mark})
        release = who.new("release", task)
        release.mark = edit.mark
        path = f"/projects/{who.ground.number}/task-list/release/"
        answer = who.insist(release, lambda port: who.browser.send(port, "POST", path, {"form": {}}))
        if answer.status == 302:
            release.told, release.id = True, int(answer.headers["location"].rstrip("/").rpartition("/")[2])
        elif answer.status == 422 and release.tries > 1:
            # Nothing changed since: the answer to the first was lost.
            release.told = release.replayed = True
        else:
            who.wonder(answer, path)

    return step


def signs(who: Writer) -> Callable[[], None]:
    """Signs the newest sheet as it was shown."""

    def step() -> None:
        newest = who.read(who.ground.path("sheets?limit=1")).json["items"]
        if not newest or newest[0]["state"] != "open":
            return
        sheet = newest[0]
        write = who.new("signature")
        write.id = sheet["id"]
        proof = {"proof_method": "password", "proof_password": who.me["password"]}
        form = {"decision": "approve", "digest": sheet["digest"], "opinion": write.mark, **proof}
        path = f"/projects/{who.ground.number}/sheets/{sheet['id']}/signature/"
        answer = who.insist(write, lambda port: who.browser.send(port, "POST", path, {"form": form}))
        write.told = answer.status == 302 or (answer.status == 422 and write.tries > 1)
        write.replayed = answer.status == 422
        if not write.told and answer.status != 409:
            who.wonder(answer, path)

    return step


def writers(ground: Ground) -> list[Writer]:
    """The eight, by program and by browser."""
    return [
        Writer(ground, "郑十", browser=False, steps=reports),
        Writer(ground, "周七", browser=True, steps=reports),
        Writer(ground, "李四", browser=False, steps=comments("冯十二")),
        Writer(ground, "吴八", browser=True, steps=comments("郑十")),
        Writer(ground, "成员", browser=False, steps=blocks("吴八")),
        Writer(ground, "冯十二", browser=True, steps=blocks("李四")),
        Writer(ground, "陈一", browser=False, steps=releases),
        Writer(ground, "褚十六", browser=True, steps=signs),
    ]
