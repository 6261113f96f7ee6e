"""An archive of WAL is one cluster's: who was made or restored later is another, whatever its files are called."""

from __future__ import annotations

from pathlib import Path

from metrics.server.archive_owner import OWNER_NAME, is_own, keep_name, name_anew


def folders(place: Path, *names: str) -> list[Path]:
    made = [place / name for name in names]
    for folder in made:
        folder.mkdir()
    return made


def test_whoever_writes_first_owns_it(tmp_path: Path) -> None:
    one, other, archive = folders(tmp_path, "one", "other", "archive")
    name_anew(one)
    name_anew(other)
    assert [is_own(one, archive), is_own(other, archive), is_own(one, archive)] == [True, False, True]
    assert {path.name for path in archive.iterdir()} == {OWNER_NAME}
    name_anew(one)  # it was restored
    assert not is_own(one, archive)


def test_an_archive_of_before_there_were_names_goes_to_a_cluster_of_before_them(tmp_path: Path) -> None:
    old, new, archive = folders(tmp_path, "old", "new", "archive")
    (archive / "000000010000000000000007").touch()
    name_anew(new)
    assert not is_own(new, archive)
    assert is_own(old, archive)
    assert is_own(old, archive)
    assert not is_own(new, archive)


def test_an_upgraded_cluster_goes_on_with_its_archive(tmp_path: Path) -> None:
    before, after, nameless, archive = folders(tmp_path, "before", "after", "nameless", "archive")
    name_anew(before)
    assert is_own(before, archive)
    keep_name(before, after)
    keep_name(nameless, nameless)
    assert is_own(after, archive)
    assert not (nameless / OWNER_NAME).exists()


def test_where_it_cannot_be_written_the_servers_failures_tell(tmp_path: Path) -> None:
    (cluster,) = folders(tmp_path, "cluster")
    assert is_own(cluster, tmp_path / "gone")
