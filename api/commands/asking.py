"""How the commands on reports get what they print: from a store that no service holds, or from a running service."""

import http.client
import json
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import click

from api.commands.environment import settings_of_environment
from api.settings import Language
from api.tables import TableFormat
from ingest.pseudonym import Pseudonyms, load_key
from ingest.store import Store, open_store
from mining.derive import prepare, refresh

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])
_SECONDS = 600.0
_PAGE = 1000

Command = Callable[..., None]


def report_options(*own: Callable[[Command], Command], days: str) -> Callable[[Command], Command]:
    """Give a report command the options that all of them have, and its own; `days` says what --from and --to choose.

    The command takes store, service, since, before, top, out, as_json and language.
    """
    languages = [one.value for one in Language]
    options: tuple[Callable[[Command], Command], ...] = (
        click.option("--store", type=FILE, help="A store, see analyse."),
        click.option(
            "--service", metavar="URL", help="A running service; default without --store: that of the settings."
        ),
        *own,
        click.option("--from", "since", type=_DAY, help=f"{days} on or after this day."),
        click.option("--to", "before", type=_DAY, help="... and before this day."),
        click.option("--top", type=click.IntRange(0), default=10, show_default=True, help="How many rows to print."),
        click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write .csv, .xlsx or .parquet."),
        click.option("--json", "as_json", is_flag=True, help="Print everything as JSON."),
        click.option("--language", type=click.Choice(languages), help="vi or en; default: TINHGON_LANGUAGE."),
    )

    def with_options(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return with_options


def one_source(store: Path | None, service: str | None) -> None:
    """Raise a usage error where a report is to come from a file and from a service at once."""
    if store and service:
        raise click.UsageError("--store reads a file and --service asks a running service: give one of them")


def language_of(language: str | None) -> Language:
    """Return the language of a report: the one that was asked for, else that of the settings."""
    return Language(language) if language else settings_of_environment().language


def form_of(out: Path | None) -> TableFormat | None:
    """Return the form of the table that a file is to hold, by its name."""
    if out is None:
        return None
    ending = out.suffix.removeprefix(".").lower()
    if ending not in list(TableFormat):
        raise click.UsageError(f"--out {out.name}: the name has to end in .csv, .xlsx or .parquet")
    return TableFormat(ending)


def mined_store(path: Path) -> closing[Store]:
    """Open a store that no service holds, with all its events mined; leaving the block closes it."""
    store = open_store(path, Pseudonyms(load_key(path.with_suffix(".key"))))
    with store.writing() as cursor:
        prepare(cursor)
        refresh(cursor)
    return closing(store)


class Remote:
    """A report of a running service; without an address, of the service of the settings."""

    def __init__(self, service: str | None, path: str, language: Language) -> None:
        settings = settings_of_environment()
        self._base = (service or f"http://{settings.host}:{settings.port}").rstrip("/")
        if urlsplit(self._base).scheme not in ("http", "https"):
            raise click.UsageError(f"--service {self._base}: write an address like http://127.0.0.1:8000")
        self._path = path
        self._language = language

    def report(self, chosen: Mapping[str, object], rows: str = "per_procedure") -> dict[str, Any]:
        """Return the report with the rows of all its pages; what is chosen as None is left out."""
        query = {**_said(chosen), "limit": str(_PAGE)}
        document: dict[str, Any] = json.loads(self._get(query))
        following = document["next"]
        while following:
            page = json.loads(self._get({**query, "cursor": following}))
            document[rows] += page[rows]
            following = page["next"]
        return {**document, "next": None}

    def table(self, chosen: Mapping[str, object], form: TableFormat) -> bytes:
        """Return the report as a table."""
        return self._get({**_said(chosen), "format": form.value})

    def _get(self, query: Mapping[str, str]) -> bytes:
        """Return what the service answers; what it refuses, and that it does not answer, end the command."""
        address = f"{self._base}{self._path}?{urlencode(query)}"
        request = Request(address, headers={"Accept-Language": self._language.value})
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=_SECONDS) as answer:
                return bytes(answer.read())
        except HTTPError as error:
            with error:
                problem = json.loads(error.read() or b"{}")
            raise click.ClickException(f"{self._base} refuses: {problem.get('detail', error.reason)}") from None
        except (OSError, http.client.HTTPException) as error:
            raise click.ClickException(
                f"{self._base} does not answer ({error}); start the service, name another with --service, or a file"
                " with --store"
            ) from None


def _said(chosen: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in chosen.items() if value is not None}
