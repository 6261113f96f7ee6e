"""T7: `verify.py` says which witnesses signed what and when, asks for as many as a policy does, and reads paper."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from metrics.ledger.verifying.command import main
from metrics.ledger.witnessing.request import written_request
from metrics.ledger.witnessing.seen import SEEN, SeenLogs, make_witness
from metrics.ledger.witnessing.witness import Witness
from tests.builders import whole_submission
from tests.callers import Caller
from tests.trust.archive import Archive
from tests.witnesses import ORIGIN


@dataclass
class Checker:
    """Whoever checks: an archive with what witnesses signed in it, and a policy."""

    kept: Archive
    capsys: pytest.CaptureFixture[str]
    witnesses: list[Witness]
    key: str

    def policy(self, quorum: str, *, log: bool = True) -> Path:
        path = self.kept.folder / "policy.txt"
        lines = [f"log {self.key}"] if log else []
        lines += [f"witness w{n} {one.key.verifier_key}" for n, one in enumerate(self.witnesses)]
        path.write_text("\n".join([*lines, "group both all w0 w1", f"quorum {quorum}\n"]), encoding="utf-8")
        return path

    def check(self, *arguments: str) -> tuple[int, str]:
        code = main([one.replace("@", f"{self.kept.folder}/") for one in arguments])
        output = self.capsys.readouterr()
        return code, output.out + output.err

    def cosigned(self, number: int, witness: Witness, *, old: int = 0, path: list[bytes] | None = None) -> Path:
        """Have a witness sign the kept checkpoint of this number."""
        file = self.kept.folder / f"checkpoint-{number}.txt"
        note = file.read_text(encoding="utf-8")
        answer = witness.add_checkpoint(written_request(old=old, path=path or [], note=note))
        assert answer.status == 200, answer.text
        file.write_text(note + answer.text, encoding="utf-8")
        return file


@pytest.fixture
def checker(kept: Archive, clerk: Caller, capsys: pytest.CaptureFixture[str]) -> Checker:
    """A pull, two checkpoints with one entry between them, of which the second has w0's signature."""
    clerk.post(whole_submission())
    kept.keep(1)
    size = (kept.folder / "checkpoint-1.txt").read_text(encoding="utf-8").splitlines()[1]
    found = clerk.get("?unit=441202").json()["items"][0]
    answer = clerk.post(whole_submission(items_online=840) | {"reason": "漏计"}, If_Match=found["etag"])
    assert answer.status_code == 201, answer.text
    kept.pull(f"/submissions/{found['id']}/receipt", "receipt.json")
    kept.pull("/observations.csv?history=true", "now.csv")
    kept.keep(2)
    kept.pull(f"/ledger/consistency?from={size}&to={int(size) + 1}", "proof.json")
    key, made = kept.key(), []
    for n in range(2):
        folder = kept.folder / f"w{n}"
        made.append(Witness(make_witness(folder, f"w{n}.example"), SeenLogs(folder / SEEN), {ORIGIN: [key]}, folder))
    found_checker = Checker(kept, capsys, made, key)
    found_checker.cosigned(2, made[0])
    return found_checker


PULL = ("@now.csv", "--query=history=true", "--entries=@entries-2.jsonl", "--checkpoint=@checkpoint-2.txt")


def test_who_signed_is_said_and_a_policy_asks_for_as_many_as_it_says(checker: Checker) -> None:
    now = time.strftime("%Y-%m-%dT%H:", time.gmtime())
    checker.policy("w0")
    done = checker.kept.run("now.csv", *[one.replace("@", "") for one in PULL[1:]], "--policy=policy.txt")  # the file
    assert done[0] == 0, done[1]
    assert f"Witness: w0.example {now}" in done[1]
    for quorum, code in (("none", 0), ("w0", 0), ("w1", 2), ("both", 2)):
        checker.policy(quorum)
        found = checker.check(*PULL, "--policy=@policy.txt")
        assert (found[0], "RIGHT" in found[1]) == (code, code == 0), (quorum, found)
        assert "w0.example" in found[1]
    checker.cosigned(2, checker.witnesses[1])
    assert checker.check(*PULL, "--policy=@policy.txt")[0] == 0
    assert checker.check(*PULL, "--checkpoint=@checkpoint-1.txt", "--policy=@policy.txt")[0] == 0  # an older one too
    unseen = checker.check(*PULL[:-1], "--checkpoint=@checkpoint-1.txt", "--policy=@policy.txt")
    assert unseen[0] == 2
    assert "None of the policy's witnesses signed" in unseen[1]


def test_a_false_signature_is_wrong_and_one_of_the_future_does_not_count(checker: Checker) -> None:
    file = checker.kept.folder / "checkpoint-2.txt"
    right = file.read_text(encoding="utf-8")
    checker.policy("w0")
    line = right.splitlines()[-1]
    raw = base64.b64decode(line.split(" ")[2])
    for changed in (raw[:-1] + bytes([raw[-1] ^ 1]), raw[:11] + bytes([raw[11] ^ 1]) + raw[12:], raw[:-1], raw[:4]):
        file.write_text(right.replace(line.split(" ")[2], base64.b64encode(changed).decode()), encoding="utf-8")
        code, said = checker.check(*PULL, "--policy=@policy.txt")
        assert (code, "cosignature by w0.example is false" in said) == (1, True), said
        assert checker.check(*PULL, f"--key={checker.key}")[0] == 0  # of no matter to who does not ask for it
    body = right.rpartition("\n\n")[0].encode() + b"\n"
    coming = checker.witnesses[0].key.cosignature(body, at=int(time.time()) + 10 * 86_400)
    file.write_text(right.replace(f"{line}\n", coming), encoding="utf-8")
    code, said = checker.check(*PULL, "--policy=@policy.txt")
    assert (code, "in the future, not counted" in said) == (2, True), said


def test_paper_is_held_against_a_later_ledger(checker: Checker) -> None:
    size, root = (checker.kept.folder / "checkpoint-1.txt").read_text(encoding="utf-8").splitlines()[1:3]
    digits = base64.b64decode(root).hex()
    grouped = " ".join(digits[at : at + 4] for at in range(0, 64, 4))
    later, proof, key = "--checkpoint=@checkpoint-2.txt", "--consistency=@proof.json", f"--key={checker.key}"
    checker.policy("w0")
    for written in (grouped, digits.upper(), grouped.replace(" ", "-"), root):
        code, said = checker.check(f"--printed={size} {written}", later, proof, "--policy=@policy.txt")
        assert (code, f"continues the printed {size}." in said, "Witness: w0" in said) == (0, True, True), said
        assert checker.check(f"--printed={size} {written}", later, "--entries=@entries-2.jsonl", key)[0] == 0
    other = ("0" if digits[0] != "0" else "1") + digits[1:]
    for way in (proof, "--entries=@entries-2.jsonl"):
        code, said = checker.check(f"--printed={size} {other}", later, way, key)
        assert (code, "rewritten" in said) == (1, True), said
    newer = json.loads((checker.kept.folder / "proof.json").read_text(encoding="utf-8")) | {"first": int(size) - 1}
    (checker.kept.folder / "other.json").write_text(json.dumps(newer), encoding="utf-8")
    unreadable = (f"--printed={size} {digits[:-1]}", f"--printed={digits}", "--printed=0 " + digits, "--printed=")
    early = "--checkpoint=@checkpoint-1.txt"
    for arguments, said in (
        *(((one, later, proof), "not readable") for one in unreadable),
        ((f"--printed={size} {digits}", later, "--consistency=@other.json"), f"get from={size}"),
        ((f"--printed={size} {digits}", later, "--consistency=@now.csv"), "proof cannot be read"),
        ((f"--printed={int(size) + 1} {digits}", early, proof), "get a newer one"),
        ((f"--printed={int(size) + 1} {digits}", early, "--entries=@entries-2.jsonl"), "get a newer one"),
        ((f"--printed={size} {digits}", later), "--consistency or --entries"),
        ((f"--printed={size} {digits}", proof), "--checkpoint is needed"),
        (("@now.csv", f"--printed={size} {digits}", later, proof), "Give a file or --printed"),
        ((later, proof), "Give a file or --printed"),
    ):
        found = checker.check(*arguments, key)
        assert (found[0], said in found[1]) == (2, True), (arguments, found)


def test_what_brings_its_own_checkpoint_is_followed_to_one_that_witnesses_signed(checker: Checker) -> None:
    receipt = json.loads((checker.kept.folder / "receipt.json").read_text(encoding="utf-8"))
    own = receipt["checkpoint"].splitlines()[1]
    checker.kept.pull(f"/ledger/consistency?from={own}&to={own}", "same.json")
    checker.policy("w0")
    given = ("@receipt.json", "--policy=@policy.txt")
    code, said = checker.check(*given, "--checkpoint=@checkpoint-2.txt", "--consistency=@same.json")
    assert (code, "Witness: w0" in said) == (0, True), said
    code, said = checker.check(*given)
    assert (code, "give a later --checkpoint" in said) == (2, True), said
    checker.policy("w1")
    assert checker.check(*given, "--checkpoint=@checkpoint-2.txt", "--consistency=@same.json")[0] == 2


def test_a_policy_that_is_none_or_names_no_log_is_said(checker: Checker) -> None:
    path = checker.policy("w0", log=False)
    code, said = checker.check(*PULL, "--policy=@policy.txt")
    assert (code, "a --policy with a log" in said) == (2, True), said
    assert checker.check(*PULL, "--policy=@policy.txt", f"--key={checker.key}")[0] == 0
    path.write_text(path.read_text(encoding="utf-8") + "quorum w0\n", encoding="utf-8")
    code, said = checker.check(*PULL, "--policy=@policy.txt", f"--key={checker.key}")
    assert (code, "策略文件第 5 行" in said, "line 5: there is a quorum line already" in said) == (2, True, True), said
    assert checker.check(*PULL, "--policy=@none.txt", f"--key={checker.key}")[0] == 2
