"""Who is asking, and what that person or script may do. Everything about rights is decided here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from metrics.errors import Forbidden, Message


class Role(StrEnum):
    CLERK = "clerk"
    REVIEWER = "reviewer"
    EVALUATOR = "evaluator"
    ASSESSOR = "assessor"
    ADMIN = "admin"
    LEADER = "leader"


class Action(StrEnum):
    """What a request wants to do; the value is also the name of the token scope that allows it."""

    READ = "read"
    POST_RETURN = "post_return"
    SIGN_OFF = "sign_off"
    VERIFY = "verify"
    RELEASE = "release"
    REVISE_TARGET = "revise_target"
    RECORD_ASSESSMENT = "record_assessment"
    MANAGE_PERIODS = "manage_periods"
    MANAGE_PEOPLE = "manage_people"
    ADMINISTER = "administer"
    BULK = "bulk"


ALLOWED: dict[Role, frozenset[Action]] = {
    Role.CLERK: frozenset({Action.READ, Action.POST_RETURN}),
    Role.REVIEWER: frozenset(
        {
            Action.READ,
            Action.VERIFY,
            Action.RELEASE,
            Action.POST_RETURN,
            Action.SIGN_OFF,
            Action.BULK,
            Action.MANAGE_PERIODS,
            Action.MANAGE_PEOPLE,
        }
    ),
    Role.EVALUATOR: frozenset({Action.READ, Action.REVISE_TARGET}),
    Role.ASSESSOR: frozenset({Action.READ, Action.RECORD_ASSESSMENT}),
    Role.ADMIN: frozenset({Action.READ, Action.ADMINISTER, Action.MANAGE_PEOPLE}),
    Role.LEADER: frozenset({Action.READ, Action.SIGN_OFF}),
}
# The roles of a unit's own people: they see single submissions, reasons and assessments of the own units alone.
BOUND_TO_UNITS = frozenset({Role.CLERK, Role.LEADER})
# The roles of the bureau itself: they see how a unit's people are reached.
BUREAU = frozenset({Role.REVIEWER, Role.EVALUATOR, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated person or token.

    `units`: those a clerk posts for and a leader signs for; empty for every other role, which is not bound to units.
    `scopes`: None for a signed-in person, else the actions the token allows.
    """

    user_id: int
    username: str
    display_name: str
    role: Role
    units: frozenset[str] = frozenset()
    scopes: frozenset[Action] | None = None

    def may(self, action: Action) -> bool:
        return action in ALLOWED[self.role] and (self.scopes is None or action in self.scopes)

    @property
    def is_bound_to_units(self) -> bool:
        """A clerk or a leader: somebody of the units in `units`."""
        return self.role in BOUND_TO_UNITS

    @property
    def may_look_at_review(self) -> bool:
        """The bureau's review: reviewers act in it, evaluators look."""
        return self.role in (Role.REVIEWER, Role.EVALUATOR) and self.may(Action.READ)

    def require(self, action: Action) -> None:
        """Raise Forbidden unless the principal may do `action`."""
        if not self.may(action):
            raise Forbidden(
                code="role_forbidden",
                message=Message(
                    f"当前身份({self.role.value})无权执行此操作({action.value})。",
                    f"The role {self.role.value} (or this token's scopes) does not allow {action.value}.",
                ),
            )

    def may_post_for(self, unit: str) -> bool:
        """A clerk posts for own units only; a reviewer posts for any unit (files from the bureau)."""
        return self.may(Action.POST_RETURN) and (self.role is Role.REVIEWER or unit in self.units)

    def belongs_to(self, unit: str) -> bool:
        """True for the bureau and for the unit's own people: those who may be told how its people are reached."""
        return self.role in BUREAU or unit in self.units

    def may_see_returns_of(self, unit: str) -> bool:
        """Who is bound to units sees their returns and the reasons in them; the other roles see everybody's."""
        return not self.is_bound_to_units or unit in self.units

    def require_unit(self, unit: str) -> None:
        """Raise Forbidden unless the principal may post for `unit`."""
        self.require(Action.POST_RETURN)
        if not self.may_post_for(unit):
            raise Forbidden(
                code="unit_forbidden",
                message=Message(
                    f"您不能为填报单位“{unit}”报送,只能报送本单位数据。",
                    f"You may not post for the unit {unit!r}; you post for your own units only.",
                ),
            )
