"""Compiled by `python forecast.py`, with `pip install kfp`."""

from kfp import compiler, dsl


@dsl.container_component
def fetch(bucket: str, weeks: int, rows: dsl.Output[dsl.Dataset]):
    return dsl.ContainerSpec(
        image="train",
        command=["python", "fetch.py"],
        args=["--bucket", bucket, "--weeks", weeks, "--rows", rows.path],
    )


@dsl.container_component
def fit(rows: dsl.Input[dsl.Dataset], model: dsl.Output[dsl.Model]):
    return dsl.ContainerSpec(image="train", command=["python", "fit.py"], args=[rows.path, model.path])


@dsl.pipeline(name="forecast")
def forecast(bucket: str, weeks: int = 8):
    fit(rows=fetch(bucket=bucket, weeks=weeks).outputs["rows"])


if __name__ == "__main__":
    compiler.Compiler().compile(forecast, "forecast.yaml")
