"""The pipeline of the tests. `python forecast.py` compiles it with the SDK of Kubeflow Pipelines to forecast.yaml."""

import pathlib

from kfp import compiler, dsl

IMAGE = "steps"


@dsl.container_component
def fetch(source: str, weeks: int, rows: dsl.Output[dsl.Dataset], count: dsl.OutputPath(int)):
    return dsl.ContainerSpec(
        image=IMAGE,
        command=["python3", "/steps.py", "fetch"],
        args=["--source", source, "--weeks", weeks, "--rows", rows.path, "--count", count],
    )


@dsl.component(base_image=IMAGE, install_kfp_package=False)
def fit(rows: dsl.Input[dsl.Dataset], rate: float, options: dict, model: dsl.Output[dsl.Model]) -> float:
    with open(rows.path) as file:
        values = [float(line) for line in file]
    model.metadata["framework"] = options["framework"]
    with open(model.path, "w") as file:
        file.write(str(rate * sum(values)))
    return rate * sum(values)


@dsl.container_component
def publish(model: dsl.Input[dsl.Model], quality: float, tries: int):
    return dsl.ContainerSpec(
        image=IMAGE,
        command=["python3", "/steps.py", "publish"],
        args=[model.uri, quality, f"tries-{tries}", "{{$}}"],
    )


@dsl.pipeline(name="forecast")
def forecast(source: str, weeks: int = 4, rate: float = 0.5, options: dict = {"framework": "line"}, dry: bool = False):
    fetched = fetch(source=source, weeks=weeks)
    fitted = fit(rows=fetched.outputs["rows"], rate=rate, options=options)
    with dsl.If(fitted.outputs["Output"] > 1):
        publish(model=fitted.outputs["model"], quality=fitted.outputs["Output"], tries=fetched.outputs["count"]).set_retry(2)
    with dsl.If(dry == True):  # noqa: E712
        publish(model=fitted.outputs["model"], quality=0.0, tries=0)


if __name__ == "__main__":
    compiler.Compiler().compile(forecast, str(pathlib.Path(__file__).with_suffix(".yaml")))
