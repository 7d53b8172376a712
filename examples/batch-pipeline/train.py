"""Makes up customers: those of the past, of whom it is known whether they left, and trains the model of a version from them.

    pip install -r dags/scoring/requirements.txt
    python3 train.py                       # models/training.csv and models/1.0.0.skops
    python3 train.py --day 2026-06-01      # customers/2026-06-01.csv, as the shop exports them for that day

Put your own customers in the place of `made_up`, and what is known of them into `FEATURES` of dags/scoring/customers.py.
"""

import argparse
import csv
import datetime
import sys
from pathlib import Path

import numpy
from sklearn.model_selection import cross_val_score

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "dags"))

from scoring import model  # noqa: E402
from scoring.customers import FEATURES  # noqa: E402

VERSION = "1.0.0"


def made_up(number, seed):
    """Customers with few orders and many complaints leave more often than others."""
    chance = numpy.random.default_rng(seed)
    for index in range(number):
        orders, complaints = int(chance.poisson(4)), int(chance.poisson(0.7))
        months = int(chance.integers(0, 120))
        likely = 1 / (1 + numpy.exp(0.6 * orders - 1.4 * complaints + 0.01 * months - 0.5))
        yield {
            "customer": f"c{index:05d}",
            "months": months,
            "orders": orders,
            "spent": round(float(orders * chance.uniform(10, 80)), 2),
            "complaints": complaints,
            "left": int(chance.random() < likely),
        }


def write(file, customers, columns):
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(customers)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--day", type=datetime.date.fromisoformat)
    day = parser.parse_args().day
    if day:
        file = HERE / "customers" / f"{day}.csv"
        write(file, made_up(200, day.toordinal()), ["customer", *FEATURES])
        print(f"{file}: 200 customers")
        return
    past = list(made_up(2000, 7))
    write(HERE / "models" / "training.csv", past, ["customer", *FEATURES, "left"])
    made = model.trained(past, VERSION)
    (HERE / "models" / f"{VERSION}.skops").write_bytes(model.dumped(made))
    right = cross_val_score(made["pipeline"], model.rows(past), [each["left"] for each in past], cv=5).mean()
    print(f"models/{VERSION}.skops: right about {right:.0%} of customers that it had not seen")


if __name__ == "__main__":
    main()
