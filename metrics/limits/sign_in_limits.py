"""What an attempt to sign in must pass before a password is compared: cheap, in memory, without the database.

Only what fails is counted in the end, so a class of clerks behind one address signs in as it likes, while whoever tries
one name after the other is slowed. The lock of an account for an address, which outlasts a process, is the database's
(`metrics/commands/sign_in.py`).
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil

from metrics.addresses import neighbourhood
from metrics.errors import Message, TooMany
from metrics.limits.rates import Buckets
from metrics.settings import settings

_OF_A_PAIR, _EVERY_OF_A_PAIR = 10, 30.0  # failures of one name from one address, and seconds until one is forgiven
_EVERY_OF_AN_ADDRESS = 10.0  # seconds until a failure of an address is forgiven


class SignInLimits:
    """Failures by address, and by name and address; by address too, what an identity provider was asked for nothing."""

    def __init__(self, *, failures: int, workers: int) -> None:
        self._addresses = Buckets(most=max(1, failures // workers), every=_EVERY_OF_AN_ADDRESS * workers)
        self._provider_asked = Buckets(most=max(1, failures // workers), every=_EVERY_OF_AN_ADDRESS * workers)
        self._pairs = Buckets(most=_OF_A_PAIR, every=_EVERY_OF_A_PAIR)

    def admit(self, name: str, *, address: str) -> None:
        """Count an attempt as if it failed. Raises TooMany where too many did."""
        place = neighbourhood(address)
        wait = self._pairs.take((name, place))
        if not wait and (wait := self._addresses.take(place)):
            self._pairs.give_back((name, place))
        if wait:
            raise _slowed(wait)

    def admit_from(self, *, address: str) -> None:
        """As :meth:`admit`, of somebody whom an identity provider is to name: nobody's name is tried."""
        place = neighbourhood(address)
        wait = self._addresses.take(place)
        if not wait and (wait := self._provider_asked.take(place)):
            self._addresses.give_back(place)
        if wait:
            raise _slowed(wait)

    def succeeded(self, name: str, *, address: str) -> None:
        """The attempt was none that counts, and with it those before it of the same name do not."""
        place = neighbourhood(address)
        self._pairs.fill((name, place))
        self._addresses.give_back(place)

    def not_tried(self, *, address: str) -> None:
        """The attempt came to nothing before a password was compared: the address has not guessed."""
        self._addresses.give_back(neighbourhood(address))

    def asked_rightly(self, *, address: str) -> None:
        """As :meth:`not_tried`, and the provider was not asked in vain: it let somebody on, or was silent."""
        self.not_tried(address=address)
        self._provider_asked.give_back(neighbourhood(address))

    def not_wrong(self, name: str, *, address: str) -> None:
        """The attempt came to nothing, but not for a wrong password; those before it still count."""
        place = neighbourhood(address)
        self._pairs.give_back((name, place))
        self._addresses.give_back(place)


def _slowed(wait: float) -> TooMany:
    seconds = ceil(wait)
    return TooMany(
        code="sign_in_slowed",
        message=Message(
            f"来自该地址的登录失败过多,请在 {seconds} 秒后再试。",
            f"Too many sign-ins from this address failed: try again in {seconds} s.",
        ),
        retry_after=seconds,
    )


@lru_cache(maxsize=1)
def sign_in_limits() -> SignInLimits:
    """Those of this process."""
    return SignInLimits(failures=settings().sign_in_failures, workers=settings().workers)
