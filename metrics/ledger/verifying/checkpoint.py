"""The checkpoint: C2SP signed-note and tlog-checkpoint."""

from __future__ import annotations

import base64
import binascii
import codecs
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from metrics.ledger.verifying.faults import Unchecked, Wrong
from metrics.ledger.verifying.signature import is_signed


class Checkpoint(NamedTuple):
    """A signed statement: the log called `origin` had `size` entries, and `root` is their tree's root.

    `more`: the lines below, by which it says that a restore was declared, or a key came without the old one's word.
    """

    origin: str
    size: int
    root: bytes
    more: str = ""


_SIGNATURE_LINE = re.compile("[-\u2010-\u2015]+\\s+(?=\\S)")  # whichever dash somebody types

OF_LOG, OF_WITNESS = 1, 4
"""What a verifier key begins with: that of a log signs notes, that of a witness cosigns them (C2SP signed-note)."""


def read_key(key: str, *, kind: int = OF_LOG) -> tuple[str, bytes, bytes]:
    """Name, id (4 bytes) and public key of a verifier key, `name+id+base64`. Raises Unchecked if it is none."""
    name, _, rest = key.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = decoded(encoded)
    expected = hashlib.sha256(name.encode("utf-8", "surrogateescape") + b"\n" + raw).digest()[:4]
    if not name or len(raw) != 33 or raw[0] != kind or key_id != expected.hex():
        raise Unchecked(f"这不是一个公钥:{key[:80]}", f"This is not a verifier key: {key[:80]}")
    return name, expected, raw[1:]


def decoded(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return b""


def text_of(content: bytes) -> str:
    """What any editor's file says: UTF-8 or UTF-16 with or without a mark, else GB18030."""
    try:
        return content.decode("utf-16" if content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig")
    except UnicodeError:
        return content.decode("gb18030", "replace")


def open_checkpoint(
    note: bytes, keys: Sequence[str], *, is_signed: Callable[[bytes, bytes, bytes], bool] = is_signed
) -> Checkpoint:
    """What a signed checkpoint says. Raises Wrong unless one of `keys` signed it, or if a signature of theirs fails.

    A mark at its beginning and line ends of Windows, which editors and mail leave in it, are not part of it.
    """
    text, blank, lines = parts_of_note(note)
    trusted = {(name, key_id): public for name, key_id, public in map(read_key, keys)}
    signed_by = set()
    for name, encoded in lines:
        raw = decoded(encoded)
        public = trusted.get((name, raw[:4]))
        if public is not None:
            if not is_signed(public, raw[4:], text + b"\n"):
                raise Wrong(f"检查点的签名不对({name})。", f"The checkpoint's signature by {name} is false.")
            signed_by.add(name)
    if not signed_by:
        signers = [(name, raw[:4]) for name, encoded in lines[:4] if (raw := decoded(encoded))]
        others = ", ".join(f"{name[:80]}+{key_id.hex()}" for name, key_id in signers)
        raise Unchecked(
            "检查点没有所给公钥的签名"
            + (f",签名的是 {others}:若换过密钥而旧钥没有交接,请另行查明新公钥。" if others else "。"),
            "The checkpoint is signed by none of the keys given"
            + (f", but by {others}: if that is a new key, the old one did not hand over to it." if others else "."),
        )
    found = re.fullmatch(b"([^\n]+)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/]{43}=)((?:\n[^\n]+)*)", text)
    if found is None or not blank:
        raise Unchecked("这不是一个检查点。", "This is not a checkpoint.")
    said, size, root, more = found.groups()
    origin = said.decode("utf-8", "replace")
    if origin not in signed_by:  # whoever has the key of another log has no say about this one
        raise Wrong(
            f"检查点说的是 {origin} 的账本,所给公钥只签另一本账。",
            f"The checkpoint is about the ledger of {origin}; the key given signs for another one only.",
        )
    return Checkpoint(origin, int(size), base64.b64decode(root), more.decode("utf-8", "replace").strip("\n"))


def parts_of_note(note: bytes) -> tuple[bytes, bytes, list[tuple[str, str]]]:
    """What a note says, the empty line below it (nothing where there is none), and its signatures: name and base64.

    A signature may go on in the next line, as paper has it, and lines without anything may follow.
    """
    text, blank, signatures = text_of(note).replace("\r\n", "\n").rstrip().encode().rpartition(b"\n\n")
    found = re.findall(
        "^— (\\S+)[ \n]+([A-Za-z0-9+/=]+(?:\n[A-Za-z0-9+/=]+)*) *$", signatures.decode("utf-8", "replace"), re.MULTILINE
    )
    lines = [(name, encoded.replace("\n", "")) for name, encoded in found]
    return text, blank, lines


def as_copied(content: bytes) -> bytes:
    """A checkpoint's file as it was signed, where copying it from paper left out the empty line or put in blanks.

    Nothing is trusted for it: the signature is over what comes out.
    """
    lines = [line for each in text_of(content).splitlines() if (line := each.strip())]
    signed = next((at for at, line in enumerate(lines) if _SIGNATURE_LINE.match(line)), None)
    if signed is None:
        return content
    signatures = [_SIGNATURE_LINE.sub("— ", line) for line in lines[signed:]]
    return "\n".join([*lines[:signed], "", *signatures, ""]).encode()


def hand_over_text(name: str, *, old: str, new: str) -> str:
    """What the old key signs when the new one takes its place; both as verifier keys. No checkpoint reads like it."""
    return f"{name}\nnew key {new}\nold key {old}\n"


def with_successors(keys: Sequence[str], entries: Iterable[bytes]) -> list[str]:
    """`keys`, and those that they handed over to: an entry has the old key's signature for the new one."""
    trusted = [key.strip() for key in keys]
    for line in entries:
        if b"handed_over" not in line:
            continue
        try:
            said = json.loads(json.loads(line)["leaf"])
            old, new = str(said["replaces"]), str(said["verifier_key"])
            name, key_id, public = read_key(old)
            read_key(new)
            signed = decoded(said["handed_over"].strip().rpartition(" ")[2])
        except (ValueError, KeyError, TypeError, AttributeError, Wrong):
            continue
        text = hand_over_text(name, old=old, new=new).encode()
        if old in trusted and signed[:4] == key_id and is_signed(public, signed[4:], text):
            trusted.append(new)
    return trusted
