"""What a declaration of rights says: who may do a thing, and of which units. Routes, acts and callbacks declare theirs.

The declarations are in `api/security/routes.py` and `dashboard/rights.py`; docs/security.md prints them as tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from metrics.errors import Forbidden, Message
from metrics.principal import ALLOWED, BUREAU, Principal, Role, Scope


class Units(StrEnum):
    """Of which units something is, or is shown. "Own" are those of the account, narrowed by its token."""

    NONE = "none"
    PUBLISHED = "published"
    COUNTS = "counts"
    OWN = "own"
    POSTED = "posted"
    MINE = "mine"
    LINK = "link"


UNITS_IN_WORDS: dict[Units, Message] = {
    Units.NONE: Message("不涉及单位", "no unit's data"),
    Units.PUBLISHED: Message(
        "各单位的进度与状态;原因、联系方式只给本单位与主管部门",
        "every unit's standing; reasons and contacts for the unit and the bureau alone",
    ),
    Units.COUNTS: Message(
        "指标所用的数据:各单位;其余与原因:本单位与主管部门",
        "counts that rates are made of: every unit; others, and reasons: the unit and the bureau",
    ),
    Units.OWN: Message("填报员、领导:本单位;其他:全部", "clerk and leader: own units; others: every unit"),
    Units.POSTED: Message("填报员:本单位;审核员:全部", "clerk: own units; reviewer: every unit"),
    Units.MINE: Message("本人的", "one's own"),
    Units.LINK: Message("链接所指的一份", "the one submission or material that a link is about"),
}


@dataclass(frozen=True, slots=True)
class Access:
    """`who`: a scope, whose roles and tokens may, or the roles that may with whatever token; `units`: of which units.

    `strangers`: also nobody, or, with `released`, nobody where released data is open to anyone. `blind`: also an
    assessor from whom reported figures are kept. `persons`: nobody by a token, which is no person.
    """

    who: Scope | frozenset[Role]
    units: Units = Units.NONE
    strangers: bool = False
    released: bool = False
    blind: bool = False
    persons: bool = False

    def is_for(self, role: Role) -> bool:
        """True if the role may, with whatever token it needs."""
        return self.who in ALLOWED[role] if isinstance(self.who, Scope) else role in self.who

    def require(self, principal: Principal) -> None:
        """Raise Forbidden unless the principal may: `role_forbidden`, or `person_needed` for a token."""
        if isinstance(self.who, Scope):
            principal.require(self.who)
        elif principal.role not in self.who:
            raise role_forbidden(principal.role)
        if self.persons:
            principal.require_person()


EVERYBODY = frozenset(Role)
BUREAU_AND_ASSESSORS = BUREAU | {Role.ASSESSOR}


def role_forbidden(role: Role) -> Forbidden:
    """The refusal of what is for other roles."""
    return Forbidden(
        code="role_forbidden",
        message=Message(f"{role.label.zh}无权执行此操作。", f"This is not for {role.label.en}."),
    )
