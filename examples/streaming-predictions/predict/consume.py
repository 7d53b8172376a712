"""Takes the sales from the subscription `predict-range` and prints each prediction, until it is stopped.

    PREDICT_RANGE="$(pulumi stack output subscription -s dev)" MODELS="$(pulumi stack output modelsBucket -s dev)" \
        python3 predict/consume.py

A program that runs for ever, such as on GKE or a virtual machine, takes messages like this: at its own pace.
"""

import json
import os
import signal

from google.cloud import pubsub_v1
from model import prediction


def handle(message):
    try:
        print(json.dumps(prediction(json.loads(message.data))), flush=True)
        message.ack()
    except ValueError as error:
        # It comes again, and after some times it is put to the dead letters.
        print(json.dumps({"severity": "ERROR", "message": f"{message.message_id}: {error}"}), flush=True)
        message.nack()


def main():
    # No more at a time than are predicted at once: what waits here is not with another consumer.
    flow = pubsub_v1.types.FlowControl(max_messages=20)
    subscriber = pubsub_v1.SubscriberClient()
    pulled = subscriber.subscribe(os.environ["PREDICT_RANGE"], callback=handle, flow_control=flow)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: pulled.cancel())
    pulled.result()


if __name__ == "__main__":
    main()
