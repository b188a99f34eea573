"""Writes that this process is not told of."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection


def elsewhere(write: Callable[[], Any]) -> None:
    """Write on another connection: nothing in this process is told of it, as if another process had written."""

    def there() -> None:
        try:
            write()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        threads.submit(there).result()
