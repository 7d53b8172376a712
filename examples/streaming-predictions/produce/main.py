"""Publishes one sale of each product; a schedule calls it. Read your own sales in `sales`; the rest remains as it is."""

import functools
import json
import os
import random
from concurrent import futures

import functions_framework
from google.cloud import pubsub_v1

PRODUCTS = {"iced tea": 240, "lemonade": 310, "sparkling water": 180}  # units that are sold in a common week


@functions_framework.http
def produce(request):
    published = [publisher().publish(os.environ["SALES"], json.dumps(sale).encode()) for sale in sales()]
    # An answer before the messages are with Pub/Sub would lose them, as the instance may end.
    done, waiting = futures.wait(published, timeout=30)
    failed = [str(each.exception()) for each in done if each.exception()] + ["no answer"] * len(waiting)
    return {"published": len(published) - len(failed), "failed": failed}, 500 if failed else 200


@functools.cache
def publisher():
    return pubsub_v1.PublisherClient()


def sales():
    for product, units in PRODUCTS.items():
        yield {
            "product": product,
            "price": round(random.uniform(1.6, 2.8), 2),
            "discount": random.choice([0.0, 0.0, 0.1, 0.2]),
            "temperature": round(random.uniform(-2, 24), 1),
            "holidays": random.choice([0, 0, 0, 1]),
            "recentUnits": round(units * random.uniform(0.9, 1.1), 1),
        }
