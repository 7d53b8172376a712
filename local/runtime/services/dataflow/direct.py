"""Runs a pipeline in Python as a job of Dataflow, with Beam's direct runner: `direct.py OPTION…`.

The file of the pipeline is in `FLEX_TEMPLATE_PYTHON_PY_FILE`. `DATAFLOW_REQUESTS` is a folder in which files appear: `run`
once the job may run, then `drain` or `stop`. Lines of output that start with `dataflow: ` are events in JSON.

- A message is acknowledged when everything that follows from it is written, so that a killed process loses none.
- `drain` ends reading, closes windows, processes everything, and ends.
- `stop` ends once the bundles in process are written. Messages whose windows are open return to the subscription.
"""

import json
import os
import runpy
import sys
import threading
import time
import warnings

# Packages warn of future versions of others with each start.
warnings.simplefilter("ignore", FutureWarning)

from apache_beam import pipeline as beam_pipeline
from apache_beam.options.pipeline_options import StandardOptions
from apache_beam.runners import create_runner
from apache_beam.runners.direct import executor, transform_evaluator
from apache_beam.runners.direct.util import TransformResult
from apache_beam.runners.direct.watermark_manager import WatermarkManager

requests = os.environ["DATAFLOW_REQUESTS"]

# Messages are read at once, and their lease lasts as long, in seconds.
BATCH = 100
LEASE = 12


def emit(**event):
    print(f"dataflow: {json.dumps(event)}", flush=True)


def is_requested(name):
    return os.path.exists(os.path.join(requests, name))


class Messages:
    """The messages that were read and are not acknowledged yet, with the number of the read."""

    def __init__(self):
        self.held = {}
        self.read = 0
        # The read before which a piece of state was seen first, by the transform, the key, the window and the name.
        self.seen = {}
        self.lock = threading.Lock()
        self.reading = threading.local()
        self.client = None

    def add(self, subscription, ids):
        with self.lock:
            self.read += 1
            for one in ids:
                self.held[(subscription, one)] = self.read

    def acknowledge(self, states=()):
        """Acknowledges what is processed, while no bundle is: messages that were read before those which made the oldest state."""
        with self.lock:
            self.seen = {each: self.seen.get(each, self.read) for each in states}
            oldest = min(self.seen.values(), default=self.read + 1)
            done = [key for key, read in self.held.items() if read < oldest]
            for key in done:
                del self.held[key]
        self.each(done, lambda client, name, ids: client.acknowledge(subscription=name, ack_ids=ids))

    def lease(self, seconds):
        with self.lock:
            held = list(self.held)
        self.each(
            held,
            lambda client, name, ids: client.modify_ack_deadline(
                subscription=name, ack_ids=ids, ack_deadline_seconds=seconds
            ),
        )

    def release(self):
        """Returns all messages to their subscriptions."""
        self.lease(0)

    def each(self, keys, call):
        if not keys:
            return
        if self.client is None:
            from google.cloud import pubsub

            self.client = pubsub.SubscriberClient()
        for name in {name for name, _ in keys}:
            ids = [one for other, one in keys if other == name]
            for start in range(0, len(ids), 1000):
                call(self.client, name, ids[start : start + 1000])

    def renew(self):
        try:
            self.lease(LEASE)
        except Exception as error:  # The next one can succeed, and a failed read would be repeated with other messages.
            print(f"WARNING:dataflow:{error}", file=sys.stderr, flush=True)

    def keep(self):
        while True:
            time.sleep(LEASE / 4)
            self.renew()


messages = Messages()


def hold_messages():
    """Beam's reader acknowledges messages before they are processed: https://github.com/apache/beam/blob/v2.70.0/sdks/python/apache_beam/runners/direct/transform_evaluator.py"""
    from google.cloud import pubsub

    class Reader(pubsub.SubscriberClient):
        def pull(self, *args, **options):
            if not hasattr(messages.reading, "ids"):
                return super().pull(*args, **options)
            options.pop("max_messages", None)
            return super().pull(*args, max_messages=BATCH, return_immediately=True, **options)

        def acknowledge(self, *args, **options):
            if not hasattr(messages.reading, "ids"):
                return super().acknowledge(*args, **options)
            messages.reading.ids = (options["subscription"], options["ack_ids"])

    pubsub.SubscriberClient = Reader
    evaluator = transform_evaluator._PubSubReadEvaluator
    read, finish = evaluator._read_from_pubsub, evaluator.finish_bundle

    def read_and_hold(self, timestamp_attribute):
        if is_requested("drain") or is_requested("stop"):
            return []
        messages.reading.ids = None
        try:
            found = read(self, timestamp_attribute)
            if messages.reading.ids is not None:
                name, ids = messages.reading.ids
                del messages.reading.ids
                messages.add(name, ids)
                messages.renew()
        finally:
            if hasattr(messages.reading, "ids"):
                del messages.reading.ids
        if not found:
            time.sleep(0.05)
        return found

    def finish_unless_drained(self):
        if not is_requested("drain"):
            return finish(self)
        # The end of time closes all windows.
        return TransformResult(self, [], [], None, {None: WatermarkManager.WATERMARK_POS_INF})

    evaluator._read_from_pubsub = read_and_hold
    evaluator.finish_bundle = finish_unless_drained


def states_of(context):
    """The state of windows that are not complete, and of stateful functions."""
    for transform, by_key in context._transform_keyed_states.items():
        for key, state in by_key.items():
            for window, values in getattr(state, "state", {}).items():
                for name, value in values.items():
                    if value and (name == "elements" or name.startswith("user/")):
                        yield (transform, key, window, name)


def watch_bundles():
    """Acknowledges messages, and stops, when no bundle is in process."""
    monitor = executor._ExecutorServiceParallelExecutor._MonitorTask
    add = monitor._add_work_if_necessary
    reported = [time.monotonic()]

    def look(self, timers_fired):
        if not timers_fired and not self._executor.transform_executor_services.executors:
            manager = self._executor.evaluation_context._watermark_manager
            watermark = min(each.output_watermark for each in manager._transform_to_watermarks.values())
            messages.acknowledge(states_of(self._executor.evaluation_context))
            if is_requested("stop"):
                messages.release()
                end("stopped")
            if time.monotonic() - reported[0] > 5 and watermark > WatermarkManager.WATERMARK_NEG_INF:
                reported[0] = time.monotonic()
                emit(watermark=float(watermark))
        add(self, timers_fired)

    monitor._add_work_if_necessary = look


def use_local_bigquery():
    """Beam calls parts of BigQuery at a fixed address."""
    host = os.environ.get("BIGQUERY_EMULATOR_HOST")
    if host:
        try:
            from apache_beam.io.gcp.internal.clients.bigquery import BigqueryV2
        except ImportError:
            return
        BigqueryV2.BASE_URL = f"{host}/bigquery/v2/"


def end(state, code=0):
    emit(state=state)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


class Graph(beam_pipeline.PipelineVisitor):
    """The steps of a pipeline with what an update must not change, and the subscriptions that it reads."""

    def __init__(self):
        self.steps = {}
        self.subscriptions = []

    def enter_composite_transform(self, node):
        self.note(node)

    def visit_transform(self, node):
        self.note(node)
        self.steps[node.full_label] = {
            "sideInputs": len(node.side_inputs),
            "coders": sorted(
                str(output.element_type) for output in node.outputs.values() if hasattr(output, "element_type")
            ),
        }

    def note(self, node):
        source = getattr(node.transform, "_source", None)
        name = getattr(source, "full_subscription", None) or getattr(source, "subscription_name", None)
        if name and type(node.transform).__name__ == "ReadFromPubSub":
            path = name if name.startswith("projects/") else f"projects/{source.project}/subscriptions/{name}"
            self.subscriptions.append(path)


def run_locally():
    run = beam_pipeline.Pipeline.run
    begun, results = [], []

    def begin(self, *args, **options):
        if begun:
            return run(self, *args, **options)
        begun.append(self)
        streaming = self.options.view_as(StandardOptions).streaming
        graph = Graph()
        self.visit(graph)
        emit(graph={"streaming": bool(streaming), "steps": graph.steps, "subscriptions": graph.subscriptions})
        while not is_requested("run"):
            if is_requested("stop"):
                end("stopped")
            time.sleep(0.1)
        self.runner = create_runner(
            "BundleBasedDirectRunner"
            if streaming
            else "apache_beam.runners.portability.fn_api_runner.fn_runner.FnApiRunner"
        )
        emit(state="running")
        results.append(run(self, *args, **options))
        return results[-1]

    beam_pipeline.Pipeline.run = begin
    return results


def main():
    file = os.environ["FLEX_TEMPLATE_PYTHON_PY_FILE"]
    use_local_bigquery()
    try:
        hold_messages()
    except ImportError:
        pass
    watch_bundles()
    results = run_locally()
    threading.Thread(target=messages.keep, daemon=True).start()
    sys.path.insert(0, os.path.dirname(file))
    sys.argv = [file, *sys.argv[1:]]
    try:
        try:
            runpy.run_path(file, run_name="__main__")
        except SystemExit as exit:
            if exit.code:
                raise
        for result in results:
            result.wait_until_finish()
    except BaseException:
        messages.release()
        raise
    messages.acknowledge()
    end("drained" if is_requested("drain") else "done")


main()
