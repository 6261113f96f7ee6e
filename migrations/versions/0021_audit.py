"""The audit: who did or tried what. Rows are only added; the owner may remove what is more than 180 days past."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLE = """
create table audit (
    id bigint generated always as identity constraint pk_audit primary key,
    at timestamptz not null,
    until timestamptz not null,
    count integer not null,
    channel text not null constraint ck_audit_channel check (channel in ('api', 'page', 'command', 'service')),
    user_id integer,
    actor text not null,
    role text not null,
    token text not null,
    address text not null,
    action text not null,
    subject text not null,
    outcome text not null constraint ck_audit_outcome check (outcome in ('done', 'refused', 'failed')),
    code text not null,
    request_id text not null,
    constraint ck_audit_count check (count >= 1 and until >= at)
);
create index ix_audit_until on audit (until);

create function keep_audit() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and old.until < now() - interval '180 days'
        and pg_has_role(current_user, (select relowner from pg_class where oid = tg_relid), 'usage')
    then
        return old;
    end if;
    raise exception 'audit is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
end
$$;
create trigger audit_append_only before update or delete on audit
    for each row execute function keep_audit();
create trigger audit_no_truncate before truncate on audit
    for each statement execute function refuse_change();
"""


def upgrade() -> None:
    op.execute(TABLE)


def downgrade() -> None:
    op.execute("drop table audit")
    op.execute("drop function keep_audit()")
