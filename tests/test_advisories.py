"""The check of the locks against advisories, on a made list and a made lock."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import advisories
from tests.advisories import advisories_in, affected_by, is_affected, main, pinned
from tests.serving import ROOT

LOCK = """# made
Some_Package==2.3.1 \\
    --hash=sha256:00
other.one[extra]==1.0rc1 ; sys_platform == "linux" \\
    --hash=sha256:00
other.one==0.9 ; sys_platform != "linux" \\
    --hash=sha256:00
"""


def entry(*events: dict[str, str], name: str = "some-package", kind: str = "ECOSYSTEM", **more: Any) -> dict[str, Any]:
    ranges = [{"type": kind, "events": list(events)}] if events else []
    return {"package": {"ecosystem": "PyPI", "name": name}, "ranges": ranges, **more}


def advisory(number: int, *entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": f"MADE-{number}", "summary": "made up", "affected": list(entries), **more}


def folder_of(at: Path, *found: dict[str, Any]) -> Path:
    for one in found:
        (at / f"{one['id']}.json").write_text(json.dumps(one), encoding="utf-8")
    return at


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([{"introduced": "0"}], True),
        ([{"introduced": "0"}, {"fixed": "2.3.1"}], False),
        ([{"introduced": "0"}, {"fixed": "2.3.2"}], True),
        ([{"introduced": "2.3.2"}], False),
        ([{"introduced": "0"}, {"last_affected": "2.3.1"}], True),
        ([{"introduced": "0"}, {"last_affected": "2.3.0"}], False),
        ([{"introduced": "0"}, {"fixed": "1.0"}, {"introduced": "2.0"}, {"fixed": "2.4"}], True),
        ([{"fixed": "2.4"}, {"introduced": "2.0"}, {"fixed": "1.0"}, {"introduced": "0"}], True),  # in any order
        ([{"introduced": "0"}, {"fixed": "1.0"}, {"introduced": "3.0"}], False),
        ([{"introduced": "0"}, {"limit": "2.0"}], False),
        ([{"introduced": "2.3.1rc1"}, {"fixed": "2.3.1.post1"}], True),
        ([{"introduced": "0"}, {"fixed": "2.10"}], True),  # by PEP 440 and not by letters
    ],
)
def test_ranges_are_read_as_the_schema_says(events: list[dict[str, str]], expected: bool) -> None:
    assert is_affected("2.3.1", entry(*events)) is expected


def test_listed_versions_count_beside_ranges_and_commits_do_not() -> None:
    assert is_affected("2.3.1", entry(versions=["2.3.1.0"]))
    assert not is_affected("2.3.1", entry(versions=["2.3", "a-name"]))
    assert not is_affected("2.3.1", entry({"introduced": "0"}, kind="GIT"))


def test_pre_releases_lie_before_their_release_and_after_the_beginning() -> None:
    assert is_affected("1.0rc1", entry({"introduced": "0"}, {"fixed": "1.0"}))
    assert is_affected("0.dev1", entry({"introduced": "0"}))


def test_names_are_compared_as_indexes_compare_them_and_markers_are_passed_over() -> None:
    assert pinned(LOCK) == {"some-package": ("2.3.1",), "other-one": ("1.0rc1", "0.9")}


def test_every_lock_of_the_project_is_read_whole() -> None:
    assert {path.name for path in ROOT.glob("*.lock")} == set(advisories.LOCKS)
    for name in advisories.LOCKS:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert sum(map(len, pinned(text).values())) == sum(
            "==" in line and not line.startswith((" ", "#")) for line in text.splitlines()
        )


def test_what_is_affected_is_named_with_the_version_that_mends_it(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        advisory(1, entry({"introduced": "0"}, {"fixed": "2.4"}, name="Some.Package")),
        advisory(2, entry({"introduced": "0"}), withdrawn="2020-01-01T00:00:00Z"),
        advisory(3, {**entry({"introduced": "0"}), "package": {"ecosystem": "npm", "name": "some-package"}}),
        advisory(4, entry({"introduced": "0"}, name="elsewhere")),
    )
    (found,) = affected_by(advisories_in(folder), {"made.lock": pinned(LOCK)})
    assert str(found) == "made.lock: some-package 2.3.1: MADE-1 (fixed in 2.4) made up"


@pytest.fixture
def locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for advisories, beside locks with two packages."""
    for name in advisories.LOCKS:
        (tmp_path / name).write_text(LOCK, encoding="utf-8")
    monkeypatch.setattr(advisories, "ROOT", tmp_path)
    (tmp_path / "osv").mkdir()
    return tmp_path / "osv"


def test_the_check_ends_in_1_where_something_is_known(locked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder_of(locked, advisory(1, entry({"introduced": "2"})), advisory(2, entry({"introduced": "0"}, {"fixed": "1"})))
    assert main([str(locked)]) == 1
    output, locks = capsys.readouterr().out, len(advisories.LOCKS)
    assert output.count("MADE-1 (no fix known)") == locks
    assert "MADE-2" not in output
    assert f"2 read, {3 * locks} pinned packages in {locks} locks, {locks} affected" in output


def test_what_was_accepted_is_passed_over_as_long_as_there_is_such_an_advisory(
    locked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder_of(locked, advisory(1, entry({"introduced": "2"})))
    monkeypatch.setattr(advisories, "ACCEPTED", {"MADE-1": "made up"})
    assert main([str(locked)]) == 0
    monkeypatch.setattr(advisories, "ACCEPTED", {"MADE-1": "made up", "MADE-9": "is gone"})
    assert main([str(locked)]) == 1


def test_without_a_folder_nothing_is_said_to_have_been_checked(
    locked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == main([""]) == 0
    assert main([str(locked)]) == 2  # empty
    (locked / "torn.json").write_text('{"id": ', encoding="utf-8")
    assert main([str(locked)]) == 2
    output = capsys.readouterr().out.splitlines()
    assert len(output) == 4
    assert all("not checked" in line and "未检查" in line for line in output)
