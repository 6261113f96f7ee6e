"""Codes that change every half minute (TOTP, RFC 6238), codes for whoever lost theirs, and the key that seals secrets.

The secret that codes are made of has to be read again, so it is not hashed but sealed (AES-256-GCM) for its account,
with a key that lies in a file of the service's and not in the database: neither a role of the database nor a dump of it
reads one. Without the file nobody signs in until the second factors are reset; it is kept as the ledger's key is.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from datetime import datetime
from pathlib import Path

import pyotp
import segno
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from metrics.errors import Message, Unavailable
from metrics.private_files import private_file
from metrics.settings import settings

STEP_SECONDS = 30
RECOVERY_CODES = 10
_DIGITS = 6
_AROUND = 1  # steps before and after the present one whose codes are taken: clocks differ, and typing takes a while
_ISSUER = "Biaochi 标尺"
_NONCE_BYTES = 12
_RECOVERY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_RECOVERY_LENGTH, _GROUP = 24, 4  # 118 random bits: nothing to guess, so SHA-256 is enough to keep them


def new_secret() -> str:
    """A secret to make codes of: 160 random bits in base 32, as authenticators take it."""
    return pyotp.random_base32()


def authenticator_address(secret: str, *, username: str) -> str:
    """What an authenticator reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=_ISSUER)


def qr_code(address: str, *, named: str) -> str:
    """`address` as an SVG element, dark on light in either theme; `named` for those who listen."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        scale=4, border=4, dark="#000", light="#fff", title=named, omitsize=True
    )
    return drawn.replace("<svg ", '<svg role="img" ', 1)


def code_at(secret: str, step: int) -> str:
    """The code of the `step`-th half minute since 1970."""
    return str(pyotp.TOTP(secret, digits=_DIGITS).generate_otp(step))


def step_of(secret: str, code: str, *, after: int, now: datetime) -> int | None:
    """The step whose code was typed; None for a wrong one, one that is over, and one of no step later than `after`."""
    present = int(now.timestamp()) // STEP_SECONDS
    typed = code.encode("utf-8", "surrogatepass")
    found = None
    for step in range(present - _AROUND, present + _AROUND + 1):
        right = hmac.compare_digest(code_at(secret, step).encode(), typed)
        if right and step > after:
            found = step
    return found


def is_code(typed: str) -> bool:
    """True for six digits, which a recovery code is not."""
    return len(typed) == _DIGITS and typed.isascii() and typed.isdigit()


def plain_code(typed: str) -> str:
    """What was typed without blanks and hyphens, in lower case."""
    return "".join(typed.split()).replace("-", "").lower()


def new_recovery_codes() -> tuple[str, ...]:
    """Ten codes, in groups of four letters as people copy them."""
    made = []
    for _number in range(RECOVERY_CODES):
        letters = "".join(secrets.choice(_RECOVERY_LETTERS) for _letter in range(_RECOVERY_LENGTH))
        made.append("-".join(letters[at : at + _GROUP] for at in range(0, _RECOVERY_LENGTH, _GROUP)))
    return tuple(made)


def seal(secret: str, *, user_id: int) -> bytes:
    """`secret` as the database keeps it, good for this account only. Makes the key's file where there is none."""
    nonce = os.urandom(_NONCE_BYTES)
    key = _key() or _make_key()
    return nonce + AESGCM(key).encrypt(nonce, secret.encode("ascii"), _bound_to(user_id))


def unseal(sealed: bytes, *, user_id: int) -> str:
    """The secret. Raises Unavailable without the key that sealed it."""
    key = _key()
    if key is not None:
        try:
            opened = AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _bound_to(user_id))
            return opened.decode("ascii")
        except InvalidTag:
            pass
    raise _no_key()


def key_path() -> Path:
    """Where the key lies: `BIAOCHI_SECOND_FACTOR_KEY`, else in the home directory."""
    return settings().second_factor_key or settings().home / "second-factor.key"


def _bound_to(user_id: int) -> bytes:
    return f"biaochi second factor {user_id}".encode()


def _key() -> bytes | None:
    """The key in the file, None if there is no file. Raises Unavailable if it cannot be read or is no key."""
    try:
        key = base64.b64decode(key_path().read_text(encoding="ascii").strip(), validate=True)
        AESGCM(key)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _no_key() from error
    return key


def _make_key() -> bytes:
    """A new key in the file, with mode 0600; the one of another process if that was faster."""
    path = key_path()
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with private_file(fresh) as file:
        file.write(base64.b64encode(AESGCM.generate_key(bit_length=256)).decode() + "\n")
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    key = _key()
    if key is None:
        raise _no_key()
    return key


def _no_key() -> Unavailable:
    return Unavailable(
        code="second_factor_key",
        message=Message(
            "第二因素的密钥文件缺失或不符,暂时无法登录,请联系管理员。",
            "The key file of second factors is missing or another one: nobody can sign in; tell the administrator.",
        ),
    )
