"""Nobody has all places, who has least comes next, and whoever gives up leaves nothing behind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.limits.fair_places import FairPlaces, NoPlace, Room

ROOM = Room(places=2, of_one=1, waiting=100, waiting_of_one=50, patience=5)


def run(scenario: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(_of(scenario), 20))


async def _of(scenario: Callable[[], Awaitable[None]]) -> None:
    await scenario()


def test_one_client_never_has_all_places() -> None:
    async def scenario() -> None:
        places = FairPlaces(ROOM)
        await places.enter("a")
        second = asyncio.create_task(places.enter("a"))
        await asyncio.sleep(0)
        assert (places.taken, places.waiting) == (1, 1)
        await places.enter("b")  # at once, past the one that waits
        places.leave("a")
        await second
        assert (places.taken, places.waiting) == (2, 0)

    run(scenario)


def test_of_one_place_everybody_has_it_in_turn() -> None:
    async def scenario() -> None:
        places, order = FairPlaces(Room(1, 1, 100, 50, 5)), []
        await places.enter("a")

        async def work(client: str) -> None:
            await places.enter(client)
            order.append(client)
            await asyncio.sleep(0)
            places.leave(client)

        tasks = [asyncio.create_task(work(client)) for client in "aaaaabbc"]
        await asyncio.sleep(0)
        places.leave("a")
        await asyncio.gather(*tasks)
        assert "".join(order) == "abcabaaa"

    run(scenario)


def test_too_many_and_too_long_are_told_apart() -> None:
    async def scenario() -> None:
        places = FairPlaces(Room(places=1, of_one=1, waiting=2, waiting_of_one=1, patience=0.05))
        await places.enter("a")
        waiting = [asyncio.create_task(places.enter(client)) for client in "ab"]
        await asyncio.sleep(0)
        with pytest.raises(NoPlace) as own:
            await places.enter("a")
        assert own.value.own
        with pytest.raises(NoPlace) as full:
            await places.enter("c")
        assert not full.value.own
        late = await asyncio.gather(*waiting, return_exceptions=True)
        assert [isinstance(each, NoPlace) and each.own for each in late] == [True, False]
        assert (places.taken, places.waiting) == (1, 0)

    run(scenario)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.booleans()), max_size=40))
def test_whatever_happens_every_place_is_given_back(work: list[tuple[str, int, bool]]) -> None:
    """Some are cancelled while they wait, or in the moment in which they come to be next."""

    async def scenario() -> None:
        places = FairPlaces(Room(places=3, of_one=2, waiting=6, waiting_of_one=4, patience=5))

        async def one(client: str, rounds: int) -> None:
            try:
                await places.enter(client)
            except NoPlace:
                return
            try:
                assert places.taken <= 3
                for _ in range(rounds):
                    await asyncio.sleep(0)
            finally:
                places.leave(client)

        tasks = []
        for client, rounds, given_up in work:
            tasks.append(asyncio.create_task(one(client, rounds)))
            await asyncio.sleep(0)
            if given_up:
                tasks[-1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (places.taken, places.waiting) == (0, 0)

    run(scenario)
