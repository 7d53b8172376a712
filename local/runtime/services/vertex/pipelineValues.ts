import type { PipelineComponent, PipelineTask } from "../../../../lib/formats";
import type { Inputs } from "../../../simulator";
import { compile } from "../../../simulator/apis";

/** The inputs of a component, or its outputs. */
export interface Values {
    parameters: Record<string, unknown>;
    /** In the form of the API, by their names. */
    artifacts: Record<string, Inputs>;
}

export const nothing = (): Values => ({ parameters: {}, artifacts: {} });

/** The inputs of the component that has a task, and the outputs of the tasks before it. */
export interface Scope {
    given: Values;
    before: Map<string, Values | undefined>;
    path: string;
}
/** The tasks that a task waits for. */
export function dependencies({ dependentTasks = [], inputs = {} }: PipelineTask): string[] {
    const sources = [...Object.values(inputs.parameters ?? {}), ...Object.values(inputs.artifacts ?? {})];
    const producers = sources.flatMap((source: Inputs) => {
        const { producerTask } = source.taskOutputParameter ?? source.taskOutputArtifact ?? {};
        return producerTask === undefined ? [] : [producerTask as string];
    });
    return [...new Set([...dependentTasks, ...producers])];
}

export const defaultsOf = ({ inputDefinitions }: PipelineComponent): Record<string, unknown> =>
    Object.fromEntries(
        Object.entries(inputDefinitions?.parameters ?? {}).flatMap(([name, { defaultValue }]) =>
            defaultValue === undefined ? [] : [[name, defaultValue]],
        ),
    );

export function inputsOf(
    { inputs = {} }: PipelineTask,
    component: PipelineComponent,
    { given, before }: Scope,
): Values {
    const parameters = Object.entries(inputs.parameters ?? {}).flatMap(([name, source]) => {
        const { runtimeValue, componentInputParameter, taskOutputParameter: output } = source;
        const value = output
            ? before.get(output.producerTask)?.parameters[output.outputParameterKey]
            : componentInputParameter === undefined
              ? runtimeValue?.constant
              : given.parameters[componentInputParameter];
        return value === undefined ? [] : [[name, value]];
    });
    const artifacts = Object.entries(inputs.artifacts ?? {}).flatMap(([name, source]) => {
        const { componentInputArtifact, taskOutputArtifact: output } = source;
        const artifact = output
            ? before.get(output.producerTask)?.artifacts[output.outputArtifactKey]
            : given.artifacts[componentInputArtifact ?? ""];
        return artifact === undefined ? [] : [[name, artifact]];
    });
    return {
        parameters: { ...defaultsOf(component), ...Object.fromEntries(parameters) },
        artifacts: Object.fromEntries(artifacts),
    };
}

/** Conditions are in the Common Expression Language: `inputs.parameter_values['quality'] > double(1)`. */
export function isTriggered({ triggerPolicy }: PipelineTask, { parameters }: Values): boolean {
    const { condition } = triggerPolicy ?? {};
    if (condition === undefined) {
        return true;
    }
    const result = compile(condition, ["inputs"]).evaluate({ inputs: { parameter_values: parameters } });
    if (typeof result !== "boolean") {
        throw new Error(`The condition cannot be evaluated: ${condition}`);
    }
    return result;
}

/** The outputs of a component with tasks. */
export async function outputsOf(
    { dag }: PipelineComponent,
    ends: Map<string, Promise<Values | undefined>>,
): Promise<Values> {
    const outputs = nothing();
    const declared: Inputs = dag?.outputs ?? {};
    for (const [name, { valueFromParameter }] of Object.entries<Inputs>(declared.parameters ?? {})) {
        const { producerSubtask, outputParameterKey } = valueFromParameter ?? {};
        outputs.parameters[name] = (await ends.get(producerSubtask))?.parameters[outputParameterKey];
    }
    for (const [name, { artifactSelectors = [] }] of Object.entries<Inputs>(declared.artifacts ?? {})) {
        const [{ producerSubtask, outputArtifactKey } = { producerSubtask: "", outputArtifactKey: "" }] =
            artifactSelectors as Inputs[];
        const artifact = (await ends.get(producerSubtask))?.artifacts[outputArtifactKey];
        if (artifact) {
            outputs.artifacts[name] = artifact;
        }
    }
    return outputs;
}
