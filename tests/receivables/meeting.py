"""Two acts that meet on purpose: the first stops in its middle until the second waits for it or is done."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from salesops.core.errors import DomainError

BLOCKED = "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'"


class _Side(threading.Thread):
    """One person with a connection of its own; what comes of the act, or the refusal."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.act, self.answer, self.fault, self.pid = act, None, None, 0
        self.known = threading.Event()

    def run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.pid = cursor.fetchone()[0]
            self.known.set()
            self.answer = self.act()
        except DomainError as refusal:
            self.answer = refusal
        except Exception as fault:
            self.fault = fault
        finally:
            self.known.set()
            connection.close()


def meet(first: Callable[[], Any], second: Callable[[], Any], *, after: str, times: int = 1) -> list[Any]:
    """Answers or refusals of both, in order; anything else (a deadlock above all) is raised.

    ``after``: ``first`` stops behind the statement that matches it (the ``times``-th one), while it holds what it locked.
    """
    stopped, go_on, seen = threading.Event(), threading.Event(), []

    def pause(execute: Any, sql: str, *rest: Any) -> Any:
        answer = execute(sql, *rest)
        if re.search(after, sql, re.S):
            seen.append(sql)
            if len(seen) == times:
                stopped.set()
                go_on.wait(20)
        return answer

    def slowly() -> Any:
        with connection.execute_wrapper(pause):
            return first()

    one, two = _Side(slowly), _Side(second)
    one.start()
    while one.is_alive() and not stopped.wait(0.01):
        pass
    assert stopped.is_set(), f"the first act never came to {after!r}: {one.fault or one.answer!r}"
    two.start()
    two.known.wait(5)
    while two.is_alive():
        with connection.cursor() as cursor:
            cursor.execute(BLOCKED, [two.pid])
            if cursor.fetchone():
                break
        time.sleep(0.005)
    go_on.set()
    for side in (one, two):
        side.join(30)
        if side.fault:
            raise side.fault
    return [one.answer, two.answer]
