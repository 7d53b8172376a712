"""A model server: a line, whose slope and intercept are in a file of the model."""

import json
import os
import pathlib
import sys
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import storage

model = {}
process = str(uuid.uuid4())


def load():
    time.sleep(float(os.environ.get("LOADING_SECONDS", "0")))
    folder = os.environ["AIP_STORAGE_URI"]
    for name in storage.names(folder):
        if name.endswith("/line.json"):
            model.update(json.loads(storage.read(name)))
    pathlib.Path("/tmp/ready").touch()


def about():
    return {
        "arguments": sys.argv[1:],
        "variables": {name: value for name, value in os.environ.items() if name.startswith(("AIP_", "OWN_"))},
        "account": storage.metadata("instance/service-accounts/default/email"),
        "files": storage.names(os.environ["AIP_STORAGE_URI"]),
        "process": process,
    }


def burn(seconds):
    end = time.time() + seconds
    while time.time() < end:
        pass


class Handler(BaseHTTPRequestHandler):
    def answer(self, status, body, content_type="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        is_healthy = self.path == "/healthy" and "slope" in model
        self.answer(200 if is_healthy else 503, b"")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != os.environ["AIP_PREDICT_ROUTE"]:
            self.answer(404, b"not found")
        elif self.headers["Content-Type"] == "text/csv":
            values = [float(value) for value in body.decode().split(",")]
            self.answer(200, ",".join(str(self.line(value)) for value in values).encode(), "text/csv")
        else:
            self.predict(json.loads(body))

    def predict(self, request):
        parameters = request.get("parameters") or {}
        if "fail" in parameters:
            self.answer(parameters["fail"], b"the line is broken")
        elif "mute" in parameters:
            self.answer(200, b'{"values": []}')
        elif "stream" in parameters:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.end_headers()
            for index, value in enumerate(request["instances"]):
                time.sleep(index)
                self.wfile.write(f"data: {self.line(value)}\n\n".encode())
                self.wfile.flush()
        elif "burn" in parameters:
            threading.Thread(target=burn, args=[parameters["burn"]], daemon=True).start()
            self.answer(200, b'{"predictions": ["burning"]}')
        elif "remove" in parameters:
            pathlib.Path(parameters["remove"]).unlink()
            self.answer(200, json.dumps({"predictions": [process]}).encode())
        elif "about" in parameters:
            self.answer(200, json.dumps({"predictions": [about()]}).encode())
        else:
            predictions = [self.line(value) for value in request["instances"]]
            self.answer(200, json.dumps({"predictions": predictions}).encode())

    def line(self, value):
        return model["slope"] * value + model["intercept"]

    def log_message(self, *args):
        pass


pathlib.Path("/tmp/alive").touch()
threading.Thread(target=load, daemon=True).start()
ThreadingHTTPServer(("0.0.0.0", int(os.environ["AIP_HTTP_PORT"])), Handler).serve_forever()
