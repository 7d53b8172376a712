"""A model server, which answers each instance with what it has received, and fails for batches with the instance "bad"."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(200 if self.path == os.environ["AIP_HEALTH_ROUTE"] else 404, b"")

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        instances = request["instances"]
        if self.path != os.environ["AIP_PREDICT_ROUTE"]:
            self.answer(404, b"not found")
        elif "bad" in instances:
            self.answer(422, b'{"detail": "bad"}')
        else:
            about = {"of": len(instances), "parameters": request.get("parameters")}
            self.answer(200, json.dumps({"predictions": [{"got": one, **about} for one in instances]}).encode())

    def log_message(self, *args):
        pass


ThreadingHTTPServer(("0.0.0.0", int(os.environ["AIP_HTTP_PORT"])), Handler).serve_forever()
