"""What the running service says, asked over HTTP, and its first findings in lines for a terminal."""

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote

PAGE = 500
PROCEDURES_SHOWN = 10
EDGES_SHOWN = 5
REPORT_SECONDS = 300.0
"""The time-saved account is computed when it is asked for the first time."""
UNITS = (("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0))


class NoAnswerError(Exception):
    """The service did not answer a request, or not with what was asked for."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the service has come: events dealt with (kept, refused or repeated), kept, mined, still to come."""

    handled: int
    kept: int
    mined: int
    lag: int

    def is_through(self, handled: int) -> bool:
        """True when so many events were dealt with, none waits, and all that are kept are mined."""
        return self.handled >= handled and self.lag == 0 and self.mined >= self.kept


def read(url: str, timeout_seconds: float = 10.0) -> bytes:
    """What stands at an address of this machine. Raises NoAnswerError, with the reason that was given."""
    # Without proxies: they are for other machines.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=timeout_seconds) as answer:
            return bytes(answer.read())
    except HTTPError as error:
        with error:
            reason = error.read(500).decode(errors="replace")
        raise NoAnswerError(f"{url} answers {error.code}: {reason}") from None
    except (OSError, HTTPException) as error:
        raise NoAnswerError(f"{url} does not answer: {error}") from None


def progress(base: str) -> Progress:
    """What `/v1/status` says."""
    status = json.loads(read(f"{base}/v1/status"))
    handled = status["events"] + status["rejected"] + status["duplicates"]
    lag = (status.get("ingest") or {}).get("lag") or 0
    return Progress(handled, status["events"], status["mined_events"], lag)


def first_findings(base: str) -> Iterator[str]:
    """What was saved, the procedures of the store, and the transitions in which dossiers spend the most time."""
    account = json.loads(read(f"{base}/v1/reports/time-saved?limit=1", timeout_seconds=REPORT_SECONDS))
    if account["changed"]:
        yield f"Time saved: {account['headline']['en']}"
        yield "  " + ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in account["verdicts"].items())
        yield ""
    procedures = sorted(_procedures(base), key=lambda one: -one["events"])
    shown = procedures[:PROCEDURES_SHOWN]
    width = max((len(one["code"]) for one in shown), default=0)
    yield f"Procedures: {len(procedures)}"
    for one in shown:
        yield (
            f"  {one['code']:<{width}}  {one['dossiers']:>9,} dossiers {one['events']:>11,} events"
            f" {one['activities']:>5,} activities {one['variants']:>6,} variants"
        )
    if len(procedures) > len(shown):
        yield f"  ... and {len(procedures) - len(shown)} more"
    yield ""
    where = "in these procedures" if len(procedures) > len(shown) else "in all"
    yield f"Where the time goes: the transitions with the most elapsed time {where}"
    edges = [(one["code"], edge) for one in shown for edge in _edges(base, one["code"])]
    edges.sort(key=lambda pair: -_total_seconds(pair[1]))
    for code, edge in edges[:EDGES_SHOWN]:
        times = edge["elapsed_seconds"]
        yield f"  {code:<{width}}  {edge['source']} → {edge['target']}"
        yield (
            f"  {'':<{width}}    {duration(_total_seconds(edge))} in all: {edge['frequency']:,} times,"
            f" half of them within {duration(times['median'])}, nine in ten within {duration(times['p90'])}"
        )


def duration(seconds: float) -> str:
    """Seconds as a person would say them: `3.2 days`, `4.0 hours`, `12.5 minutes`, `8 seconds`."""
    for name, length in UNITS:
        if seconds >= length:
            return f"{seconds / length:,.1f} {name}"
    return f"{seconds:.0f} seconds"


def _procedures(base: str) -> Iterator[dict[str, Any]]:
    cursor = ""
    while True:
        page = json.loads(read(f"{base}/v1/procedures?limit={PAGE}{cursor}"))
        yield from page["items"]
        if not page["next"]:
            return
        cursor = f"&cursor={quote(page['next'], safe='')}"


def _edges(base: str, code: str) -> list[dict[str, Any]]:
    graph = json.loads(read(f"{base}/v1/procedures/{quote(code, safe='')}/map"))
    return list(graph["edges"])


def _total_seconds(edge: dict[str, Any]) -> float:
    return float(edge["frequency"] * edge["elapsed_seconds"]["mean"])
