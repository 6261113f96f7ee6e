"""What the audit speaks of: every act it knows by name, what became of one, and by which way it came."""

from __future__ import annotations

from enum import StrEnum

from metrics.errors import Message


class Recorded(StrEnum):
    """When an act has a row of its own."""

    WITH_CHANGE = "with_change"  # in the transaction that changes something; what is refused or fails, in its own
    ALWAYS = "always"  # at its end, in a transaction of its own, whatever became of it
    WHEN_REFUSED = "when_refused"  # only where somebody may not; looking at single things is not recorded otherwise


class AuditOutcome(StrEnum):
    DONE = "done"
    REFUSED = "refused"  # whoever asked may not, is not known, or asked too often
    FAILED = "failed"  # could not be done: what was sent is wrong, stale or too large, or the service failed


class AuditChannel(StrEnum):
    API = "api"
    PAGE = "page"
    COMMAND = "command"
    SERVICE = "service"


class AuditAction(StrEnum):
    """An act, as the audit's column `action` names it."""

    SIGN_IN = "session.sign_in"
    SIGN_OUT = "session.sign_out"
    END_SESSION = "session.end"
    CHANGE_PASSWORD = "password.change"  # noqa: S105  the name of an act
    RESET_PASSWORD = "password.reset"  # noqa: S105  the name of an act
    SECOND_FACTOR = "second_factor.change"
    ADD_USER = "user.add"
    ENABLE_USER = "user.enable"
    DISABLE_USER = "user.disable"
    CHANGE_ROLE = "user.role"
    CHANGE_UNITS = "user.units"
    CHANGE_EMAIL = "user.email"
    ISSUE_TOKEN = "token.issue"  # noqa: S105  the name of an act
    REVOKE_TOKEN = "token.revoke"  # noqa: S105  the name of an act
    POST_SUBMISSION = "submission.post"
    TRY = "dry_run"
    KEEP_DRAFT = "draft.keep"
    DISCARD_DRAFT = "draft.discard"
    KEEP_FILE = "file.keep"
    VERIFY = "submission.verify"
    SEND_BACK = "submission.send_back"
    REOPEN = "submission.reopen"
    SIGN_OFF = "submission.sign_off"
    ASK_SIGN_OFF = "submission.ask_sign_off"
    WITHDRAW_LAYOUT = "layout.withdraw"
    LOAD_HISTORY = "history.load"
    LOCK_PERIOD = "period.lock"
    UNLOCK_PERIOD = "period.unlock"
    EXCEPT_UNIT = "period.except"
    END_EXCEPTION = "period.end"
    RECORD_PERSON = "person.record"
    FORGET_CONTACT = "person.forget"
    ADD_TARGET = "target.add"
    REVISE_TARGET = "target.revise"
    SET_WEIGHTS = "weights.set"
    FOLLOW = "follow.change"
    OVERRIDE_LIGHT = "light.override"
    RECORD_ASSESSMENT = "assessment.record"
    REVISE_ASSESSMENT = "assessment.revise"
    DRAW_SAMPLE = "sample.draw"
    RECORD_FINDINGS = "sample.findings"
    REPORT_TASK = "task.report"
    ATTACH_FILE = "attachment.add"
    CHECK_TASK = "task.check"
    SANCTION = "task.sanction"
    ANNOUNCE = "release.announce"
    BIND_GATE_DATE = "gate_rule.bind"
    SEND_MATERIAL = "material.send"
    NOTE_SEEN = "material.seen"
    SIGN_MATERIAL = "material.sign_off"
    FILE_WORK_PLAN = "work_plan.file"
    RECORD_FUNDING = "funding.record"
    ISSUE_SLIP = "slip.issue"
    ANSWER_SLIP = "slip.answer"
    DECIDE_SLIP = "slip.decide"
    ASSESS_ITSELF = "self.submit"
    SIGN_SELF_ASSESSMENT = "self.sign"
    WEIGH_SCORES = "score.weigh"
    RECORD_INQUIRY = "score.inquiry"
    RAISE_FINDING = "finding.raise"
    ANSWER_FINDING = "finding.answer"
    CLOSE_FINDING = "finding.close"
    RETURN_FINDING = "finding.return"
    WITHDRAW_FINDING = "finding.withdraw"
    PUBLISH_RELEASE = "release.publish"
    WRITE_BULLETIN = "bulletin.write"
    LOAD_PLAN = "plan.load"
    REMIND = "reminder.send"
    LOAD_DEMONSTRATION = "demonstration.load"
    REMOVE_DEMONSTRATION = "demonstration.remove"
    MIGRATE = "database.migrate"
    REBUILD = "database.rebuild"
    BACK_UP = "database.backup"
    RESTORE = "database.restore"
    LET_READ = "database.reader"
    ISSUE_CHECKPOINT = "ledger.checkpoint"
    SEND_CHECKPOINT = "ledger.checkpoint.send"
    CHANGE_KEY = "ledger.key"
    DECLARE_RESTORED = "ledger.restored"
    START_SERVICE = "service.start"
    STOP_SERVICE = "service.stop"
    PULL_DATA = "data.pull"
    DOWNLOAD_RELEASE = "release.download"
    DOWNLOAD_BULLETIN = "bulletin.download"
    DOWNLOAD_SAMPLE = "sample.download"
    DOWNLOAD_FILE = "file.download"
    DOWNLOAD_ATTACHMENT = "attachment.download"
    READ_LEDGER = "ledger.read"
    LIST_ACCOUNTS = "account.list"
    READ_SETTINGS = "settings.read"
    READ_AUDIT = "audit.read"
    PRUNE_AUDIT = "audit.prune"
    OTHER_CHANGE = "other.change"
    LOOK = "look"

    @property
    def words(self) -> Message:
        """The act in both languages."""
        return _ACTS[self][0]

    @property
    def recorded(self) -> Recorded:
        return _ACTS[self][1]


_CHANGE, _ALWAYS = Recorded.WITH_CHANGE, Recorded.ALWAYS
_ACTS: dict[AuditAction, tuple[Message, Recorded]] = {
    AuditAction.SIGN_IN: (Message("登录", "Sign in"), _ALWAYS),
    AuditAction.SIGN_OUT: (Message("退出登录", "Sign out"), _ALWAYS),
    AuditAction.END_SESSION: (Message("结束登录会话", "End a session"), _CHANGE),
    AuditAction.CHANGE_PASSWORD: (Message("修改密码", "Change one's password"), _CHANGE),
    AuditAction.RESET_PASSWORD: (Message("重置密码", "Reset a password"), _CHANGE),
    AuditAction.SECOND_FACTOR: (Message("变更第二因素", "Change a second factor"), _CHANGE),
    AuditAction.ADD_USER: (Message("添加账号", "Add an account"), _CHANGE),
    AuditAction.ENABLE_USER: (Message("启用账号", "Enable an account"), _CHANGE),
    AuditAction.DISABLE_USER: (Message("停用账号", "Disable an account"), _CHANGE),
    AuditAction.CHANGE_ROLE: (Message("变更账号角色", "Change an account's role"), _CHANGE),
    AuditAction.CHANGE_UNITS: (Message("变更账号所属单位", "Change an account's units"), _CHANGE),
    AuditAction.CHANGE_EMAIL: (Message("变更账号邮箱", "Change an account's e-mail address"), _CHANGE),
    AuditAction.ISSUE_TOKEN: (Message("签发令牌", "Issue a token"), _CHANGE),
    AuditAction.REVOKE_TOKEN: (Message("撤销令牌", "Revoke a token"), _CHANGE),
    AuditAction.POST_SUBMISSION: (Message("报送月报", "Send a submission"), _CHANGE),
    AuditAction.TRY: (Message("试行,不保存", "Try without storing"), _ALWAYS),
    AuditAction.KEEP_DRAFT: (Message("暂存草稿", "Keep a draft"), _ALWAYS),
    AuditAction.DISCARD_DRAFT: (Message("放弃草稿", "Discard a draft"), _CHANGE),
    AuditAction.KEEP_FILE: (Message("留存未通过的文件", "Keep a refused file for its sender"), _CHANGE),
    AuditAction.VERIFY: (Message("审核通过", "Verify a submission"), _CHANGE),
    AuditAction.SEND_BACK: (Message("退回月报", "Send a submission back"), _CHANGE),
    AuditAction.REOPEN: (Message("重新开放月报", "Open a submission again"), _CHANGE),
    AuditAction.SIGN_OFF: (Message("签发月报", "Sign a submission off"), _CHANGE),
    AuditAction.ASK_SIGN_OFF: (Message("发送签发链接", "Send a link for signing off"), _ALWAYS),
    AuditAction.WITHDRAW_LAYOUT: (Message("撤回已确认的版式", "Withdraw a confirmed layout"), _CHANGE),
    AuditAction.LOAD_HISTORY: (Message("批量载入历史数据", "Load history in bulk"), _CHANGE),
    AuditAction.LOCK_PERIOD: (Message("锁定报告期", "Lock a period"), _CHANGE),
    AuditAction.UNLOCK_PERIOD: (Message("解除报告期锁定", "Open a period again"), _CHANGE),
    AuditAction.EXCEPT_UNIT: (Message("准予单位例外", "Grant a unit an exception"), _CHANGE),
    AuditAction.END_EXCEPTION: (Message("结束单位例外", "End a unit's exception"), _CHANGE),
    AuditAction.RECORD_PERSON: (Message("登记负责人或联络人", "Record a leader or liaison"), _CHANGE),
    AuditAction.FORGET_CONTACT: (Message("删除联系方式", "Delete contact details"), _CHANGE),
    AuditAction.ADD_TARGET: (Message("新增目标", "Add a target"), _CHANGE),
    AuditAction.REVISE_TARGET: (Message("修订目标", "Revise a target"), _CHANGE),
    AuditAction.FOLLOW: (Message("关注或取消关注", "Follow, or follow no longer"), _CHANGE),
    AuditAction.SET_WEIGHTS: (Message("设定权重", "Set weights"), _CHANGE),
    AuditAction.OVERRIDE_LIGHT: (Message("人工亮灯", "Set a light by hand"), _CHANGE),
    AuditAction.RECORD_ASSESSMENT: (Message("记录评估", "Record an assessment"), _CHANGE),
    AuditAction.REVISE_ASSESSMENT: (Message("修订评估", "Revise an assessment"), _CHANGE),
    AuditAction.DRAW_SAMPLE: (Message("抽取样本", "Draw a sample"), _CHANGE),
    AuditAction.RECORD_FINDINGS: (Message("记录核查结果", "Record what was found in a sample"), _CHANGE),
    AuditAction.REPORT_TASK: (Message("报告任务进展", "Report on a task"), _CHANGE),
    AuditAction.ATTACH_FILE: (Message("上传附件", "Upload an attachment"), _CHANGE),
    AuditAction.SANCTION: (Message("标记或解除约束措施", "Mark a sanction of the plan, or lift it"), _CHANGE),
    AuditAction.ANNOUNCE: (
        Message("预告、调整或取消发布日期", "Announce, move or withdraw the date of a release"),
        _CHANGE,
    ),
    AuditAction.CHECK_TASK: (Message("确认或退回任务月报", "Confirm a report on a task, or send it back"), _CHANGE),
    AuditAction.BIND_GATE_DATE: (Message("确定阶段考核时限口径", "Decide which date binds at gates"), _CHANGE),
    AuditAction.SEND_MATERIAL: (Message("报送工作材料", "Send monthly material"), _CHANGE),
    AuditAction.NOTE_SEEN: (Message("登记主要负责人已阅", "Record that a unit's head has seen material"), _CHANGE),
    AuditAction.SIGN_MATERIAL: (Message("签发工作材料", "Sign monthly material"), _CHANGE),
    AuditAction.FILE_WORK_PLAN: (Message("报送工作计划", "File a work plan"), _CHANGE),
    AuditAction.RECORD_FUNDING: (Message("报送资金保障", "Tell of funding"), _CHANGE),
    AuditAction.ISSUE_SLIP: (Message("交办督办单", "Issue a supervision slip"), _CHANGE),
    AuditAction.ANSWER_SLIP: (Message("办理督办单", "Act on a supervision slip for the unit"), _CHANGE),
    AuditAction.DECIDE_SLIP: (Message("审定督办单", "Decide on a supervision slip for the bureau"), _CHANGE),
    AuditAction.ASSESS_ITSELF: (Message("报送自查评估", "Send a self-assessment"), _CHANGE),
    AuditAction.SIGN_SELF_ASSESSMENT: (Message("签发自查评估", "Sign a self-assessment"), _CHANGE),
    AuditAction.WEIGH_SCORES: (Message("制定考核办法", "Lay down how scores are made"), _CHANGE),
    AuditAction.RECORD_INQUIRY: (Message("登记测评得分", "Record a score of an inquiry"), _CHANGE),
    AuditAction.RAISE_FINDING: (Message("提出督导检查问题", "Raise a finding"), _CHANGE),
    AuditAction.ANSWER_FINDING: (Message("答复整改", "Answer a finding"), _CHANGE),
    AuditAction.CLOSE_FINDING: (Message("问题销号", "Close a finding"), _CHANGE),
    AuditAction.RETURN_FINDING: (Message("退回整改", "Send a finding's answer back"), _CHANGE),
    AuditAction.WITHDRAW_FINDING: (Message("撤回问题", "Withdraw a finding"), _CHANGE),
    AuditAction.PUBLISH_RELEASE: (Message("发布数据", "Publish a release"), _CHANGE),
    AuditAction.WRITE_BULLETIN: (Message("起草、修改、签发通报", "Draft, edit or issue a bulletin"), _CHANGE),
    AuditAction.LOAD_PLAN: (Message("载入方案", "Load a plan"), _CHANGE),
    AuditAction.REMIND: (Message("发送催报", "Send reminders"), _ALWAYS),
    AuditAction.LOAD_DEMONSTRATION: (Message("载入演示数据", "Load the demonstration"), _ALWAYS),
    AuditAction.REMOVE_DEMONSTRATION: (Message("移除演示数据", "Remove the demonstration"), _ALWAYS),
    AuditAction.MIGRATE: (Message("升级数据库结构", "Bring the database's schema up to date"), _ALWAYS),
    AuditAction.REBUILD: (Message("重算派生数据", "Compute derived figures anew"), _ALWAYS),
    AuditAction.BACK_UP: (Message("备份", "Make a backup"), _ALWAYS),
    AuditAction.RESTORE: (Message("恢复备份", "Restore a backup"), _ALWAYS),
    AuditAction.LET_READ: (Message("准许或撤销只读查询", "Let a role read by SQL, or remove it"), _ALWAYS),
    AuditAction.ISSUE_CHECKPOINT: (Message("签发账本检查点", "Sign a checkpoint of the ledger"), _CHANGE),
    AuditAction.SEND_CHECKPOINT: (Message("发出账本检查点", "Send a checkpoint of the ledger"), _ALWAYS),
    AuditAction.CHANGE_KEY: (Message("更换账本密钥", "Change the ledger's key"), _CHANGE),
    AuditAction.DECLARE_RESTORED: (Message("声明账本已恢复", "Declare that the ledger was restored"), _CHANGE),
    AuditAction.START_SERVICE: (Message("启动服务", "Start the service"), _ALWAYS),
    AuditAction.STOP_SERVICE: (Message("停止服务", "Stop the service"), _ALWAYS),
    AuditAction.PULL_DATA: (Message("下载数据集", "Pull a dataset"), _ALWAYS),
    AuditAction.DOWNLOAD_RELEASE: (Message("下载发布文件", "Download a release"), _ALWAYS),
    AuditAction.DOWNLOAD_BULLETIN: (Message("下载通报", "Download a bulletin"), _ALWAYS),
    AuditAction.DOWNLOAD_SAMPLE: (Message("读取样本", "Read a sample's cells"), _ALWAYS),
    AuditAction.DOWNLOAD_FILE: (Message("下载标注后的文件", "Download a marked file"), _ALWAYS),
    AuditAction.DOWNLOAD_ATTACHMENT: (Message("下载附件", "Download an attachment"), _ALWAYS),
    AuditAction.READ_LEDGER: (Message("读取账本条目", "Read the ledger's entries"), _ALWAYS),
    AuditAction.LIST_ACCOUNTS: (Message("查看账号、登录或令牌", "Look at accounts, sessions or tokens"), _ALWAYS),
    AuditAction.READ_SETTINGS: (Message("查看运行设置", "Look at the settings in force"), _ALWAYS),
    AuditAction.READ_AUDIT: (Message("查阅审计记录", "Read the audit"), _ALWAYS),
    AuditAction.PRUNE_AUDIT: (Message("清除到期审计记录", "Remove audit rows past their days"), _CHANGE),
    AuditAction.OTHER_CHANGE: (Message("其他变更", "Another change"), _CHANGE),
    AuditAction.LOOK: (Message("查阅", "Look at something"), Recorded.WHEN_REFUSED),
}

OUTCOME_WORDS: dict[AuditOutcome, Message] = {
    AuditOutcome.DONE: Message("完成", "Done"),
    AuditOutcome.REFUSED: Message("拒绝", "Refused"),
    AuditOutcome.FAILED: Message("未成功", "Failed"),
}
