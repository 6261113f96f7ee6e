"""Whether others see that the ledger is only extended: witnesses, each asked now, and those who get checkpoints."""

from __future__ import annotations

from metrics.commands.ask_witnesses import newest_for
from metrics.database import ReadSession
from metrics.doctor.line import DoctorLine, doubtful, fine, wrong
from metrics.doctor.settings_lines import is_for_others
from metrics.errors import Invalid, Message
from metrics.ledger.verifying.policy import Trusted
from metrics.ledger.witnessing.asking import Submitted, WitnessFault, WitnessRefused, ask_witness
from metrics.ledger.witnessing.known import asked_witnesses, service_policy
from metrics.queries.checkpoints_sent import checkpoints_sent
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.settings import Settings

_NAME = "witnesses"
_ADVICE = Message("见 docs/witnesses.md。", "See docs/witnesses.md.")
_ALARM = Message(
    "比对见证人 refused/ 中的检查点与手中的检查点,查明账本是否被退回或改写;不要执行 ledger restored。",
    "Hold the checkpoints in the witness's refused/ against those that were kept, and find out whether the ledger was "
    "set back or rewritten; do not run ledger restored.",
)


def witness_lines(session: ReadSession, configured: Settings) -> tuple[DoctorLine, ...]:
    """A line for each witness; one that says so where there is none. Needs the newest schema."""
    try:
        witnesses = asked_witnesses(service_policy())
    except Invalid as unfit:
        return (wrong(_NAME, unfit.message, _ADVICE),)
    if not witnesses:
        return (_without(configured),)
    if is_demonstration_loaded(session):
        return (fine(_NAME, "有演示数据时不问见证人。", "Witnesses are not asked while demonstration data is loaded."),)
    return tuple(_asked(session, name, witness) for name, witness in witnesses.items())


def recipient_lines(session: ReadSession, configured: Settings) -> tuple[DoctorLine, ...]:
    """Whether checkpoints reach each who is to keep them, as far as they were sent."""
    failed = [one for one in checkpoints_sent(session, configured.checkpoint_to) if one.failure]
    if not configured.checkpoint_to:
        return ()
    if failed:
        named = "; ".join(f"{one.to} ({one.failure})" for one in failed)
        found = Message(f"检查点没有送到:{named}。", f"Checkpoints do not reach {named}.")
        advice = Message("检查 BIAOCHI_CHECKPOINT_TO 与邮件设置。", "See BIAOCHI_CHECKPOINT_TO and how e-mail is set.")
        return (doubtful("checkpoints", found, advice),)
    count = len(configured.checkpoint_to)
    return (fine("checkpoints", f"检查点发送给 {count} 处。", f"Checkpoints go to {count} recipients."),)


def _without(configured: Settings) -> DoctorLine:
    found = Message(
        "没有见证人:没有别的单位看着账本只增不改。",
        "No witness: no other office sees that the ledger is only extended.",
    )
    if is_for_others(configured):
        return doubtful(_NAME, found, _ADVICE)
    return fine(_NAME, found.zh, found.en)


def _asked(session: ReadSession, name: str, witness: Trusted) -> DoctorLine:
    found = newest_for(session, witness.key)
    if found is None:
        return fine(_NAME, f"{name}:账本尚无检查点。", f"{name}: the ledger has no checkpoint yet.")
    return _line(name, witness, *found)


def _line(name: str, witness: Trusted, asked: Submitted, old: int) -> DoctorLine:
    try:
        ask_witness(witness, asked, old=old)
    except WitnessRefused as refused:
        told = refused.fault.told
        if refused.fault is WitnessFault.OTHER_HISTORY:
            return wrong(_NAME, Message(f"{name} {told.zh}。", f"{name} {told.en}."), _ALARM)
        return doubtful(_NAME, Message(f"{name} {told.zh}。", f"{name} {told.en}."), _ADVICE)
    return fine(
        _NAME, f"{name} 签了前 {asked.size} 条的检查点。", f"{name} signs the checkpoint of {asked.size} entries."
    )
