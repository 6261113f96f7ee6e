"""The end of a command that has done its work: an interrupt that comes then neither undoes nor denies it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def undenied_end() -> Iterator[Callable[[], None]]:
    """From the call of what it gives until the block ends, Ctrl-C is ignored: what was made stays, and is told."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield ignore_interrupts
    finally:
        if before is not None and _may_set():  # None: whoever runs Python set it, and Python cannot set it again
            signal.signal(signal.SIGINT, before)


def ignore_interrupts() -> None:
    """From here on, Ctrl-C is ignored."""
    if _may_set():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _may_set() -> bool:
    return threading.current_thread() is threading.main_thread()
