"""Runs a suite of tests against the local Google Cloud: a plugin of pytest.

Resources that tests create or delete by a client are those of a deployment, made by the judge (provision.ts), because the local Google
Cloud does not let clients make them. The results are written to a file.
"""

import json
import os
import re
import subprocess
import urllib.error
import urllib.request

import google.auth
import mock
import pytest
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery, pubsub_v1, storage
from google.pubsub_v1 import types
from google.oauth2 import service_account as accounts

JUDGE = os.environ["SLIPWAY_JUDGE"]
PROJECT = os.environ["GOOGLE_CLOUD_PROJECT"]

google.auth.default = lambda *args, **kwargs: (AnonymousCredentials(), PROJECT)


def ask(method, kind, name, resource=None):
    """Makes or deletes a resource as a deployment does; refusals are the client's exceptions."""
    body = json.dumps({"kind": kind, "name": name, "resource": resource}).encode()
    try:
        urllib.request.urlopen(urllib.request.Request(f"{JUDGE}/resources", body, method=method))
    except urllib.error.HTTPError as error:
        raise exceptions.from_http_status(error.code, error.read().decode()) from None


def answer_by_rest():
    """Clients of the emulator by REST: the variable of the emulator is only for gRPC."""
    host = os.environ["PUBSUB_EMULATOR_HOST"]

    def constructed(construct):
        def initialize(client, *args, transport=None, **kwargs):
            if transport != "rest":
                return construct(client, *args, transport=transport, **kwargs)
            options = {"client_options": {"api_endpoint": f"http://{host}"}, "credentials": AnonymousCredentials()}
            with mock.patch.dict(os.environ):
                del os.environ["PUBSUB_EMULATOR_HOST"]
                return construct(client, *args, transport=transport, **options, **kwargs)

        return initialize

    for client in [pubsub_v1.PublisherClient, pubsub_v1.SubscriberClient]:
        client.__init__ = constructed(client.__init__)


def provide_buckets():
    post, delete = storage.Client._post_resource, storage.Client._delete_resource

    def create(client, path, data, *args, **kwargs):
        if path != "/b":
            return post(client, path, data, *args, **kwargs)
        options = {name: value for name, value in kwargs["query_params"].items() if name == "enableObjectRetention"}
        ask("POST", "bucket", data["name"], {**data, **options})
        return client._get_resource(f"/b/{data['name']}")

    def remove(client, path, *args, **kwargs):
        name = re.fullmatch(r"/b/([^/]+)", path)
        return ask("DELETE", "bucket", name[1]) if name else delete(client, path, *args, **kwargs)

    storage.Client._post_resource, storage.Client._delete_resource = create, remove


def provide_tables():
    call = bigquery.Client._call_api
    datasets, tables = r"/projects/[^/]+/datasets", r"/projects/[^/]+/datasets/[^/]+/tables"

    def called(client, *args, method=None, path="", data=None, query_params=None, **kwargs):
        kind = "table" if re.match(tables, path) else "dataset"
        if method == "POST" and re.fullmatch(f"{datasets}|{tables}", path):
            name = f"{path}/{data[f'{kind}Reference'][f'{kind}Id']}"
            ask("POST", kind, name, data)
            return call(client, *args, method="GET", path=name, **kwargs)
        if method == "DELETE" and re.fullmatch(f"({datasets}|{tables})/[^/]+", path):
            return ask("DELETE", kind, path, query_params)
        more = {name: value for name, value in [("data", data), ("query_params", query_params)] if value is not None}
        return call(client, *args, method=method, path=path, **more, **kwargs)

    bigquery.Client._call_api = called


def provide_topics():
    def create(kind, message, get):
        def created(client, request=None, **kwargs):
            fields = {name: value for name, value in kwargs.items() if name in message.meta.fields}
            resource = message(request or fields)
            ask("POST", kind, resource.name, json.loads(message.to_json(resource, including_default_value_fields=False)))
            return get(client, resource.name)

        return created

    def remove(kind):
        return lambda client, request=None, **kwargs: ask("DELETE", kind, (request or kwargs)[kind])

    publisher, subscriber = pubsub_v1.PublisherClient, pubsub_v1.SubscriberClient
    publisher.create_topic = create("topic", types.Topic, lambda client, name: client.get_topic(topic=name))
    publisher.delete_topic = remove("topic")
    subscriber.create_subscription = create(
        "subscription", types.Subscription, lambda client, name: client.get_subscription(subscription=name)
    )
    subscriber.delete_subscription = remove("subscription")


answer_by_rest()
provide_buckets()
provide_tables()
provide_topics()

# The tests of retries start the testbench of Cloud Storage in Docker, whose interface for faults the judge has (faults.ts).
run, Popen = subprocess.run, subprocess.Popen
isDocker = lambda command: isinstance(command, list) and command[0] == "docker"
subprocess.run = lambda command, *args, **kwargs: run(["true"] if isDocker(command) else command, *args, **kwargs)


class Process(Popen):
    def __init__(self, command, *args, **kwargs):
        super().__init__(["true"] if isDocker(command) else command, *args, **kwargs)


subprocess.Popen = Process


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef, request):
    """The credentials of a service account, without which tests are skipped. Clients of an emulator send none.

    Tests of retries make a notification and an HMAC key, also if they do not use them. None of the cases does.
    """
    if fixturedef.argname in ["hmac_key", "notification"]:
        fixturedef.cached_result = (None, None, None)
        return True
    if fixturedef.argname != "service_account":
        return None
    with open(os.environ["SLIPWAY_ACCOUNT"]) as file:
        fixturedef.cached_result = (accounts.Credentials.from_service_account_info(json.load(file)), None, None)
    return fixturedef.cached_result[0]


outcomes = {}


def pytest_collection_modifyitems(config, items):
    """Runs only the cases. All processes collect the same tests."""
    with open(os.environ["SLIPWAY_COLLECTED"], "w") as file:
        json.dump([item.nodeid for item in items], file)
    with open(os.environ["SLIPWAY_CASES"]) as file:
        cases = set(json.load(file))
    items[:] = [item for item in items if item.nodeid in cases]


def pytest_runtest_logreport(report):
    found = outcomes.setdefault(report.nodeid, {"passed": True, "text": ""})
    if report.outcome != "passed":
        found["passed"] = False
        crash = getattr(report.longrepr, "reprcrash", None)
        found["text"] = found["text"] or (crash.message if crash else str(report.longrepr))


def pytest_sessionfinish(session):
    if not hasattr(session.config, "workerinput"):
        with open(os.environ["SLIPWAY_REPORT"], "w") as file:
            json.dump(outcomes, file)
