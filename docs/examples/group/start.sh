#!/bin/bash
# The variables of `uses` are set: here, the name of a bucket.
mkdir -p /srv/models && cd /srv
echo "$MODELS" > models/bucket
echo ok > healthz
exec python3 -m http.server 8080
