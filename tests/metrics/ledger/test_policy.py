"""The policy of keys: whose word is enough, and every way in which a file is none, said with its line."""

from __future__ import annotations

import itertools

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from metrics.ledger.keys import SigningKey
from metrics.ledger.verifying.faults import Unchecked
from metrics.ledger.verifying.policy import read_policy
from metrics.ledger.witnessing.seen import WitnessKey

PRIVATE = [Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in range(7)]  # the same in every worker
LOG, OTHER_LOG = (SigningKey(f"zhaoqing.example/{n}", PRIVATE[n]).verifier_key for n in (5, 6))
KEYS = [WitnessKey(f"audit.example/w{n}", PRIVATE[n]) for n in range(5)]
W0, W1, W2, W3, SPARE = (key.verifier_key for key in KEYS)
RENAMED = WitnessKey("other.example", KEYS[0].private).verifier_key  # the same key under another name
WITNESSES = f"witness a {W0} https://a.example/\nwitness b {W1}\nwitness c {W2}\nwitness d {W3}\n"
WHOLE = f"# 策略\n\n \tlog {LOG}\thttps://zhaoqing.example/  \nlog {OTHER_LOG}\n{WITNESSES}"
WHOLE += "group ab 2 a b\ngroup 任一 any c d\ngroup both all ab 任一\nquorum both\n"


def test_a_quorum_of_groups_is_met_by_just_those_who_suffice() -> None:
    policy = read_policy(WHOLE.encode())
    assert [one.key for one in policy.logs] == [LOG, OTHER_LOG]
    assert policy.logs[0].url == "https://zhaoqing.example/"
    assert (policy.witnesses["a"].url, policy.witnesses["b"].url) == ("https://a.example/", "")
    for signed in itertools.chain.from_iterable(itertools.combinations((W0, W1, W2, W3), n) for n in range(5)):
        assert policy.is_met(signed) == ({W0, W1} <= set(signed) and bool({W2, W3} & set(signed))), signed
    assert read_policy(b"quorum none").is_met(())
    assert not read_policy(f"{WITNESSES}quorum a\n".encode()).is_met((W1, W2, W3))


FALSE = LOG.replace(LOG.split("+")[1], "00000000")
MALFORMED = {  # what stands after four lines of witnesses: the number of the line that is wrong, and what is said of it
    "": (5, "no quorum line"),
    "# quorum a": (5, "no quorum line"),
    "quorum": (5, "too few words"),
    "quorum a b": (5, "too few words or too many"),
    "quorum e": (5, "e is not defined above"),
    "quorum a\nquorum a": (6, "a quorum line already"),
    "quorum g\ngroup g any a": (5, "g is not defined above"),
    "log": (5, "too few words"),
    "log x": (5, "this is not a log's key: x"),
    f"log {FALSE}": (5, "this is not a log's key"),
    f"log {W0}": (5, "this is not a log's key"),
    f"log {LOG} https://a.example b": (5, "too many"),
    f"log {LOG}\nlog {LOG}": (6, "the key was given before"),
    f"witness e {LOG}": (5, "this is not a witness's key"),
    f"witness e {W0}": (5, "the key was given before"),
    f"witness e {RENAMED}": (5, "the key was given before"),
    f"witness a {SPARE}": (5, "the name a is taken"),
    f"witness none {SPARE}": (5, "the name none is taken"),
    "witness e": (5, "too few words"),
    "group": (5, "too few words"),
    "group g any": (5, "too few words"),
    "group a any b": (5, "the name a is taken"),
    "group g any a\ngroup g any b": (6, "the name g is taken"),
    "group g any g": (5, "g is not defined above"),
    "group g any none": (5, "none is not defined above"),
    "group g any a\ngroup h any a": (6, "a is a member already"),
    "group g any a a": (5, "a is a member already"),
    "group g 0 a b": (5, "0 is not any, all, or 1 to 2"),
    "group g 3 a b": (5, "3 is not any, all, or 1 to 2"),
    "group g 01 a b": (5, "01 is not any"),
    "group g -1 a b": (5, "-1 is not any"),
    "group g ２ a b": (5, "is not any, all"),
    "group g 99999999999 a": (5, "is not any, all"),
    "quota a": (5, "quota is unknown"),
    "Quorum a": (5, "Quorum is unknown"),
    "quorum a\r": (5, "control character 0x0D"),
    "quorum a\r\r\n": (5, "control character 0x0D"),
    "quorum\x0ba": (5, "control character 0x0B"),
    "quorum a\n\x00": (6, "control character 0x00"),
    "quorum a\x7f": (5, "control character 0x7F"),
}


@pytest.mark.parametrize("lines", MALFORMED, ids=range(len(MALFORMED)))
def test_a_file_that_is_no_policy_is_told_with_its_line(lines: str) -> None:
    number, said = MALFORMED[lines]
    with pytest.raises(Unchecked) as refused:
        read_policy(f"{WITNESSES}{lines}".encode())
    zh, en = str(refused.value).split("\n")
    assert f"第 {number} 行" in zh
    assert f"line {number}: " in en
    assert said in en


def test_a_policy_is_read_as_any_editor_saved_it() -> None:
    dos = WHOLE.replace("\n", "\r\n")
    for content in (
        dos.encode(),
        dos.encode("utf-8-sig"),
        dos.encode("utf-16"),
        b"\xfe\xff" + dos.encode("utf-16-be"),
        dos.encode("gb18030"),
    ):
        assert read_policy(content) == read_policy(WHOLE.encode())


def test_what_no_editor_writes_is_refused() -> None:
    for content in (b"", "quorum none".encode("utf-16-le"), b"\xff\xfe", b"\xef\xbb\xbf\xef\xbb\xbfquorum none\n"):
        with pytest.raises(Unchecked):
            read_policy(content)
