"""The witnesses that this service asks, as its policy names them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from metrics.errors import Invalid, Message
from metrics.ledger.verifying.faults import Wrong
from metrics.ledger.verifying.policy import Policy, Trusted, read_policy
from metrics.settings import settings


def service_policy() -> Policy | None:
    """The policy that `BIAOCHI_WITNESSES` names, None without one.

    Raises Invalid, with the line, where it is none or has a witness with an address that cannot be asked.
    """
    path = settings().witnesses
    return None if path is None else policy_in(path)


@lru_cache(maxsize=8)  # read once: a file that is changed is read when the service starts again
def policy_in(path: Path) -> Policy:
    """The policy in a file whose witnesses are to be asked. Raises Invalid."""
    try:
        policy = read_policy(path.read_bytes())
    except OSError as error:
        raise _unfit(f"{path.name} 无法读取。", f"{path.name} cannot be read ({error.strerror}).") from error
    except Wrong as wrong:
        zh, _, en = str(wrong).partition("\n")
        raise _unfit(f"{path.name}:{zh}", f"{path.name}: {en}") from wrong
    for name, witness in policy.witnesses.items():
        address = urlsplit(witness.url)
        if witness.url and (address.scheme not in ("http", "https") or not address.hostname or address.query):
            raise _unfit(
                f"见证人 {name} 的地址须为 https://…。", f"The address of the witness {name} is not https://…."
            )
    return policy


def asked_witnesses(policy: Policy | None) -> Mapping[str, Trusted]:
    """Those with an address, by the name that their signatures go by."""
    found = () if policy is None else policy.witnesses.values()
    return {witness.key.partition("+")[0]: witness for witness in found if witness.url}


def _unfit(zh: str, en: str) -> Invalid:
    return Invalid(code="witnesses_unfit", message=Message(f"BIAOCHI_WITNESSES:{zh}", f"BIAOCHI_WITNESSES: {en}"))
