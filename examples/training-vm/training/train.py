"""Trains a model that tells the species of an iris from its measures, and writes it to the bucket MODELS.

latest.json names the newest model. It is written last, so that it always names a complete one. A training that was
interrupted, as Spot machines can be at any time, continues at its last checkpoint. Nothing is trained if neither the
code nor the data have changed.

The data are Fisher's measures of 150 irises, iris.csv. Put your own in its place, and what the model knows of them into
`FEATURES`.
"""

import csv
import datetime
import hashlib
import io
import json
import os
import pathlib
import sys

import joblib
from google.cloud import storage
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

FOLDER = pathlib.Path(__file__).parent
FEATURES = ["sepalLength", "sepalWidth", "petalLength", "petalWidth"]  # centimetres
TREES = 100
TREES_BETWEEN_CHECKPOINTS = 20
LEAST_ACCURACY = 0.9  # a model that is worse does not become the latest one


def main():
    bucket = storage.Client().bucket(os.environ["MODELS"])
    version = digest("train.py", "requirements.txt", "iris.csv")
    latest = bucket.get_blob("latest.json")
    if latest and json.loads(latest.download_as_bytes())["version"] == version:
        print(f"version {version} is trained already", flush=True)
        return
    measures, species = data()
    seen, unseen, known, expected = train_test_split(measures, species, test_size=0.3, stratify=species, random_state=0)
    model = trained(bucket.blob(f"checkpoints/{version}.joblib"), seen, known)
    accuracy = model.score(unseen, expected)
    found = f"version {version}: the model is right for {accuracy:.1%} of the {len(unseen)} flowers that it had not seen"
    if accuracy < LEAST_ACCURACY:
        sys.exit(f"{found}, and must be for {LEAST_ACCURACY:.0%}")
    print(found, flush=True)
    publish(bucket, model, {"version": version, "accuracy": round(accuracy, 4), "data": digest("iris.csv")})


def digest(*names):
    """Identifies the contents of files of this folder."""
    return hashlib.sha256(b"\0".join((FOLDER / name).read_bytes() for name in names)).hexdigest()[:12]


def data():
    """The measures, a row a flower, and the species of each."""
    with open(FOLDER / "iris.csv", newline="") as file:
        flowers = list(csv.DictReader(file))
    return [[float(flower[name]) for name in FEATURES] for flower in flowers], [flower["species"] for flower in flowers]


def trained(checkpoint, measures, species):
    """Adds trees to the model of the checkpoint until it has all of them."""
    if checkpoint.exists():
        model = joblib.load(io.BytesIO(checkpoint.download_as_bytes()))
        print(f"continues with {len(model.estimators_)} of {TREES} trees", flush=True)
    else:
        model = RandomForestClassifier(n_estimators=0, warm_start=True, random_state=0)
    while model.n_estimators < TREES:
        model.n_estimators += min(TREES_BETWEEN_CHECKPOINTS, TREES - model.n_estimators)
        model.fit(measures, species)
        checkpoint.upload_from_string(dumped(model))
    return model


def dumped(model):
    content = io.BytesIO()
    joblib.dump(model, content)
    return content.getvalue()


def publish(bucket, model, metrics):
    """Writes the model and its metrics to a folder of their own, and then their name to latest.json."""
    trained_at = datetime.datetime.now(datetime.timezone.utc)
    folder = f"{trained_at:%Y-%m-%d}/{trained_at:%H%M%S}-{metrics['version']}"
    metrics = {**metrics, "trained": trained_at.isoformat(timespec="seconds")}
    bucket.blob(f"{folder}/model.joblib").upload_from_string(dumped(model))
    bucket.blob(f"{folder}/metrics.json").upload_from_string(json.dumps(metrics), content_type="application/json")
    latest = json.dumps({"model": f"{folder}/model.joblib", **metrics})
    bucket.blob("latest.json").upload_from_string(latest, content_type="application/json")
    for checkpoint in bucket.list_blobs(prefix="checkpoints/"):
        checkpoint.delete()


if __name__ == "__main__":
    main()
