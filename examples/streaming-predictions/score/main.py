"""Scores each sale of a subscription with the model of the bucket, and writes the predictions to a table.

A sale that cannot be scored, that arrives late or whose row the table refuses goes to the topic of rejected sales, with the
reason: none is lost, and none blocks others. Dataflow starts this with the options that the program lists in `uses`.
"""

import argparse
import datetime
import json

import apache_beam as beam
from apache_beam.io.gcp.bigquery import BigQueryDisposition, RetryStrategy, WriteToBigQuery
from apache_beam.io.gcp.pubsub import PubsubMessage, ReadFromPubSub, WriteToPubSub
from apache_beam.options.pipeline_options import PipelineOptions
from model import load, prediction


class Score(beam.DoFn):
    """Predicts a sale; rejects one that the model has never seen the like of, or that was sold too long ago."""

    def __init__(self, models, max_age):
        self.models = models
        self.max_age = max_age

    def setup(self):
        self.model = load(self.models)

    def process(self, message):
        try:
            self.check_age(message)
            yield prediction(self.model, json.loads(message.data))
        except (KeyError, TypeError, ValueError) as error:
            yield beam.pvalue.TaggedOutput("rejected", rejected(message.data, f"{type(error).__name__}: {error}"))

    def check_age(self, message):
        sold = message.attributes.get("soldAt")
        if sold is not None:
            age = message.publish_time.timestamp() - datetime.datetime.fromisoformat(sold).timestamp()
            if age > self.max_age:
                raise ValueError(f"late: sold {age:.0f} s before it was published, and the limit is {self.max_age} s")


def rejected(data, reason):
    return PubsubMessage(data, {"reason": reason[:1000]})


def refused(failed):
    """A row that the table refuses, with the errors of BigQuery."""
    _, row, errors = failed
    return rejected(json.dumps(row).encode(), f"table: {json.dumps(errors)}")


def run():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sales", required=True, help="the subscription")
    parser.add_argument("--models", required=True, help="the bucket of the model")
    parser.add_argument("--scored", required=True, help="the table, as PROJECT.DATASET.TABLE")
    parser.add_argument("--rejected", required=True, help="the topic of rejected sales")
    parser.add_argument("--max_age", type=int, default=86_400, help="how old a sale may be, in seconds")
    own, others = parser.parse_known_args()

    with beam.Pipeline(options=PipelineOptions(others, streaming=True)) as pipeline:
        scored = (
            pipeline
            | "Read sales" >> ReadFromPubSub(subscription=own.sales, with_attributes=True)
            | "Score" >> beam.ParDo(Score(own.models, own.max_age)).with_outputs("rejected", main="scored")
        )
        written = scored.scored | "Write predictions" >> WriteToBigQuery(
            own.scored.replace(".", ":", 1),
            method=WriteToBigQuery.Method.STREAMING_INSERTS,
            create_disposition=BigQueryDisposition.CREATE_NEVER,
            insert_retry_strategy=RetryStrategy.RETRY_ON_TRANSIENT_ERROR,
        )
        failed = written.failed_rows_with_errors | "Explain" >> beam.Map(refused)
        (
            (scored.rejected, failed)
            | "Collect" >> beam.Flatten()
            | "Write rejected" >> WriteToPubSub(own.rejected, with_attributes=True)
        )


if __name__ == "__main__":
    run()
