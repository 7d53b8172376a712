import {
    type ExecutorInput,
    parameterValue,
    resolvedCommand,
} from "../../../local/runtime/services/vertex/executorInput";
import { unsupportedIn } from "../../../local/runtime/services/vertex/unsupportedPipeline";
import { pipelineSpec } from "./pipelineWorld";

const artifact = (uri: string) => ({ artifacts: [{ name: "artifacts/1", uri, metadata: { rows: 2 } }] });
const input: ExecutorInput = {
    inputs: { parameterValues: { weeks: 8, name: "a b", list: [1] }, artifacts: { rows: artifact("gs://data/rows") } },
    outputs: {
        parameters: { count: { outputFile: "/gcs/results/count" } },
        artifacts: { model: artifact("gs://results/model") },
        outputFile: "/gcs/results/executor_output.json",
    },
};

test.each<[string, string[]]>([
    ["--weeks={{$.inputs.parameters['weeks']}}", ["--weeks=8"]],
    ["{{$.inputs.parameters['name']}}/{{$.inputs.parameters['list']}}", ["a b/[1]"]],
    ["{{$.inputs.artifacts['rows'].path}}", ["/gcs/data/rows"]],
    ["{{$.outputs.artifacts['model'].uri}}", ["gs://results/model"]],
    ["{{$.inputs.artifacts['rows'].metadata}}", ['{"rows":2}']],
    ["{{$.outputs.parameters['count'].output_file}}", ["/gcs/results/count"]],
    ["{{$.pipeline_task_name}}", ["fit"]],
    ["{{$}}", [JSON.stringify(input)]],
    ['{"Concat": ["--n=", "{{$.inputs.parameters[\'weeks\']}}"]}', ["--n=8"]],
    ['{"IfPresent": {"InputName": "weeks", "Then": ["--a", "b"]}}', ["--a", "b"]],
    ['{"IfPresent": {"InputName": "gone", "Then": ["--a", "b"]}}', []],
])("%s becomes %j", (element, expected) => {
    expect(resolvedCommand([element], input, { pipeline_task_name: "fit" })).toEqual(expected);
});

test("an unknown placeholder is refused", () => {
    expect(() => resolvedCommand(["{{$.workspace_path}}"], input, {})).toThrow("{{$.workspace_path}} is not supported");
});

test("values are read by their types", () => {
    const read = [
        ["STRING", "8\n"],
        ["NUMBER_INTEGER", "8\n"],
        ["NUMBER_DOUBLE", "0.5"],
        ["BOOLEAN", "true"],
        ["LIST", "[1]"],
    ];
    expect(read.map(([type = "", text = ""]) => parameterValue(type, text))).toEqual(["8\n", 8, 0.5, true, [1]]);
});

test("what is not run is named", () => {
    const spec = pipelineSpec();
    expect(unsupportedIn(spec as never)).toEqual([]);
    spec.root.dag.tasks.fetch.triggerPolicy = { strategy: "ALL_UPSTREAM_TASKS_COMPLETED" };
    spec.deploymentSpec.executors["exec-fit"] = { resolver: {} };
    expect(unsupportedIn(spec as never)).toEqual([
        "executors of the kind resolver",
        "exit handlers and ignore_upstream_failure",
    ]);
});
