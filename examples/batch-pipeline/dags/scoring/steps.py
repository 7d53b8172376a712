"""The steps of a run. Each reads what the one before has written to the bucket, so that any of them can be run again.

Airflow reads this file every few moments, so that what takes time to import is imported where it is used.
"""

import json
import os

from scoring import customers


def extract(day):
    """Copies the day's file to the run's folder. Later it is in the archive, where a backfill finds it."""
    bucket = customers_bucket()
    for folder in ("incoming", "archive"):
        blob = bucket.get_blob(f"{folder}/{day}.csv")
        if blob:
            bucket.copy_blob(blob, bucket, f"runs/{day}/customers.csv")
            return blob.name
    raise FileNotFoundError(f"there is no incoming/{day}.csv in {bucket.name}, nor is it in the archive")


def validate(day):
    bucket = customers_bucket()
    valid = customers.validated(customers.read(text_of(bucket, f"runs/{day}/customers.csv")))
    write(bucket, f"runs/{day}/valid.csv", customers.written(valid))
    return len(valid)


def model(version):
    """The version of the model to score with. One that is not there yet is trained, once, by whoever is first."""
    from google.api_core.exceptions import PreconditionFailed

    bucket = models_bucket()
    name = f"{version}.skops"
    blob = bucket.get_blob(name)
    if not blob:
        from scoring import model as models

        content = models.dumped(models.trained(customers.read(text_of(bucket, "training.csv")), version))
        try:
            bucket.blob(name).upload_from_string(content, "application/octet-stream", if_generation_match=0)
        except PreconditionFailed:
            print(f"another run has trained {version} meanwhile")
        blob = bucket.get_blob(name)
    return {"version": version, "generation": blob.generation}


def score(day, model):
    """Every score says by which model it was computed: its version, and the generation of its object."""
    from scoring import model as models

    bucket = customers_bucket()
    blob = models_bucket().blob(f"{model['version']}.skops", generation=int(model["generation"]))
    valid = customers.read(text_of(bucket, f"runs/{day}/valid.csv"))
    scores = models.scores(models.loaded(blob.download_as_bytes()), valid)
    recorded = {"date": day, "model": model["version"], "generation": int(model["generation"])}
    lines = [json.dumps({"customer": each["customer"], "score": one, **recorded}) for each, one in zip(valid, scores)]
    write(bucket, f"runs/{day}/scores.jsonl", "\n".join(lines))
    return len(lines)


def load(day):
    """In place of what is in the day's partition: a run that is run again leaves no row twice."""
    from google.cloud import bigquery

    project, dataset = os.environ["SCORES"].split(".")
    job = bigquery.Client(project=project).load_table_from_uri(
        f"gs://{os.environ['CUSTOMERS']}/runs/{day}/scores.jsonl",
        f"{project}.{dataset}.customers${day.replace('-', '')}",
        job_config=bigquery.LoadJobConfig(source_format="NEWLINE_DELIMITED_JSON", write_disposition="WRITE_TRUNCATE"),
    )
    return job.result().output_rows


def archive(day):
    """Last of all: until then the file is where it came, and what has failed can be run again."""
    bucket = customers_bucket()
    blob = bucket.get_blob(f"incoming/{day}.csv")
    if blob:
        bucket.copy_blob(blob, bucket, f"archive/{day}.csv")
        blob.delete(if_generation_match=blob.generation)
    return f"archive/{day}.csv"


def customers_bucket():
    return bucket_of("CUSTOMERS")


def models_bucket():
    return bucket_of("MODELS")


def bucket_of(variable):
    from google.cloud import storage

    return storage.Client().bucket(os.environ[variable])


def text_of(bucket, name):
    return bucket.blob(name).download_as_text()


def write(bucket, name, text):
    bucket.blob(name).upload_from_string(text, "text/plain; charset=utf-8")
