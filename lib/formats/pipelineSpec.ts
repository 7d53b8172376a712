/**
 * A compiled pipeline of {@link https://www.kubeflow.org/docs/components/pipelines/user-guides/core-functions/compile-a-pipeline/ Kubeflow
 * Pipelines}, as far as it is read: `PipelineSpec` in
 * {@link https://github.com/kubeflow/pipelines/blob/master/api/v2alpha1/pipeline_spec.proto pipeline_spec.proto}.
 */
export interface PipelineSpec {
    pipelineInfo: { name: string };
    /** `2.1.0` of the SDK from version 2 on. */
    schemaVersion: string;
    sdkVersion?: string;
    root: PipelineComponent;
    components?: Record<string, PipelineComponent>;
    deploymentSpec?: { executors?: Record<string, PipelineExecutor> };
}

/** A component: tasks, or an executor. */
export interface PipelineComponent {
    inputDefinitions?: PipelineDefinitions;
    outputDefinitions?: PipelineDefinitions;
    dag?: { tasks: Record<string, PipelineTask>; outputs?: object };
    executorLabel?: string;
}

export interface PipelineDefinitions {
    parameters?: Record<string, PipelineParameter>;
    artifacts?: Record<string, PipelineArtifact>;
}

export interface PipelineParameter {
    parameterType: string;
    defaultValue?: unknown;
    isOptional?: boolean;
}

export interface PipelineArtifact {
    artifactType?: { schemaTitle?: string; schemaVersion?: string };
    isArtifactList?: boolean;
    isOptional?: boolean;
}

/** A task of a component. */
export interface PipelineTask {
    componentRef: { name: string };
    taskInfo?: { name: string };
    dependentTasks?: string[];
    inputs?: {
        parameters?: Record<string, PipelineParameterSource>;
        artifacts?: Record<string, PipelineArtifactSource>;
    };
    cachingOptions?: { enableCache?: boolean };
    triggerPolicy?: { condition?: string; strategy?: string };
    retryPolicy?: { maxRetryCount?: number; backoffDuration?: string };
    parameterIterator?: object;
    artifactIterator?: object;
}

export interface PipelineParameterSource {
    runtimeValue?: { constant?: unknown };
    componentInputParameter?: string;
    taskOutputParameter?: { producerTask: string; outputParameterKey: string };
    taskFinalStatus?: { producerTask: string };
    parameterExpressionSelector?: string;
}

export interface PipelineArtifactSource {
    componentInputArtifact?: string;
    taskOutputArtifact?: { producerTask: string; outputArtifactKey: string };
}

/** How a component without tasks is run. */
export interface PipelineExecutor {
    container?: {
        image: string;
        command?: string[];
        args?: string[];
        env?: { name: string; value: string }[];
        resources?: object;
    };
    importer?: object;
    resolver?: object;
    customJob?: object;
}

/** The only version of the schema that the SDK writes since version 2. */
export const pipelineSchema = "2.1.0";

/** The parameters of a pipeline. */
export const pipelineParameters = ({ root }: PipelineSpec): Record<string, PipelineParameter> =>
    root.inputDefinitions?.parameters ?? {};

interface ParameterType {
    wording: string;
    accepts(value: unknown): boolean;
}

/** The types of parameters: `ParameterType` in `pipeline_spec.proto`. */
const types: Record<string, ParameterType> = {
    STRING: { wording: "a string", accepts: (value) => typeof value === "string" },
    NUMBER_INTEGER: { wording: "a whole number", accepts: Number.isSafeInteger },
    NUMBER_DOUBLE: { wording: "a number", accepts: Number.isFinite },
    BOOLEAN: { wording: "true or false", accepts: (value) => typeof value === "boolean" },
    LIST: { wording: "a list", accepts: Array.isArray },
    STRUCT: {
        wording: "an object",
        accepts: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    },
};

/** What a value of a parameter must be instead; undefined if it is right, or if its type is unknown. */
export function parameterFault({ parameterType }: PipelineParameter, value: unknown): string | undefined {
    const type = types[parameterType];
    return type === undefined || type.accepts(value) ? undefined : type.wording;
}

/** Parameters without a value or a default. */
export const missingParameters = (spec: PipelineSpec, given: readonly string[]): string[] =>
    Object.entries(pipelineParameters(spec))
        .filter(
            ([name, { isOptional, defaultValue }]) =>
                !given.includes(name) && !isOptional && defaultValue === undefined,
        )
        .map(([name]) => name);

/** An image's name without its tag and digest. */
export const imageWithoutVersion = (image: string): string => image.replace(/@.*$/, "").replace(/:[^:/]*$/, "");

/** The executors that are containers, with their images. */
export const pipelineContainers = ({ deploymentSpec }: PipelineSpec) =>
    Object.values(deploymentSpec?.executors ?? {}).flatMap(({ container }) => (container ? [container] : []));
