"""What is set for the service's role, in the database or on the server, and takes a guard away.

Of what is set for the role or the database everything is named that is not known to do the guards nothing: how much
memory and time a statement takes, how it is planned, what is logged. Of what holds for the whole server only what a
guard depends on, since the rest is its administrator's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

from metrics.guards.difference import Amiss, GuardDifference

_DOES_NOTHING = (
    "^((log|enable|geqo|jit|parallel|max_parallel|min_parallel|track|tcp|vacuum|debug_print|cpu|lc|pg_stat_statements"
    "|auto_explain)[_.].*|(geqo|jit|timezone|application_name|work_mem|maintenance_work_mem|logical_decoding_work_mem"
    "|hash_mem_multiplier|temp_buffers|temp_file_limit|effective_cache_size|effective_io_concurrency"
    "|maintenance_io_concurrency|random_page_cost|seq_page_cost|cursor_tuple_fraction|default_statistics_target"
    "|from_collapse_limit|join_collapse_limit|plan_cache_mode|client_min_messages|compute_query_id"
    "|update_process_title|temp_tablespaces|default_tablespace|[a-z_]*_timeout)|timescaledb[.].*)$"
)
_SET_FOR = text(
    f"""
    select distinct split_part(setting, '=', 1) from pg_db_role_setting, unnest(setconfig) setting
    where setdatabase in (0, (select oid from pg_database where datname = current_database()))
        and setrole in (0, (select oid from pg_roles where rolname = current_user))
        and (split_part(setting, '=', 1) !~* '{_DOES_NOTHING}' or setting ~* '^timescaledb.restoring=(on|true|yes|1)')
    order by 1
    """  # noqa: S608  a text of this file
)
# What a session changes for itself is not among them, but session_replication_role, which it never does.
_IN_FORCE = text(
    """
    select name from pg_settings
    where setting <> boot_val and name in ('session_replication_role', 'row_security', 'transform_null_equals',
        'standard_conforming_strings', 'array_nulls', 'default_table_access_method', 'allow_system_table_mods',
        'ignore_checksum_failure', 'ignore_system_indexes', 'zero_damaged_pages', 'lo_compat_privileges',
        'local_preload_libraries', 'event_triggers')
    order by 1
    """
)


def setting_differences(connection: Connection) -> Iterator[GuardDifference]:
    """Every setting of the kind. The service's role asks."""
    service = connection.scalar(text("select current_user"))
    for name in connection.scalars(_SET_FOR):
        yield GuardDifference("setting", f"{name} for {service}", Amiss.ADDED)
    for name in connection.scalars(_IN_FORCE):
        yield GuardDifference("setting", name, Amiss.CHANGED)
