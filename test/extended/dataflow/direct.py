"""Runs a pipeline with Beam's direct runner: `direct.py FOLDER OPTION…`.

SIGTERM drains it, as Dataflow does: it stops reading, processes all that it has read, and ends. The runner itself has no drain.
"""

import os
import runpy
import signal
import sys
import threading
import time

from apache_beam.runners.direct import executor, transform_evaluator

reader = transform_evaluator._PubSubReadEvaluator
read = reader._read_from_pubsub
call = executor.TransformExecutor.call

draining = threading.Event()
lock = threading.Lock()
working = {"now": 0, "last": time.monotonic()}


def read_unless_draining(self, *args):
    if draining.is_set():
        return []
    found = count(lambda: read(self, *args))
    print(f"read {len(found)}", flush=True)
    return found


def count(work):
    """Counts work that has begun and not ended."""
    with lock:
        working["now"] += 1
    try:
        return work()
    finally:
        with lock:
            working["now"] -= 1
            working["last"] = time.monotonic()


def counted_call(self, *args):
    isRead = "Read" in self._applied_ptransform.full_label and "Impulse" not in self._applied_ptransform.full_label
    return call(self, *args) if isRead else count(lambda: call(self, *args))


def drain():
    draining.wait()
    while True:
        time.sleep(0.1)
        with lock:
            if working["now"] == 0 and time.monotonic() - working["last"] > 2:
                break
    print("drained", flush=True)
    os._exit(0)


reader._read_from_pubsub = read_unless_draining
executor.TransformExecutor.call = counted_call
signal.signal(signal.SIGTERM, lambda *_: draining.set())
threading.Thread(target=drain, daemon=True).start()

folder, *options = sys.argv[1:]
sys.path.insert(0, folder)
sys.argv = [os.path.join(folder, "main.py"), *options]
print("started", flush=True)
runpy.run_path(sys.argv[0], run_name="__main__")
