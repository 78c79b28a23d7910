"""The log: what a line has, in both forms, and what never stands in one."""

import io
import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal
from uuid import UUID

import pytest

from api.logs import HIDDEN, LogFormat, about_request, log_handler, request_id

PSEUDONYM = "0190a5a8-1234-4321-8765-123456789012"


class Terminal(io.StringIO):
    """A stream that says that a person looks at it."""

    def isatty(self) -> bool:
        return True


@contextmanager
def logging_to(stream: io.StringIO, form: LogFormat | None, *secrets: str) -> Iterator[logging.Logger]:
    """Yield a logger whose lines go to the stream only."""
    logger = logging.getLogger(f"{__name__}.written")
    handler = log_handler(stream, form, secrets=secrets)
    logger.addHandler(handler)
    logger.propagate, before = False, logger.level
    logger.setLevel(logging.DEBUG)
    try:
        yield logger
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


def line(message: str, *values: object, **extra: Any) -> dict[str, Any]:
    stream = io.StringIO()
    with logging_to(stream, "json", "hunter2", "hunter2-longer") as logger:
        logger.info(message, *values, extra=extra)
    (written,) = stream.getvalue().splitlines()
    found: dict[str, Any] = json.loads(written)
    return found


def test_a_line_of_json_has_time_level_logger_event_and_what_is_given_beside() -> None:
    found = line("batch %s", "committed", events=3, seconds=0.25, failure=None, topics=["a", "b"])
    assert found.pop("time").endswith("Z")
    assert found == {
        "level": "info",
        "logger": f"{__name__}.written",
        "event": "batch committed",
        "events": 3,
        "seconds": 0.25,
        "failure": None,
        "topics": ["a", "b"],
    }


def test_vietnamese_stays_readable() -> None:
    stream = io.StringIO()
    with logging_to(stream, "json") as logger:
        logger.info("hồ sơ quá hạn")
    assert "hồ sơ quá hạn" in stream.getvalue()


def test_lines_within_a_request_have_its_id_and_those_after_it_have_none() -> None:
    with about_request("abc-1"):
        assert line("a")["request_id"] == "abc-1"
    assert "request_id" not in line("b")


@pytest.mark.parametrize(
    ("stream", "form", "is_json"),
    [
        (io.StringIO(), None, True),
        (Terminal(), None, False),
        (Terminal(), "json", True),
        (io.StringIO(), "console", False),
    ],
)
def test_people_on_a_terminal_and_machines_elsewhere_unless_told(
    stream: io.StringIO, form: Literal["json", "console"] | None, is_json: bool
) -> None:
    with logging_to(stream, form) as logger:
        logger.warning("slow", extra={"seconds": 3})
    assert stream.getvalue().startswith("{") is is_json
    assert "slow" in stream.getvalue()


def test_lines_for_people_have_what_is_given_beside_and_one_line_each() -> None:
    stream = io.StringIO()
    with logging_to(stream, "console") as logger, about_request("abc-1"):
        logger.info("batch committed", extra={"events": 3})
        logger.info("evil\n2026-01-01T00:00:00Z [info] forged", extra={"by": "a\r\nb\x1b[31m"})
    first, second = stream.getvalue().splitlines()
    assert "events=3" in first
    assert "request_id=abc-1" in first
    assert "\\x0a" in second
    assert "\x1b[31m" not in second


def test_an_exception_is_told_in_one_line_of_json_and_without_the_values_of_variables() -> None:
    stream = io.StringIO()
    officer = "Nguyễn Văn A"
    with logging_to(stream, "json") as logger:
        try:
            raise ValueError(f"{len(officer)} letters")
        except ValueError:
            logger.exception("failed")
    (written,) = stream.getvalue().splitlines()
    assert "ValueError: 12 letters" in json.loads(written)["exception"]
    assert officer not in written


@pytest.mark.parametrize("form", ["json", "console"])
def test_secrets_and_pseudonyms_are_hidden_wherever_they_stand(form: Literal["json", "console"]) -> None:
    stream = io.StringIO()
    secret, key = "hunter2", "ab" * 32
    with logging_to(stream, form, secret) as logger:
        logger.debug("logs in with %s and %s", secret, key, extra={"dossier": PSEUDONYM, "at": UUID(PSEUDONYM)})
        logger.debug("x", extra={"sasl_plain_password": "other", "inner": {"Authorization": "Basic x"}, "l": [secret]})
        try:
            raise ValueError(f"{secret} {PSEUDONYM} {UUID(PSEUDONYM).hex}")
        except ValueError:
            logger.exception("failed")
    text = stream.getvalue()
    for hidden in (secret, key, PSEUDONYM, UUID(PSEUDONYM).hex, "other", "Basic"):
        assert hidden not in text
    assert text.count(HIDDEN) >= 8


def test_the_longest_secret_is_hidden_whole() -> None:
    assert line("hunter2-longer")["event"] == HIDDEN


def test_a_line_can_say_what_else_it_must_not_show() -> None:
    found = line("dossier H29-1 failed", hide=("H29-1", ""), reason="no H29-1")
    assert (found["event"], found["reason"]) == (f"dossier {HIDDEN} failed", f"no {HIDDEN}")
    assert "hide" not in found


def test_the_id_of_a_request_is_no_pseudonym() -> None:
    with about_request(PSEUDONYM):
        assert line("a", instance=f"urn:uuid:{PSEUDONYM}")["request_id"] == PSEUDONYM


@pytest.mark.parametrize("given", ["a", "abc-1", "0190a5a8-1234-4321-8765-123456789012", "A.b_c-9", "x" * 64])
def test_a_well_formed_id_of_a_request_is_kept(given: str) -> None:
    assert request_id(given) == given


@pytest.mark.parametrize("given", [None, "", "-a", "a b", "a\n", "é", "x" * 65, '"', "a/b", "<script>"])
def test_any_other_is_replaced_by_a_new_one(given: str | None) -> None:
    made = request_id(given)
    assert UUID(made).version == 4
    assert made != request_id(given)


def test_warnings_of_libraries_are_lines_too() -> None:
    stream = io.StringIO()
    handler = log_handler(stream, "json")
    logging.getLogger("py.warnings").addHandler(handler)
    logging.captureWarnings(True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            logging.captureWarnings(True)
            warnings.warn("old option", stacklevel=1)
    finally:
        logging.captureWarnings(False)
        logging.getLogger("py.warnings").removeHandler(handler)
    assert "old option" in json.loads(stream.getvalue())["event"]
