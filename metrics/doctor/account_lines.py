"""Accounts and tokens that should not be there, or not be so; the plan; and the key that signs the ledger."""

from __future__ import annotations

from datetime import datetime

from metrics.database import ReadSession
from metrics.doctor.line import DoctorLine, doubtful, fine, wrong
from metrics.errors import Message, PlanMissing
from metrics.ledger.continuation import look
from metrics.ledger.key_held import newest_key_refusal
from metrics.plan.store import require_plan
from metrics.principal import Role
from metrics.queries.accounts import AccountListed, TokenListed, accounts, issued_tokens
from metrics.queries.ledger import known_keys
from metrics.settings import Settings


def account_lines(session: ReadSession, configured: Settings, *, now: datetime) -> tuple[DoctorLine, ...]:
    """One line each, of what is in the tables at `now`."""
    people = accounts(session)
    return (
        _plan(session),
        _key(session),
        _signer(),
        _administrators(people),
        _demonstration(people, configured),
        _second_factors(people),
        _tokens(issued_tokens(session), now=now),
    )


def _plan(session: ReadSession) -> DoctorLine:
    try:
        require_plan(session)
    except PlanMissing as missing:
        advice = Message("执行 biaochi plan load 方案文件夹。", "Run biaochi plan load FOLDER.")
        return wrong("plan", Message("尚未载入方案。", missing.message.en.partition(".")[0] + "."), advice)
    return fine("plan", "方案已载入。", "A plan is loaded.")


def _key(session: ReadSession) -> DoctorLine:
    """The key in the file is the one that the ledger says signs now."""
    advice = Message(
        "从备份放回密钥文件;找不回来则 biaochi ledger rotate。",
        "Put the key's file back from its backup; if it is lost, run biaochi ledger rotate.",
    )
    refusal = newest_key_refusal(session)
    if refusal is not None:
        return wrong("ledger-key", refusal.message, advice)
    keys = known_keys(session)
    if not keys:
        return fine("ledger-key", "账本还没有密钥。", "The ledger has no key yet.")
    return fine("ledger-key", f"签名密钥 {keys[-1].key_id} 在位。", f"The signing key {keys[-1].key_id} is there.")


def _signer() -> DoctorLine:
    """The ledger goes on from what the signer remembers; whether its key is there the line before says."""
    refusal = look()
    if refusal is None or refusal.code.startswith("ledger_key_"):
        return fine("ledger", "账本接续签名器所记。", "The ledger goes on from what the signer remembers.")
    advice = Message(
        "没有恢复过备份的,停止服务,保全磁盘和记忆文件,查明原因;恢复过的,按上文声明。",
        "If nobody restored a backup stop the service, keep its disks and the memory's file, and find out why; "
        "if somebody did, declare it as said.",
    )
    return wrong("ledger", refusal.message, advice)


def _administrators(people: tuple[AccountListed, ...]) -> DoctorLine:
    there = [one.username for one in people if one.active and one.role is Role.ADMIN and not one.demonstration]
    if not there:
        return doubtful(
            "administrators",
            Message("没有系统管理员。", "There is no administrator."),
            Message("执行 biaochi user add 账号 --role admin。", "Run biaochi user add NAME --role admin."),
        )
    return fine("administrators", f"系统管理员 {len(there)} 人。", f"Administrators: {len(there)}.")


def _demonstration(people: tuple[AccountListed, ...], configured: Settings) -> DoctorLine:
    there = sum(one.demonstration and one.active for one in people)
    if not there:
        return fine("demo-accounts", "没有演示账号。", "There are no demonstration accounts.")
    found = Message(f"有 {there} 个演示账号。", f"There are {there} demonstration accounts.")
    advice = Message("执行 biaochi demo remove。", "Run biaochi demo remove.")
    return doubtful("demo-accounts", found, advice) if configured.demo else wrong("demo-accounts", found, advice)


def _second_factors(people: tuple[AccountListed, ...]) -> DoctorLine:
    """People who could sign in with a password alone until they set their second factor up."""
    without = [one.username for one in people if one.active and not one.demonstration and not one.second_factor]
    if not without:
        return fine("second-factors", "没有缺少第二因素的账号。", "No account lacks its second factor.")
    shown = ", ".join(without[:5]) + (" …" if len(without) > 5 else "")
    return doubtful(
        "second-factors",
        Message(
            f"{len(without)} 人还没有第二因素:{shown}。", f"Without a second factor so far ({len(without)}): {shown}."
        ),
        Message(
            "请他们登录一次并设置;不用的账号停用。",
            "Have them sign in once, which sets it up; disable accounts that nobody uses.",
        ),
    )


def _tokens(issued: tuple[TokenListed, ...], *, now: datetime) -> DoctorLine:
    open_ones = [
        token for token in issued if token.revoked_at is None and (token.expires_at is None or token.expires_at > now)
    ]
    endless = [str(token.id) for token in open_ones if token.expires_at is None]
    if endless:
        shown = ", ".join(endless[:5]) + (" …" if len(endless) > 5 else "")
        return doubtful(
            "tokens",
            Message(f"不会到期的令牌:{shown}。", f"Tokens that never expire: {shown}."),
            Message("改发有期限的令牌,撤销这些。", "Issue tokens that expire, and revoke these."),
        )
    return fine(
        "tokens", f"有效令牌 {len(open_ones)} 个,都有期限。", f"Tokens in force: {len(open_ones)}; all of them expire."
    )
