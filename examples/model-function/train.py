"""Trains the model of this example and writes it to models/iris.skops, or to the file given as an argument.

    pip install -r predict/requirements.txt && python3 train.py

The data are Fisher's measures of 150 irises, which come with scikit-learn. Read your own in `data`; what `predict` needs
to know of the model, its features and its version, goes into the file with it.
"""

import sys
from pathlib import Path

from skops import io
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

VERSION = "1.0.0"  # raise it when the data or the features change: every prediction names it
FEATURES = ["sepalLength", "sepalWidth", "petalLength", "petalWidth"]  # centimetres


def data():
    """The measures, a row a flower, and the species of each."""
    irises = load_iris()
    return irises.data, irises.target_names[irises.target]


def trained():
    measures, species = data()
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    accuracy = cross_val_score(pipeline, measures, species, cv=5).mean()
    pipeline.fit(measures, species)
    return {
        "name": "iris",
        "version": VERSION,
        "accuracy": round(float(accuracy), 3),
        "features": FEATURES,
        "minimum": measures.min(axis=0).tolist(),
        "maximum": measures.max(axis=0).tolist(),
        "pipeline": pipeline,
    }


if __name__ == "__main__":
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "models" / "iris.skops"
    file.parent.mkdir(parents=True, exist_ok=True)
    model = trained()
    io.dump(model, file)
    print(f"{file}: right for {model['accuracy']:.1%} of the flowers that it had not seen")
