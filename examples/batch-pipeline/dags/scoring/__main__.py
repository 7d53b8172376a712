"""A step in a process of its own, as a pod runs it: python -m scoring score 2026-06-01 '{"version": "1.0.0", "generation": 1}'"""

import json
import sys

from scoring import steps

if __name__ == "__main__":
    step, day, model = sys.argv[1:]
    print(getattr(steps, step)(day, json.loads(model)))
