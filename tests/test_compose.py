"""The container set-up, as far as it can be held to its word without a container engine."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from sqlalchemy.engine import make_url

from metrics.cli.plan import CITY_PLAN
from metrics.doctor.line import Grade
from metrics.doctor.settings_lines import settings_lines
from metrics.settings import Settings
from tests.databases import Server
from tests.ports import free_port
from tests.serving import PATIENCE, ROOT, environment, start, stop, wait_until_ready

PASSWORDS = {"BIAOCHI_OWNER_PASSWORD": "owner0123", "BIAOCHI_APP_PASSWORD": "app0123"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return content


def filled_in(value: str) -> str:
    """`value` as the engine would see it with both passwords set and nothing else."""
    return re.sub(r"\$\{(\w+):(?:\?|-([^}]*))[^}]*\}", lambda found: PASSWORDS.get(found[1], found[2]), value)


def dockerfile() -> list[list[str]]:
    """The instructions of the Dockerfile, each as its words."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [shlex.split(line) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def test_the_services_are_there_and_healthy_before_the_next(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"database", "migrate", "biaochi", "backup"}
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["biaochi"]["depends_on"] == {
        "database": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }


def test_the_database_is_pinned_and_keeps_its_data_in_a_volume(compose: dict[str, Any]) -> None:
    database = compose["services"]["database"]
    assert re.fullmatch(r"timescale/timescaledb:\d+\.\d+\.\d+-pg1[5-9]", database["image"])
    (volume,) = database["volumes"]
    name, place = volume.split(":")
    assert name in compose["volumes"]
    assert Path(database["environment"]["PGDATA"]).is_relative_to(place)
    assert "--data-checksums" in database["environment"]["POSTGRES_INITDB_ARGS"]


def test_keys_outlive_the_container_that_made_them(compose: dict[str, Any]) -> None:
    """The ledger's key and what its signer remembers: a new container would otherwise sign under another name."""
    (name, place), (backups, where, mode) = (volume.split(":") for volume in compose["services"]["biaochi"]["volumes"])
    assert (backups, where, mode) == ("backups", "/home/biaochi/backups", "ro")
    assert name in compose["volumes"]
    assert ["ENV", f"BIAOCHI_HOME={place}"] in dockerfile()
    made = next(instruction for instruction in dockerfile() if instruction[0] == "RUN" and place in instruction)
    assert {"install", "--owner=biaochi", "--mode=0700"} <= set(made)  # a volume begins as the image has the folder


def test_every_password_must_be_given_and_none_has_a_default(compose: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    variables = re.findall(r"\$\{(\w+)([^}]*)\}", text)
    assert {name for name, _ in variables} == {*PASSWORDS, "BIAOCHI_SUBNET"}
    assert all(rest.startswith(":?") and len(rest) > 10 for name, rest in variables if name in PASSWORDS)
    for service in compose["services"].values():
        for name, value in service["environment"].items():
            if "PASSWORD" in name:
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value)


def test_only_the_service_is_reached_from_outside_and_only_on_the_loopback(compose: dict[str, Any]) -> None:
    ports = {name: service.get("ports", []) for name, service in compose["services"].items()}
    assert ports == {"database": [], "migrate": [], "backup": [], "biaochi": ["127.0.0.1:8000:8000"]}
    assert compose["networks"]["inside"] == {"internal": True}
    assert compose["services"]["database"]["networks"] == ["inside"]


def test_only_the_project_s_own_network_may_say_for_whom_it_asks(compose: dict[str, Any]) -> None:
    trusted = compose["services"]["biaochi"]["environment"]["BIAOCHI_TRUSTED_PROXIES"]
    (network,) = compose["networks"]["outside"]["ipam"]["config"]
    assert network == {"subnet": trusted}  # the same variable: whoever moves the network moves both
    given: dict[str, Any] = {"trusted_proxies": filled_in(trusted)}
    settings = Settings(**given)
    (own,) = settings.trusted_proxies
    assert (own.is_private, own.prefixlen) == (True, 24)
    assert {line.name: line.grade for line in settings_lines(settings)}["proxies"] is Grade.OK


def test_the_service_never_gets_the_owner_s_password(compose: dict[str, Any]) -> None:
    assert "OWNER" not in str(compose["services"]["biaochi"])


def test_every_setting_is_one_the_program_reads(compose: dict[str, Any]) -> None:
    known = {f"BIAOCHI_{name.upper()}" for name in Settings.model_fields}
    for name in ("migrate", "biaochi", "backup"):
        assert set(compose["services"][name]["environment"]) <= known


def test_the_backup_s_job_writes_data_and_keys_into_volumes_apart_and_runs_only_when_asked(
    compose: dict[str, Any],
) -> None:
    job, migrate = compose["services"]["backup"], compose["services"]["migrate"]
    places = dict(volume.split(":")[::-1] for volume in job["volumes"])
    given = job["environment"]
    apart = [places[given["BIAOCHI_BACKUP_TO"]], places[given["BIAOCHI_BACKUP_KEYS_TO"]], places["/home/biaochi/data"]]
    assert len(set(apart) & set(compose["volumes"])) == 3
    assert job["profiles"] == ["backup"]  # `up` leaves it alone
    assert {name: given[name] for name in migrate["environment"]} == migrate["environment"]
    made = next(words for words in dockerfile() if words[0] == "RUN" and given["BIAOCHI_BACKUP_TO"] in words)
    assert set(places) <= set(made)  # a volume begins as the image has the folder


def test_the_plan_it_names_is_in_the_image_and_is_the_city_s(compose: dict[str, Any]) -> None:
    named = compose["services"]["biaochi"]["environment"]["BIAOCHI_PLAN"]
    assert ["COPY", "seed", "seed"] in dockerfile()
    assert (ROOT / named).samefile(CITY_PLAN)


def test_the_addresses_name_the_database_s_own_names(compose: dict[str, Any]) -> None:
    database = compose["services"]["database"]["environment"]
    owner = make_url(filled_in(compose["services"]["migrate"]["environment"]["BIAOCHI_MIGRATION_URL"]))
    service = make_url(filled_in(compose["services"]["biaochi"]["environment"]["BIAOCHI_DATABASE_URL"]))
    same = make_url(filled_in(compose["services"]["migrate"]["environment"]["BIAOCHI_DATABASE_URL"]))
    assert (owner.username, owner.password, owner.database) == (
        database["POSTGRES_USER"],
        filled_in(database["POSTGRES_PASSWORD"]),
        database["POSTGRES_DB"],
    )
    assert {owner.host, service.host} <= set(compose["services"])
    assert service == same
    assert (service.database, service.port) == (owner.database, owner.port)
    assert service.username != owner.username


def test_every_command_is_one_the_program_has(compose: dict[str, Any]) -> None:
    for name in ("migrate", "biaochi", "backup"):
        program, *arguments = compose["services"][name]["command"]
        assert program == "biaochi"
        command = [sys.executable, "-m", "metrics.cli.main", *arguments, "--help"]
        assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_the_database_s_health_is_asked_of_the_database_that_is_used(compose: dict[str, Any]) -> None:
    database = compose["services"]["database"]
    check = database["healthcheck"]["test"]
    assert check[:2] == ["CMD", "pg_isready"]
    assert f"--username={database['environment']['POSTGRES_USER']}" in check
    assert f"--dbname={database['environment']['POSTGRES_DB']}" in check


def test_the_image_has_every_file_it_copies_and_runs_as_an_ordinary_user() -> None:
    instructions = dockerfile()
    allowed = {
        line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[:1] == "!"
    }
    copied = [name for words in instructions if words[0] == "COPY" for name in words[1:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert set(copied) == allowed
    installs = [" ".join(words) for words in instructions if words[:3] == ["RUN", "pip", "install"]]
    assert "--require-hashes" in installs[0]
    assert "--no-deps" in installs[1]
    users = [words[1] for words in instructions if words[0] == "USER"]
    assert users
    assert users[-1] not in ("root", "0")
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", instructions[0][1])


def test_what_compose_runs_works_on_a_real_server(compose: dict[str, Any], server: Server, tmp_path: Path) -> None:
    """Migrate as the owner, then serve as a role the server did not know, and ask for its health."""
    services = compose["services"]
    with server.empty_database() as database:
        role = f"{server.role}_compose"
        url = make_url(database.url).set(username=role, password=PASSWORDS["BIAOCHI_APP_PASSWORD"])
        address = url.render_as_string(hide_password=False)
        placed = {"BIAOCHI_DATABASE_URL": address, "BIAOCHI_MIGRATION_URL": database.owner_url}
        try:
            migrated = subprocess.run(
                [sys.executable, "-m", "metrics.cli.main", *services["migrate"]["command"][1:]],
                env=environment(tmp_path, **placed),
                cwd=ROOT,
                check=False,
                capture_output=True,
            )
            assert migrated.returncode == 0, migrated.stderr
            given = {name: filled_in(value) for name, value in services["biaochi"]["environment"].items()}
            given["BIAOCHI_DATABASE_URL"] = address
            answer_as_the_container_would(services["biaochi"], given, tmp_path)
        finally:
            with database.as_owner() as connection:
                connection.exec_driver_sql(f'drop owned by "{role}"')
                connection.exec_driver_sql(f'drop role "{role}"')


def answer_as_the_container_would(service: dict[str, Any], given: dict[str, str], home: Path) -> None:
    """Start the service with the variables given, on another port, and run its own health check against it."""
    port = free_port()
    variables = environment(home, **(given | {"BIAOCHI_PORT": str(port), "BIAOCHI_HOST": "127.0.0.1"}))
    process = start(service["command"][1:], variables=variables, log=home / "serve.log")
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", process, home / "serve.log")
        assert httpx2.get(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE).status_code == 200
        _, _, option, code = service["healthcheck"]["test"]
        check = [sys.executable, option, code.replace(":8000/", f":{port}/")]
        assert subprocess.run(check, check=False, capture_output=True).returncode == 0
    finally:
        assert stop(process) == 0
    assert subprocess.run(check, check=False, capture_output=True).returncode != 0
