"""What to do where a database's server answers and lets nobody in: as a rule it was not prepared yet.

Of a connection that was never had libpq gives no code, only what the server, or a pooler before it, said in words.
"""

from __future__ import annotations

import re

from metrics.errors import Message

_NO_DATABASE = re.compile(r'database ".*" does not exist|no such database')
# A server that asks for a password says the same of a role that it does not know.
_NOT_LET_IN = re.compile(
    r'role ".*" (does not exist|is not permitted to log in)|permission denied for database'
    r"|password authentication failed|no such user"
)


def advice_at_the_door(said: str) -> Message:
    """The next step after a refusal in these words, to be put behind them; nothing where it is of another kind."""
    if _NO_DATABASE.search(said):
        return Message(
            "。服务器上没有这个数据库:请数据库管理员先建好(deploy/roles.sql),再以所有者的地址(BIAOCHI_MIGRATION_URL)"
            "执行 biaochi migrate;名称写错的,改 BIAOCHI_DATABASE_URL。",
            ". The server has no such database: its administrator makes it first (deploy/roles.sql), then run biaochi "
            "migrate with the owner's address in BIAOCHI_MIGRATION_URL; where its name is mistyped, mend "
            "BIAOCHI_DATABASE_URL.",
        )
    if _NOT_LET_IN.search(said):
        return Message(
            "。服务器不让这个角色进入:还没有准备好的,先以所有者的地址(BIAOCHI_MIGRATION_URL)执行 biaochi migrate,"
            "它建立服务的角色并授权,已有角色的口令和登录权不改;已准备好的,核对地址中的角色与口令。",
            ". The server does not let this role in. If it was not prepared yet, run biaochi migrate with the owner's "
            "address in BIAOCHI_MIGRATION_URL: it makes the service's role and gives it its rights, and leaves the "
            "password of one that is there, and whether it may log in, alone. Otherwise see role and password in the "
            "address.",
        )
    return Message("", "")
