"""What holds for all tests."""

import signal


def pytest_configure() -> None:
    """Let signals end what the tests start: a shell may hand down that Ctrl-C and a closed terminal are ignored."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
