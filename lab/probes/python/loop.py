"""How does a probe call again and again? Workers that call, tell each failure in one line, and pause."""

import os
import random
import sys
import threading
import time

WORKERS = int(os.environ.get("PROBE_WORKERS", "1"))
PAUSE_SECONDS = int(os.environ.get("PROBE_PAUSE_SECONDS", "30"))

# botocore throws dice for how long it goes on with old keys: in each run the same.
random.seed(1)


def tell(failure: BaseException) -> None:
    # At once, so that workers do not write into each other's lines.
    sys.stderr.write(f"{type(failure).__name__}: {' '.join(str(failure).split())}\n")


def forever(call) -> None:
    def work():
        while True:
            try:
                call()
            except Exception as failure:
                tell(failure)
            time.sleep(PAUSE_SECONDS)

    for _ in range(WORKERS - 1):
        threading.Thread(target=work, daemon=True).start()
    work()
