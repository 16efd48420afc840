"""What all tests share."""

import signal


def pytest_configure() -> None:
    """Let the processes that tests start be interrupted, also where the tests run in the background and ignore it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
