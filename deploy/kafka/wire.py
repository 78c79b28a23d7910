"""One question in Kafka's own protocol: which cluster answers on a port of this machine?"""

import socket
import struct

METADATA, VERSION, CORRELATION = 3, 2, 1
# api key, api version, correlation id, client id (none), topics (an empty array: none)
REQUEST = struct.pack(">hhihi", METADATA, VERSION, CORRELATION, -1, 0)
MAX_ANSWER_BYTES = 1 << 20


def cluster_on(port: int, timeout_seconds: float = 2.0) -> str | None:
    """The id of the Kafka cluster that answers a metadata request on 127.0.0.1:`port`; None when none does.

    A cluster counts only once a broker of it accepts work. Layout: Kafka protocol guide, Metadata version 2.
    """
    try:
        with socket.create_connection(("127.0.0.1", port), timeout_seconds) as connection:
            connection.sendall(struct.pack(">i", len(REQUEST)) + REQUEST)
            (size,) = struct.unpack(">i", _receive(connection, 4))
            if not 0 < size < MAX_ANSWER_BYTES:
                return None
            return read_cluster(_receive(connection, size))
    except (OSError, struct.error, UnicodeDecodeError):
        return None


def read_cluster(answer: bytes) -> str | None:
    """The cluster id in a metadata answer; None when it lists no broker. Raises struct.error on other bytes."""
    correlation, brokers = struct.unpack_from(">ii", answer)
    if correlation != CORRELATION or brokers < 1:
        return None
    place = 8
    for _ in range(brokers):
        _host, place = _text(answer, place + 4)
        _rack, place = _text(answer, place + 4)
    return _text(answer, place)[0]


def _text(answer: bytes, place: int) -> tuple[str | None, int]:
    (length,) = struct.unpack_from(">h", answer, place)
    end = place + 2 + max(length, 0)
    return (None if length < 0 else answer[place + 2 : end].decode()), end


def _receive(connection: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        part = connection.recv(size - len(received))
        if not part:
            raise ConnectionError("the connection ended in the middle of an answer")
        received += part
    return received
