"""Who is asking, and what that person or script may do. Everything about rights is decided here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from metrics.errors import Forbidden, Message


class Role(StrEnum):
    CLERK = "clerk"
    REVIEWER = "reviewer"
    EVALUATOR = "evaluator"
    ASSESSOR = "assessor"
    ADMIN = "admin"
    LEADER = "leader"

    @property
    def label(self) -> Message:
        """What people call it, as it stands within a sentence."""
        return _ROLE_LABELS[self]


class Scope(StrEnum):
    """What a request wants to do; the value is also the name of the token scope that allows it."""

    READ = "read"
    POST_SUBMISSION = "post_return"
    SIGN_OFF = "sign_off"
    VERIFY = "verify"
    RELEASE = "release"
    REVISE_TARGET = "revise_target"
    RECORD_ASSESSMENT = "record_assessment"
    MANAGE_PERIODS = "manage_periods"
    MANAGE_PEOPLE = "manage_people"
    SUPERVISE = "supervise"
    ANSWER_SLIP = "answer_slip"
    ADMINISTER = "administer"
    BULK = "bulk"


ALLOWED: dict[Role, frozenset[Scope]] = {
    Role.CLERK: frozenset({Scope.READ, Scope.POST_SUBMISSION, Scope.ANSWER_SLIP}),
    Role.REVIEWER: frozenset(
        {
            Scope.READ,
            Scope.VERIFY,
            Scope.RELEASE,
            Scope.POST_SUBMISSION,
            Scope.SIGN_OFF,
            Scope.BULK,
            Scope.MANAGE_PERIODS,
            Scope.MANAGE_PEOPLE,
            Scope.SUPERVISE,
        }
    ),
    Role.EVALUATOR: frozenset({Scope.READ, Scope.REVISE_TARGET}),
    Role.ASSESSOR: frozenset({Scope.READ, Scope.RECORD_ASSESSMENT}),
    Role.ADMIN: frozenset({Scope.READ, Scope.ADMINISTER, Scope.MANAGE_PEOPLE}),
    Role.LEADER: frozenset({Scope.READ, Scope.SIGN_OFF, Scope.ANSWER_SLIP}),
}
_ROLE_LABELS: dict[Role, Message] = {
    Role.CLERK: Message("填报员", "a clerk"),
    Role.REVIEWER: Message("审核员", "a reviewer"),
    Role.EVALUATOR: Message("评估员", "an evaluator"),
    Role.ASSESSOR: Message("第三方评估", "an assessor"),
    Role.ADMIN: Message("管理员", "an administrator"),
    Role.LEADER: Message("分管领导", "a unit's leader"),
}
_SCOPE_LABELS: dict[Scope, Message] = {
    Scope.READ: Message("查阅", "reading"),
    Scope.POST_SUBMISSION: Message("填报", "posting figures"),
    Scope.SIGN_OFF: Message("签发", "signing off"),
    Scope.VERIFY: Message("审核", "verifying"),
    Scope.RELEASE: Message("发布", "publishing releases"),
    Scope.REVISE_TARGET: Message("修订目标", "revising targets"),
    Scope.RECORD_ASSESSMENT: Message("登记评估结果", "recording assessments"),
    Scope.MANAGE_PERIODS: Message("管理报送期", "managing periods"),
    Scope.MANAGE_PEOPLE: Message("管理联系人", "managing contacts"),
    Scope.SUPERVISE: Message("督办", "supervising"),
    Scope.ANSWER_SLIP: Message("办理督办单", "answering slips"),
    Scope.ADMINISTER: Message("系统管理", "administering"),
    Scope.BULK: Message("批量导入", "loading in bulk"),
}
# The roles of a unit's own people: they see single submissions, reasons and assessments of their own units alone.
BOUND_TO_UNITS = frozenset({Role.CLERK, Role.LEADER})
# The roles of the bureau itself: they see how a unit's people are reached.
BUREAU = frozenset({Role.REVIEWER, Role.EVALUATOR, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Credential:
    """The session or token of a request, by its number. `used_at`: when its use was noted last; None: never."""

    kind: Literal["session", "token"]
    id: int
    used_at: datetime | None
    name: str = ""  # of a token


# What a role may not do although its people are likely to try, and the way there is.
_WAYS: dict[tuple[Role, Scope], Message] = {
    (Role.CLERK, Scope.SIGN_OFF): Message(
        "签发由分管领导本人办理,填报员不能代签:请把链接发送至领导本人的邮箱,或由领导用自己的账号签发;"
        "纸质签字由市局审核员登记。",
        "The leader signs in person; a clerk does not sign for the leader. Have the link sent to the leader's "
        "own address, or let the leader sign with their own account; a reviewer records a signature on paper.",
    )
}


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated person or token.

    `units`: those a clerk posts for and a leader signs for; empty for every other role, which is not bound to units.
    `scopes`: None for a signed-in person, else the actions the token allows. `token`: its name, empty for a person.
    `credential`: what it came with.
    """

    user_id: int
    username: str
    display_name: str
    role: Role
    units: frozenset[str] = frozenset()
    scopes: frozenset[Scope] | None = None
    token: str = ""
    credential: Credential | None = field(default=None, compare=False, repr=False)

    def may(self, scope: Scope) -> bool:
        return scope in ALLOWED[self.role] and (self.scopes is None or scope in self.scopes)

    @property
    def is_bound_to_units(self) -> bool:
        """A clerk or a leader: somebody of the units in `units`."""
        return self.role in BOUND_TO_UNITS

    @property
    def may_look_at_review(self) -> bool:
        """The bureau's review: reviewers act in it, evaluators look."""
        return self.role in (Role.REVIEWER, Role.EVALUATOR) and self.may(Scope.READ)

    def require(self, scope: Scope) -> None:
        """Raise Forbidden unless the principal may do what `scope` allows."""
        if not self.may(scope):
            raise Forbidden(code="role_forbidden", message=_WAYS.get((self.role, scope)) or self._refusal(scope))

    def _refusal(self, scope: Scope) -> Message:
        who, act = self.role.label, _SCOPE_LABELS[scope]
        if scope in ALLOWED[self.role]:
            return Message(
                f"此令牌无权执行此操作:其权限不含 {scope.value}({act.zh})。",
                f"This token does not allow it: its scopes leave out {scope.value} ({act.en}).",
            )
        return Message(
            f"{who.zh}无权执行此操作({act.zh},{scope.value})。",
            f"This is not for {who.en}: {act.en} ({scope.value}).",
        )

    def require_person(self) -> None:
        """Raise Forbidden for a token: what an account is reached by is changed by its person, signed in."""
        if self.scopes is not None:
            raise Forbidden(
                code="person_needed",
                message=Message(
                    "此操作须本人登录后进行,令牌不可。", "This is for the person, signed in; a token may not."
                ),
            )

    def may_post_for(self, unit: str) -> bool:
        """A clerk posts for their own units only; a reviewer posts for any unit (files from the bureau)."""
        return self.may(Scope.POST_SUBMISSION) and (self.role is Role.REVIEWER or unit in self.units)

    def belongs_to(self, unit: str) -> bool:
        """True for the bureau and for the unit's own people: those who may be told how its people are reached."""
        return self.role in BUREAU or unit in self.units

    def may_see_submissions_of(self, unit: str) -> bool:
        """Who is bound to units sees their submissions and the reasons in them; the other roles see everybody's."""
        return not self.is_bound_to_units or unit in self.units

    def require_unit(self, unit: str) -> None:
        """Raise Forbidden unless the principal may post for `unit`."""
        self.require(Scope.POST_SUBMISSION)
        if not self.may_post_for(unit):
            raise Forbidden(
                code="unit_forbidden",
                message=Message(
                    f"您不能为填报单位“{unit}”报送,只能报送本单位数据。",
                    f"You may not post for the unit {unit!r}; you post for your own units only.",
                ),
            )
