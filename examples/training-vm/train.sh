#!/bin/bash
# Trains, and stops the machine. It runs as root at each start, with the variables of `uses`.
set -euo pipefail

# Stops the machine at the end, also after an error, so that it costs only its disk. Waits for those who are signed in.
finish() {
    echo "train.sh ends with status $?"
    while who | grep --quiet .; do sleep 60; done
    shutdown -h now
}
trap finish EXIT

# The packages and dvc's cache are kept on the disk: only the first start downloads all of them.
mkdir -p /opt/train && cd /opt/train
export HOME=$PWD DVC_NO_ANALYTICS=true
# Its own environment: pip does not change that of the operating system.
python3 -m venv venv || { apt-get update && apt-get install --yes -o DPkg::Lock::Timeout=600 python3-venv && python3 -m venv venv; }
. venv/bin/activate
pip install --quiet --disable-pip-version-check "dvc[gs]==3.67.1"

# The code, and the data or the .dvc files that name their version.
rm -rf training
dvc get-url --quiet "gs://$DATA/training" training
pip install --quiet --disable-pip-version-check --requirement training/requirements.txt

[ -d .dvc ] || dvc init --quiet --no-scm
dvc remote add --quiet --force --default storage "gs://$DATA/dvc"
dvc pull --quiet

python training/train.py
