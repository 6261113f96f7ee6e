import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from metrics import credentials
from metrics.errors import TooMany
from metrics.limits.hashing import _Hashing


def test_one_password_is_compared_at_a_time_and_only_so_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[int] = []
    most, refused, five_refused = 0, 0, threading.Event()

    def counted(password: str, kept: str) -> tuple[bool, str | None]:
        nonlocal most
        running.append(1)
        most = max(most, len(running))
        five_refused.wait(20)
        running.pop()
        return True, None

    monkeypatch.setattr(credentials, "matches", counted)
    hashing = _Hashing(places=1, waiting=2)

    def ask(_number: int) -> bool | str:
        nonlocal refused
        try:
            return hashing.compare("a", "b")[0]
        except TooMany as busy:
            refused += 1
            if refused == 5:
                five_refused.set()
            return busy.code

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(8)))
    assert most == 1
    assert (answers.count(True), answers.count("sign_in_busy")) == (3, 5)
    assert hashing.compare("a", "b") == (True, None)  # there is room again
