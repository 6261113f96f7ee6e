"""R1 and R2: `python -m benchmarks.kills [SERVICE] [SERVER] [SECONDS] [SEED] [STOPS]` kills while four writers post.

The service, or PostgreSQL (with its children, without them, or one child alone) gets SIGKILL that often, at random
moments; STOPS times the service gets SIGTERM, after which both have to end in order. Two
writers post forms and two post files; each sends its revision again under the same key until it is acknowledged. At the
end every acknowledged revision has to be there once, with its figure and its place in the ledger, and `biaochi ledger
check` has to find nothing. It stops early when SECONDS are over. A service that does not answer in time is killed once
more so that it says what all its threads do, and that is printed with what PostgreSQL said. Exit code 1 if anything was
lost, stored in part or twice, or if it fell silent.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import httpx2

from benchmarks.killed import SERVICE, STOP, WAYS, Killed
from metrics.database import Sessions, make_engine
from metrics.server.embedded import embedded_server
from tests.builders import whole_submission
from tests.people import person, token
from tests.serving import PATIENCE, PLAIN, stop

_PERIOD = "2019-09"
_UNITS = ("441202", "441203", "441204", "441223")
_REASON = "kills"
_PATIENCE = 20.0  # seconds a writer waits for one answer
_PAUSE = 0.1  # seconds until it tries again
_ANSWERS = (200, 201, 503)


@dataclass(frozen=True)
class Acknowledged:
    """What the service said it stored."""

    revision: int
    seq: int
    value: int


@dataclass
class Writer:
    """A clerk that revises one submission over and over, by the form or by a file.

    `odd`: answers that no kill explains.
    """

    url: str
    unit: str
    token: str
    submission: int
    etag: str
    files: bool
    acknowledged: list[Acknowledged] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)

    def post_until(self, ending: threading.Event) -> None:
        """Post one revision after the other; the last one is posted until it is acknowledged, or something is odd."""
        value = 1000
        while not ending.is_set() and not self.odd:
            value += 1
            self._post(value)

    def _post(self, value: int) -> None:
        while not self.odd:
            try:
                answer = self._sent_file(value) if self.files else self.sent(value)
            except httpx2.TransportError:
                self.answers["no answer"] += 1
                time.sleep(_PAUSE)
                continue
            self.answers[str(answer.status_code)] += 1
            if answer.status_code not in _ANSWERS:
                self.odd.append(f"{answer.status_code} {answer.text[:300]}")
                return
            if answer.status_code != 503:
                said = answer.json()["returns"][0] if self.files else answer.json()
                self.etag = answer.json()["versions"][self._month] if self.files else answer.headers["ETag"]
                self.acknowledged.append(Acknowledged(said["revision"], said["seq"], value))
                return
            time.sleep(_PAUSE)

    def sent(self, value: int) -> httpx2.Response:
        """What is answered to a form with that value."""
        body = {
            "unit": self.unit,
            "period": _PERIOD,
            "values": {"items_new": str(value), "items_cancelled": "0"},
            "reason": _REASON,
        }
        return httpx2.post(
            f"{self.url}/api/v1/submissions",
            json=body,
            headers=self._headers(value) | {"If-Match": self.etag},
            timeout=_PATIENCE,
            verify=PLAIN,
        )

    def _sent_file(self, value: int) -> httpx2.Response:
        rows = [f"{self.unit},{_PERIOD},items_new,{value}", f"{self.unit},{_PERIOD},items_cancelled,0"]
        content = "\n".join(["unit_code,period,element_code,value", *rows]).encode()
        return httpx2.post(
            f"{self.url}/api/v1/submissions/files",
            files={"file": ("kills.csv", content)},
            data={"reason": _REASON, "versions": json.dumps({self._month: self.etag})},
            headers=self._headers(value),
            timeout=_PATIENCE,
            verify=PLAIN,
        )

    @property
    def _month(self) -> str:
        return f"{self.unit}/{_PERIOD}"

    def _headers(self, value: int) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Idempotency-Key": f"kills-{self.unit}-{value}"}


@dataclass(frozen=True)
class Score:
    """What a campaign came to. `ready`: by what was killed, the seconds until it was ready again, of each kill.

    `wrong`: what was lost, doubled, changed or silent.
    """

    ready: dict[str, list[float]]
    stored: int
    answers: Counter[str]
    wrong: list[str]

    @property
    def done(self) -> Counter[str]:
        """How often what was killed."""
        return Counter(_counts(self.ready))

    def __str__(self) -> str:
        times = (
            f"until ready after {kind}: median {median(found):.1f} s, longest {max(found):.1f} s\n"
            for kind, found in sorted(self.ready.items())
        )
        return (
            f"{dict(self.done)} kills; {self.stored} acknowledged; answers {dict(self.answers)}\n"
            f"{''.join(times)}{len(self.wrong)} wrong\n"
        )


def main(service_kills: int = 100, server_kills: int = 60, seconds: int = 3600, seed: int = 1, stops: int = 0) -> int:
    """Kill, count, compare, and print the score."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        home.mkdir()
        service = Killed(home)
        try:
            kinds = kinds_of(service_kills, server_kills, stops)
            score = campaign(service, kinds, seconds=seconds, seed=seed)
        finally:
            stop(service.process)
        score.wrong.extend(ledger_check(service))
    return told(score)


def told(score: Score) -> int:
    """Print the score; 1 if anything is wrong."""
    for line in score.wrong:
        sys.stdout.write(f"WRONG {line}\n")
    sys.stdout.write(str(score))
    return 1 if score.wrong else 0


def kinds_of(service_kills: int, server_kills: int, stops: int) -> list[str]:
    """What is done to a service that often, the ways of killing its database in turn."""
    ways = [WAYS[number % len(WAYS)] for number in range(server_kills)]
    return [SERVICE] * service_kills + [STOP] * stops + ways


def campaign(service: Killed, kinds: Sequence[str], *, seconds: int, seed: int) -> Score:
    """Do all `kinds` to it, in an order drawn by `seed`, while four clerks write to it; then compare."""
    draw = random.Random(seed)
    kinds = draw.sample(kinds, len(kinds))
    writers = writers_of(service)
    ready, wrong = _kill_one_after_the_other(service, writers, kinds=kinds, draw=draw, seconds=seconds)
    if not wrong:
        wrong = [line for writer in writers for line in _wrong(service, writer)]
    stored = sum(len(writer.acknowledged) for writer in writers)
    return Score(ready, stored, sum((writer.answers for writer in writers), Counter[str]()), wrong)


def writers_of(service: Killed) -> list[Writer]:
    """Clerks of four units, each with a submission to revise."""
    with embedded_server(service.home) as addresses:
        engine = make_engine(addresses.application, pool_size=1)
        with Sessions(engine).write() as session:
            for unit in _UNITS:
                person(session, f"clerk{unit}", units={unit})
            tokens = [token(session, f"clerk{unit}").secret for unit in _UNITS]
        engine.dispose()
    return [
        _writer(service.url, unit, secret, files=bool(number % 2))
        for number, (unit, secret) in enumerate(zip(_UNITS, tokens, strict=True))
    ]


def _writer(url: str, unit: str, secret: str, *, files: bool) -> Writer:
    answer = httpx2.post(
        f"{url}/api/v1/submissions",
        json=whole_submission() | {"unit": unit, "period": _PERIOD},
        headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": f"first-{unit}"},
        timeout=PATIENCE,
        verify=PLAIN,
    )
    return Writer(url, unit, secret, answer.json()["id"], answer.headers["ETag"], files)


def _kill_one_after_the_other(
    service: Killed, writers: list[Writer], *, kinds: list[str], draw: random.Random, seconds: int
) -> tuple[dict[str, list[float]], list[str]]:
    """Kill while the writers post.

    The seconds until the service was ready, by what was killed; what it did if it did not get ready at all.
    """
    ending, ready, silent = threading.Event(), defaultdict[str, list[float]](list), list[str]()
    threads = [threading.Thread(target=writer.post_until, args=(ending,)) for writer in writers]
    for thread in threads:
        thread.start()
    limit, answers = time.monotonic() + seconds, False
    try:
        for kind in kinds:
            if time.monotonic() > limit:
                break
            time.sleep(draw.uniform(0.05, 1.0))
            began = time.monotonic()
            try:
                service.strike(kind, draw)
            except AssertionError as error:
                silent.append(f"not ready after {kind} was killed, {_counts(ready)} before: {error}"[:500])
                silent.append(service.last_words())
                break
            ready[kind].append(time.monotonic() - began)
            sys.stderr.write(f"{kind}: ready again after {ready[kind][-1]:.1f} s; {_counts(ready)}\n")
        answers = not silent
    finally:
        for writer in writers if not answers else ():  # whatever it was: they would ask for ever
            writer.odd.append("the service fell silent")
        ending.set()
        for thread in threads:
            thread.join()
    return ready, silent


def _counts(ready: Mapping[str, Sequence[float]]) -> dict[str, int]:
    return {kind: len(times) for kind, times in ready.items()}


def _wrong(service: Killed, writer: Writer) -> list[str]:
    """What the submission's history says that the writer was not told, or the other way round."""
    headers = {"Authorization": f"Bearer {writer.token}"}
    address = f"{service.url}/api/v1/submissions/{writer.submission}/history"
    events: list[dict[str, Any]] = httpx2.get(address, headers=headers, timeout=60).json()["events"]
    stored = Counter(
        Acknowledged(event["revision"], event["seq"], int(change["after"]))
        for event in events
        if event["reason"] == _REASON
        for change in event["detail"]["changed"]
        if change["element"] == "items_new"
    )
    told = Counter(writer.acknowledged)
    wrong = [f"{writer.unit} {answer}" for answer in writer.odd]
    wrong += [f"{writer.unit} lost or changed: {one}" for one in (told - stored)]
    wrong += [f"{writer.unit} stored and never acknowledged, or twice: {one}" for one in (stored - told)]
    return wrong


def ledger_check(service: Killed) -> list[str]:
    """What `biaochi ledger check` finds wrong."""
    checked = subprocess.run(
        [sys.executable, "-m", "metrics.cli.main", "ledger", "check"],
        env=service.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return [] if checked.returncode == 0 else [checked.stdout[-2000:] + checked.stderr[-2000:]]


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
