"""Workers that are killed: nothing is done twice, nothing by halves, nothing is forgotten."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.served import command, environment, free_port

HERE = Path(__file__).parent
OWE = """
import sys, django
django.setup()
from tongzhou.lib import clock
from tongzhou.lib.due import DueKind
from tongzhou.lib.registry import DUES
from tongzhou.people.models import Preference, User
from tongzhou.rhythm.actions import owe
from tongzhou.rhythm.models import Due
if sys.argv[1] == "owe":
    DUES.add("mark", DueKind(print, label="mark"))
    user = User.objects.create_user(f"marked{clock.now().timestamp()}".replace(".", ""), "甲")
    owe("mark", range(int(sys.argv[2])), clock.now())
    print(user.pk)
else:
    print(Preference.objects.filter(user=sys.argv[2]).count(), Due.objects.filter(kind="mark").count())
"""


class Place:
    """A database with workers beside each other."""

    def __init__(self, folder: Path) -> None:
        self.environment = environment(folder, free_port()) | {"DJANGO_SETTINGS_MODULE": "tongzhou.config.settings"}
        self.workers: list[subprocess.Popen[str]] = []

    def ask(self, *words: str) -> list[int]:
        done = subprocess.run(
            [sys.executable, "-c", OWE, *words], env=self.environment, capture_output=True, text=True, check=True
        )
        return [int(word) for word in done.stdout.split()]

    def work(self, user: int, pause: float, lease: float) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py"), str(user), str(pause), str(lease)],
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.workers.append(process)
        return process

    def wait(self, user: int, wanted: list[int], patience: float = 60) -> None:
        until = time.monotonic() + patience
        while (found := self.ask("look", str(user))) != wanted:
            assert time.monotonic() < until, found
            time.sleep(0.2)


@pytest.fixture
def place(db: None, tmp_path: Path) -> Iterator[Place]:
    assert command(tmp_path, free_port(), "migrate").returncode == 0
    made = Place(tmp_path)
    yield made
    for process in made.workers:
        process.kill()
        process.wait()


def test_a_worker_killed_inside_a_handler_leaves_nothing_and_another_takes_over(place: Place) -> None:
    [user] = place.ask("owe", "1")
    first = place.work(user, pause=100, lease=3)
    lines: Callable[[], str] = first.stdout.readline  # type: ignore[union-attr]
    assert (lines(), lines()) in (("started\n", "inside\n"), ("inside\n", "started\n"))
    first.kill()
    first.wait()
    assert place.ask("look", str(user)) == [0, 1]
    place.work(user, pause=0, lease=3)
    place.wait(user, [1, 0])


def test_workers_killed_at_random_do_everything_once(place: Place) -> None:
    count, chance = 150, random.Random(7)
    [user] = place.ask("owe", str(count))
    workers = [place.work(user, pause=0.02, lease=2) for _at in range(3)]
    for _round in range(int(os.environ.get("TONGZHOU_KILLS", "4"))):
        time.sleep(chance.uniform(0.3, 1.2))
        victim = chance.randrange(3)
        workers[victim].kill()
        workers[victim].wait()
        workers[victim] = place.work(user, pause=0.02, lease=2)
    place.wait(user, [count, 0])
