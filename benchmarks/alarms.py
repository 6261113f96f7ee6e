"""Every alarm on a real service: `python -m benchmarks.alarms [NAME …]` brings about what each is for, till it fires.

A real Prometheus (Debian's package) scrapes `biaochi serve` every two seconds by the rules of monitoring/alerts.yml.
When what was done is undone, the alarms of a state have to be over as well. Its queries are asked as they stand, with
two exceptions: what has to last (`for`) lasts a second, and the thresholds in `_NEARER` are nearer, since nobody waits
twenty minutes or fills 2 GB. The home lies on a small file system in memory, so that its disk is nearly full (root
mounts it; elsewhere that is said and nothing is run). Exit code 1 if one does not fire, or is not over.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import yaml

from benchmarks.alarmed import Alarming
from benchmarks.full_disk import small_disk
from tests.ports import free_port
from tests.serving import PATIENCE, PLAIN, ROOT, stop

_RULES = ROOT / "monitoring" / "alerts.yml"
_FIRES_WITHIN = 180.0  # seconds
_OVER_WITHIN = 180.0  # seconds
_NEARER = {
    "BiaochiUnsigned": ("> 1200", "> 20"),
    "BiaochiOpenProgressBehind": ("> 120", "> 20"),
    "BiaochiMemory": ("> 2e9", "> 1e8"),
}
_CONFIGURATION = """
global: {{scrape_interval: 2s, evaluation_interval: 2s, scrape_timeout: 2s}}
rule_files: [rules.yml]
scrape_configs:
  - job_name: biaochi
    static_configs: [{{targets: ["{target}"]}}]
"""


@dataclass(frozen=True)
class Provoked:
    """`alarms` that have to fire while `by` is done; `said`: what is done, for who reads the table.

    `over`: those that have to be over soon after `by` is. The others ask for what happened within some minutes, or for
    what stays.
    """

    alarms: tuple[str, ...]
    said: str
    by: Callable[[], AbstractContextManager[None]]
    needed: bool = False  # by what follows
    over: tuple[str, ...] = ()


def rules_soon() -> dict[str, Any]:
    """The rules as they stand, but for how long something lasts, and how far some thresholds are."""
    rules: dict[str, Any] = yaml.safe_load(_RULES.read_text(encoding="utf-8"))
    for rule in (rule for group in rules["groups"] for rule in group["rules"]):
        if "for" in rule:
            rule["for"] = "1s"
        far, near = _NEARER.get(rule["alert"], ("", ""))
        assert far in rule["expr"], rule["alert"]  # noqa: S101
        rule["expr"] = rule["expr"].replace(far, near) if far else rule["expr"]
    return rules


class Watcher:
    """Prometheus, which scrapes `target` by the rules."""

    def __init__(self, folder: Path, *, target: str) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        (folder / "rules.yml").write_text(yaml.safe_dump(rules_soon(), allow_unicode=True), encoding="utf-8")
        (folder / "prometheus.yml").write_text(_CONFIGURATION.format(target=target), encoding="utf-8")
        with (folder / "prometheus.log").open("wb") as said:
            self.process = subprocess.Popen(
                [
                    *("prometheus", f"--config.file={folder / 'prometheus.yml'}"),
                    *(f"--storage.tsdb.path={folder / 'tsdb'}", f"--web.listen-address={self.url[7:]}"),
                ],
                stdout=said,
                stderr=subprocess.STDOUT,
            )

    def firing(self) -> set[str] | None:
        """The alarms that fire now; None while it does not answer."""
        try:
            alerts = httpx2.get(f"{self.url}/api/v1/alerts", timeout=10, verify=PLAIN).json()["data"]["alerts"]
        except httpx2.TransportError:
            return None
        return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(PATIENCE)


def provoked(service: Alarming) -> Sequence[Provoked]:
    """What is brought about, one after the other."""
    return (*_of_records(service), *_of_service(service))


def _of_records(service: Alarming) -> Sequence[Provoked]:
    """Its records, and what others keep of them, are not as they should be."""
    return (
        Provoked(("BiaochiPlanMissing", "BiaochiNoBackup"), "started anew, nothing else done", service.nothing),
        Provoked(("BiaochiDiskFull",), "the home on a disk of 0.7 GB", service.nothing),
        Provoked(("BiaochiMemory",), "started; over 0.1 GB instead of 2 GB", service.nothing),
        Provoked(
            ("BiaochiMonthOverdue", "BiaochiUnitsOverdue"),
            "a plan loaded, its first month sent, none after it",
            service.plan_loaded,
            needed=True,
        ),
        Provoked(
            ("BiaochiWitnessSilent",),
            "a witness that is named and does not run",
            service.witness_away,
            needed=True,
            over=("BiaochiPlanMissing", "BiaochiWitnessSilent"),
        ),
        Provoked(
            ("BiaochiOtherHistory",),
            "the witness saw another history, and one more month is to be signed",
            service.witness_misled,
            over=("BiaochiOtherHistory",),
        ),
        Provoked(("BiaochiBackupOld",), "the newest backup is of the day before yesterday", service.old_backup),
        Provoked(
            ("BiaochiRemindersFailed", "BiaochiRemindersWait"),
            "a mailbox that does not exist; a chat robot that is away",
            service.reminders_refused,
        ),
    )


def _of_service(service: Alarming) -> Sequence[Provoked]:
    """The service is not as it should be; the last ends it."""
    return (
        Provoked(("BiaochiGuessing",), "130 wrong passwords", service.guesses),
        Provoked(
            ("BiaochiOpenProgressBehind", "BiaochiUnsigned"),
            "a month sent while the table open.progress is held; over 20 s instead of 120 s and 20 min",
            service.behind,
            over=("BiaochiOpenProgressBehind",),
        ),
        Provoked(("BiaochiDefect",), "a table renamed, and asked for once", service.defect),
        Provoked(
            ("BiaochiBusy", "BiaochiSlow", "BiaochiConnectionsUsedUp"),
            "forty clients while the table submissions is held",
            service.crowd,
            over=("BiaochiConnectionsUsedUp",),
        ),
        Provoked(
            ("BiaochiWatchBlind",),
            "the table reminders is held",
            lambda: service.held("reminders", "access exclusive"),
            over=("BiaochiWatchBlind",),
        ),
        Provoked(("BiaochiNotTakingIn",), "ledger.key moved away", service.without_key, over=("BiaochiNotTakingIn",)),
        Provoked(
            ("BiaochiDatabaseAway",),
            "every process of PostgreSQL suspended",
            service.silent_database,
            over=("BiaochiDatabaseAway",),
        ),
        Provoked(("BiaochiDown",), "the service stopped", service.stopped),
    )


def main(*names: str) -> int:
    """Provoke one after the other, all or those of `names`, and print the table."""
    if shutil.which("prometheus") is None:
        sys.stdout.write("未执行:没有安装 prometheus / not run: Prometheus is not installed\n")
        return 0
    with tempfile.TemporaryDirectory() as folder, ExitStack() as ending:
        try:
            ending.enter_context(small_disk(Path(folder)))
        except OSError as reason:
            sys.stdout.write(f"未执行 / not run: alarms: {reason}\n")
            return 0
        os.chmod(folder, 0o711)  # noqa: S103  the server's user goes through it
        service = Alarming(Path(folder))
        ending.callback(service.witness.stop)
        ending.callback(stop, service.process)
        watcher = Watcher(Path(folder), target=service.url[7:])
        ending.callback(watcher.end)
        wanted = [one for one in provoked(service) if not names or one.needed or {*names} & {*one.alarms}]
        missed = [alarm for one in wanted for alarm in (*_missed(watcher, one), *_not_over(watcher, one))]
        if missed:
            sys.stdout.write(service.refusals())
    sys.stdout.write(f"alarms: {len(missed)} did not fire, or were not over {' '.join(missed)}\n")
    return 1 if missed else 0


def _missed(watcher: Watcher, one: Provoked) -> list[str]:
    """Bring it about and wait; the alarms that did not fire."""
    fired: dict[str, float] = {}
    with one.by():
        began = time.monotonic()
        while len(fired) < len(one.alarms) and time.monotonic() - began < _FIRES_WITHIN:
            time.sleep(1)
            took = time.monotonic() - began
            fired |= {name: took for name in (watcher.firing() or set()).intersection(one.alarms) if name not in fired}
    for name in one.alarms:
        said = f"fired after {fired[name]:.0f} s" if name in fired else "DID NOT FIRE"
        sys.stdout.write(f"| `{name}` | {one.said} | {said} |\n")
    sys.stdout.flush()
    return [name for name in one.alarms if name not in fired]


def _not_over(watcher: Watcher, one: Provoked) -> list[str]:
    """Wait after it was undone; the alarms that still fire."""
    began = time.monotonic()
    left = {*one.over}
    while left and time.monotonic() - began < _OVER_WITHIN:
        time.sleep(1)
        fires = watcher.firing()
        ended = set() if fires is None else left - fires
        left -= ended
        for name in sorted(ended):
            sys.stdout.write(f"| `{name}` | it was undone | over after {time.monotonic() - began:.0f} s |\n")
    sys.stdout.flush()
    return [f"{name} (not over)" for name in sorted(left)]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
