#!/bin/bash
set -eu
python3 -m pip install --quiet scikit-learn
echo "trains and writes to gs://$MODELS"
# The machine stops itself, and costs only its disks until the next night.
shutdown --poweroff now
