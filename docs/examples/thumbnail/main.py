"""Makes a small picture of each picture that is uploaded."""

import io
import os

import functions_framework
from google.cloud import storage
from PIL import Image


@functions_framework.cloud_event
def thumbnail(event):
    client = storage.Client()
    name = event.data["name"]
    picture = Image.open(io.BytesIO(client.bucket(os.environ["UPLOADS"]).blob(name).download_as_bytes()))
    picture.thumbnail((256, 256))
    small = io.BytesIO()
    picture.save(small, "PNG")
    client.bucket(os.environ["THUMBNAILS"]).blob(f"{name}.png").upload_from_string(small.getvalue(), "image/png")
