"""Row security as the migrations made it: a policy that is gone, another one or one too many is named.

A policy is known by a digest of what the server says of it (command, kind, roles, conditions); a test holds the digests
against a database that was just migrated, and its failure shows those of a new migration. Another release of PostgreSQL
may print the same condition otherwise: there policies are known by their names alone, and that is said.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, text

from metrics.doctor.line import DoctorLine, doubtful, fine, wrong
from metrics.errors import Message

_THERE = text(
    "select tablename, policyname, concat_ws('|', cmd, permissive, roles, qual, with_check) from pg_policies"
    " where schemaname = 'public'"
)
_OFF = text(
    "select relname from pg_class where relnamespace = 'public'::regnamespace and not relrowsecurity"
    " and relname = any (:tables)"
)
_TRIGGERS = text(
    "select tgname from pg_trigger join pg_class on pg_class.oid = tgrelid"
    " where relname = any (:tables) and tgname = relname || '_acting'"
)
_PRINTED_BY = 18  # the release of PostgreSQL whose printing of conditions the digests are of
_RELEASE = text("select current_setting('server_version_num')::integer / 10000")
_ASKED_ON_WRITING = ("ledger_entries", "observations")
POLICIES = {
    "assessments.assessments_added": "1738a2ee5cf9",
    "assessments.assessments_read": "b437eff37760",
    "attached_files.attached_files_added": "64425df10dfc",
    "attached_files.attached_files_read": "dc3df3dfaa59",
    "bulletin_acts.bulletin_acts_added": "fea986e9dbfc",
    "bulletin_acts.bulletin_acts_read": "0114989ce203",
    "bulletin_files.bulletin_files_added": "fea986e9dbfc",
    "bulletin_files.bulletin_files_read": "c90df0ff5dd2",
    "confirmations.confirmations_added": "f8e322b93188",
    "confirmations.confirmations_changed": "81ceb79ecc31",
    "confirmations.confirmations_read": "b4c140deab2d",
    "confirmed_layouts.confirmed_layouts_added": "61bc75295063",
    "confirmed_layouts.confirmed_layouts_changed": "c49a8d49b00f",
    "confirmed_layouts.confirmed_layouts_read": "9a33a15615dd",
    "drafts.drafts_added": "61bc75295063",
    "drafts.drafts_changed": "c49a8d49b00f",
    "drafts.drafts_deleted": "ece2d93ecf66",
    "drafts.drafts_read": "4d4288aa5d32",
    "far_past.far_past_added": "f2598ca68260",
    "far_past.far_past_changed": "b9e72f644bfb",
    "far_past.far_past_deleted": "6eb003a0c3e7",
    "far_past.far_past_read": "c90df0ff5dd2",
    "figures.figures_added": "64425df10dfc",
    "figures.figures_changed": "392ac7b8e079",
    "figures.figures_read": "788f645b4b73",
    "followed_turns.followed_turns_added": "f2598ca68260",
    "followed_turns.followed_turns_changed": "cc0d261ff02e",
    "followed_turns.followed_turns_deleted": "7370fd5b85bb",
    "followed_turns.followed_turns_read": "3e9d7aebbd17",
    "follows.follows_added": "d1358997a5e1",
    "follows.follows_changed": "c5602295161e",
    "follows.follows_deleted": "7370fd5b85bb",
    "follows.follows_read": "3e9d7aebbd17",
    "fundings.fundings_added": "64425df10dfc",
    "fundings.fundings_read": "dc3df3dfaa59",
    "gate_rules.gate_rules_added": "3e04ea0b6ce4",
    "gate_rules.gate_rules_read": "c90df0ff5dd2",
    "idempotency_keys.idempotency_keys_added": "d1358997a5e1",
    "idempotency_keys.idempotency_keys_read": "3e9d7aebbd17",
    "inquiry_scores.inquiry_scores_added": "981f4f8278d8",
    "inquiry_scores.inquiry_scores_read": "b437eff37760",
    "inspection_findings.inspection_findings_added": "981f4f8278d8",
    "inspection_findings.inspection_findings_read": "b437eff37760",
    "light_overrides.light_overrides_added": "3e04ea0b6ce4",
    "light_overrides.light_overrides_read": "c90df0ff5dd2",
    "material_records.material_records_added": "b9c00d06065c",
    "material_records.material_records_read": "dc3df3dfaa59",
    "open_refreshes.open_refreshes_added": "f2598ca68260",
    "open_refreshes.open_refreshes_changed": "b9e72f644bfb",
    "open_refreshes.open_refreshes_read": "c90df0ff5dd2",
    "people_contacts.people_contacts_added": "057208b19eec",
    "people_contacts.people_contacts_deleted": "9ab8ba85881f",
    "people_contacts.people_contacts_read": "df33df588a8c",
    "people_records.people_records_added": "057208b19eec",
    "people_records.people_records_read": "c90df0ff5dd2",
    "period_events.period_events_added": "981f4f8278d8",
    "period_events.period_events_read": "c90df0ff5dd2",
    "rectifications.rectifications_added": "61bc75295063",
    "rectifications.rectifications_read": "b437eff37760",
    "refused_files.refused_files_added": "d1358997a5e1",
    "refused_files.refused_files_deleted": "7370fd5b85bb",
    "refused_files.refused_files_read": "a048884f416f",
    "reminders.reminders_added": "f2598ca68260",
    "reminders.reminders_changed": "b9e72f644bfb",
    "reminders.reminders_read": "417d2865ce59",
    "rolled_up_rates.rolled_up_rates_added": "f2598ca68260",
    "rolled_up_rates.rolled_up_rates_changed": "b9e72f644bfb",
    "rolled_up_rates.rolled_up_rates_deleted": "6eb003a0c3e7",
    "rolled_up_rates.rolled_up_rates_read": "c90df0ff5dd2",
    "sample_findings.sample_findings_added": "1738a2ee5cf9",
    "sample_findings.sample_findings_read": "30b4e65f9a52",
    "samples.samples_added": "1738a2ee5cf9",
    "samples.samples_read": "30b4e65f9a52",
    "score_rules.score_rules_added": "981f4f8278d8",
    "score_rules.score_rules_read": "c90df0ff5dd2",
    "self_assessments.self_assessments_added": "d3588c3e2a0e",
    "self_assessments.self_assessments_read": "b437eff37760",
    "slip_acts.slip_acts_added": "139b5db98d23",
    "slip_acts.slip_acts_read": "39ae07d9962a",
    "submission_events.submission_events_added": "e27881c216f6",
    "submission_events.submission_events_read": "4a4aa414436f",
    "submissions.submissions_added": "64425df10dfc",
    "submissions.submissions_changed": "991848ceee36",
    "submissions.submissions_read": "c90df0ff5dd2",
    "task_checks.task_checks_added": "b17721ab3dc4",
    "task_checks.task_checks_read": "c90df0ff5dd2",
    "task_reports.task_reports_added": "61bc75295063",
    "task_reports.task_reports_read": "c90df0ff5dd2",
    "task_sanctions.task_sanctions_added": "981f4f8278d8",
    "task_sanctions.task_sanctions_read": "c90df0ff5dd2",
    "unit_rates.unit_rates_added": "64425df10dfc",
    "unit_rates.unit_rates_changed": "392ac7b8e079",
    "unit_rates.unit_rates_read": "c90df0ff5dd2",
    "unit_turns.unit_turns_added": "f2598ca68260",
    "unit_turns.unit_turns_changed": "b9e72f644bfb",
    "unit_turns.unit_turns_deleted": "6eb003a0c3e7",
    "unit_turns.unit_turns_read": "c90df0ff5dd2",
    "work_plans.work_plans_added": "64425df10dfc",
    "work_plans.work_plans_read": "dc3df3dfaa59",
}


def policy_line(connection: Connection) -> DoctorLine:
    """Whether the second lock is whole. Needs the newest schema."""
    there = present_policies(connection)
    tables = sorted({name.partition(".")[0] for name in POLICIES})
    release = connection.scalar(_RELEASE)
    comparable = release == _PRINTED_BY
    wanted = POLICIES if comparable else {name: there.get(name) for name in POLICIES}
    amiss = {name for name in there.keys() | wanted.keys() if there.get(name) != wanted.get(name) or name not in there}
    amiss |= set(connection.scalars(_OFF, {"tables": tables}))
    triggers = set(connection.scalars(_TRIGGERS, {"tables": list(_ASKED_ON_WRITING)}))
    amiss |= {f"{table}_acting" for table in _ASKED_ON_WRITING} - triggers
    if amiss:
        shown = ", ".join(sorted(amiss)[:4]) + (" …" if len(amiss) > 4 else "")
        return wrong(
            "row-security",
            Message(f"行级安全与迁移所建的不同:{shown}。", f"Row security is not as it was made: {shown}."),
            Message(
                "查明谁改的;以所有者按 migrations 重建,或从备份恢复结构。",
                "Find out who changed it; as the owner make it again as migrations/ has it, or restore the schema.",
            ),
        )
    if not comparable:
        return _not_compared(len(there), release)
    return fine("row-security", f"行级安全策略 {len(there)} 条,均在位。", f"All {len(there)} policies are in place.")


def _not_compared(count: int, release: int | None) -> DoctorLine:
    return doubtful(
        "row-security",
        Message(
            f"行级安全策略 {count} 条均在位;PostgreSQL {release} 对条件的写法不同,内容无从比对。",
            f"All {count} policies are in place; what they say is not comparable on PostgreSQL {release}, which prints "
            "conditions in its own way.",
        ),
        Message(
            f"需要比对时,用 pg_dump --schema-only 与同版本上新迁移的数据库对照(摘要出自 PostgreSQL {_PRINTED_BY})。",
            "To compare, hold pg_dump --schema-only against a database newly migrated on the same release (the digests "
            f"are of PostgreSQL {_PRINTED_BY}).",
        ),
    )


def present_policies(connection: Connection) -> dict[str, str]:
    """Digests of the policies in the database, by `table.policy`."""
    return {
        f"{table}.{policy}": hashlib.sha256(said.encode()).hexdigest()[:12]
        for table, policy, said in connection.execute(_THERE)
    }
