"""Fits a line to the points of a file, and writes the model; with a second argument, fails."""

import json
import os
import sys

import storage

points = [[float(value) for value in line.split(",")] for line in storage.read(sys.argv[1]).decode().split()]
# Docker does not keep the order of lines of both outputs.
print(f"{len(points)} points", file=sys.stderr)
if len(sys.argv) > 2:
    raise SystemExit(f"cannot fit: {sys.argv[2]}")
mean_x = sum(x for x, _ in points) / len(points)
mean_y = sum(y for _, y in points) / len(points)
slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
model = {"slope": round(slope, 6), "intercept": round(mean_y - slope * mean_x, 6)}
storage.write(os.environ["AIP_MODEL_DIR"] + "line.json", json.dumps(model).encode())
variables = {
    name: value for name, value in os.environ.items() if name.startswith(("AIP_", "CLOUD_ML_", "CLUSTER_", "TF_"))
}
about = {"variables": variables, "account": storage.metadata("instance/service-accounts/default/email")}
storage.write(os.environ["AIP_CHECKPOINT_DIR"] + "about.json", json.dumps(about).encode())
