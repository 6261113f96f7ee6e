"""A cluster brought to another version: here from the wheel's to the wheel's, since no other programs need be there.

`python -m benchmarks.other_programs` does it from Debian's PostgreSQL 15, with data, killed in its midst.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from metrics.backups import cluster_upgrade
from metrics.backups.cluster_upgrade import upgrade_cluster
from metrics.errors import BiaochiError, Message
from metrics.server.embedded import embedded_server
from metrics.server.home import finish_upgrade, has_cluster
from metrics.server.programs import EmbeddedServerRefused, major_version, program_path
from tests.clusters import kept, write

_EMIT = "pg_logical_emit_message(boolean, text, text, boolean)"


def _wheel() -> Path:
    return Path(program_path("postgres")).parent


def _tell(said: Message) -> None:
    assert said.zh
    assert said.en


def test_rows_secrets_and_rights_are_as_before_and_the_old_cluster_is_kept(
    used: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = major_version() - 1
    with embedded_server(used) as addresses:
        write(addresses.owner, 7)
        with psycopg.connect(addresses.owner) as owner:
            owner.execute(f"revoke execute on function {_EMIT} from public")
    monkeypatch.setattr(cluster_upgrade, "written_by", lambda cluster: written)
    monkeypatch.setattr(cluster_upgrade, "major_version", lambda folder=None: written if folder else written + 1)
    done = upgrade_cluster(used, old=_wheel(), tell=_tell)
    assert (done.before, done.after, done.rows) == (written, written + 1, 1)
    assert done.kept == used.resolve() / f"postgres-{written}"
    assert sorted(path.name for path in used.glob("*postgres*") if path.is_dir()) == ["postgres", done.kept.name]
    assert not list(used.glob("upgrade.*"))
    with embedded_server(used) as addresses:
        assert kept(addresses.owner) == [7]
        with psycopg.connect(addresses.application) as service:
            may = service.execute("select has_function_privilege(%s, 'execute')", [_EMIT]).fetchone()
        assert may == (False,)
    with pytest.raises(BiaochiError, match="move it away"):
        upgrade_cluster(used, old=_wheel(), tell=_tell)


def test_what_stands_in_the_way_is_told_and_the_cluster_left_alone(used: Path, tmp_path: Path) -> None:
    with embedded_server(used), pytest.raises(BiaochiError, match="in use"):
        upgrade_cluster(used, old=_wheel(), tell=_tell)
    with pytest.raises(BiaochiError, match="nothing to upgrade"):
        upgrade_cluster(used, old=_wheel(), tell=_tell)
    version = used / "postgres" / "PG_VERSION"
    for written in (15, 99):
        version.write_text(f"{written}\n", encoding="ascii")
        with pytest.raises(BiaochiError, match="--old-bin"):
            upgrade_cluster(used, old=_wheel(), tell=_tell)
    version.write_text("15\n", encoding="ascii")
    with pytest.raises(EmbeddedServerRefused, match="no program postgres"):
        upgrade_cluster(used, old=tmp_path, tell=_tell)
    version.write_text(f"{major_version()}\n", encoding="ascii")
    with embedded_server(used) as addresses:
        write(addresses.owner, 1)


@pytest.mark.parametrize(
    ("there", "after"),
    [
        ((), ()),
        (("postgres",), ("postgres",)),
        (("postgres.upgraded",), ("postgres",)),  # killed as they changed places
        (("postgres", "postgres.upgraded"), ("postgres",)),  # killed before
    ],
)
def test_a_kill_as_clusters_change_places_leaves_one_of_them(
    tmp_path: Path, there: tuple[str, ...], after: tuple[str, ...]
) -> None:
    for name in there:
        (tmp_path / name).mkdir()
        (tmp_path / name / "PG_VERSION").write_text(there[0])
    assert has_cluster(tmp_path) == bool(there)
    finish_upgrade(tmp_path)
    assert tuple(path.name for path in tmp_path.iterdir()) == after
    if after:
        assert (tmp_path / "postgres" / "PG_VERSION").read_text() == there[0]
