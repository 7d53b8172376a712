"""Answers every request alike, where a model would be asked."""

import functions_framework


@functions_framework.http
def predict(request):
    return {"expected": 42}
