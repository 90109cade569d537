"""How the processes of one start end together: signals, and children that do not outlive their parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

PATIENCE = 20  # seconds that a child has to end by itself
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """Finish what is inside; a Ctrl-C or SIGTERM of meanwhile counts after it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) not in (signal.SIG_IGN, None):
            before[number] = signal.signal(number, lambda caught, _frame: came.append(caught))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for caught in dict.fromkeys(came):
            os.kill(os.getpid(), caught)


def stop_once() -> None:
    """The first Ctrl-C, SIGTERM or closed terminal raises ``KeyboardInterrupt``; further ones change nothing."""
    numbers: list[int] = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # not below nohup
        numbers.append(signal.SIGHUP)

    def first(_number: int, _frame: Any) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        with contextlib.suppress(OSError):
            os.write(2, b"\nStopping ...\n")
        raise KeyboardInterrupt

    for number in numbers:
        signal.signal(number, first)


def start_child(command: list[str], env: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    """A process that a Ctrl-C of the terminal does not reach, and that ends when this one was killed."""
    dying = _die_with_parent if sys.platform == "linux" else None
    return subprocess.Popen(command, start_new_session=True, preexec_fn=dying, env=env)


def _die_with_parent() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)


def end(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask every child to end, wait, and end who does not."""
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
