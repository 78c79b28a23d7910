"""The words for the first findings, and when the service counts as through with its work."""

import socket

import pytest

from deploy.findings import NoAnswerError, Progress, duration, read


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (59.4, "59 seconds"),
        (750, "12.5 minutes"),
        (3600, "1.0 hours"),
        (86400 * 3.2, "3.2 days"),
        (86400 * 12345, "12,345.0 days"),
    ],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_through_means_dealt_with_nothing_waiting_and_mined() -> None:
    assert Progress(handled=10, kept=8, mined=8, lag=0).is_through(10)
    assert not Progress(handled=9, kept=8, mined=8, lag=0).is_through(10)
    assert not Progress(handled=10, kept=8, mined=7, lag=0).is_through(10)
    assert not Progress(handled=10, kept=8, mined=8, lag=1).is_through(10)


def test_nobody_there_is_said_with_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NoAnswerError, match=rf"^http://127\.0\.0\.1:{port}/readyz does not answer: "):
        read(f"http://127.0.0.1:{port}/readyz")
