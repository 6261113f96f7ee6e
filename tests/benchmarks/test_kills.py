"""The campaign of kills ends also where the service never comes back."""

from __future__ import annotations

import threading

from benchmarks.kills import Writer
from tests.ports import free_port
from tests.serving import PATIENCE


def test_a_writer_gives_up_a_service_that_is_gone_for_good() -> None:
    writer, ending = Writer(f"http://127.0.0.1:{free_port()}", "441202", "", 1, "", files=False), threading.Event()
    thread = threading.Thread(target=writer.post_until, args=(ending,), daemon=True)
    thread.start()
    thread.join(0.3)
    assert thread.is_alive(), "it tries again while nothing is said of the service"
    writer.odd.append("the service fell silent")
    ending.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert writer.answers["no answer"] > 0
