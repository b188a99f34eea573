"""What is done when a delivery is due. Called outside a transaction: the other side of a channel may take its time."""

from __future__ import annotations

from datetime import datetime

from tongzhou.notifications.actions.delivering import hand_over
from tongzhou.notifications.queries.deliveries import parcel_of_digest, parcel_of_notice


def deliver_notice(key: int, *, due_at: datetime, now: datetime) -> None:
    parcel = parcel_of_notice(key)
    if parcel is not None:
        hand_over(parcel, now=now)


def deliver_digest(key: int, *, due_at: datetime, now: datetime) -> None:
    parcel = parcel_of_digest(key)
    if parcel is not None:
        hand_over(parcel, now=now)
