#!/bin/sh
set -eu
gcloud config set project acme-forecast-dev

gcloud services enable artifactregistry.googleapis.com cloudbuild.googleapis.com cloudfunctions.googleapis.com \
    eventarc.googleapis.com iam.googleapis.com pubsub.googleapis.com run.googleapis.com sqladmin.googleapis.com \
    storage.googleapis.com

# A function that computes something for each message, with models from a bucket.
gcloud storage buckets create gs://acme-forecast-dev-models --location=europe-west1 \
    --uniform-bucket-level-access --public-access-prevention --soft-delete-duration=14d
gcloud storage cp --recursive ./models/* gs://acme-forecast-dev-models
gcloud pubsub topics create orders --message-retention-duration=3d
gcloud iam service-accounts create predict
gcloud storage buckets add-iam-policy-binding gs://acme-forecast-dev-models \
    --member=serviceAccount:predict@acme-forecast-dev.iam.gserviceaccount.com --role=roles/storage.objectViewer
gcloud storage buckets add-iam-policy-binding gs://acme-forecast-dev-models \
    --member=serviceAccount:predict@acme-forecast-dev.iam.gserviceaccount.com --role=roles/storage.bucketViewer
gcloud functions deploy predict --gen2 --region=europe-west1 --runtime=python313 --source=./predict \
    --entry-point=predict --trigger-topic=orders --retry --memory=1Gi --cpu=1 --concurrency=8 --timeout=120s \
    --min-instances=1 --max-instances=5 --set-env-vars=MODELS=acme-forecast-dev-models,LOG_LEVEL=info \
    --service-account=predict@acme-forecast-dev.iam.gserviceaccount.com

# A service with a database.
gcloud sql instances create shop --database-version=POSTGRES_17 --edition=enterprise --tier=db-custom-2-8192 \
    --region=europe-west1 --availability-type=regional --storage-type=SSD --storage-size=20GB --storage-auto-increase \
    --backup-start-time=02:00 --retained-backups-count=14 --enable-point-in-time-recovery \
    --maintenance-window-day=SUN --maintenance-window-hour=3 --database-flags=cloudsql.iam_authentication=on \
    --insights-config-query-insights-enabled --deletion-protection
gcloud sql databases create shop --instance=shop
gcloud iam service-accounts create shop
gcloud sql users create shop@acme-forecast-dev.iam --instance=shop --type=cloud_iam_service_account
gcloud projects add-iam-policy-binding acme-forecast-dev \
    --member=serviceAccount:shop@acme-forecast-dev.iam.gserviceaccount.com --role=roles/cloudsql.client
gcloud projects add-iam-policy-binding acme-forecast-dev \
    --member=serviceAccount:shop@acme-forecast-dev.iam.gserviceaccount.com --role=roles/cloudsql.instanceUser
gcloud run deploy shop --region=europe-west1 \
    --image=docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567 \
    --service-account=shop@acme-forecast-dev.iam.gserviceaccount.com \
    --set-cloudsql-instances=acme-forecast-dev:europe-west1:shop --port=8000 --cpu=1 --memory=1Gi --concurrency=40 \
    --min=1 --max=10 --timeout=60s --cpu-boost --execution-environment=gen2 --ingress=all --allow-unauthenticated
