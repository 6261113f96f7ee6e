"""`verify.py release.zip`: every file under the signature, every table recomputed, alone and down to the leaves."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from metrics.commands.create_release import FILE_COUNT
from metrics.ledger.verifying.archive import facts_stated
from metrics.ledger.verifying.command import main, verify
from metrics.ledger.verifying.facts import METHOD
from metrics.ledger.verifying.faults import Wrong
from metrics.methods import METHODS
from metrics.publish.release_files import NewFile
from tests.callers import Caller
from tests.trust.archive import API, Archive
from tests.trust.test_offline import post

Change = Callable[[dict[str, bytes]], object]


@pytest.fixture
def made(kept: Archive, clerk: Caller, bureau: Caller) -> Callable[[], Path]:
    """Makes a release of one verified submission and one that is not, and keeps everything."""

    def make() -> Path:
        posted = post(clerk)
        bureau.post({}, to=f"/{posted['id']}/verify")
        post(bureau, unit="441203")
        headers = bureau.headers | {"Idempotency-Key": "release"}
        body = {"notes": "三季度", "basis": "verified"}
        assert kept.client.post(f"{API}/releases", json=body, headers=headers).status_code == 201
        post(clerk, changes={"items_online": 840}, reason="counted twice")
        kept.keep()
        return kept.pull("/releases/1.zip", "release.zip")

    return make


@dataclass(frozen=True)
class Held:
    """What somebody has who holds a release, every entry and a checkpoint; whoever made it need not run any more."""

    folder: Path
    key: str

    @property
    def archive(self) -> Path:
        return self.folder / "release.zip"

    def verify(self, path: Path, *, entries: bool = False) -> str:
        """What is said of the archive at `path`. Raises Wrong."""
        everything = str(self.folder / "entries-1.jsonl"), [str(self.folder / "checkpoint-1.txt")]
        return verify(str(path), *(everything if entries else (None, [])), keys=[self.key])


_MADE: dict[str, bytes] = {}  # the files of one release, made for the first test that asks


@pytest.fixture
def held(request: pytest.FixtureRequest, tmp_path: Path) -> Held:
    if not _MADE:
        request.getfixturevalue("made")()
        kept: Archive = request.getfixturevalue("kept")
        for name in ("release.zip", "entries-1.jsonl", "checkpoint-1.txt", "verify.py"):
            _MADE[name] = (kept.folder / name).read_bytes()
        _MADE["key"] = kept.key().encode()
    for name, content in _MADE.items():
        (tmp_path / name).write_bytes(content)
    return Held(tmp_path, _MADE["key"].decode())


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as opened:
        return {member.filename: opened.read(member) for member in opened.infolist()}


def rewritten(path: Path, change: Change) -> Path:
    """The archive with other content, packed anew."""
    files = contents(path)
    change(files)
    other = path.with_name("other.zip")
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return other


def in_folder(name: str) -> str:
    return f"biaochi-release-1/{name}"


def run(held: Held, *arguments: str) -> tuple[int, str]:
    """The exit code and the words of the release's own `verify.py`."""
    done = subprocess.run(
        [sys.executable, "-I", "verify.py", "release.zip", f"--key={held.key}", *arguments],
        cwd=held.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_archive_proves_itself_and_with_the_entries_down_to_what_was_sent(held: Held) -> None:
    code, words = run(held)
    assert (code, f"RIGHT: all {FILE_COUNT - 2} files of release 1" in words) == (0, True), words
    for said in ("rates: 247 × 13 = 3211 cells", "progress: 260 × 26 = 6760 cells", "leaderboard: 12 × 7 = 84 cells"):
        assert f"{said} (rows × columns) are the same as recomputed; every column is proved." in words
    assert f"These tables follow by method {METHOD} from observations.csv and facts.json" in words
    code, words = run(held, "--entries=entries-1.jsonl", "--checkpoint=checkpoint-1.txt")
    assert (code, words.count("every column is proved")) == (0, 3), words
    assert "are, byte for byte, what the entries say" in words
    assert "without facts.json" in words


def test_a_file_that_is_another_missing_or_too_many_is_named(held: Held) -> None:
    names = [name.partition("/")[2] for name in contents(held.archive)]
    assert {"facts.json", "observations.csv", "verify.py"} < set(names)
    for name in names:
        proves = name in ("entry.jsonl", "checkpoint.txt")
        with pytest.raises(Wrong, match=None if proves else f"{name} is not the file that was published"):
            held.verify(rewritten(held.archive, partial(flip, name=in_folder(name))))
        with pytest.raises(Wrong, match=f"(no|missing:) {name}"):
            held.verify(rewritten(held.archive, partial(leave_out, name=in_folder(name))))
    for name, named in (
        (in_folder("more.csv"), "more.csv"),
        ("elsewhere/rates.csv", "rates.csv is in the archive twice"),
    ):
        with pytest.raises(Wrong, match=named):
            held.verify(rewritten(held.archive, partial(put_in, name=name)))


def flip(files: dict[str, bytes], *, name: str) -> None:
    content = bytearray(files[name])
    content[len(content) // 2] ^= 1
    files[name] = bytes(content)


def leave_out(files: dict[str, bytes], *, name: str) -> None:
    del files[name]


def put_in(files: dict[str, bytes], *, name: str) -> None:
    files[name] = b"x"


def test_a_damaged_archive_is_refused_in_words(held: Held, capsys: pytest.CaptureFixture[str]) -> None:
    right, files = held.archive.read_bytes(), contents(held.archive)
    refused = 0
    for place in range(31, len(right) // 2, len(right) // 40):
        held.archive.write_bytes(right[:place] + bytes([right[place] ^ 0x10]) + right[place + 1 :])
        code = main([str(held.archive), f"--key={held.key}"])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        refused += code
        # The hour of a file stands in the archive twice, and one of them nobody reads: no file is another for it.
        assert code == 1 or contents(held.archive) == files, (place, said)
    assert refused > 10


def test_entries_that_are_not_whole_are_refused(held: Held) -> None:
    entries = held.folder / "entries-1.jsonl"
    entries.write_bytes(b"".join(entries.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(Wrong, match="do not have the root"):
        held.verify(held.archive, entries=True)


def test_with_hashes_alone_it_is_shown_that_the_ledger_goes_on_from_the_release(held: Held) -> None:
    """What a stranger has, who reads a release and hashes of entries where released data is open to anybody."""
    path = held.folder / "entries-1.jsonl"
    entries = [json.loads(line) | {"leaf": None} for line in path.read_text(encoding="utf-8").splitlines()]
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    words = held.verify(held.archive, entries=True)
    assert words.count("every column is proved") == 3
    assert f"The first {len(entries)} entries of the ledger continue those of the release" in words
    assert "that units sent these figures was not checked" in words
    entries[0]["leaf_hash"] = "00" * 32
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
    with pytest.raises(Wrong, match="do not have the root"):
        held.verify(held.archive, entries=True)


@pytest.mark.parametrize("name", ["settings", "sent", "submissions_without_figures", "set_by_hand", "plan"])
def test_facts_of_another_form_are_refused_in_words(held: Held, name: str) -> None:
    files = contents(held.archive)
    said, figures = json.loads(files[in_folder("facts.json")]), files[in_folder("observations.csv")]
    assert facts_stated(said, figures).all_sent is not None
    others: tuple[Any, ...] = (None, 7, "x", [[1]], [{}], {"a": 1})
    for other in others:
        with pytest.raises(Wrong, match="not of its form"):
            facts_stated({**said, name: other}, figures)
    del said[name]
    with pytest.raises(Wrong, match="not of its form"):
        facts_stated(said, figures)


def test_what_is_not_recomputed_is_said(
    kept: Archive, made: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def plain(*_: Any) -> NewFile:
        return NewFile("other.json", "application/json", io.BytesIO(b"{}"))

    with monkeypatch.context() as patch:
        patch.setattr("metrics.commands.create_release.facts_file", plain)
        patch.setattr("metrics.publish.release_files._OF_RATES", "every one")
        held = Held(made().parent, kept.key())
    assert "Not recomputed: an earlier release without facts.json" in held.verify(held.archive)
    down_to_leaves = held.verify(held.archive, entries=True)
    assert down_to_leaves.count("every column is proved") == 3
    assert "observations.csv is not compared with the entries: an earlier release" in down_to_leaves


def test_a_release_by_another_method_is_not_recomputed(
    kept: Archive, made: Callable[[], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("metrics.commands.create_release.PRESENT", METHODS[0])
        held = Held(made().parent, kept.key())
    assert f"Not recomputed: it was made by method 1, this file follows method {METHOD}." in held.verify(held.archive)


def test_an_archive_behind_another_file_is_refused(held: Held) -> None:
    """A false table with a true release behind it is a table to every other program."""
    both = held.folder / "rates.csv"
    both.write_bytes(b"unit_code,value\r\n441202,99.00\r\n" + held.archive.read_bytes())
    assert zipfile.is_zipfile(both)
    for entries in (False, True):
        with pytest.raises(Wrong, match="before, between or behind"):
            held.verify(both, entries=entries)


def test_nothing_larger_than_the_entry_says_is_unpacked(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a file that grew nor one that nobody named; a folder's own line in the archive is no file."""
    unpacked: list[str] = []
    read = zipfile.ZipFile.read

    def noting(self: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
        unpacked.append(member.filename)
        return read(self, member)

    changes: dict[str, Change] = {
        "rates.csv": partial(grow, name="rates.csv"),
        "more.csv": partial(grow, name="more.csv"),
        "entry.jsonl": partial(grow, name="entry.jsonl"),
    }
    for name, change in changes.items():
        other = rewritten(held.archive, change)
        with monkeypatch.context() as patch:
            patch.setattr(zipfile.ZipFile, "read", noting)
            with pytest.raises(Wrong, match=name):
                held.verify(other)
        assert in_folder(name) not in unpacked
        unpacked.clear()
    assert "RIGHT" in held.verify(rewritten(held.archive, partial(put_folder, name=in_folder(""))))


def grow(files: dict[str, bytes], *, name: str) -> None:
    files[in_folder(name)] = files.get(in_folder(name), b"") + b" " * (1 << 25)


def put_folder(files: dict[str, bytes], *, name: str) -> None:
    files[name] = b""


@pytest.mark.parametrize("odd", [b"unit_code\r\n441202\r\n", b"\xff"])
def test_figures_of_another_form_are_refused_in_words(held: Held, odd: bytes) -> None:
    said = json.loads(contents(held.archive)[in_folder("facts.json")])
    figures = contents(held.archive)[in_folder("observations.csv")]
    for other in (odd, figures.replace(b",840,", b",1/0,").replace(b",850,", b",1/0,")):
        with pytest.raises(Wrong, match="not of its form"):
            facts_stated(said, other)
