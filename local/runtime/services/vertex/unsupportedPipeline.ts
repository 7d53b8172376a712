import type { PipelineSpec } from "../../../../lib/formats";

/** What the local Google Cloud does not run, with the words of the SDK; empty if it runs all of a pipeline. */
export function unsupportedIn({ root, components = {}, deploymentSpec }: PipelineSpec): string[] {
    const found = new Set<string>();
    for (const { dag } of [root, ...Object.values(components)]) {
        for (const task of Object.values(dag?.tasks ?? {})) {
            const { parameters = {}, artifacts = {} } = task.inputs ?? {};
            const sources = JSON.stringify([...Object.values(parameters), ...Object.values(artifacts)]);
            const uses = (text: string, name: string) => sources.includes(text) && found.add(name);
            if (task.parameterIterator || task.artifactIterator) {
                found.add("loops (dsl.ParallelFor)");
            }
            if (task.triggerPolicy?.strategy === "ALL_UPSTREAM_TASKS_COMPLETED") {
                found.add("exit handlers and ignore_upstream_failure");
            }
            uses('"taskFinalStatus"', "PipelineTaskFinalStatus");
            uses('"parameterExpressionSelector"', "selectors of parameters");
        }
        if (JSON.stringify(dag?.outputs ?? {}).includes('"valueFromOneof"')) {
            found.add("dsl.OneOf");
        }
    }
    for (const executor of Object.values(deploymentSpec?.executors ?? {})) {
        const { container, importer, ...others } = executor;
        for (const kind of Object.keys(others)) {
            found.add(`executors of the kind ${kind}`);
        }
        if (container && JSON.stringify([container.image, container.env ?? []]).includes("{{$")) {
            found.add("images and variables with placeholders");
        }
    }
    return [...found].sort();
}
