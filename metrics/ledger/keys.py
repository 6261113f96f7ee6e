"""The key that signs checkpoints: a file that only the service's user may read, made when it is first needed.

What is in the database is public: every key ever used, and from when. The private key never gets there.
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from metrics.errors import Message, Unavailable
from metrics.private_files import private_file
from metrics.settings import settings

_ED25519 = b"\x01"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key under the name by which its signatures go (C2SP signed-note)."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        return _ED25519 + self.private.public_key().public_bytes_raw()

    @property
    def key_id(self) -> bytes:
        """Four bytes by which a signature says whose it is."""
        return sha256(self.name.encode() + b"\n" + self.public).digest()[:4]

    @property
    def verifier_key(self) -> str:
        """What others need to check its signatures: name+id+key."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(self.public).decode()}"

    def signature_line(self, text: str) -> str:
        """The line that signs `text`, as a note carries it."""
        signed = self.key_id + self.private.sign(text.encode())
        return f"— {self.name} {base64.b64encode(signed).decode()}\n"


def is_signed(public_key: bytes, signature: bytes, signed: bytes) -> bool:
    """As :func:`metrics.ledger.verifying.signature.is_signed`, by OpenSSL, a hundred times as fast."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def key_file() -> Path:
    """Where the private key lies: `BIAOCHI_LEDGER_KEY`, else in the home directory."""
    return settings().ledger_key or settings().home / "ledger.key"


def next_key_file() -> Path:
    """Where the key lies that takes the present one's place as soon as the ledger names it."""
    return key_file().with_name(f"{key_file().name}.next")


def read_key_file(name: str) -> SigningKey | None:
    """The key in the file, None if there is no file. Raises Unavailable if the file cannot be read or is no key."""
    return _read(key_file(), name)


def held_key(name: str, verifier_key: str) -> SigningKey | None:
    """The private half of `verifier_key`, None if it is not here. Raises Unavailable as :func:`read_key_file`.

    It lies where the next one does if the process died when it had just been taken into use.
    """
    held = (_read(path, name) for path in (key_file(), next_key_file()))
    return next((key for key in held if key is not None and key.verifier_key == verifier_key), None)


def _read(path: Path, name: str) -> SigningKey | None:
    try:
        raw = base64.b64decode(path.read_text(encoding="ascii").strip(), validate=True)
        return SigningKey(name, Ed25519PrivateKey.from_private_bytes(raw))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise Unavailable(
            code="ledger_key_unreadable",
            message=Message(
                f"签名密钥文件 {path.name} 无法读取。",
                f"The key file {path.name} cannot be read ({type(error).__name__}).",
            ),
        ) from error


def make_key_file(name: str) -> SigningKey:
    """A new key in the file, with mode 0600; one that is there stays and is returned."""
    path, (fresh, _) = key_file(), _write_fresh()
    try:
        os.link(fresh, path)  # fails if another process was faster
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    found = read_key_file(name)
    if found is None:
        raise FileNotFoundError(path)
    return found


def make_next_key(name: str, *, present: SigningKey | None) -> SigningKey:
    """A new key beside the present one, which stays until :func:`take_next_key`; one that never came to use goes."""
    if present is not None:
        waiting = _read(next_key_file(), name)
        if waiting is not None and waiting.verifier_key == present.verifier_key:
            take_next_key()
    fresh, private = _write_fresh()
    fresh.replace(next_key_file())
    return SigningKey(name, private)


def take_next_key() -> None:
    """Put the next key in the place of the present one, which goes."""
    next_key_file().replace(key_file())


def _write_fresh() -> tuple[Path, Ed25519PrivateKey]:
    """A new key, on the disk before anything names it."""
    path, private = key_file(), Ed25519PrivateKey.generate()
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    with private_file(fresh, instead_of=path) as file:
        file.write(base64.b64encode(private.private_bytes_raw()).decode() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return fresh, private
