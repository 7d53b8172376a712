#!/bin/sh
set -eu

# An image with gunicorn on port 80, pushed with the key of a service account.
docker login --username _json_key --password-stdin https://us.gcr.io < key.json
docker build --tag us.gcr.io/acme-echo-dev/echo:latest ./app
docker push us.gcr.io/acme-echo-dev/echo:latest

# Its pods, behind a load balancer.
gcloud container clusters get-credentials apps --region=europe-west1
kubectl create deployment echo-gke --image=us.gcr.io/acme-echo-dev/echo:latest
kubectl autoscale deployment echo-gke --cpu-percent=80 --min=2 --max=5
kubectl expose deployment echo-gke --type=LoadBalancer --port=80 --target-port=80

# The same key, for GitHub.
gh secret set GCP_SA_KEY < key.json

# A service in Cloud Run that everybody may call.
gcloud run deploy web --source=./web --region=europe-west1 --allow-unauthenticated
