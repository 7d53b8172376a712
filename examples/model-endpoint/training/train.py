"""Trains a model that tells the species of an iris from its measures, and writes it to the folder AIP_MODEL_DIR.

The data are Fisher's measures of 150 irises, the object iris.csv of the bucket DATA. Put your own in its place, and what
the model knows of them into `FEATURES`.
"""

import csv
import io
import os
import sys

import joblib
from google.cloud import storage
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FEATURES = ["sepalLength", "sepalWidth", "petalLength", "petalWidth"]  # centimetres, in the order of the requests
LEAST_ACCURACY = 0.9  # a model that is worse fails the training, and what serves goes on


def data(client):
    """The measures, a row a flower, and the species of each."""
    text = client.bucket(os.environ["DATA"]).blob("iris.csv").download_as_text()
    flowers = list(csv.DictReader(io.StringIO(text)))
    return [[float(flower[name]) for name in FEATURES] for flower in flowers], [flower["species"] for flower in flowers]


def main():
    client = storage.Client()
    measures, species = data(client)
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    accuracy = cross_val_score(pipeline, measures, species, cv=5).mean()
    found = f"{len(species)} flowers: the model is right for {accuracy:.1%} of those that it had not seen"
    if accuracy < LEAST_ACCURACY:
        sys.exit(f"{found}, and must be for {LEAST_ACCURACY:.0%}")
    print(found, flush=True)
    pipeline.fit(measures, species)
    model = io.BytesIO()
    joblib.dump(pipeline, model)
    folder = os.environ["AIP_MODEL_DIR"].rstrip("/")
    storage.Blob.from_uri(f"{folder}/model.joblib", client=client).upload_from_string(model.getvalue())


if __name__ == "__main__":
    main()
