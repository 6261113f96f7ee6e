"""Performance assessment: versions of how scores are made, and what inquiries came to, every revision."""

from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

OWN = "unit_code = any (cast((select acting_units()) as text[]))"
ROLE = "(select acting_role())"
TABLES = f"""
create table score_rules (
    seq bigint not null constraint pk_score_rules primary key
        constraint fk_score_rules_seq references ledger_entries,
    valid_from date not null constraint ck_score_rules_valid_from check (extract(day from valid_from) = 1),
    weights jsonb not null,
    steps jsonb not null,
    citation text not null,
    reason text not null,
    actor text not null,
    recorded_at timestamptz not null
);
create trigger score_rules_append_only before update or delete on score_rules
    for each row execute function refuse_change();
create trigger score_rules_no_truncate before truncate on score_rules
    for each statement execute function refuse_change();
alter table score_rules enable row level security;
create policy score_rules_read on score_rules for select using (true);
create policy score_rules_added on score_rules for insert with check ({ROLE} in ('system', 'reviewer'));

create table inquiry_scores (
    seq bigint not null constraint pk_inquiry_scores primary key
        constraint fk_inquiry_scores_seq references ledger_entries,
    task_number integer not null,
    unit_code text not null,
    round text not null,
    form text not null,
    revision integer not null,
    score numeric(9, 3) not null,
    full_marks numeric(9, 3) not null,
    measured_on date not null,
    evidence text not null,
    attachments bigint[] not null,
    note text not null,
    reason text not null,
    actor text not null,
    recorded_at timestamptz not null,
    constraint uq_inquiry_scores_task_number_unit_code_round_form_revision
        unique (task_number, unit_code, round, form, revision),
    constraint ck_inquiry_scores_score check (full_marks > 0 and score >= 0 and score <= full_marks)
);
create trigger inquiry_scores_append_only before update or delete on inquiry_scores
    for each row execute function refuse_change();
create trigger inquiry_scores_no_truncate before truncate on inquiry_scores
    for each statement execute function refuse_change();
alter table inquiry_scores enable row level security;
create policy inquiry_scores_read on inquiry_scores for select using (
    {ROLE} in ('system', 'reviewer', 'evaluator', 'assessor', 'admin')
    or {ROLE} in ('clerk', 'leader') and {OWN}
);
create policy inquiry_scores_added on inquiry_scores for insert with check ({ROLE} in ('system', 'reviewer'));
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute("drop table inquiry_scores")
    op.execute("drop table score_rules")
