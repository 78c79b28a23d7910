"""What holds for all tests."""

import signal


def pytest_configure() -> None:
    """Let Ctrl-C interrupt: a shell starts what runs in its background so that it is ignored, by all children too."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
