-- 数据库管理员事先建好的角色与数据库:此后标尺无须超级用户,也无须 CREATEROLE、CREATEDB。由超级用户执行一次:
-- What a database administrator makes beforehand, so that Biaochi needs no superuser, no CREATEROLE and no CREATEDB.
-- Run once by a superuser; it asks for the passwords of the three roles:
--
--   psql -X -v ON_ERROR_STOP=1 -d postgres -f deploy/roles.sql
--
-- 名称可改,改后两个地址里也用同样的名称 · Names can be changed, here and in both addresses alike (docs/deploy.md).

-- 表的所有者:升级结构、备份、恢复 · Owns the tables: brings the schema up to date, backs up, restores.
create role biaochi_owner login nosuperuser nocreaterole nocreatedb noreplication nobypassrls;
-- 服务:只有迁移授予的权利 · The service: what biaochi migrate grants it and nothing else.
create role biaochi_app login nosuperuser nocreaterole nocreatedb noreplication nobypassrls;
-- BI 工具:只读 open 架构;不用就删去 · Tools that read the schema open by SQL; leave it out where there are none.
create role biaochi_bi login connection limit 20 nosuperuser nocreaterole nocreatedb noreplication nobypassrls;
\password biaochi_owner
\password biaochi_app
\password biaochi_bi

create database biaochi owner biaochi_owner template template0 encoding 'UTF8';
\connect biaochi

revoke all on database biaochi from public;
grant connect on database biaochi to biaochi_app, biaochi_bi;
revoke all on schema public from public;
-- 装有 TimescaleDB 的 · Where TimescaleDB is loaded: create extension timescaledb;

-- 只有超级用户能从众人手中收回的 · What everybody may do until a superuser takes it away: large objects, locks that fill
-- the memory for locks, and what is written to the log of changes for nobody to read.
do $$
declare
    function regprocedure;
begin
    for function in
        select oid::regprocedure from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace
            and (proname like 'lo\_%' or proname like 'pg\_%advisory%' or proname in ('loread', 'lowrite', 'pg_logical_emit_message'))
            and has_function_privilege('public', oid, 'execute')
    loop
        execute format('revoke execute on function %s from public', function);
    end loop;
end
$$;

-- 与 biaochi bi grant 所设相同 · As biaochi bi grant sets them.
alter role biaochi_bi set default_transaction_read_only to on;
alter role biaochi_bi set statement_timeout to '60s';
alter role biaochi_bi set idle_in_transaction_session_timeout to '60s';
alter role biaochi_bi set lock_timeout to '10s';
alter role biaochi_bi set max_parallel_workers_per_gather to 0;
alter role biaochi_bi set search_path to open;
alter role biaochi_bi set timezone to 'UTC';
alter role biaochi_bi set temp_file_limit to '1GB';
do $$
begin
    if current_setting('server_version_num')::int >= 170000 then
        alter role biaochi_bi set transaction_timeout to '10min';
    end if;
end
$$;
