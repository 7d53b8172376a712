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
# An environment of its own, as pip does not change that of the operating system. Not all images have what installs pip in it.
python3 -m venv --without-pip venv
install() { python3 -m pip --python venv/bin/python --disable-pip-version-check install --quiet "$@"; }
install "dvc[gs]==3.67.1"

# The code, and the data or the .dvc files that name their version. What an interrupted start has left would be in the way.
rm -rf training .dvc/tmp
venv/bin/dvc get-url --quiet "gs://$DATA/training" training
install --requirement training/requirements.txt

[ -d .dvc ] || venv/bin/dvc init --quiet --no-scm
venv/bin/dvc remote add --quiet --force --default storage "gs://$DATA/dvc"
venv/bin/dvc pull --quiet
# Earlier versions, which would fill the disk.
venv/bin/dvc gc --quiet --force --workspace

venv/bin/python training/train.py
