"""Reads and writes objects of Cloud Storage with the token of the container's account, without libraries."""

import json
import os
import time
import urllib.error
import urllib.parse
import urllib.request


def send(request):
    """Sends a request again while nothing listens, as Google's libraries do."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return urllib.request.urlopen(request).read()
        except urllib.error.HTTPError:
            raise
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def metadata(path):
    url = f"http://{os.environ['GCE_METADATA_HOST']}/computeMetadata/v1/{path}"
    request = urllib.request.Request(url, headers={"Metadata-Flavor": "Google"})
    return send(request).decode()


def call(path, body=None):
    token = json.loads(metadata("instance/service-accounts/default/token"))["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    request = urllib.request.Request(os.environ["STORAGE_EMULATOR_HOST"] + path, data=body, headers=headers)
    return send(request)


def parts(uri):
    bucket, _, name = uri.removeprefix("gs://").partition("/")
    return bucket, name


def read(uri):
    bucket, name = parts(uri)
    return call(f"/storage/v1/b/{bucket}/o/{urllib.parse.quote(name, safe='')}?alt=media")


def names(uri):
    bucket, prefix = parts(uri)
    found = json.loads(call(f"/storage/v1/b/{bucket}/o?prefix={urllib.parse.quote(prefix, safe='')}"))
    return [f"gs://{bucket}/{item['name']}" for item in found.get("items", [])]


def write(uri, content):
    bucket, name = parts(uri)
    call(f"/upload/storage/v1/b/{bucket}/o?uploadType=media&name={urllib.parse.quote(name, safe='')}", content)
