"""The queue of writers hands the lock on in the order of arrival."""

import threading
import time

from tongzhou.lib.sqlite.base import FairLock, lock_of


def test_writers_come_in_the_order_of_their_arrival() -> None:
    lock, order = FairLock(), []

    def write(number: int) -> None:
        lock.acquire()
        order.append(number)
        lock.release()

    lock.acquire()
    threads = []
    for number in range(8):
        thread = threading.Thread(target=write, args=(number,))
        thread.start()
        threads.append(thread)
        while len(lock._waiting) <= number:
            time.sleep(0.001)
    lock.release()
    for thread in threads:
        thread.join(5)
    assert order == list(range(8))


def test_a_released_lock_is_free_again() -> None:
    lock = FairLock()
    for _again in range(3):
        lock.acquire()
        lock.release()
    assert not lock._held


def test_every_file_has_one_lock() -> None:
    assert lock_of("a") is lock_of("a")
    assert lock_of("a") is not lock_of("b")


def test_who_waits_too_long_leaves_the_queue() -> None:
    lock = FairLock()
    assert lock.acquire()
    assert not lock.acquire(0.01)
    lock.release()
    assert lock.acquire(0.01), "nobody who has left is handed the lock"
