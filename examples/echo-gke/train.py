"""Makes models/delivery.json, which tells how long a delivery takes from how far it goes: python3 train.py"""

import json
import pathlib
import random
import statistics

VERSION = "1.0.0"

# Your own data goes here: deliveries of which both are known.
chance = random.Random(7)
kilometres = [round(chance.uniform(0.5, 40), 1) for _ in range(500)]
minutes = [6 + 2.05 * each + chance.gauss(0, 3) for each in kilometres]

train, test = slice(0, 400), slice(400, 500)
slope, intercept = statistics.linear_regression(kilometres[train], minutes[train])
errors = [abs(intercept + slope * far - took) for far, took in zip(kilometres[test], minutes[test])]
print(f"off by {statistics.mean(errors):.1f} minutes on average, of deliveries that it was not shown")

model = {
    "version": VERSION,
    "slope": round(slope, 4),
    "intercept": round(intercept, 4),
    "minimum": min(kilometres),
    "maximum": max(kilometres),
}
file = pathlib.Path(__file__).parent / "models" / "delivery.json"
file.write_text(json.dumps(model, indent=4) + "\n")
