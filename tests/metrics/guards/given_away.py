"""What a superuser gives away: rights, tables to other owners, attributes of roles, settings that take a guard off."""

from __future__ import annotations

from tests.metrics.guards.mutations import LEDGER, OWNER, READER, ROLE

# As :data:`tests.metrics.guards.mutations.MUTATIONS`.
GIVEN_AWAY: dict[str, tuple[tuple[str, str], ...]] = {
    "system": (
        (
            f"grant set on parameter session_replication_role to {ROLE}",
            f"right set on parameter session_replication_role for {ROLE}",
        ),
        (f"grant execute on function pg_read_file(text) to {ROLE}", f"right execute on pg_read_file(text) for {ROLE}"),
        ("grant select on pg_authid to public", "right select on pg_authid for public"),
        (f"grant update (relname) on pg_class to {ROLE}", f"right update on pg_class.relname for {ROLE}"),
        ("create role holds; alter schema public owner to holds", "owner schema public"),
        (
            f"do $$ begin execute 'alter database ' || quote_ident(current_database()) || ' owner to {ROLE}'; end $$",
            "owner the database",
        ),
    ),
    "setting": (
        ("set local session_replication_role = replica", "setting session_replication_role"),
        (f"alter role {ROLE} set session_replication_role = replica", f"setting session_replication_role for {ROLE}"),
        (f"alter role {ROLE} set row_security = off", f"setting row_security for {ROLE}"),
        (f"alter role {ROLE} set transform_null_equals = on", f"setting transform_null_equals for {ROLE}"),
        (f"alter role {ROLE} set biaochi.role = 'admin'", f"setting biaochi.role for {ROLE}"),
        (
            "do $$ begin execute 'alter database ' || quote_ident(current_database())"
            " || ' set default_transaction_isolation = serializable'; end $$",
            f"setting default_transaction_isolation for {ROLE}",
        ),
        ("set local transform_null_equals = on", "setting transform_null_equals"),
    ),
    "owner": (
        (f"alter table drafts owner to {ROLE}", "owner table drafts"),
        (f"alter function refuse_change() owner to {ROLE}", "owner function refuse_change"),
        (f"alter view open.observations owner to {READER}", "owner table open.observations"),
    ),
    "right": (
        (f"grant delete on {LEDGER} to {ROLE}", f"right delete on {LEDGER} for {ROLE}"),
        (f"grant update (leaf) on {LEDGER} to {ROLE}", f"right update (leaf) on {LEDGER} for {ROLE}"),
        (f"revoke insert on submissions from {ROLE}", f"right insert on submissions for {ROLE}"),
        ("grant select on users to public", "right select on users for public"),
        (
            f"grant select on users to {ROLE} with grant option",
            f"right select with grant option on users for {ROLE}",
        ),
        (
            "do $$ begin execute 'grant create on database ' || quote_ident(current_database())"
            f" || ' to {ROLE}'; end $$",
            f"right create on the database for {ROLE}",
        ),
        (
            "create role builds; do $$ begin execute 'grant create on database ' || quote_ident(current_database())"
            " || ' to builds'; end $$",
            "right create on the database for builds",
        ),
        (f"grant select on users to {READER}", f"right select on users for {READER}"),
        (f"grant insert on open.progress to {READER}", f"right insert on open.progress for {READER}"),
        (f"grant usage on sequence audit_id_seq to {ROLE}", f"right usage on audit_id_seq for {ROLE}"),
        (f"grant create on schema public to {ROLE}", f"right create on schema public for {ROLE}"),
        ("grant usage on schema open to public", "right usage on schema open for public"),
        (
            f"alter default privileges in schema public grant delete on tables to {ROLE}",
            f"right default rights on public for {ROLE}",
        ),
        (
            "create function takes() returns void language sql security definer as 'delete from audit'",
            "right execute on takes for public",
        ),
    ),
    "right to enter": ((f"revoke usage on schema open from {ROLE}", f"right usage on schema open for {ROLE}"),),
    "role": (
        (f"alter role {ROLE} superuser", f"role super of {ROLE}"),
        (f"alter role {ROLE} bypassrls", f"role bypassrls of {ROLE}"),
        (f"grant pg_write_all_data to {ROLE}", f"role membership of {ROLE} in pg_write_all_data"),
        ("create role second superuser", "role super of second"),
        ("create role peeks bypassrls", "role bypassrls of peeks"),
        ("create role streams replication", "role replication of streams"),
        ("create role reads; grant pg_read_all_data to reads", "role membership of reads in pg_read_all_data"),
        (
            "create role far; create role near; grant pg_write_all_data to near; grant near to far",
            "role membership of far in pg_write_all_data",
        ),
        (f"create role serves; grant {ROLE} to serves", f"role membership of serves in {ROLE}"),
        (
            "do $$ begin create role joins; execute 'grant ' || quote_ident(current_user) || ' to joins'; end $$",
            f"role membership of joins in {OWNER}",
        ),
    ),
}
