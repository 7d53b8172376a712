"""The model: how likely it is that a customer leaves."""

from skops import io
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from scoring.customers import FEATURES


def rows(customers):
    return [[float(customer[name]) for name in FEATURES] for customer in customers]


def trained(customers, version):
    """From customers of whom it is known whether they have left: `left` is 1, or 0."""
    pipeline = make_pipeline(StandardScaler(), LogisticRegression())
    pipeline.fit(rows(customers), [int(customer["left"]) for customer in customers])
    return {"version": version, "features": list(FEATURES), "pipeline": pipeline}


def scores(model, customers):
    if model["features"] != list(FEATURES):
        raise ValueError(f"model {model['version']} knows {model['features']}, and customers have {list(FEATURES)}")
    return [round(float(score), 4) for score in model["pipeline"].predict_proba(rows(customers))[:, 1]]


def dumped(model):
    return io.dumps(model)


def loaded(content):
    # Unlike a pickle, such a file can run no code: types that are not scikit-learn's own are refused.
    return io.loads(content)
