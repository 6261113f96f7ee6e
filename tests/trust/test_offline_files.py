"""`verify.py` and the files that people really have: odd reasons, saved again, altered, or not what is asked."""

from __future__ import annotations

import gzip

import pytest

from metrics.ledger.verifying.faults import Unchecked, Wrong
from tests.callers import Caller
from tests.trust.archive import Archive
from tests.trust.test_offline import post


@pytest.mark.parametrize(
    "reason", ["＋补报漏项", "－更正", "＝SUM(A1)", "＠甲", "\n漏计", "=1+1", " +2", '漏报,含"引号"']
)
def test_whatever_reason_a_correction_has_the_pull_is_right(kept: Archive, clerk: Caller, reason: str) -> None:
    post(clerk)
    post(clerk, changes={"items_online": 840}, reason=reason)
    kept.keep()
    file = kept.pull("/observations.csv?history=true", "pull.csv")
    assert "RIGHT" in kept.verify_here(file, query="history=true")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_that_was_saved_again_is_refused_with_a_way_out(kept: Archive, clerk: Caller, encoding: str) -> None:
    post(clerk)
    file = kept.pull("/observations.csv", "数据.csv")
    kept.keep()
    file.write_bytes(file.read_bytes().decode().replace("2019-09,", "Sep-19,").encode(encoding))
    with pytest.raises(Wrong, match="saved again it cannot fit"):
        kept.verify_here(file)


def test_a_packed_pull_is_read_as_what_it_unpacks_to_and_every_byte_of_that_counts(
    kept: Archive, clerk: Caller
) -> None:
    post(clerk)
    kept.keep()
    for address in ("/observations.csv", "/rates.csv"):
        content = kept.pull(address, "pull.csv").read_bytes()
        packed = kept.folder / "pull.csv.gz"
        packed.write_bytes(gzip.compress(content, 1, mtime=0))
        assert "RIGHT" in kept.verify_here(packed)
        packed.write_bytes(gzip.compress(content.replace(b"2019-09", b"2019-08", 1), 1, mtime=0))
        with pytest.raises(Wrong):
            kept.verify_here(packed)
        right = gzip.compress(content, 1, mtime=0)
        for place in range(10, len(right), len(right) // 8):
            packed.write_bytes(right[:place] + bytes([right[place] ^ 1]) + right[place + 1 :])
            with pytest.raises(Wrong):
                kept.verify_here(packed)
        for length in (1, 9, len(right) // 2, len(right) - 1):
            packed.write_bytes(right[:length])
            with pytest.raises(Wrong):
                kept.verify_here(packed)


def test_a_quote_put_into_a_long_file_is_refused_in_words(kept: Archive, clerk: Caller) -> None:
    for unit, number in ((unit, number) for unit in ("441202",) for number in range(40)):
        post(clerk, unit=unit, changes={"items_online": 700 + number}, reason="更正" * 400)
    kept.keep()
    file = kept.pull("/observations.csv?history=true", "pull.csv")
    content = file.read_bytes()
    assert len(content) > 131_072  # longer than a cell that Python's reader takes
    file.write_bytes(content.replace(b",2019-09,", b',"019-09,', 1))
    with pytest.raises(Wrong, match="Row 1 "):
        kept.verify_here(file, query="history=true")


def test_a_question_beyond_what_is_at_hand_is_not_answered(kept: Archive, clerk: Caller) -> None:
    post(clerk)
    kept.keep()
    file = kept.pull("/observations.csv", "pull.csv")
    for query in ("as_of=999999",):
        with pytest.raises(Unchecked, match="get newer ones"):
            kept.verify_here(file, query=query)
    assert "every column is proved" in kept.verify_here(kept.pull("/rates.csv", "rates.csv"))
    other = kept.pull("/units.csv", "units.csv")
    with pytest.raises(Unchecked, match="What can be checked"):
        kept.verify_here(other)
    (kept.folder / "entries-1.jsonl").write_bytes(b"")
    with pytest.raises(Unchecked, match="empty"):
        kept.verify_here(file)
