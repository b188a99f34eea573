"""kill -9 of servers and workers at random while eight people write: what was acknowledged is there, whole, once, and told.

TONGZHOU_ROUNDS=200 for the long run (`make soak`); TONGZHOU_SEED repeats the choices of a run.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kills.weighing import Scales
from kills.writers import Ground, writers
from support.cluster import own_cluster
from support.house import GROUND, House
from support.mailserver import MailServer, mail_server
from support.place import Place, on_cluster

ROUNDS = int(os.environ.get("TONGZHOU_ROUNDS", "5"))
SEED = int(os.environ.get("TONGZHOU_SEED") or random.SystemRandom().randrange(10**6))
PIECE = 25
"""Rounds after which everything settles and is weighed."""
MOST, LONGEST = 16, 4.0
"""Writes that are acknowledged, and seconds that everything runs, at most between two kills."""


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nothing_acknowledged_is_lost(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], record_property: Callable[[str, object], None]
) -> None:
    print(f"seed {SEED}")
    with mail_server() as post:
        more = {"TONGZHOU_MAIL_URL": f"smtp://127.0.0.1:{post.port}"}
        if database == "sqlite":
            told = _rounds(Place(tmp_path / "data", more=more), post, capsys)
        else:
            with own_cluster() as cluster:
                bare = on_cluster(cluster.url, tmp_path / "data")
                told = _rounds(Place(bare.data, bare.url, more | {"TONGZHOU_WORKER": "external"}), post, capsys)
    words = ", ".join(f"{count} {what}" for what, count in told.items())
    record_property("soaked", f"killed at random, {database}: seed {SEED}, {ROUNDS} rounds, {words}; lost 0, half 0, twice 0")


def _rounds(place: Place, post: MailServer, capsys: pytest.CaptureFixture[str]) -> dict[str, int]:
    place.data.mkdir()
    place.lay()
    ground, house = Ground(**place.script(GROUND), seed=SEED), House.build(place, workers=2)
    ground.ports, chance = house.ports, random.Random(SEED)
    told: dict[str, int] = {}
    try:
        house.start()
        for begun in range(0, ROUNDS, PIECE):
            count = min(PIECE, ROUNDS - begun)
            _piece(house, ground, chance, count)
            told = Scales(place, ground, post.mails).weigh()
            if ROUNDS > PIECE:
                with capsys.disabled():
                    print(f"  {begun + count} of {ROUNDS} rounds, seed {SEED}: {told}", flush=True)
    finally:
        ground.over.set()
        house.stop()
    servers = sum(part.kills for part in house.parts if part.port)
    return {"kills of servers": servers, "kills of workers": sum(part.kills for part in house.parts) - servers} | told


def _piece(house: House, ground: Ground, chance: random.Random, count: int) -> None:
    """Some rounds under eight writers; then they stop, and what is due is done."""
    ground.over.clear()
    ground.piece += 1
    busy = writers(ground)
    for writer in busy:
        writer.start()
    for _round in range(count):
        _let_them_write(ground, chance)
        victims = house.kill(chance)
        house.start(*victims)
        house.let_leases_end()
    ground.over.set()
    for writer in busy:
        writer.join(timeout=60)
        assert not writer.is_alive(), writer.name
    house.settle()


def _let_them_write(ground: Ground, chance: random.Random) -> None:
    """Wait until some more writes are acknowledged, however long that takes, and a moment more, into the midst of others."""
    wanted, deadline = ground.acknowledged + chance.randrange(MOST), time.monotonic() + LONGEST
    while ground.acknowledged < wanted and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(chance.uniform(0, 0.1))
