"""Writes: a database that was restored from a copy is older than what was anchored; that is a formal act, and anchors anew."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Max

from tongzhou.engine.chain import genesis
from tongzhou.people.models import System, User
from tongzhou.signoffs.actions.acts import ORGANISATION, anchor, written
from tongzhou.signoffs.models import Act
from tongzhou.signoffs.queries.anchors import anchor_of, anchored_chains, chain_name


def keep_restore(*, by: User | System, source: str, manifest: str, now: datetime) -> None:
    """Outcome "data-restored": the data were put back from a copy."""
    record_restore(by=by, source=source, manifest=manifest, now=now)


def record_restore(*, by: User | System, source: str, manifest: str, now: datetime) -> list[int]:
    """Write down that this database was restored: an act of the organisation's chain and of each that is shorter than before.

    From here on the anchors follow the copy. Return the projects whose chains lost entries.
    :param source: the name of the copy. :param manifest: the SHA-256 of its manifest.
    """
    heads = dict(Act.objects.values_list("project_id").annotate(Max("number")).order_by())
    known = {chain: found for chain in anchored_chains() if (found := anchor_of(chain)) is not None}
    lost = {
        chain: {"project": chain, "head": heads.get(chain, 0), "anchored": found.number, "hash": found.hash.hex()}
        for chain, found in sorted(known.items())
        if found.number > heads.get(chain, 0)
    }
    told = {"source": source, "manifest": manifest, "lost": list(lost.values())}
    with transaction.atomic():
        for chain in sorted({ORGANISATION, *lost}):
            if chain != ORGANISATION and chain not in heads:
                # The copy knows nothing of this project: its chain begins anew if its number is ever given again.
                transaction.on_commit(partial(anchor, chain, 0, genesis(chain_name(chain)), restored=True))
                continue
            payload = told if chain == ORGANISATION else {"source": source, "manifest": manifest, **lost[chain]}
            act = written(chain, "restored", payload, by, now)
            transaction.on_commit(partial(anchor, chain, act.number, bytes(act.hash), restored=True))
    return [chain for chain in lost if chain != ORGANISATION]
