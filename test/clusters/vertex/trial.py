"""A trial: reports how far a number is from 2, with the package of PyPI; fails for 9, and reports nothing for 8."""

import argparse
import json
import os
import signal
import sys
import time

import hypertune
import storage

signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
parser = argparse.ArgumentParser()
parser.add_argument("results")
parser.add_argument("--number", type=float)
parser.add_argument("--wait")
arguments = parser.parse_args()
began = time.time()
if arguments.wait and arguments.number == 2:
    while not storage.names(arguments.wait):
        time.sleep(0.2)
time.sleep(0.5)
if arguments.number == 9:
    sys.exit("cannot compute 9")
if arguments.number != 8:
    metrics = hypertune.HyperTune()
    for step in (1, 2):
        loss = (arguments.number - 2) ** 2 / step
        metrics.report_hyperparameter_tuning_metric("loss", loss, global_step=step)
variables = {name: value for name, value in os.environ.items() if name.startswith(("AIP_MODEL_DIR", "CLOUD_ML_"))}
about = {"arguments": sys.argv[2:], "variables": variables, "time": [began, time.time()]}
about["cluster"] = json.loads(os.environ["CLUSTER_SPEC"])
storage.write(f"{arguments.results}/{os.environ['CLOUD_ML_TRIAL_ID']}.json", json.dumps(about).encode())
