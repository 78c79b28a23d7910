"""The log: lines for people or JSON for machines, by one chain for our own loggers and those of the libraries.

All modules log by the standard library, with `extra` for what a machine looks for; only this one knows structlog.
"""

import json
import logging
import re
import sys
import uuid
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Literal, TextIO

from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import JSONRenderer, TimeStamper, format_exc_info
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import EventDict, Processor, WrappedLogger

LogFormat = Literal["json", "console"]

HIDDEN = "[hidden]"
_IDENTIFIERS = re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b|\b[0-9a-fA-F]{32,}\b")
"""Pseudonyms of dossiers and officers, as the store shows and as it writes them; also a key in hexadecimal digits."""
_SECRET_NAMES = re.compile(r"passw|secret|token|authori[sz]ation|credential|cookie", re.IGNORECASE)
_OPEN = frozenset({"request_id", "instance"})
"""Names of values that are identifiers but are neither of a dossier nor of an officer."""
_CONTROLS = {number: f"\\x{number:02x}" for number in (*range(32), 127)}
"""A line of the log is one line, whatever it tells of; only an exception has several."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_QUIET = {"kafka": logging.WARNING, "uvicorn.access": logging.WARNING}
"""Loggers with a least level of their own: at DEBUG the Kafka client tells bodies of messages, and the addresses of
requests name dossiers."""
_EVENT_WIDTH = 32


def start_log(level: str, form: LogFormat | None = None, *, secrets: Iterable[str] = ()) -> None:
    """Send the log of this process to standard error, from a level on, in the way of `log_handler`."""
    logging.basicConfig(level=level, handlers=[log_handler(sys.stderr, form, secrets=secrets)], force=True)
    logging.captureWarnings(True)
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(max(least, logging.getLevelName(level)))


def log_handler(
    stream: TextIO, form: LogFormat | None = None, *, secrets: Iterable[str] = ()
) -> logging.StreamHandler[TextIO]:
    """Return what writes the log to a stream; times are in UTC.

    Without a `form` a terminal gets lines for people, everything else JSON. The `secrets` never appear in it.
    """
    handler = logging.StreamHandler(stream)
    is_terminal = stream.isatty()
    handler.setFormatter(_formatter(form or ("console" if is_terminal else "json"), Redaction(secrets), is_terminal))
    return handler


def about_request(request_id: str) -> AbstractContextManager[None]:
    """Mark all lines that are written within the block, in its thread or task, with the request they belong to."""
    return bound_contextvars(request_id=request_id)


def request_id(given: str | None) -> str:
    """Return the id of a request: the one its sender gave if it is well-formed, else a new one.

    Well-formed are 1 to 64 letters, digits, dots, hyphens and underscores; the first is a letter or digit.
    """
    return given if given and _REQUEST_ID.fullmatch(given) else str(uuid.uuid4())


class Redaction:
    """Takes out of a line what must not be in it: secrets, pseudonyms, and the values of names that say so.

    `hide` among the `extra` of a line lists what else this line must not show; it is not shown itself.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = tuple(sorted(filter(None, secrets), key=len, reverse=True))

    def __call__(self, _logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
        """Return the line without them."""
        hide = (*filter(None, map(str, line.get("hide", ()))), *self._secrets)
        return {name: _shown(name, value, hide) for name, value in line.items() if name != "hide"}


def _shown(name: str, value: Any, hide: tuple[str, ...]) -> Any:
    if _SECRET_NAMES.search(name):
        return HIDDEN
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _shown(str(key), one, hide) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_shown(name, one, hide) for one in value]
    text = str(value)
    for one in hide:
        text = text.replace(one, HIDDEN)
    if name not in _OPEN:
        text = _IDENTIFIERS.sub(HIDDEN, text)
    return text if name == "exception" else text.translate(_CONTROLS)


def _formatter(form: LogFormat, redaction: Redaction, is_terminal: bool) -> ProcessorFormatter:
    before: list[Processor] = [
        merge_contextvars,
        TimeStamper(fmt="iso", utc=True, key="time"),
        add_log_level,
        add_logger_name,
        ExtraAdder(),
    ]
    renderer: Processor = JSONRenderer(serializer=_json)
    if form == "console":
        renderer = ConsoleRenderer(
            pad_event_to=_EVENT_WIDTH,
            colors=is_terminal,
            exception_formatter=plain_traceback,
            sort_keys=False,
            timestamp_key="time",
        )
    after: list[Processor] = [ProcessorFormatter.remove_processors_meta, format_exc_info, redaction, renderer]
    return ProcessorFormatter(processors=after, foreign_pre_chain=before)


def _json(line: EventDict, **_options: Any) -> str:
    first = {name: line[name] for name in ("time", "level", "logger", "event") if name in line}
    return json.dumps({**first, **line}, ensure_ascii=False)
