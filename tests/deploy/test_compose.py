"""The container set-up, as far as it can be held to its word without a container engine."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from sqlalchemy.engine import make_url
from typer.main import get_command

from metrics.cli.main import app
from metrics.cli.plan import CITY_PLAN
from metrics.doctor.line import Grade
from metrics.doctor.settings_lines import settings_lines
from metrics.settings import Settings
from metrics.settings_faults import OF_OTHERS
from tests.databases import Server
from tests.ports import free_port
from tests.serving import PATIENCE, ROOT, environment, fork_program, fork_serve, stop, wait_until_ready

TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
PASSWORDS = {"BIAOCHI_OWNER_PASSWORD": "owner0123", "BIAOCHI_APP_PASSWORD": "app0123"}
INSTANCES = ("biaochi-a", "biaochi-b")
OURS = ("migrate", *INSTANCES, "backup")
VARIABLE = re.compile(r"\$\{(\w+):([?-])([^}]*)\}")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(TEXT)
    return content


def filled_in(value: str) -> str:
    """`value` as the engine would see it with both passwords set and nothing else."""
    return VARIABLE.sub(lambda found: PASSWORDS.get(found[1], found[3]), value)


def dockerfile() -> list[list[str]]:
    """The instructions of the Dockerfile, each as its words."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [shlex.split(line) for line in text.splitlines() if line.strip() and not line.startswith("#")]


def test_the_services_are_there_and_healthy_before_the_next(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"database", *OURS, "caddy", "pgbouncer"}
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["biaochi-a"]["depends_on"] == {
        "database": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }
    assert services["biaochi-b"]["depends_on"] == {"biaochi-a": {"condition": "service_healthy"}}
    only_when_asked = {name for name, service in services.items() if "profiles" in service}
    assert only_when_asked == {"pgbouncer"}


def test_both_instances_are_the_same_and_share_key_and_memory(compose: dict[str, Any]) -> None:
    first, second = ({**compose["services"][name], "depends_on": None} for name in INSTANCES)
    assert first == second


def test_every_image_is_an_exact_version_with_a_place_for_a_digest(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        variable = VARIABLE.fullmatch(service["image"])
        assert variable is not None, name
        assert re.fullmatch(r"BIAOCHI_(\w+_)?IMAGE", variable[1])
        assert re.fullmatch(r"[\w./-]+:v?\d+\.\d+\.\d+[\w.-]*", variable[3]), name
    assert filled_in(compose["services"]["biaochi-a"]["image"]) == f"biaochi:{version('biaochi')}"
    (asked,) = [words[1] for words in dockerfile() if words[0] == "ARG"]
    assert asked == f"PYTHON_IMAGE={filled_in(compose['x-biaochi']['build']['args']['PYTHON_IMAGE'])}"


def test_the_command_for_digests_prints_a_line_for_every_image(tmp_path: Path) -> None:
    asked = tmp_path / "docker"
    asked.write_text("#!/bin/sh\n[ $1 $2 $3 = buildximagetoolsinspect ] || echo sha256:of-$4\n", encoding="utf-8")
    asked.chmod(0o755)
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    said = subprocess.run([ROOT / "deploy" / "digests"], capture_output=True, text=True, check=True, env=path).stdout
    found = {name: default for name, _, default in VARIABLE.findall(TEXT) if name.endswith("_IMAGE")}
    del found["BIAOCHI_IMAGE"]  # made here
    assert said.splitlines() == [f"{name}={image}@sha256:of-{image}" for name, image in sorted(found.items())]


def test_nothing_runs_without_limits_or_with_rights_to_spare(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        assert set(service["deploy"]["resources"]["limits"]) == {"memory", "cpus", "pids"}, name
        if name != "database":  # its entry point changes users
            assert (service["cap_drop"], service["security_opt"]) == (["ALL"], ["no-new-privileges:true"]), name
    assert [name for name, service in compose["services"].items() if "cap_add" in service] == ["caddy"]


def test_the_database_keeps_its_data_in_a_volume(compose: dict[str, Any]) -> None:
    database = compose["services"]["database"]
    assert re.fullmatch(r"timescale/timescaledb:[\d.]+-pg1[5-9]", filled_in(database["image"]))
    (volume,) = database["volumes"]
    name, place = volume.split(":")
    assert name in compose["volumes"]
    assert Path(database["environment"]["PGDATA"]).is_relative_to(place)
    assert "--data-checksums" in database["environment"]["POSTGRES_INITDB_ARGS"]


def volumes(service: dict[str, Any]) -> dict[str, str]:
    """Places in the container, each with the volume and how it is mounted."""
    named = (filled_in(volume).partition(":") for volume in service["volumes"])
    return {place.partition(":")[0]: f"{volume}:{place.partition(':')[2]}" for volume, _, place in named}


def test_keys_outlive_the_container_that_made_them(compose: dict[str, Any]) -> None:
    """The ledger's key and what its signer remembers: a new container would otherwise sign under another name."""
    service = compose["services"]["biaochi-a"]
    place = service["environment"]["BIAOCHI_HOME"]
    assert volumes(service) == {place: "home:", "/home/biaochi/backups": "backups:ro"}
    assert "home" in compose["volumes"]
    assert ["ENV", f"BIAOCHI_HOME={place}"] in dockerfile()
    made = next(instruction for instruction in dockerfile() if instruction[0] == "RUN" and place in instruction)
    assert {"install", "--owner=biaochi", "--mode=0700"} <= set(made)  # a volume begins as the image has the folder


def test_every_password_must_be_given_and_none_has_a_default(compose: dict[str, Any]) -> None:
    assert all(
        (kind, len(said) > 10) == ("?", True) for name, kind, said in VARIABLE.findall(TEXT) if name in PASSWORDS
    )
    for service in compose["services"].values():
        for name, value in service["environment"].items():
            if "PASSWORD" in name:
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value)


def test_every_variable_is_said_with_its_default_and_none_is_taken_for_a_setting() -> None:
    example = (ROOT / "deploy" / "compose.env.example").read_text(encoding="utf-8")
    said = dict(re.findall(r"^#?(BIAOCHI_\w+)=(.*)$", example, re.MULTILINE))
    assert said == {name: "" if kind == "?" else given for name, kind, given in VARIABLE.findall(TEXT)}
    assert set(said) <= OF_OTHERS
    assert OF_OTHERS - set(said) == {"BIAOCHI_UPSTREAMS", "BIAOCHI_TEST_DATABASE_URL", "BIAOCHI_TOKEN"}


def test_only_the_proxy_is_reached_from_outside(compose: dict[str, Any]) -> None:
    ports = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert [filled_in(port) for port in ports.pop("caddy")] == ["443:443", "80:80"]
    assert ports == {}
    assert compose["networks"]["inside"] == {"internal": True}
    assert [name for name in compose["services"] if "outside" in compose["services"][name]["networks"]] == [
        *INSTANCES,
        "caddy",
    ]


def test_only_the_project_s_own_network_may_say_for_whom_it_asks(compose: dict[str, Any]) -> None:
    trusted = compose["services"]["biaochi-a"]["environment"]["BIAOCHI_TRUSTED_PROXIES"]
    (network,) = compose["networks"]["outside"]["ipam"]["config"]
    assert network == {"subnet": trusted}  # the same variable: whoever moves the network moves both
    given: dict[str, Any] = {"trusted_proxies": filled_in(trusted)}
    settings = Settings(**given)
    (own,) = settings.trusted_proxies
    assert (own.is_private, own.prefixlen) == (True, 24)
    assert {line.name: line.grade for line in settings_lines(settings)}["proxies"] is Grade.OK


def test_the_service_never_gets_the_owner_s_password(compose: dict[str, Any]) -> None:
    for name in INSTANCES:
        assert "OWNER" not in str(compose["services"][name])
        assert compose["services"][name]["environment"]["BIAOCHI_MIGRATION_URL"] == ""  # whatever the file says


def test_every_setting_is_one_the_program_reads_and_is_said_to_be_set_here(compose: dict[str, Any]) -> None:
    known = {f"BIAOCHI_{name.upper()}" for name in Settings.model_fields}
    said, marked = (ROOT / "deploy" / "biaochi.env.example").read_text(encoding="utf-8"), set()
    for block in re.split(r"(?<=\n)(?=# )", said):
        if "[compose]" in block.partition("\n")[0]:
            marked |= set(re.findall(r"^#?(BIAOCHI_\w+)=", block, re.MULTILINE))
    assert {name for ours in OURS for name in compose["services"][ours]["environment"]} == marked
    assert marked <= known
    assert {compose["services"][name]["env_file"] for name in OURS} == {"biaochi.env"}


def test_the_backup_s_job_writes_data_and_keys_into_volumes_apart(compose: dict[str, Any]) -> None:
    job, migrate = compose["services"]["backup"], compose["services"]["migrate"]
    places, given = volumes(job), job["environment"]
    apart = [given["BIAOCHI_BACKUP_TO"], given["BIAOCHI_BACKUP_KEYS_TO"], given["BIAOCHI_HOME"]]
    assert (
        {places[place].removesuffix(":") for place in apart} == {"backups", "keys", "home"} <= set(compose["volumes"])
    )
    assert given == migrate["environment"]
    made = next(words for words in dockerfile() if words[0] == "RUN" and given["BIAOCHI_BACKUP_TO"] in words)
    assert set(places) <= set(made)  # a volume begins as the image has the folder


def test_the_plan_that_the_settings_name_is_in_the_image_and_is_the_city_s() -> None:
    said = (ROOT / "deploy" / "biaochi.env.example").read_text(encoding="utf-8")
    (named,) = re.findall(r"^BIAOCHI_PLAN=(.*)$", said, re.MULTILINE)
    assert ["COPY", "seed", "seed"] in dockerfile()
    (place,) = [words[1] for words in dockerfile() if words[0] == "WORKDIR"]
    assert (ROOT / Path(named).relative_to(place)).samefile(CITY_PLAN)


def test_the_addresses_name_the_database_s_own_names(compose: dict[str, Any]) -> None:
    database = compose["services"]["database"]["environment"]
    owner = make_url(filled_in(compose["services"]["migrate"]["environment"]["BIAOCHI_MIGRATION_URL"]))
    service = make_url(filled_in(compose["services"]["biaochi-a"]["environment"]["BIAOCHI_DATABASE_URL"]))
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
    for name in OURS:
        program, *arguments = compose["services"][name]["command"]
        assert program == "biaochi"
        found: Any = get_command(app)
        for argument in arguments:
            found = found.commands[argument]


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
    assert [words[1] for words in instructions if words[0] == "FROM"] == ["${PYTHON_IMAGE}"]


def test_what_compose_runs_works_on_a_real_server(compose: dict[str, Any], server: Server, tmp_path: Path) -> None:
    """Migrate as the owner, then serve as a role the server did not know, and ask for its health."""
    services = compose["services"]
    with server.empty_database() as database:
        role = f"{server.role}_compose"
        url = make_url(database.url).set(username=role, password=PASSWORDS["BIAOCHI_APP_PASSWORD"])
        address = url.render_as_string(hide_password=False)
        placed = {"BIAOCHI_DATABASE_URL": address, "BIAOCHI_MIGRATION_URL": database.owner_url}
        try:
            command, said = services["migrate"]["command"][1:], tmp_path / "migrate.log"
            migrated = fork_program(command, variables=environment(tmp_path, **placed), place=str(said))
            assert migrated.wait(PATIENCE) == 0, said.read_text(encoding="utf-8")
            given = {name: filled_in(value) for name, value in services["biaochi-a"]["environment"].items()}
            given["BIAOCHI_DATABASE_URL"] = address
            answer_as_the_container_would(services["biaochi-a"], given, tmp_path)
        finally:
            with database.as_owner() as connection:
                connection.exec_driver_sql(f'drop owned by "{role}"')
                connection.exec_driver_sql(f'drop role "{role}"')


def answer_as_the_container_would(service: dict[str, Any], given: dict[str, str], home: Path) -> None:
    """Start the service with the variables given, on another port, and run its own health check against it."""
    port = free_port()
    here = {"BIAOCHI_PORT": str(port), "BIAOCHI_HOST": "127.0.0.1", "BIAOCHI_HOME": str(home), "BIAOCHI_DEMO": "0"}
    here |= {"BIAOCHI_PLAN": str(CITY_PLAN), "BIAOCHI_BACKUP_TO": str(home / "backups")}
    variables = environment(home, **(given | here))
    assert service["command"] == ["biaochi", "serve"]
    process = fork_serve(variables=variables, log=home / "serve.log")
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", process, home / "serve.log")
        assert httpx2.get(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE).status_code == 200
        _, _, option, code = service["healthcheck"]["test"]
        check = [sys.executable, option, code.replace(":8000/", f":{port}/")]
        assert subprocess.run(check, check=False, capture_output=True).returncode == 0
    finally:
        assert stop(process) == 0
    assert subprocess.run(check, check=False, capture_output=True).returncode != 0
