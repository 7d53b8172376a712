"""Airflow imports this when it starts. Google's client of Secret Manager has no variable for where another one answers."""

import os

address = os.environ.get("SECRET_MANAGER_ADDRESS")
if address:
    from airflow.providers.google.cloud._internal_client import secret_manager_client
    from google.cloud.secretmanager_v1 import SecretManagerServiceClient

    class LocalClient(SecretManagerServiceClient):
        def __init__(self, credentials, client_info):
            options = {"api_endpoint": address}
            super().__init__(
                credentials=credentials, transport="rest", client_options=options, client_info=client_info
            )

    secret_manager_client.SecretManagerServiceClient = LocalClient
