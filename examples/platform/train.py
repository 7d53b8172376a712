"""Trains the model of this example and writes it to models/sale-range.json, or to the file given as an argument.

The model predicts the range of the units of a product that are sold in the coming week. Its data, four years of
weekly sales in twelve shops, are made here from a fixed seed. Read your own in `sales`; the rest remains as it is.

The same code gives the same bytes on every machine: sums are exact (fsum), and what is written is rounded.
"""

import json
import statistics
import sys
from math import fsum
from pathlib import Path
from random import Random

VERSION = "1.0.0"  # raise it when the data or the features change: every prediction names it
SHOPS = 12
YEARS = 4
HOLIDAYS = {0: 1, 15: 2, 17: 1, 20: 1, 39: 1, 51: 2}  # how many are in which week of the year
FEATURES = {
    "price": "price of one, in euros, before the discount",
    "discount": "share of the price that is taken off",
    "temperature": "mean temperature that is forecast for the week, in degrees Celsius",
    "holidays": "public holidays in the week",
    "recentUnits": "units sold a week, as a mean of the last eight weeks",
}


def sales():
    """The weeks of all shops, each with its features and the units that were sold; the earliest week first."""
    random = Random(2024)
    weeks = []
    for shop in range(SHOPS):
        recent = [140 + 20 * shop] * 8
        for week in range(52 * YEARS):
            summer = 1 - abs(week % 52 - 28) / 13  # 1 in July, falling to about -1 in January
            sale = {
                "price": round(random.triangular(1.5, 3.0), 2),
                "discount": random.choice([0, 0, 0, 0.1, 0.2, 0.3]),
                "temperature": round(11 + 9 * summer + random.triangular(-6, 6), 1),
                "holidays": HOLIDAYS.get(week % 52, 0),
                "recentUnits": round(fsum(recent) / len(recent), 1),
            }
            units = 206 + 20 * shop - 45 * sale["price"] + 160 * sale["discount"] + 3 * sale["temperature"]
            units = round((units - 18 * sale["holidays"]) * random.triangular(0.8, 1.2))
            recent = recent[1:] + [units]
            weeks.append({**sale, "week": week, "units": units})
    return sorted(weeks, key=lambda sale: sale["week"])


def fitted(weeks):
    """Intercept and coefficients of least squares, from the normal equations; a little ridge keeps them solvable."""
    rows = [[1.0] + [sale[feature] for feature in FEATURES] for sale in weeks]
    size = len(FEATURES) + 1
    equations = [
        [fsum(row[i] * row[j] for row in rows) + (1e-6 if i == j else 0) for j in range(size)]
        + [fsum(row[i] * sale["units"] for row, sale in zip(rows, weeks))]
        for i in range(size)
    ]
    for i in range(size):  # Gauss-Jordan elimination; a positive definite matrix needs no pivoting
        equations[i] = [value / equations[i][i] for value in equations[i]]
        for j in range(size):
            if j != i:
                equations[j] = [a - equations[j][i] * b for a, b in zip(equations[j], equations[i])]
    intercept, *coefficients = [round(equation[-1], 4) for equation in equations]
    return intercept, dict(zip(FEATURES, coefficients))


def trained(weeks):
    """The first two years teach the coefficients, the third how far off they are, and the last judges both."""
    year = 52 * SHOPS
    learning, calibrating, judging = weeks[: -2 * year], weeks[-2 * year : -year], weeks[-year:]
    intercept, coefficients = fitted(learning)

    def expected(sale):
        return intercept + fsum(coefficients[feature] * sale[feature] for feature in FEATURES)

    # Nine weeks in ten lie between the 5 % and the 95 % quantile of sold / expected.
    ratios = statistics.quantiles([sale["units"] / expected(sale) for sale in calibrating], n=20)
    low, high = round(ratios[0], 4), round(ratios[-1], 4)

    units = [sale["units"] for sale in judging]
    mean = statistics.fmean(units)
    errors = [sale["units"] - expected(sale) for sale in judging]
    naive = [sale["units"] - sale["recentUnits"] for sale in judging]  # without a model: as many as in recent weeks
    inside = [low * expected(sale) <= sale["units"] <= high * expected(sale) for sale in judging]
    return {
        "name": "sale-range",
        "version": VERSION,
        "intercept": intercept,
        "features": {
            feature: {
                "description": description,
                "coefficient": coefficients[feature],
                # A line is no guide beyond what it was drawn through: requests outside of these are refused.
                "minimum": min(sale[feature] for sale in learning),
                "maximum": max(sale[feature] for sale in learning),
            }
            for feature, description in FEATURES.items()
        },
        "range": {"low": low, "high": high},
        "quality": {
            "weeks": len(judging),
            "meanAbsoluteError": round(statistics.fmean(map(abs, errors)), 2),
            "meanAbsoluteErrorOfRecentUnits": round(statistics.fmean(map(abs, naive)), 2),
            "rSquared": round(1 - fsum(e * e for e in errors) / fsum((u - mean) * (u - mean) for u in units), 4),
            "insideRange": round(sum(inside) / len(inside), 4),
        },
    }


if __name__ == "__main__":
    file = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "models" / "sale-range.json"
    model = trained(sales())
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes((json.dumps(model, indent=4) + "\n").encode())
    print(f"{file}: {json.dumps(model['quality'])}")
