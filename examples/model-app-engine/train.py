"""Trains the model of this example and writes it to models/delivery.skops, or to the file given as an argument.

    pip install -r app/requirements.txt && python3 train.py

The data are made up: deliveries that take longer the farther they go, and longer yet in the rush hours of working days.
Read your own in `data`; what the application needs to know of the model goes into the file with it.
"""

import sys
import zipfile
from pathlib import Path

import numpy
from skops import io
from sklearn.compose import make_column_transformer
from sklearn.linear_model import Ridge
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, PolynomialFeatures

VERSION = "1.0.0"  # raise it when the data or the features change: every prediction names it
FEATURES = ["kilometres", "hour", "weekday"]  # the hour from 0 to 23, the weekday from 0, a Monday, to 6


def data():
    """Deliveries, a row each with what is known of it before, and the minutes that each took."""
    chance = numpy.random.default_rng(7)
    kilometres = chance.uniform(0.5, 40, 2000).round(1)
    hour = chance.integers(0, 24, 2000)
    weekday = chance.integers(0, 7, 2000)
    is_rush_hour = (weekday < 5) & numpy.isin(hour, [7, 8, 16, 17, 18])
    minutes = 6 + kilometres * numpy.where(is_rush_hour, 3.4, 1.9) + chance.normal(0, 3, 2000)
    return numpy.column_stack([kilometres, hour, weekday]), minutes


def trained():
    rows, minutes = data()
    # How much each kilometre takes depends on the hour and the weekday together.
    by_time = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), [1, 2]), remainder="passthrough")
    pipeline = make_pipeline(by_time, PolynomialFeatures(3, interaction_only=True), Ridge())
    error = -cross_val_score(pipeline, rows, minutes, cv=5, scoring="neg_mean_absolute_error").mean()
    return {
        "name": "delivery",
        "version": VERSION,
        "error": round(float(error), 1),
        "features": FEATURES,
        "minimum": rows.min(axis=0).tolist(),
        "maximum": rows.max(axis=0).tolist(),
        "pipeline": pipeline.fit(rows, minutes),
    }


if __name__ == "__main__":
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "models" / "delivery.skops"
    file.parent.mkdir(parents=True, exist_ok=True)
    model = trained()
    io.dump(model, file, compression=zipfile.ZIP_DEFLATED)
    print(f"{file}: off by {model['error']} minutes on average, of deliveries that it had not seen")
