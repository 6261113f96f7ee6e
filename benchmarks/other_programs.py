"""`python -m benchmarks.other_programs [KILLS] [SEED] [FOLDER]`: an older PostgreSQL of the system under the service.

FOLDER, by default Debian's newest below the wheel's version, has its programs. On them demonstration
data are loaded, backed up both ways and restored; then the cluster is brought to the wheel's version, the command
killed in its midst KILLS times, half of them with every process that it had started: each time the ledger that is there
afterwards is right, and the same command once more upgrades it. Exit code 1 if not. Without such programs: not run.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from metrics.cli.plan import CITY_PLAN
from metrics.server.home import written_by
from metrics.server.programs import major_version
from tests.serving import ROOT, environment

_DEBIAN = Path("/usr/lib/postgresql")


def main(kills: int = 6, seed: int = 1, *, folder: str = "") -> int:
    """Use them, upgrade, and print what was found."""
    programs = Path(folder) if folder else _older()
    if programs is None:
        _say("not run: no older PostgreSQL in /usr/lib/postgresql")
        return 0
    _say(f"programs of PostgreSQL {major_version(programs)}, to be brought to {major_version()}")
    draw, wrong = random.Random(seed), []
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        place.chmod(0o755)
        _used(place, programs)
        for number in range(kills + 1):
            wrong += _upgraded(place, programs, number=number, draw=draw)
    for line in wrong:
        _say(f"WRONG {line}")
    _say(f"{kills} upgrades killed, {len(wrong)} wrong")
    return int(bool(wrong))


def _older() -> Path | None:
    found = [path for path in _DEBIAN.glob("*/bin") if (path / "pg_ctl").exists()]
    versions = {major_version(path): path for path in found}
    older = [version for version in versions if version < major_version()]
    return versions[max(older)] if older else None


def _used(place: Path, programs: Path) -> None:
    """A home that these programs made, its data backed up and restored by them."""
    theirs = {"BIAOCHI_POSTGRES_BIN": str(programs)}
    variables = environment(place / "home", BIAOCHI_WAL_ARCHIVE=str(place / "wal"), **theirs)
    for command in ("migrate", f"plan load {CITY_PLAN}", "demo load"):
        _run(command.split(" ", 2), variables)
    _run(["backup", "--to", str(place / "b"), "--keys-to", str(place / "k")], variables)
    _run(["backup", "--physical", "--to", str(place / "base")], variables)
    (archive,), (keys,), (base,) = (place / "b").glob("*.zip"), (place / "k").glob("*.zip"), (place / "base").glob("b*")
    for kind, source in (("rows", archive), ("base", base)):
        restored = environment(place / kind, BIAOCHI_WAL_ARCHIVE=str(place / "wal"), **theirs)
        _say(
            f"restored from {kind}: {_last(_run(['restore', str(source), '--keys', str(keys)], restored), 'Restored')}"
        )
    newer = environment(place / "newer")
    _say(f"restored into the newer: {_last(_run(['restore', str(archive), '--keys', str(keys)], newer), 'Restored')}")


def _upgraded(place: Path, programs: Path, *, number: int, draw: random.Random) -> list[str]:
    """Upgrade a copy of the home; all but the first are killed before. What was wrong."""
    home, wrong = place / f"upgrade{number}", []
    subprocess.run(["cp", "-a", str(place / "home"), str(home)], check=True)  # noqa: S607  found on PATH
    variables = environment(home)
    arguments = ["upgrade-cluster", "--old-bin", str(programs)]
    if number:
        after = draw.uniform(0, 1)
        state = _killed(arguments, variables, after=after * _TAKES[0], all_of_them=bool(number % 2))
        written = written_by(home / "postgres") if (home / "postgres").exists() else 0
        found = _run(["ledger", "check"], _with(variables, programs, written))
        right = "are right" in found
        said = "is right" if right else "IS NOT RIGHT"
        _say(f"killed at {after:4.0%} ({state}): PostgreSQL {written or 'between'}, the ledger {said}")
        wrong += [] if right else [f"{home}: {found}"]
        if written != major_version(programs):
            return wrong  # it was done
    began = time.monotonic()
    said = _run(arguments, variables)
    _TAKES.append(time.monotonic() - began)
    _say(f"upgraded: {_last(said, 'Upgraded')}")
    right = "all of them are right" in said and "are right" in _run(["ledger", "check"], variables)
    left = [path.name for path in home.glob("upgrade.*")]
    wrong += [] if right and not left else [f"{home}: {said} {left}"]
    shutil.rmtree(home)
    return wrong


_TAKES: list[float] = []  # seconds; the first is of an upgrade that nobody killed


def _with(variables: dict[str, str], programs: Path, written: int) -> dict[str, str]:
    return variables | ({"BIAOCHI_POSTGRES_BIN": str(programs)} if written == major_version(programs) else {})


def _killed(arguments: list[str], variables: dict[str, str], *, after: float, all_of_them: bool) -> str:
    """Kill the command after so many seconds; what it said last."""
    with tempfile.TemporaryFile("w+") as said:
        command = [sys.executable, "-m", "metrics.cli.main", *arguments]
        process = subprocess.Popen(command, env=variables, cwd=ROOT, stdout=said, stderr=said, text=True)
        try:
            process.wait(timeout=after)
        except subprocess.TimeoutExpired:
            family = psutil.Process(process.pid).children(recursive=True) if all_of_them else []
            process.kill()
            for member in family:
                member.kill()
            process.wait()
        said.seek(0)
        return ([line.split(" ")[0] for line in said if "…" in line] or ["at its start"])[-1]


def _run(arguments: list[str], variables: dict[str, str]) -> str:
    command = [sys.executable, "-m", "metrics.cli.main", *arguments]
    done = subprocess.run(command, env=variables, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        _say(f"exit code {done.returncode}: {' '.join(arguments[:2])}: {done.stderr.strip()[-1000:]}")
    return done.stdout + done.stderr


def _last(said: str, word: str) -> str:
    return ([line for line in said.splitlines() if word in line] or [said])[-1]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    numbers = [int(given) for given in sys.argv[1:3]]
    sys.exit(main(*numbers, folder="".join(sys.argv[3:4])))
