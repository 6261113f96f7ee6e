"""The copy of `BIAOCHI_READ_DATABASE_URL`: whether it answers, follows this database, and is read by whom rights hold.

While it does not do, pulls are read from the database and nobody notices; and a role above row security would read from
it as well as the right one. Neither shows by itself.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from metrics.authority import SYSTEM
from metrics.database import ReadSession, Sessions, make_engine
from metrics.doctor.line import DoctorLine, doubtful, fine, wrong
from metrics.doctor.server_lines import way_line
from metrics.errors import Message
from metrics.settings import Settings

_NEWEST = text("select seq, leaf_hash from ledger_entries order by seq desc limit 1")
_KNOWN = text("select true from ledger_entries where seq = :seq and leaf_hash = :leaf_hash")
_FOLLOWS = text("select pg_is_in_recovery()")
_ROLE = text("select rolname, rolsuper or rolbypassrls as unbound from pg_roles where rolname = current_user")
_AS_ASKED = Message("检查 BIAOCHI_READ_DATABASE_URL 与复制。", "See BIAOCHI_READ_DATABASE_URL and the replication.")


def copy_lines(session: ReadSession, configured: Settings) -> tuple[DoctorLine, ...]:
    """How the copy stands beside the database of `session`; no line where none is named."""
    if configured.read_database_url is None:
        return ()
    engine = make_engine(configured.read_database_url.get_secret_value(), pool_size=1)
    try:
        with Sessions(engine).read(SYSTEM) as copy:
            found = (_history(session, copy), _follows(copy), _role(session, copy))
            return (*found, way_line(copy.connection(), name="replica-tls"))
    except SQLAlchemyError as error:
        return (_away(error),)
    finally:
        engine.dispose()


def _away(error: SQLAlchemyError) -> DoctorLine:
    reason = str(error).splitlines()[0]
    return doubtful(
        "replica",
        Message(f"只读副本不能用,取数都由主库读取:{reason}", f"The copy cannot be read, and the database is: {reason}"),
        _AS_ASKED,
    )


def _history(session: ReadSession, copy: ReadSession) -> DoctorLine:
    """Ours is looked for in the copy first: by now it may have more than this session was begun with."""
    ours, theirs = session.execute(_NEWEST).one_or_none(), copy.execute(_NEWEST).one_or_none()
    if ours is None or copy.scalar(_KNOWN, ours._asdict()):
        return fine("replica", "只读副本有主库的全部记录。", "The copy has every entry of the database.")
    if theirs is None or session.scalar(_KNOWN, theirs._asdict()):
        entries = ours.seq - (0 if theirs is None else theirs.seq)
        found = Message(
            f"只读副本缺少最新的 {entries} 条,此时取数由主库读取。",
            f"The copy lacks the newest {entries} entries, and the database is read for now.",
        )
        return doubtful("replica", found, _AS_ASKED)
    found = Message(
        "只读副本是另一本账本,从不由它取数。", "The copy is of another ledger: nothing is ever read from it."
    )
    return wrong("replica", found, _AS_ASKED)


def _follows(copy: ReadSession) -> DoctorLine:
    if copy.scalar(_FOLLOWS):
        return fine("replica-follows", "只读副本跟随主库。", "The copy follows a database.")
    found = Message(
        "只读副本不跟随谁:就是主库,或已升为主库。",
        "The copy follows nothing: it is the database, or was promoted.",
    )
    return doubtful("replica-follows", found, _AS_ASKED)


def _role(session: ReadSession, copy: ReadSession) -> DoctorLine:
    """Who reads from the copy is held by the same rights as who reads from the database."""
    ours, theirs = session.execute(_ROLE).one(), copy.execute(_ROLE).one()
    if theirs.unbound or theirs.rolname != ours.rolname:
        return wrong(
            "replica-role",
            Message(
                f"以 {theirs.rolname} 读取只读副本,而不是服务的角色 {ours.rolname}:行级安全未必约束它。",
                f"The copy is read as {theirs.rolname} and not as the service's role, {ours.rolname}: row security may "
                "not hold it.",
            ),
            Message(
                f"在 BIAOCHI_READ_DATABASE_URL 中用 {ours.rolname}。",
                f"Use {ours.rolname} in BIAOCHI_READ_DATABASE_URL.",
            ),
        )
    return fine("replica-role", "以服务的角色读取只读副本。", "The copy is read by the service's role.")
