"""`make kill`: commands killed (SIGKILL) at hundreds of moments, as processes of their own.

    python -m tests.kill [--count N] [--seed N] [SCENARIO…]

Half of the moments are spread over the time that the command takes, half are just after a new file is seen
beside an old one (or the database's journal), where most can go wrong. After each kill every file is the old
or the new one, and the next run comes to its end.
"""

from __future__ import annotations

import argparse
import http.server
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.kill.scenarios import (
    SCENARIOS,
    Scenario,
    cache_troubles,
    command,
    contents,
    environment,
    is_left,
    troubles,
)
from tests.mock.connectors import write

from connlint.evidence.fixture_files import load_fixtures

_WAIT = 30.0


def seen(where: Path) -> bool:
    """Whether something is being written below a folder."""
    return (
        any(
            path.name.endswith((".connlint.tmp", "-journal")) and path.is_file() for path in where.rglob(".*")
        )
        or (where / ".cache" / "results.sqlite-journal").exists()
    )


def kill_at(
    process: subprocess.Popen[bytes],
    moment: float | None,
    where: Path,
    later: float,
    still: Callable[[], bool],
) -> None:
    """Kill a process after so many seconds, or, without a moment, when it is seen to write."""
    began = time.monotonic()
    if moment is not None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(moment)
    else:
        while process.poll() is None and still() and not seen(where) and time.monotonic() - began < _WAIT:
            pass
        time.sleep(later)
    process.kill()
    process.wait()


def one(scenario: Scenario, base: Path, count: int, chance: random.Random) -> tuple[Counter[str], list[str]]:
    """Kill a scenario's command so many times: what the kills met, and what they broke."""
    old, new = base / "old", base / "new"
    scenario.lay_out(old)
    shutil.copytree(old, new)
    began = time.monotonic()
    finished = subprocess.run(
        command(scenario), cwd=new, env=environment(new), capture_output=True, check=False
    )
    lasts = time.monotonic() - began
    assert finished.returncode in (0, 1), finished.stderr
    before, after = contents(old), contents(new)
    met: Counter[str] = Counter()
    broken: list[str] = []
    for number in range(count):
        where = base / "now"
        shutil.copytree(old, where)
        process = subprocess.Popen(
            command(scenario),
            cwd=where,
            env=environment(where),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        moment = chance.uniform(0, 1.1 * lasts) if number % 2 else None
        kill_at(process, moment, where, chance.choice((0, 0, 0.001, 0.003)), lambda: True)
        found = [*troubles(where, before, after), *cache_troubles(where)]
        now = contents(where)
        left = [name for name in now if is_left(name)]
        changed = sum(now.get(name) != before.get(name) for name in after if after[name] != before.get(name))
        met["while writing" if left else "after it" if process.returncode >= 0 else "before or after"] += 1
        met["files new"] += changed
        again = subprocess.run(
            command(scenario), cwd=where, env=environment(where), capture_output=True, check=False
        )
        if again.returncode not in (0, 1):
            found.append(f"the next run ended with {again.returncode}")
        if scenario.name == "cache" and again.stdout != finished.stdout:
            found.append("the next run did not say the same")
        if {name: data for name, data in contents(where).items() if not is_left(name)} != after:
            found.append("the next run did not come to the same")
        broken += [f"{scenario.name} {number}: {what}" for what in found]
        shutil.rmtree(where)
    return met, broken


# --- recording


class _Vendor(http.server.BaseHTTPRequestHandler):
    """A vendor whose answers take a moment to be written."""

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        order = {"id": "o1", "sum": {"total": 1}, "lines": [{"n": n, "text": "x" * 40} for n in range(1500)]}
        body = json.dumps(
            {"data": [order]} if self.path.partition("?")[0].endswith("/orders") else order
        ).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        with suppress(OSError):  # the one who asked is killed
            self.end_headers()
            self.wfile.write(body)

    do_GET = do_POST = _answer  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Recording:
    """`connlint record` as a process; `url` is where it listens."""

    def __init__(self, where: Path, upstream: str) -> None:
        arguments = ["record", "shop", "--upstream", upstream, "--port", "0"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "connlint", *arguments],
            cwd=where,
            env={**environment(where), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert self.process.stdout is not None
        while True:
            line = self.process.stdout.readline().decode()
            found = re.search(r"recording on (http://[^\s,]+)", line)
            if found is not None:
                self.url = found[1]
                break
            assert line, "record did not start"
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def ask(self) -> None:
        """One call of each operation that the connector has."""
        calls: list[tuple[str, bytes | None]] = [
            ("/orders", None),
            ("/orders/1", None),
            ("/orders", b'{"item": "a", "count": 1, "source": "platform"}'),
        ]
        for path, body in calls:
            request = urllib.request.Request(self.url + path, body, {"content-type": "application/json"})
            with (
                suppress(urllib.error.URLError, OSError),
                urllib.request.urlopen(request, timeout=5) as answer,
            ):
                answer.read()


def record(base: Path, count: int, chance: random.Random) -> tuple[Counter[str], list[str]]:
    """Kill `connlint record` while it writes fixtures."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Vendor)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    upstream = f"http://127.0.0.1:{server.server_address[1]}/v1"
    met: Counter[str] = Counter()
    broken: list[str] = []
    for number in range(count):
        where = base / "now"
        write(where / "shop", {})
        recording = _Recording(where, upstream)
        asking = threading.Thread(target=recording.ask, daemon=True)
        asking.start()
        moment = chance.uniform(0, 0.6) if number % 2 else None
        kill_at(recording.process, moment, where, chance.choice((0, 0, 0.001, 0.003)), asking.is_alive)
        asking.join()
        fixtures, documents = load_fixtures(where / "shop" / "fixtures")
        faults = [fault.message for document in documents for fault in document.faults]
        broken += [f"record {number}: {fault}" for fault in faults]
        if any(len(item.exchanges) != 1 or "lines" not in json.dumps(item.value) for item in fixtures):
            broken.append(f"record {number}: a fixture is not whole")
        left = [name for name in contents(where) if is_left(name)]
        met["while writing" if left else "before or after"] += 1
        met["files new"] += len(fixtures)
        if number % 5 == 0:
            again = _Recording(where, upstream)
            again.ask()
            # an answer goes out before it is recorded
            until = time.monotonic() + _WAIT
            while len(load_fixtures(where / "shop" / "fixtures")[0]) < 3 and time.monotonic() < until:
                time.sleep(0.05)
            again.process.kill()
            again.process.wait()
            if len(load_fixtures(where / "shop" / "fixtures")[0]) != 3:
                broken.append(f"record {number}: the next run did not record the rest")
        shutil.rmtree(where)
    server.shutdown()
    return met, broken


def main() -> int:
    """Kill; 1 where something broke."""
    names = [*SCENARIOS, "record"]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(names))
    parser.add_argument("--count", type=int, default=300, help="kills in all (default: 300)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: 1)")
    given = parser.parse_args()
    chosen = given.scenarios or names
    if unknown := [name for name in chosen if name not in names]:
        parser.error(f"there is no scenario {unknown[0]}: there are {', '.join(names)}")
    each = max(given.count // len(chosen), 1)
    chance = random.Random(given.seed)
    broken: list[str] = []
    for name in chosen:
        with tempfile.TemporaryDirectory() as folder:
            base = Path(folder)
            met, found = (
                record(base, each, chance) if name == "record" else one(SCENARIOS[name], base, each, chance)
            )
        broken += found
        new = met.pop("files new")
        listed = ", ".join(f"{count} {words}" for words, count in sorted(met.items()))
        print(
            f"{name:<9} {each} kills: {listed}; {new} files new; {len(found) or 'nothing'} broken", flush=True
        )
    print("\n".join(broken) or "each file was the old or the new one, and each next run came to its end")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
