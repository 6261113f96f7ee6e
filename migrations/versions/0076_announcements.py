"""A release calendar: what is announced to be published on which day, moved and withdrawn with the reason.

A release says which announcement it keeps. What was released before keeps none.
"""

from alembic import op

revision = "0076"
down_revision = "0072"
branch_labels = None
depends_on = None

TABLE = """
create table announcements (
    seq bigint not null constraint pk_announcements primary key
        constraint fk_announcements_seq references ledger_entries,
    announcement bigint,
    action text not null,
    what text not null,
    period date,
    title text not null,
    due_on date not null,
    reason text not null,
    actor text not null,
    recorded_at timestamptz not null,
    constraint ck_announcements_action check (
        action = 'announce' and announcement is null or action in ('move', 'withdraw') and announcement is not null
    ),
    constraint ck_announcements_what check (what = 'release' or what = 'bulletin' and period is not null),
    constraint ck_announcements_period check (extract(day from period) = 1),
    constraint fk_announcements_announcement foreign key (announcement) references announcements
);
create index ix_announcements_announcement on announcements (announcement);
create trigger announcements_append_only before update or delete on announcements
    for each row execute function refuse_change();
create trigger announcements_no_truncate before truncate on announcements
    for each statement execute function refuse_change();
alter table announcements enable row level security;
create policy announcements_read on announcements for select using (true);
create policy announcements_added on announcements for insert
    with check ((select acting_role()) in ('system', 'evaluator'));
alter table releases add column announced bigint constraint fk_releases_announced references announcements;
create unique index uq_releases_announced on releases (announced);
"""
KINDS = (
    "'due_soon', 'overdue', 'digest', 'slip_due_soon', 'slip_overdue', 'slip_escalated', 'silence_unit', "
    "'silence_lead', 'silence_bureau', 'turned'"
)
OURS = "'announced_soon', 'announced_passed'"


def upgrade() -> None:
    op.execute(TABLE)
    _reminders_of(f"{KINDS}, {OURS}")


def downgrade() -> None:
    op.execute(f"delete from reminders where kind in ({OURS})")  # noqa: S608  our own words
    _reminders_of(KINDS)
    op.execute("drop index uq_releases_announced")
    op.execute("alter table releases drop column announced")
    op.execute("drop table announcements")


def _reminders_of(kinds: str) -> None:
    op.execute("alter table reminders drop constraint ck_reminders_kind")
    op.execute(f"alter table reminders add constraint ck_reminders_kind check (kind in ({kinds}))")
