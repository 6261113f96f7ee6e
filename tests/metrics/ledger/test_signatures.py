"""The verifier's own Ed25519 against RFC 8032 and OpenSSL; notes against the published example."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.ledger.keys import SigningKey
from metrics.ledger.verifying.checkpoint import as_copied, open_checkpoint, parts_of_note, read_key
from metrics.ledger.verifying.faults import Unchecked, Wrong
from metrics.ledger.verifying.signature import is_signed

# RFC 8032, section 7.1: public key, message, signature of TEST 1, 2, 3.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
        "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da0"
        "85ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac1"
        "8ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
ORDER = 2**252 + 27742317777372353535851937790883648493
KEY = SigningKey("example.org/log", Ed25519PrivateKey.from_private_bytes(b"\x07" * 32))
ROOT = base64.b64encode(b"\x01" * 32).decode()
BODY = f"example.org/log\n17\n{ROOT}\n"


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_published_signatures_hold(public: str, message: str, signature: str) -> None:
    key, text, signed = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert is_signed(key, signed, text)
    assert not is_signed(key, signed, text + b"\x00")
    assert not is_signed(key, signed[:63] + bytes([signed[63] ^ 0x10]), text)
    assert not is_signed(key, bytes([signed[0] ^ 1]) + signed[1:], text)
    assert not is_signed(key[:31], signed, text)
    assert not is_signed(key, signed[:63], text)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
@settings(max_examples=15)
def test_signatures_of_openssl_hold_and_one_changed_bit_breaks_them(seed: bytes, text: bytes, bit: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signed = private.public_key().public_bytes_raw(), private.sign(text)
    changed = bytearray(signed)
    changed[bit // 8] ^= 1 << bit % 8
    assert is_signed(public, signed, text)
    assert not is_signed(public, bytes(changed), text)


def test_a_second_form_of_the_same_signature_is_refused() -> None:
    public, message, signature = (bytes.fromhex(part) for part in RFC_8032[2])
    s = int.from_bytes(signature[32:], "little") + ORDER
    assert not is_signed(public, signature[:32] + s.to_bytes(32, "little"), message)


def test_points_that_are_none_are_refused() -> None:
    signature, message = bytes.fromhex(RFC_8032[2][2]), bytes.fromhex(RFC_8032[2][1])
    for odd in (b"\xff" * 32, (2**255 - 19).to_bytes(32, "little"), (2).to_bytes(32, "little")):
        assert not is_signed(odd, signature, message)
    assert not is_signed((1 + 2**255).to_bytes(32, "little"), signature, message)


def test_the_note_format_is_that_of_c2sp() -> None:
    """The example of golang.org/x/mod/sumdb/note, whose format C2SP signed-note is."""
    key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    name, key_id, public = read_key(key)
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    signed = base64.b64decode(line)
    assert (name, key_id.hex(), signed[:4]) == ("PeterNeumann", "c74f20a3", key_id)
    assert is_signed(public, signed[4:], text.encode())


def test_a_checkpoint_says_what_was_signed() -> None:
    found = open_checkpoint((BODY + "\n" + KEY.signature_line(BODY)).encode(), [KEY.verifier_key])
    assert (found.origin, found.size, found.root) == ("example.org/log", 17, b"\x01" * 32)


@pytest.mark.parametrize("width", [20, 40, 66])
@pytest.mark.parametrize("below", ["", "\n", "\n\n \n"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_checkpoint_typed_off_paper_is_read_where_its_signature_is_broken_too(
    width: int, below: str, line_end: str
) -> None:
    """Bulletins print all of it, and a line of paper is shorter than a signature."""
    witness = SigningKey("witness", Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)).signature_line(BODY)
    lines = (KEY.signature_line(BODY) + witness).splitlines()
    broken = [line[at : at + width] for line in lines for at in range(0, len(line), width)]
    note = (BODY + "\n" + "\n".join(broken) + below).replace("\n", line_end)
    assert open_checkpoint(note.encode(), [KEY.verifier_key]).size == 17
    assert [name for name, _ in parts_of_note(note.encode())[2]] == [KEY.name, "witness"]


@pytest.mark.parametrize(
    "copied",
    [
        lambda lines: ["  " + line for line in lines],  # indented as on paper
        lambda lines: [line for line in lines if line],  # without the empty line
        lambda lines: ["\u3000" + line + " " for line in lines if line] + ["", "\f"],  # and with the end of the page
        lambda lines: [one for line in lines for one in (line, "")],  # each a paragraph
        lambda lines: [line.replace("— ", "-- ") for line in lines],  # a dash as keyboards have it
        lambda lines: [line.replace("— ", "–\u00a0") for line in lines],
    ],
)
def test_a_checkpoint_copied_out_of_a_pdf_is_read_with_its_empty_line_lost_and_blanks_around(
    copied: Callable[[list[str]], list[str]],
) -> None:
    witness = SigningKey("witness", Ed25519PrivateKey.from_private_bytes(b"\x08" * 32)).signature_line(BODY)
    note = BODY + "\n" + KEY.signature_line(BODY) + witness
    assert as_copied(note.encode()) == note.encode()
    assert as_copied("\n".join(copied(note.splitlines())).encode()) == note.encode()


@pytest.mark.parametrize("other", [BODY.replace("17", "1 7"), BODY.replace("17", "18"), BODY + "epoch 2\n"])
def test_copying_excuses_nothing_but_blanks(other: str) -> None:
    note = as_copied((other + KEY.signature_line(BODY)).encode())
    with pytest.raises(Wrong):
        open_checkpoint(note, [KEY.verifier_key])


def test_what_has_no_signature_is_left_as_it_is() -> None:
    assert as_copied(BODY.encode()) == BODY.encode()
    assert as_copied(b"") == b""


def test_a_signature_that_nobody_can_read_is_nobodys() -> None:
    with pytest.raises(Unchecked) as refused:
        open_checkpoint((BODY + "\n" + KEY.signature_line(BODY)[:-3]).encode(), [KEY.verifier_key])
    assert str(refused.value).endswith("signed by none of the keys given.")


def test_one_trusted_signature_among_strange_ones_is_enough() -> None:
    strange = SigningKey("witness", Ed25519PrivateKey.generate()).signature_line(BODY)
    note = BODY + "\n" + strange + KEY.signature_line(BODY)
    assert open_checkpoint(note.encode(), [KEY.verifier_key]).size == 17


def test_who_signed_instead_of_the_keys_given_is_named() -> None:
    other = SigningKey(KEY.name, Ed25519PrivateKey.from_private_bytes(b"\x08" * 32))
    signer = KEY.verifier_key.rpartition("+")[0]
    with pytest.raises(Unchecked) as refused:
        open_checkpoint((BODY + "\n" + KEY.signature_line(BODY)).encode(), [other.verifier_key])
    zh, en = str(refused.value).split("\n")
    assert f"签名的是 {signer}:" in zh
    assert f"but by {signer}: if that is a new key, the old one did not hand over" in en


def test_a_key_signs_for_its_own_log_only() -> None:
    """Whoever holds a trusted key of one log has no say about another: what is signed names the log."""
    other = SigningKey("example.org/other", Ed25519PrivateKey.generate())
    note = BODY + "\n" + other.signature_line(BODY)
    with pytest.raises(Wrong, match=r"example\.org/log"):
        open_checkpoint(note.encode(), [other.verifier_key])
    with pytest.raises(Wrong, match=r"example\.org/log"):
        open_checkpoint(note.encode(), [other.verifier_key, KEY.verifier_key])
    both = note + KEY.signature_line(BODY)
    assert open_checkpoint(both.encode(), [other.verifier_key, KEY.verifier_key]).origin == "example.org/log"


@pytest.mark.parametrize(
    "note",
    [
        BODY + "\n",
        BODY + KEY.signature_line(BODY),
        BODY.replace("17", "18") + "\n" + KEY.signature_line(BODY),
        BODY + "\n" + SigningKey("example.org/log", Ed25519PrivateKey.generate()).signature_line(BODY),
        BODY + "\n" + KEY.signature_line(BODY).replace("— ", "- "),
        BODY + "\n" + KEY.signature_line(BODY)[:-10] + "\n",
        BODY + "\n— example.org/log A\n",
        "no checkpoint\n\n" + KEY.signature_line("no checkpoint\n"),
        f"x\n017\n{ROOT}\n\n" + KEY.signature_line(f"x\n017\n{ROOT}\n"),
        "",
        "\x00\xff\n\n",
    ],
)
def test_a_checkpoint_that_nobody_trusted_signed_is_refused(note: str) -> None:
    with pytest.raises(Wrong):
        open_checkpoint(note.encode(), [KEY.verifier_key])


@pytest.mark.parametrize("key", ["", "x", "x+00000000+AA==", "x+zz+!!", KEY.verifier_key.replace("example", "exampel")])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(Wrong):
        read_key(key)
