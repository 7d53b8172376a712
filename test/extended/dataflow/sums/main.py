"""Sums the amounts of messages in windows."""

import argparse
import json

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions

parser = argparse.ArgumentParser()
parser.add_argument("--amounts", required=True, help="the subscription")
parser.add_argument("--sums", required=True, help="the topic")
parser.add_argument("--seconds", type=int, required=True, help="the length of windows")
own, others = parser.parse_known_args()

with beam.Pipeline(options=PipelineOptions(others, streaming=True)) as pipeline:
    (
        pipeline
        | "Read" >> beam.io.ReadFromPubSub(subscription=own.amounts)
        | "Parse" >> beam.Map(lambda data: ("all", json.loads(data)["amount"]))
        | "Window" >> beam.WindowInto(beam.window.FixedWindows(own.seconds))
        | "Sum" >> beam.CombinePerKey(sum)
        | "Format" >> beam.Map(lambda pair: json.dumps({"sum": pair[1]}).encode())
        | "Write" >> beam.io.WriteToPubSub(own.sums)
    )
