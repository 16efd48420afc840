"""What all tests share."""

import os
import signal

from hypothesis import settings

settings.register_profile("any machine", deadline=None)  # a busy one takes seconds for what takes milliseconds
settings.load_profile("any machine")


def pytest_configure(config) -> None:
    """Let the processes that tests start be interrupted, also where the tests run in the background and ignore it.

    Where tests run side by side, the libraries get one thread each: on tiny arrays, threads mostly wait for each other.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(config, "workerinput"):
        from newsearch.indexer.threads import VARIABLES

        os.environ.update(dict.fromkeys(VARIABLES, "1"))
