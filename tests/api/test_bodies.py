"""A body that does not come in time, or is too large, takes neither a thread nor a connection."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from errno import ENOSPC
from io import BytesIO
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from api import bodies
from api.bodies import Bodies
from metrics.present_act import Actor
from metrics.principal import Principal, Role
from metrics.settings import settings

MEBIBYTE = 1024 * 1024
UPLOADS = "/api/v1/submissions/files"
SOMEBODY = Principal(user_id=1, username="li", display_name="", role=Role.REVIEWER, units=frozenset())


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("BIAOCHI_BODY_SECONDS", "0.2")
    monkeypatch.setenv("BIAOCHI_BODY_BYTES_PER_SECOND", "1000")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


class _NoWaiting(asyncio.SelectorEventLoop):
    """A loop by whose clock all waiting is exact and over at once, however busy the machine is."""

    _moment = 0.0

    def time(self) -> float:
        return self._moment

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self._moment = max(self._moment, self._scheduled[0].when())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def asked(
    parts: list[tuple[float, bytes | None]],
    *,
    path: str = "/api/v1/submissions",
    length: int | None = None,
) -> tuple[int | None, bytes | None]:
    """The status that was answered before the application, and what the application was given.

    `parts`: seconds to wait and bytes, None where the client goes away.
    """
    given: list[bytes] = []
    sent: list[Message] = []
    declared = sum(len(part or b"") for _, part in parts) if length is None else length
    given_headers = [(b"authorization", b"Bearer x"), (b"content-length", str(declared).encode())]
    asking = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": given_headers}
    scope = {**asking, "state": {"known": Actor.of(SOMEBODY)}}  # nobody is looked up

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        more = True
        while more:
            message = await receive()
            given.append(message.get("body", b"<gone>"))
            more = message.get("more_body", False)

    async def scenario() -> None:
        messages = coming(parts)

        async def receive() -> Message:
            return await anext(messages)

        async def send(message: Message) -> None:
            sent.append(message)

        await Bodies(application, sender=lambda request: None)(scope, receive, send)

    with asyncio.Runner(loop_factory=_NoWaiting) as runner:
        runner.run(scenario())
    return sent[0]["status"] if sent else None, b"".join(given) if given else None


class Received:
    """Bodies before an application that says 200 to whatever it is given whole."""

    def __init__(self) -> None:
        self.bodies = Bodies(self._answer, sender=lambda request: SOMEBODY)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body", False):
            pass
        await send({"type": "http.response.start", "status": 200})

    async def post(
        self,
        size: int,
        *,
        client: str,
        path: str = UPLOADS,
        whole: bool = True,
        headers: Sequence[tuple[bytes, bytes]] = ((b"cookie", b"a=b"), (b"transfer-encoding", b"chunked")),
    ) -> int:
        """The status of a body of so many bytes; one that is not `whole` waits for its last byte for ever."""
        answered: list[int] = []
        messages = coming([(0, b"x" * size)] if whole else [(0, b"x" * size), (60, b"x")])
        scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}

        async def receive() -> Message:
            return await anext(messages)

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered.append(message["status"])

        await self.bodies(scope | {"client": (client, 1)}, receive, send)
        return answered[0]

    @asynccontextmanager
    async def held(self, *sizes: tuple[str, int]) -> AsyncIterator[None]:
        """For the block, bodies of so many bytes from these addresses lack their last byte."""
        sending = [asyncio.create_task(self.post(size, client=client, whole=False)) for client, size in sizes]
        await asyncio.sleep(0.1)
        yield
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIAOCHI_BODY_SECONDS", "30")
    settings.cache_clear()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for four bodies of 6 MiB, three of them of one address."""
    monkeypatch.setattr(bodies, "_MOST_HELD", 25 * MEBIBYTE)
    monkeypatch.setattr(bodies, "_MOST_OF_LARGE", 24 * MEBIBYTE)
    monkeypatch.setattr(bodies, "_MOST_OF_ONE", 18 * MEBIBYTE)


async def coming(parts: list[tuple[float, bytes | None]]) -> AsyncIterator[Message]:
    for number, (seconds, part) in enumerate(parts):
        await asyncio.sleep(seconds)
        if part is None:
            yield {"type": "http.disconnect"}
        else:
            yield {"type": "http.request", "body": part, "more_body": number < len(parts) - 1}
    await asyncio.sleep(60)


def test_the_application_is_given_the_whole_body_at_once() -> None:
    assert asked([(0, b"ab"), (0, b"cd"), (0, b"")]) == (None, b"abcd")
    large = b"x" * 900_000
    assert asked([(0, large)]) == (None, large)


def test_half_a_body_is_late() -> None:
    assert asked([(0, b"ab"), (30, b"cd")], length=4) == (408, None)


def test_a_byte_now_and_then_is_late() -> None:
    assert asked([(0.05, b"a")] * 30) == (408, None)


def test_a_slow_line_has_the_time_that_its_bytes_take() -> None:
    assert asked([(0.1, b"a" * 400)] * 5) == (None, b"a" * 2000)


def test_a_client_that_goes_away_is_told_to_the_application() -> None:
    assert asked([(0, b"ab"), (0, None)], length=4) == (None, b"ab<gone>")


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/api/v1/submissions", 1_100_000, 413),
        ("/api/v1/submissions/files", 1_100_000, None),
        ("/api/v1/submissions/files", 12_000_000, 413),
        ("/api/v1/attachments", 12_000_000, None),
        ("/api/v1/attachments", 22_100_000, 413),
        ("/_dash-update-component", 8_100_000, 413),
        ("/sign-in", 30_000, None),
        ("/sign-in", 40_000, 413),
        ("/api/v1/session", 40_000, 413),
        ("/account", 40_000, 413),
    ],
)
def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(
    path: str, size: int, status: int | None
) -> None:
    content = b"x" * size
    assert asked([(0, content)], path=path)[0] == status
    assert asked([(0, content)], path=path, length=1)[0] == status
    if status:
        assert asked([(30, b"")], path=path, length=size)[0] == status  # nothing is read of it


@pytest.mark.parametrize(
    ("path", "headers", "size", "status"),
    [
        ("/_dash-update-component", [(b"cookie", b"biaochi_session=x")], 6_000_000, 200),
        ("/api/v1/targets", [(b"authorization", b"Bearer x")], 1_000_000, 200),
        ("/sign-in", [(b"cookie", b"biaochi_session=x")], 40_000, 413),
    ],
    ids=["a file", "JSON", "a form"],
)
def test_of_somebody_as_much_is_taken_as_the_address_needs(
    path: str, headers: list[tuple[bytes, bytes]], size: int, status: int
) -> None:
    for length in (b"content-length", str(size).encode()), (b"transfer-encoding", b"chunked"):
        assert asyncio.run(Received().post(size, client="192.0.2.1", path=path, headers=[*headers, length])) == status


@pytest.mark.usefixtures("patient", "small")
@pytest.mark.parametrize(
    ("hostile", "other"),
    [(["192.0.2.1"] * 3, "192.0.2.2"), (["2001:db8::1", "2001:db8::2", "2001:db8::3"], "2001:db8:0:1::1")],
)
def test_one_address_never_has_all_the_room(hostile: list[str], other: str) -> None:
    async def scenario() -> None:
        received = Received()
        async with received.held(*((client, 6 * MEBIBYTE) for client in hostile)):
            assert await received.post(MEBIBYTE, client=hostile[0]) == 429
            assert await received.post(500, client=hostile[0], path="/sign-in") == 200
            assert await received.post(5 * MEBIBYTE, client=other) == 200
        assert await received.post(5 * MEBIBYTE, client=hostile[0]) == 200

    asyncio.run(asyncio.wait_for(scenario(), 20))


@pytest.mark.usefixtures("patient", "small")
def test_where_many_addresses_have_the_room_small_bodies_are_taken_all_the_same() -> None:
    async def scenario() -> None:
        received = Received()
        async with received.held(*((f"192.0.2.{number}", 6 * MEBIBYTE) for number in range(4))):
            assert await received.post(MEBIBYTE, client="192.0.2.9") == 503
            assert await received.post(500, client="192.0.2.9", path="/sign-in") == 200

    asyncio.run(asyncio.wait_for(scenario(), 20))


def test_a_large_body_s_time_is_not_saved_up_for_its_last_byte() -> None:
    assert asked([(0, b"x" * 400_000), (30, b"x")]) == (408, None)


def test_a_body_that_keeps_its_pace_has_its_end_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIAOCHI_BODY_LONGEST_SECONDS", "0.5")
    settings.cache_clear()
    assert asked([(0.1, b"a" * 400)] * 60) == (408, None)


@pytest.mark.usefixtures("small")
def test_what_a_full_disk_did_not_take_takes_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(BytesIO):
        def write(self, _part: object) -> int:
            raise OSError(ENOSPC, "no space left")

    async def scenario() -> None:
        received = Received()
        with monkeypatch.context() as full:
            full.setattr(tempfile, "SpooledTemporaryFile", lambda max_size: Full())
            assert [await received.post(6 * MEBIBYTE, client="192.0.2.1") for _ in range(6)] == [503] * 6
        assert await received.post(6 * MEBIBYTE, client="192.0.2.1") == 200

    asyncio.run(asyncio.wait_for(scenario(), 20))
