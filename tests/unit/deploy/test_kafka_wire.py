"""The one request in Kafka's protocol: its answer is read, and anything else that answers is not taken for Kafka."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from deploy.kafka.wire import cluster_on, read_cluster


def text(value: str) -> bytes:
    return struct.pack(">h", len(value)) + value.encode()


BROKER = struct.pack(">i", 1) + text("127.0.0.1") + struct.pack(">i", 9092) + struct.pack(">h", -1)
REST = struct.pack(">ii", 1, 0)  # controller id, topics
ANSWER = struct.pack(">ii", 1, 1) + BROKER + text("abcdef") + REST


@contextmanager
def something_that_answers(answer: bytes) -> Iterator[int]:
    """A port on which somebody answers every request with the same bytes, then hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


@pytest.mark.parametrize("brokers", [1, 3])
def test_the_cluster_id_stands_behind_the_brokers(brokers: int) -> None:
    answer = struct.pack(">ii", 1, brokers) + BROKER * brokers + text("abcdef") + REST
    assert read_cluster(answer) == "abcdef"


def test_a_cluster_without_brokers_is_not_ready() -> None:
    assert read_cluster(struct.pack(">ii", 1, 0) + text("abcdef") + REST) is None


def test_an_answer_comes_in_over_a_socket() -> None:
    with something_that_answers(struct.pack(">i", len(ANSWER)) + ANSWER) as port:
        assert cluster_on(port) == "abcdef"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        struct.pack(">i", 1000) + ANSWER,
        struct.pack(">i", 20) + ANSWER[:20],
        struct.pack(">i", len(ANSWER)) + struct.pack(">i", 2) + ANSWER[4:],
        struct.pack(">i", -5),
    ],
    ids=["nothing", "http", "cut short", "too little", "to another question", "negative size"],
)
def test_what_is_not_an_answer_of_kafka_is_none(answer: bytes) -> None:
    with something_that_answers(answer) as port:
        assert cluster_on(port) is None


def test_a_closed_port_is_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert cluster_on(port) is None


def test_a_port_that_keeps_silent_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        began = time.monotonic()
        assert cluster_on(server.getsockname()[1], timeout_seconds=0.2) is None
        assert time.monotonic() - began < 1
