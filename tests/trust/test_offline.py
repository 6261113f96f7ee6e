"""The assessor's walk: pull, keep, see a correction, verify both offline, flip a byte, see it caught."""

from __future__ import annotations

import io
import json
import random
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from metrics.ledger.verifier import verifier_source
from metrics.ledger.verifying.checkpoint import open_checkpoint
from metrics.ledger.verifying.command import main
from metrics.ledger.verifying.faults import Wrong
from metrics.ledger.verifying.leaves import read_leaves
from metrics.ledger.verifying.merkle import leaf_hash
from metrics.ledger.verifying.observations import Story, check_observations
from metrics.ledger.verifying.question import as_of_seq, read_query
from tests.builders import whole_submission
from tests.callers import Caller
from tests.trust.archive import Archive

FLIPS = 150
QUERIES = (
    "",
    "history=true",
    "basis=verified",
    "basis=verified&history=true&lang=en",
    "unit=441202&element=items_online&element=items_total",
    "period=2019-09",
    "period_from=2019-10",
    "period_to=2019-08&history=true",
    "period_from=2019-09&period_to=2019-09&bom=1",
    "after_seq=2",
    "after_seq=3&history=true",
    "as_of=3",
    "as_of={now:%Y-%m-%dT%H:%M:%S}%2B08:00",
    "as_of={now:%Y-%m-%d}",
    "as_of={now:%Y-%m-%dT%H:%M:%S}",
)


def post(clerk: Caller, **given: object) -> dict[str, object]:
    """A submission of 441202, or its correction."""
    found = clerk.get(f"?unit={given.get('unit', '441202')}").json()["items"]
    headers = {"If_Match": found[0]["etag"]} if found else {}
    response = clerk.post({**whole_submission(**given.pop("changes", {})), **given}, **headers)  # type: ignore[arg-type]
    assert response.status_code == 201, response.text
    return dict(response.json())


def test_a_pull_and_an_earlier_one_are_verified_offline_and_a_flipped_byte_is_caught(
    kept: Archive, clerk: Caller, bureau: Caller
) -> None:
    posted = post(clerk)
    bureau.post({}, to=f"/{posted['id']}/verify")
    before = kept.pull("/observations.csv?lang=en", "before.csv")
    kept.keep(1)
    assert kept.verify(before, query="lang=en")[0] == 0

    post(clerk, changes={"items_online": 840, "items_full_online": 290}, reason='=counted twice, "sorry"\n抱歉')
    then = kept.client.get("/api/v1/ledger/checkpoint", headers=kept.headers)
    earlier = int((kept.folder / "checkpoint-1.txt").read_text().splitlines()[1])
    assert int(then.headers["X-As-Of-Seq"]) == earlier + 1
    kept.keep(2)
    address = f"/observations.csv?lang=en&as_of={earlier}"
    again = kept.pull(address, "again.csv")
    now = kept.pull("/observations.csv?history=true&bom=1", "now.csv")
    assert again.read_bytes() == before.read_bytes()
    assert kept.verify(again, query=f"https://biaochi.example/api/v1{address}", number=2, also=(1,))[0] == 0
    code, words = kept.verify(now, query="history=true&bom=1", number=2, also=(1,))
    assert (code, "47 rows" in words) == (0, True), words
    assert kept.verify(before, query="lang=en", number=2)[0] == 1

    content = bytearray(now.read_bytes())
    content[len(content) // 2] ^= 1
    flipped = kept.folder / "flipped.csv"
    flipped.write_bytes(content)
    code, words = kept.verify(flipped, query="history=true&bom=1", number=2)
    assert (code, "与账本不符" in words) == (1, True), words


def test_every_byte_counts(kept: Archive, clerk: Caller) -> None:
    """A sample; `python -m benchmarks.flips` makes ten thousand."""
    post(clerk)
    post(clerk, changes={"items_online": 840}, reason="counted twice")
    file = kept.pull("/observations.csv?history=true", "pull.csv")
    kept.keep()
    right, leaves = file.read_bytes(), leaves_of(kept)
    draw = random.Random(20191005)
    for _ in range(FLIPS):
        place, bit = draw.randrange(len(right)), draw.randrange(8)
        changed = bytearray(right)
        changed[place] ^= 1 << bit
        file.write_bytes(changed)
        with pytest.raises(Wrong), file.open("rb") as opened:
            check_observations(opened, Story(leaves, seq=len(leaves)), {"history": ["true"]})


def test_a_file_cut_short_or_lengthened_is_caught(kept: Archive, clerk: Caller) -> None:
    post(clerk)
    file = kept.pull("/observations.csv", "pull.csv")
    kept.keep()
    right = file.read_bytes()
    for changed in (right[:-1], right + b"x", b"", right.replace(b"\r", b""), b"\xef\xbb\xbf" + right):
        file.write_bytes(changed)
        with pytest.raises(Wrong):
            kept.verify_here(file)


def test_a_pull_with_any_parameter_can_be_written_anew(kept: Archive, clerk: Caller, bureau: Caller) -> None:
    post(clerk)
    posted = post(clerk, changes={"items_online": 840}, reason="-1+2")
    bureau.post({}, to=f"/{posted['id']}/verify")
    post(clerk, changes={"items_one_window": 730}, reason="再次更正")
    post(bureau, unit="441203")
    kept.keep()
    wrong = []
    now = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(seconds=1)  # written in whole seconds
    for query in (asked.format(now=now) for asked in QUERIES):
        file = kept.pull(f"/observations.csv?{query}", "pull.csv")
        try:
            kept.verify_here(file, query=query)
        except Wrong as refused:
            wrong.append((query, str(refused)))
    assert wrong == []


def test_a_page_of_a_pull_is_refused_not_guessed_at(kept: Archive, clerk: Caller) -> None:
    post(clerk)
    file = kept.pull("/observations.csv?limit=3", "page.csv")
    kept.keep()
    code, words = kept.verify(file, query="limit=3")
    assert (code, "limit" in words, "WRONG" in words) == (2, True, False)


@pytest.mark.parametrize(
    "query",
    [
        *("lang=fr", "lang=zh&lang=en", "bom=2", "history=maybe", "basis=x", "period=2019", "nothing"),
        *("as_of=x", "as_of=2019-10-10", "as_of=-1", "after_seq=x", f"after_seq={'9' * 5000}"),
    ],
)
def test_parameters_that_no_pull_has_are_refused_in_words(query: str) -> None:
    with pytest.raises(Wrong):
        as_of_seq(read_query(query), [])


def test_what_cannot_be_read_is_not_called_wrong(kept: Archive, clerk: Caller) -> None:
    post(clerk)
    file = kept.pull("/observations.csv", "数据.csv")
    kept.keep()
    at_hand = ["--entries=entries-1.jsonl", "--checkpoint=checkpoint-1.txt"]
    assert kept.run("数据.csv", *at_hand)[0] == 0
    for arguments in (
        ["没有.csv", *at_hand],
        [str(kept.folder), *at_hand],
        ["数据.csv", "--entries=没有.jsonl", "--checkpoint=checkpoint-1.txt"],
        ["数据.csv", "--entries=entries-1.jsonl", "--checkpoint=没有.txt"],
        ["数据.csv", "--checkpoint=checkpoint-1.txt"],
        ["数据.csv", *at_hand, "--key=x"],
        [file.name, *at_hand, "--query=lang=fr"],
    ):
        code, words = kept.run(*arguments)
        assert (code, "NOT CHECKED" in words, "WRONG" in words) == (2, True, False), words
        assert "Traceback" not in words


def test_a_checkpoint_that_went_through_an_editor_or_the_mail_still_opens(kept: Archive, clerk: Caller) -> None:
    post(clerk)
    file = kept.pull("/observations.csv", "pull.csv")
    kept.keep()
    checkpoint, entries = kept.folder / "checkpoint-1.txt", kept.folder / "entries-1.jsonl"
    note, lines = checkpoint.read_bytes().decode(), entries.read_text(encoding="utf-8")
    entries.write_text(lines, encoding="utf-8-sig", newline="\r\n")
    for content in (
        note.replace("\n", "\r\n").encode(),
        note.encode("utf-8-sig"),
        note.replace("\n", "\r\n").encode("utf-16"),
    ):
        checkpoint.write_bytes(content)
        assert "RIGHT" in kept.verify_here(file)
    origin, size, rest = note.split("\n", 2)
    checkpoint.write_bytes(f"{origin}\n{int(size) + 1}\n{rest}".encode("utf-8-sig"))
    with pytest.raises(Wrong):
        kept.verify_here(file)


def test_a_console_without_chinese_is_no_reason_to_fail(
    kept: Archive, clerk: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(clerk)
    kept.pull("/observations.csv", "pull.csv")
    kept.keep()
    narrow = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr("sys.stdout", narrow)
    given = [kept.folder / name for name in ("pull.csv", "entries-1.jsonl", "checkpoint-1.txt")]
    options = [f"--entries={given[1]}", f"--checkpoint={given[2]}", f"--key={kept.key()}"]
    assert main([str(given[0]), *options]) == 0
    narrow.seek(0)
    assert "RIGHT" in narrow.read()


def test_a_file_nested_without_end_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    deep = tmp_path / "receipt.json"
    deep.write_text("[" * 200_000)
    assert main([str(deep), "--key=x"]) == 1
    assert "WRONG" in capsys.readouterr().err


def test_an_entry_changed_left_out_or_moved_is_caught(kept: Archive, clerk: Caller) -> None:
    post(clerk)
    post(clerk, changes={"items_online": 840}, reason="counted twice")
    file = kept.pull("/observations.csv", "pull.csv")
    kept.keep()
    entries = kept.folder / "entries-1.jsonl"
    lines = entries.read_bytes().splitlines(keepends=True)
    for changed in (
        [*lines[:-1], lines[-1].replace(b"840", b"841")],
        lines[:-1],
        [lines[1], lines[0], *lines[2:]],
        [*lines[:-1], rehashed(lines[-1], b"840", b"841")],
        [*lines[:-1], b"{}\n"],
        [*lines[:-1], b"\xff\n"],
    ):
        entries.write_bytes(b"".join(changed))
        with pytest.raises(Wrong):
            kept.verify_here(file)


def test_the_verifier_needs_nothing_but_python(kept: Archive) -> None:
    assert (kept.folder / "verify.py").read_text(encoding="utf-8") == verifier_source()
    code, words = kept.run("--help")
    assert (code, "--checkpoint" in words) == (0, True)


def rehashed(line: bytes, before: bytes, after: bytes) -> bytes:
    """The entry with another leaf and the hash of that leaf."""
    entry = json.loads(line)
    entry["leaf"] = entry["leaf"].replace(before.decode(), after.decode())
    entry["leaf_hash"] = leaf_hash(entry["leaf"].encode()).hex()
    return json.dumps(entry).encode() + b"\n"


def leaves_of(kept: Archive) -> list[bytes | None]:
    checkpoint = open_checkpoint((kept.folder / "checkpoint-1.txt").read_bytes(), [kept.key()])
    with (kept.folder / "entries-1.jsonl").open("rb") as opened:
        return read_leaves(opened, [checkpoint])
