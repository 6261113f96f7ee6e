"""A release's archive checks itself: unpacked somewhere, with nothing but Python and the key."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from metrics.ledger.verifying.command import verify
from metrics.ledger.verifying.faults import Wrong
from metrics.ledger.verifying.merkle import leaf_hash
from metrics.ledger.verifying.vouched import releases_naming
from metrics.publish.release_files import IN_ENGLISH_TOO, RELEASED
from tests.callers import Caller
from tests.matrices import WHOLE
from tests.trust.archive import API, Archive
from tests.trust.test_offline import post


@pytest.fixture
def pack(kept: Archive, clerk: Caller, bureau: Caller) -> Path:
    """The unpacked archive of release 1; submissions go on after it."""
    post(clerk)
    key = {"Idempotency-Key": "release"}
    made = kept.client.post(f"{API}/releases", json={"notes": "三季度"}, headers=bureau.headers | key)
    assert made.status_code == 201, made.text
    first = kept.client.get(f"{API}/releases/1.zip", headers=bureau.headers).content
    post(clerk, changes={"items_online": 840}, reason="counted twice")
    kept.keep()
    assert kept.client.get(f"{API}/releases/1.zip", headers=bureau.headers).content == first
    with zipfile.ZipFile(io.BytesIO(first)) as opened:
        opened.extractall(kept.folder)
    return kept.folder / "biaochi-release-1"


def check(pack: Path, name: str, key: str) -> tuple[int, str]:
    """The exit code and the words of the pack's own verify.py, as the method says to run it."""
    done = subprocess.run(
        [sys.executable, "-I", "verify.py", name, *OPTIONS, "--key", key],
        cwd=pack,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


OPTIONS = ("--entries", "entry.jsonl", "--checkpoint", "checkpoint.txt")


def here(pack: Path, name: str, key: str) -> str:
    return verify(str(pack / name), str(pack / "entry.jsonl"), [str(pack / "checkpoint.txt")], keys=[key])


def test_every_table_is_right_and_one_flipped_byte_is_refused(pack: Path, kept: Archive) -> None:
    tables = sorted(file.name for file in pack.glob("*.csv"))
    assert len(tables) == len(RELEASED) + len(IN_ENGLISH_TOO)
    for number, name in enumerate(tables):  # some by the file as it lies there, all by what it is made of
        code, words = check(pack, name, kept.key()) if WHOLE or number % 6 == 0 else (0, here(pack, name, kept.key()))
        assert (code, "属实" in words) == (0, True), words
    for name in tables:
        content = bytearray((pack / name).read_bytes())
        content[len(content) // 2] ^= 1
        (pack / name).write_bytes(content)
        with pytest.raises(Wrong, match="names no such file"):
            here(pack, name, kept.key())
    code, words = check(pack, "rates.csv", kept.key())
    assert (code, "names no such file" in words) == (1, True), words


def test_everything_else_but_the_proof_is_named_as_well(pack: Path, kept: Archive) -> None:
    others = {file.name for file in pack.iterdir()} - {"entry.jsonl", "checkpoint.txt"}
    assert {"verify.py", "datapackage.json", "method.zh.md", "rates.schema.json"} < others
    for name in others:
        assert "RIGHT" in here(pack, name, kept.key())
    for language in ("zh", "en"):
        method = (pack / f"method.{language}.md").read_text(encoding="utf-8")
        assert f"python verify.py rates.csv {' '.join(OPTIONS)} --key" in method


def test_another_proof_another_key_or_an_entry_rewritten_is_refused(pack: Path, kept: Archive) -> None:
    line = json.loads((pack / "entry.jsonl").read_bytes())
    inclusion, leaf = line["inclusion"], line["leaf"].replace("三季度", "四季度")
    rehashed = {"leaf": leaf, "leaf_hash": leaf_hash(leaf.encode()).hex()}
    changes = (
        {"leaf": leaf},
        rehashed,
        {"leaf": None},
        {"seq": line["seq"] + 1},
        {"seq": "1"},
        {"inclusion": {**inclusion, "size": inclusion["size"] + 1}},
        {"inclusion": {**inclusion, "path": inclusion["path"][1:]}},
        {"inclusion": {**inclusion, "path": ["x"]}},
        {"inclusion": 7},
        {"inclusion": None},
    )
    for change in changes:
        (pack / "entry.jsonl").write_text(json.dumps({**line, **change}), encoding="utf-8")
        with pytest.raises(Wrong):
            here(pack, "rates.csv", kept.key())
    for odd in (b"", b"[]", b'"inclusion"', b"\xff"):
        (pack / "entry.jsonl").write_bytes(odd)
        with pytest.raises(Wrong):
            here(pack, "rates.csv", kept.key())
    (pack / "entry.jsonl").write_text(json.dumps(line), encoding="utf-8")
    assert "RIGHT" in here(pack, "rates.csv", kept.key())
    (pack / "checkpoint.txt").write_bytes((kept.folder / "checkpoint-1.txt").read_bytes())
    with pytest.raises(Wrong, match="does not lead to the checkpoint"):
        here(pack, "rates.csv", kept.key())


def test_a_digest_in_the_notes_names_no_file(kept: Archive) -> None:
    said = {"kind": "release", "seq": 7, "number": 2, "basis": "verified", "stands_on": 6, "notes": "ab" * 32}
    leaf = json.dumps(said | {"files": [{"name": "rates.csv", "bytes": 3, "sha256": "cd" * 32}]}).encode()
    assert releases_naming("ab" * 32, [leaf]) == []
    assert [str(one) for one in releases_naming("cd" * 32, [leaf])] == [
        "rates.csv of release 2 (entry 7, basis verified)"
    ]
