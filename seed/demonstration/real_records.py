"""What people recorded for real in a database that holds the demonstration: the removal must not take it unasked.

Every entry of the ledger that does not say that it is synthetic counts, of whatever kind it is, also of kinds that came
later; and of what stands outside the ledger, what people wrote and have nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text

from metrics.database import ReadSession
from metrics.errors import Message

# The plan is loaded anew, a key signs nothing any more, the method is the program's and settings are stated anew at
# the next start: nobody loses any of them.
NOBODY_S = ("plan", "key", "method", "settings")
RECORD_WORDS: Mapping[str, Message] = {
    "submission": Message("月报", "submissions"),
    "verification": Message("月报审核", "reviews of submissions"),
    "sign_off": Message("签发", "signatures"),
    "task_report": Message("任务月报", "task reports"),
    "task_check": Message("任务月报确认", "checks of task reports"),
    "task_sanction": Message("任务处置", "sanctions on tasks"),
    "material": Message("工作进展情况材料", "acts on monthly material"),
    "attachment": Message("附件", "files"),
    "work_plan": Message("工作计划", "work plans"),
    "funding": Message("资金保障", "records of funding"),
    "slip": Message("督办单办理", "acts on slips"),
    "self_assessment": Message("自查评估", "self-assessments"),
    "inspection_finding": Message("督查问题", "findings"),
    "rectification": Message("整改办理", "acts on findings"),
    "inquiry_score": Message("暗访等评分", "scores of inquiries"),
    "score_rule": Message("绩效考核规则", "rules of the performance score"),
    "gate_rule": Message("节点时限的确定", "rules on binding dates"),
    "assessment": Message("第三方评估", "assessments"),
    "sample": Message("抽查", "samples"),
    "findings": Message("抽查结果", "results of samples"),
    "override": Message("人工定色", "lights set by hand"),
    "period": Message("报告期的锁定和例外", "locks of periods and exceptions"),
    "people": Message("责任人", "records of people"),
    "target": Message("目标修订", "revisions of targets"),
    "weights": Message("权重", "weights"),
    "release": Message("数据发布", "releases"),
    "announcement": Message("发布日程", "acts on the release calendar"),
    "bulletin": Message("通报", "acts on bulletins"),
    "drafts": Message("未报送的月报草稿", "drafts of submissions"),
    "confirmed_layouts": Message("已确认的表格版式", "confirmed layouts"),
}
_ENTRIES = text(
    "select kind, count(*) from ledger_entries where kind <> all(:nobody_s)"
    " and not coalesce((leaf::jsonb -> 'synthetic')::boolean, false) group by kind"
)
_OF_DEMONSTRATION = "(select username from users where demonstration)"
_OUTSIDE = {
    "drafts": text(f"select count(*) from drafts where username not in {_OF_DEMONSTRATION}"),  # noqa: S608  ours
    "confirmed_layouts": text(
        f"select count(*) from confirmed_layouts where confirmed_by not in {_OF_DEMONSTRATION}"  # noqa: S608  ours
    ),
}


def real_records(session: ReadSession) -> dict[str, int]:
    """How many there are of each kind of entry, and of each table outside the ledger; none of what there is none of."""
    counts: dict[str, int] = {row[0]: row[1] for row in session.execute(_ENTRIES, {"nobody_s": list(NOBODY_S)})}
    counts |= {table: session.scalar(query) or 0 for table, query in _OUTSIDE.items()}
    order = {kind: place for place, kind in enumerate(RECORD_WORDS)}
    known = sorted(counts, key=lambda kind: (order.get(kind, len(order)), kind))
    return {kind: counts[kind] for kind in known if counts[kind]}


def in_words(counts: Mapping[str, int]) -> Message:
    """月报 1、自查评估 2; in English submissions: 1, self-assessments: 2."""
    named = [(RECORD_WORDS.get(kind, Message(kind, kind)), count) for kind, count in counts.items()]
    return Message(
        "、".join(f"{words.zh} {count} 条" for words, count in named),
        ", ".join(f"{words.en}: {count}" for words, count in named),
    )
