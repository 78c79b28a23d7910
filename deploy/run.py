"""The main job in one command: broker, service, a log published and mined, the first findings. `make run`.

`python -m deploy.run [LOG]`; without LOG the simulated city `hcmc-2024`. Then it stays until Ctrl-C (or SIGTERM, or the
terminal closes) and takes with it whatever it started. In the environment:

    KAFKA_BOOTSTRAP=host:port   use this broker and start none
    TINHGON_KAFKA=off           do without Kafka
    TINHGON_PORT, TINHGON_STORE and every other setting of the service
    RUN_ONCE=1                  end after the first findings
    RUN_DOSSIERS=40000          how many dossiers the city has

Exit codes: 0 done; 1 it went wrong; 130 interrupted before the findings.
"""

import argparse
import errno
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.children import Interrupted, end, last_lines, spawn, stop_flag, wait_for
from deploy.findings import NoAnswerError, Progress, first_findings, progress, read
from deploy.kafka.broker import running_pid
from deploy.kafka.home import Home
from deploy.kafka.jars import KafkaUnavailable, ensure_jars
from deploy.ports import usual_or_free

ROOT = Path(__file__).resolve().parents[1]
SCENARIO = "hcmc-2024"
DOSSIERS = 40_000
SEED = 2024
USUAL_PORT = 8000
READY_SECONDS = 120.0
IDLE_SECONDS = 120.0
STOP_SERVICE_SECONDS = 10.0
STOP_BROKER_SECONDS = 20.0


class RunError(Exception):
    """Why the job cannot go on, in words for the person who started it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The log, or how many dossiers of the city; the command `tinhgon`; where all is kept; whether to stay."""

    log: Path | None
    dossiers: int
    tinhgon: str
    state: Path
    stay: bool


@dataclass(frozen=True, slots=True)
class Kafka:
    """The broker to use; `child` is the process that ends it with us, None when it is not ours."""

    bootstrap: str
    child: subprocess.Popen[bytes] | None


@dataclass(frozen=True, slots=True)
class Service:
    """A running `tinhgon serve`: its address, its environment, and the file that it logs to."""

    base: str
    environment: dict[str, str]
    log: Path
    child: subprocess.Popen[bytes]

    def check_alive(self, patience_seconds: float = 0.0) -> None:
        """Raise RunError, with the last lines it logged, when the service has ended, or does within a moment."""
        with suppress(subprocess.TimeoutExpired):
            self.child.wait(patience_seconds)
            told = last_lines(self.log)
            raise RunError(f"The service ended with code {self.child.returncode}:\n{told}\n    (log: {self.log})")


def run(plan: Plan, stop: threading.Event, started: ExitStack) -> None:
    """Do the whole job; what is left on `started` ends every process it started, the last one first."""
    kafka = _find_kafka(plan, stop, started)
    service = _serve(plan, kafka, stop, started)
    try:
        before = progress(service.base).handled
        published = _publish(plan, service, stop, started, with_kafka=kafka is not None)
        _show(service, plan, published, _wait_until_mined(service, before + published, stop))
    except NoAnswerError:
        service.check_alive(patience_seconds=1.0)
        raise
    if plan.stay:
        print("Ctrl-C ends everything that was started here.", flush=True)
        _stay(service, kafka, stop)


def _find_kafka(plan: Plan, stop: threading.Event, started: ExitStack) -> Kafka | None:
    if os.environ.get("TINHGON_KAFKA") == "off":
        return None
    given = os.environ.get("KAFKA_BOOTSTRAP")
    if given:
        return Kafka(given, None)
    try:
        ensure_jars(stop)
    except KafkaUnavailable as reason:
        print(f"{reason} Going on without Kafka (TINHGON_KAFKA=off).", file=sys.stderr, flush=True)
        return None
    home = Home(plan.state / "kafka")
    stays = running_pid(home) is not None
    command = [sys.executable, "-m", "deploy.kafka.broker", "start", "--foreground", "--home", str(home.root)]
    child = spawn(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE)
    started.callback(end, child, STOP_BROKER_SECONDS)
    address = _first_line(child, stop)
    if not address:
        raise RunError("Kafka did not start (see above); `TINHGON_KAFKA=off make run` does without.")
    print(f"Kafka answers at {address}" + ("; it ran already and stays." if stays else ""), flush=True)
    return Kafka(address, None if stays else child)


def _first_line(child: subprocess.Popen[bytes], stop: threading.Event) -> str:
    assert child.stdout is not None
    while not select.select([child.stdout], [], [], 0)[0]:
        if stop.wait(0.1):
            raise Interrupted("Kafka")
    return child.stdout.readline().decode().strip()


def _serve(plan: Plan, kafka: Kafka | None, stop: threading.Event, started: ExitStack) -> Service:
    port = usual_or_free(_wished_port())
    folder = plan.state / "run"
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        "TINHGON_HOST": "127.0.0.1",
        "TINHGON_STORE": str(folder / "tinhgon.duckdb"),
        **os.environ,
        "TINHGON_PORT": str(port),
        **({"TINHGON_KAFKA_BOOTSTRAP": kafka.bootstrap} if kafka else {"TINHGON_KAFKA": "off"}),
    }
    log = folder / "serve.log"
    with log.open("wb") as output:
        child = spawn([plan.tinhgon, "serve"], env=environment, stdout=output, stderr=subprocess.STDOUT)
    started.callback(end, child, STOP_SERVICE_SECONDS)
    service = Service(f"http://127.0.0.1:{port}", environment, log, child)
    _wait_until_ready(service, stop)
    return service


def _wished_port() -> int:
    wished = os.environ.get("TINHGON_PORT") or str(USUAL_PORT)
    if not wished.isdecimal() or int(wished) > 65535:
        raise RunError(f"TINHGON_PORT is {wished!r}: a port is a number up to 65535.")
    return int(wished)


def _wait_until_ready(service: Service, stop: threading.Event) -> None:
    reason = ""

    def poll() -> bytes | None:
        nonlocal reason
        service.check_alive()
        try:
            return read(f"{service.base}/readyz", timeout_seconds=2.0)
        except NoAnswerError as error:
            reason = str(error)
            return None

    try:
        wait_for("Starting the service", poll, stop, limit_seconds=READY_SECONDS)
    except TimeoutError:
        raise RunError(f"The service does not get ready: {reason}\n    (log: {service.log})") from None


def _publish(plan: Plan, service: Service, stop: threading.Event, started: ExitStack, *, with_kafka: bool) -> int:
    """Publish the log, or the events of the city; returns the number of events."""
    city = ["city", "--scenario", SCENARIO, "--dossiers", str(plan.dossiers), "--seed", str(SEED), "--json", "--to"]
    to = [] if with_kafka else ["--to", service.base]
    if plan.log:
        return _told(plan, service, stop, started, ["replay", str(plan.log), "--json", *to])
    if with_kafka:
        return _told(plan, service, stop, started, [*city, "kafka"])
    with tempfile.TemporaryDirectory(dir=plan.state / "run") as folder:
        file = str(Path(folder) / f"{SCENARIO}.jsonl")
        _told(plan, service, stop, started, [*city, file])
        return _told(plan, service, stop, started, ["replay", file, "--json", *to])


def _told(plan: Plan, service: Service, stop: threading.Event, started: ExitStack, command: list[str]) -> int:
    """Run a command that publishes events and says how many; the progress bar is its own."""
    with tempfile.TemporaryFile() as output:
        child = spawn([plan.tinhgon, *command], env=service.environment, stdout=output)
        # As by Ctrl-C: it gives the terminal its cursor back.
        started.callback(end, child, STOP_SERVICE_SECONDS, signal.SIGINT)
        while child.poll() is None:
            service.check_alive()
            if stop.wait(0.1):
                raise Interrupted(command[0])
        if child.returncode:
            raise RunError(
                f"{_name(plan)} could not be published: `tinhgon {command[0]}` ended with {child.returncode}."
            )
        output.seek(0)
        report = json.loads(output.read().splitlines()[-1])
    return int(report["published"])


def _name(plan: Plan) -> str:
    return plan.log.name if plan.log else f"City {SCENARIO}, {plan.dossiers:,} dossiers"


def _wait_until_mined(service: Service, handled: int, stop: threading.Event) -> Progress:
    """Wait until the service has dealt with so many events; standing still is an error, being slow is not."""
    seen: Progress | None = None
    moved_at = time.monotonic()

    def poll() -> Progress | None:
        nonlocal seen, moved_at
        service.check_alive()
        with suppress(NoAnswerError):  # busy, or about to be found dead
            now = progress(service.base)
            if now.is_through(handled):
                return now
            if now != seen:
                seen, moved_at = now, time.monotonic()
        if time.monotonic() - moved_at > IDLE_SECONDS:
            raise RunError(f"The service stands still at {seen}, {handled:,} to do.\n    (log: {service.log})")
        return None

    return wait_for("Mining", poll, stop)


def _show(service: Service, plan: Plan, published: int, reached: Progress) -> None:
    print(f"\n{_name(plan)}: {published:,} events published; {reached.kept:,} in the store, all mined.\n")
    print("\n".join(first_findings(service.base)))
    print(f"\nThe service answers at {service.base}")
    print(f"  try it out  {service.base}/docs\n  metrics     {service.base}/metrics\n  log         {service.log}")


def _stay(service: Service, kafka: Kafka | None, stop: threading.Event) -> None:
    broker = kafka.child if kafka else None
    while not stop.wait(0.3):
        service.check_alive()
        if broker and broker.poll() is not None:
            print("Kafka has ended. `make broker-start` brings it back; the service goes on with it.")
            broker = None


def _parse(arguments: Sequence[str] | None) -> Plan:
    parser = argparse.ArgumentParser(prog="run", description="Broker, service, a log published, first findings.")
    parser.add_argument("log", type=Path, nargs="?", help="XES, CSV, XLSX, Parquet or JSON-lines file")
    parser.add_argument("--state", type=Path, default=ROOT / "var", help="where everything is kept: var/")
    parser.add_argument("--tinhgon", default=str(ROOT / ".venv/bin/tinhgon"), help="the command to run")
    parsed = parser.parse_args(arguments)
    stay = os.environ.get("RUN_ONCE", "") in ("", "0")
    log = parsed.log.resolve() if parsed.log else None
    return Plan(log, _wished_dossiers(), parsed.tinhgon, parsed.state.resolve(), stay)


def _wished_dossiers() -> int:
    wished = os.environ.get("RUN_DOSSIERS") or str(DOSSIERS)
    if not wished.isdecimal() or not int(wished):
        raise RunError(f"RUN_DOSSIERS is {wished!r}: write how many dossiers the city shall have.")
    return int(wished)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the job; returns the exit code."""
    with stop_flag() as stop:
        try:
            plan = _parse(arguments)
            for needed, advice in ((plan.tinhgon, "run `make setup`"), (plan.log, "LOG must name a log file")):
                if needed and not Path(needed).is_file():
                    raise RunError(f"{needed} is not there: {advice}.")
            with ExitStack() as started:
                run(plan, stop, started)
        except Interrupted:
            return 130
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return 0  # the terminal was closed while something was said to it
        except (RunError, NoAnswerError) as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
