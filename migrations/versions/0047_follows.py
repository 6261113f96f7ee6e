"""What people follow, and what turned of it: each told once, on the page and over the channels of reminders."""

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

MINE = "(select acting_role()) = 'system' or user_id = (select acting_user())"
PROGRAM = "(select acting_role()) = 'system'"
TABLES = f"""
create table follows (
    id integer generated always as identity constraint pk_follows primary key,
    user_id integer not null constraint fk_follows_user_id references users,
    unit_code text not null,
    target_code text not null,
    followed_at timestamptz not null,
    seen_seq bigint not null,
    constraint uq_follows_user_id_unit_code_target_code unique (user_id, unit_code, target_code),
    constraint ck_follows_what check (unit_code <> '' or target_code <> '')
);
alter table follows enable row level security;
create policy follows_read on follows for select using ({MINE});
create policy follows_added on follows for insert with check ({MINE});
create policy follows_changed on follows for update using ({PROGRAM}) with check ({PROGRAM});
create policy follows_deleted on follows for delete using ({MINE});

create table followed_turns (
    id integer generated always as identity constraint pk_followed_turns primary key,
    user_id integer not null constraint fk_followed_turns_user_id references users,
    unit_code text not null,
    target_code text not null,
    seq bigint not null,
    told jsonb not null,
    noticed_at timestamptz not null,
    seen_at timestamptz,
    constraint uq_followed_turns_user_id_unit_code_target_code_seq unique (user_id, unit_code, target_code, seq)
);
create index ix_followed_turns_seq on followed_turns (seq);
alter table followed_turns enable row level security;
create policy followed_turns_read on followed_turns for select using ({MINE});
create policy followed_turns_added on followed_turns for insert with check ({PROGRAM});
create policy followed_turns_changed on followed_turns for update using ({MINE}) with check ({MINE});
create policy followed_turns_deleted on followed_turns for delete using ({MINE});
"""
KINDS = (
    "'due_soon', 'overdue', 'digest', 'slip_due_soon', 'slip_overdue', 'slip_escalated', "
    "'silence_unit', 'silence_lead', 'silence_bureau'"
)


def upgrade() -> None:
    op.execute(TABLES)
    _kinds(f"{KINDS}, 'turned'")


def downgrade() -> None:
    op.execute("delete from reminders where kind = 'turned'")
    _kinds(KINDS)
    op.execute("drop table followed_turns")
    op.execute("drop table follows")


def _kinds(kinds: str) -> None:
    op.execute("alter table reminders drop constraint ck_reminders_kind")
    op.execute(f"alter table reminders add constraint ck_reminders_kind check (kind in ({kinds}))")
