"""Counts the words of the files of a bucket."""

import argparse

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions


def words(line):
    if line == "broken":
        raise ValueError("this line is broken")
    return line.split()


parser = argparse.ArgumentParser()
parser.add_argument("--texts", required=True, help="the bucket of the files")
parser.add_argument("--counts", required=True, help="the bucket of the results")
own, others = parser.parse_known_args()

with beam.Pipeline(options=PipelineOptions(others)) as pipeline:
    (
        pipeline
        | "Read" >> beam.io.ReadFromText(f"gs://{own.texts}/*.txt")
        | "Split" >> beam.FlatMap(words)
        | "Count" >> beam.combiners.Count.PerElement()
        | "Format" >> beam.Map(lambda pair: f"{pair[0]} {pair[1]}")
        | "Write" >> beam.io.WriteToText(f"gs://{own.counts}/counts", num_shards=1, shard_name_template="")
    )
