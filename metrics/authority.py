"""Who acts in a transaction: said to the database before the first statement, and forgotten when the transaction ends.

With it goes how the transaction is worked on: moments in UTC, and memory for sorting. Nothing is asked of a connection
as a whole: the next transaction on it may be somebody else's (decision 252).

The database's own rules (migrations 0023 and 0024) let through what this person may write and read, whatever the
program asks for. It is said for the transaction alone: a connection that goes back to a pool, ours or PgBouncer's,
keeps nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from metrics.principal import BOUND_TO_UNITS, Principal

SYSTEM_ROLE = "system"
PUBLIC_ROLE = "public"


@dataclass(frozen=True, slots=True)
class Authority:
    """`role`: that of a principal, `system`, `public`, or empty for nobody; `units`: of a role bound to units.

    Nobody may look up accounts and sign in, and sees nothing of any unit.
    """

    role: str = ""
    units: frozenset[str] = frozenset()
    user_id: int | None = None

    @property
    def said(self) -> dict[str, str]:
        """The parameters of :data:`SAY`."""
        user = "" if self.user_id is None else str(self.user_id)
        return {"role": self.role, "units": ",".join(sorted(self.units)), "user": user}


SAY = (
    "select set_config('biaochi.role', :role, true) as acting, set_config('biaochi.units', :units, true) as units,"
    " set_config('biaochi.user', :user, true) as acting_user,"
    " set_config('timezone', 'UTC', true) as timezone, set_config('work_mem', '16MB', true) as work_mem"
)
NOBODY = Authority()
# Whoever reads what is released, where that is open to anyone.
PUBLIC = Authority(role=PUBLIC_ROLE)
# The program itself: commands of the command line, whose user holds the database anyway; what is kept up to date beside
# the service; reminders; and whoever holds a link, for the one submission that it is about.
SYSTEM = Authority(role=SYSTEM_ROLE)


def authority_of(principal: Principal | None) -> Authority:
    """The principal's own transactions; those of a public reader for None."""
    if principal is None:
        return PUBLIC
    units = principal.units if principal.role in BOUND_TO_UNITS else frozenset()
    return Authority(role=principal.role.value, units=units, user_id=principal.user_id)
