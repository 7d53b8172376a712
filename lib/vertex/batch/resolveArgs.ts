import type { Environment } from "../../environment/environment";
import { type InstanceFileFormat, instanceFormats } from "../../facts/vertex/batchPrediction";
import * as check from "../../internal/check";
import { shortenName } from "../../internal/names";
import { regionProblem } from "../../internal/places";
import { display } from "../../internal/value";
import { machineProblems, type ResolvedMachines, resolveMachines } from "../endpoint/machines";
import { alertsProblem } from "../jobSchedule";
import { knownName } from "../version";
import {
    type BatchFiles,
    type BatchTable,
    type PredictionFiles,
    type PredictionTables,
    type VertexBatchPredictionArgs,
    vertexBatchPredictionArgs,
} from "./arguments";

type Format = keyof typeof instanceFormats.rows;

/** Files with their format. */
export type ResolvedFiles = Omit<BatchFiles, "files" | "format"> & { files: string[]; table?: undefined };

/** Files with their folder. */
export type ResolvedFolder = Required<PredictionFiles> & { dataset?: undefined };

type Defaulted = "name" | "region" | "replicas" | "containerLogs" | "runOnDeploy" | "runOn" | "wait" | "uses";

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<VertexBatchPredictionArgs, Defaulted | "input" | "output" | "machineType" | "gpu">,
        Required<Pick<VertexBatchPredictionArgs, Defaulted>> {
    format: Format;
    input: ResolvedFiles | (BatchTable & { bucket?: undefined });
    output: ResolvedFolder | (PredictionTables & { bucket?: undefined });
    machines: ResolvedMachines;
}

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(
    component: string,
    args: VertexBatchPredictionArgs,
    environment: Environment,
): ResolvedArgs {
    const withDefaults = check.withDefaults<VertexBatchPredictionArgs, Defaulted>(args, {
        name: shortenName(component.toLowerCase().replaceAll(/[^a-z0-9_-]/g, "-"), 63),
        region: environment.region,
        replicas: 1,
        containerLogs: true,
        runOnDeploy: true,
        runOn: [],
        wait: true,
        uses: [],
    });
    const complete = (checked: typeof withDefaults) => {
        const { input, output, machineType, gpu, ...rest } = checked;
        return {
            ...rest,
            format: formatOf(input),
            input: isFiles(input) ? { bucket: input.bucket, files: filesOf(input) } : input,
            output: isFolder(output) ? { ...output, folder: output.folder ?? rest.name } : output,
            machines: resolveMachines({ machineType, gpu, scaling: rest.replicas }, environment),
        } as ResolvedArgs;
    };
    return check.resolved(
        `VertexBatchPrediction "${component}"`,
        withDefaults,
        vertexBatchPredictionArgs,
        complete,
        (resolved, valid) => [
            ...inputProblems(resolved),
            regionProblem("model", knownName(valid.model), resolved.region, "the prediction"),
            ...machineProblems("", resolved.machines, resolved.region, "replicas"),
            ...runProblems(valid),
            alertsProblem(valid),
            ...keyProblems(valid, resolved.region),
        ],
    );
}

const isFiles = (input: object): input is BatchFiles => "bucket" in input;

const isFolder = (output: object): output is PredictionFiles => "bucket" in output;

const filesOf = ({ files }: BatchFiles): string[] => (Array.isArray(files) ? files : [files]);

const rows = Object.entries(instanceFormats.rows) as [Format, { endings: readonly string[] }][];

/** The format of an input; undefined if its files do not show it. */
function formatOf(input: BatchFiles | BatchTable): Format | undefined {
    if (!isFiles(input)) {
        return "bigquery";
    }
    const found = filesOf(input).map((file) =>
        rows.find(([, { endings }]) => endings.some((end) => file.endsWith(end))),
    );
    const names = new Set(found.map((row) => row?.[0]));
    return input.format ?? (names.size === 1 ? [...names][0] : undefined);
}

/** {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.batchPredictionJobs#InstanceConfig What formats support}. */
function inputProblems({ format, input, instances = {}, replicas }: ResolvedArgs): check.Problem[] {
    const { files = [] } = input as Partial<ResolvedFiles>;
    if (format === undefined) {
        const names = rows.flatMap(([name, { endings }]) => (endings.length > 0 ? [name] : [])).join(", ");
        const got = files.join(", ");
        return [
            check.problem(
                "input.format",
                "vertex/input-format-missing",
                `is missing, because the files do not show it (got "${got}"). It is ${names}.`,
            ),
        ];
    }
    const { converts, filters, hasKey, isDivided } = instanceFormats.rows[format];
    const supporting = (feature: "converts" | "filters" | "hasKey") =>
        rows
            .filter(([name]) => instanceFormats.rows[name][feature])
            .map(([name]) => name)
            .join(", ");
    const only = (path: string, value: unknown, feature: "converts" | "filters" | "hasKey") =>
        check.problem(
            `instances.${path}`,
            "vertex/instances-of-format",
            `is only for the formats ${supporting(feature)}, and the input is ${format} (got ${display(value)}). Remove it.`,
        );
    const { type, include, exclude, key } = instances;
    return [
        ...(type !== undefined && !converts ? [only("type", type, "converts")] : []),
        ...(include !== undefined && !filters ? [only("include", include, "filters")] : []),
        ...(exclude !== undefined && !filters ? [only("exclude", exclude, "filters")] : []),
        ...(key !== undefined && !hasKey ? [only("key", key, "hasKey")] : []),
        ...(include !== undefined && exclude !== undefined
            ? [
                  check.problem(
                      "instances.exclude",
                      "vertex/exclude-and-include",
                      "cannot be combined with instances.include. Remove one of them.",
                  ),
              ]
            : []),
        ...(key !== undefined && include?.includes(key)
            ? [
                  check.problem(
                      "instances.include",
                      "vertex/include-has-key",
                      `must not have the key, which is not sent (got "${key}").`,
                  ),
              ]
            : []),
        // https://docs.cloud.google.com/vertex-ai/docs/predictions/get-batch-predictions#partition_data
        ...(isFiles(input) && !isDivided && files.every((file) => !/[*?[{]/.test(file))
            ? replicaProblems(format, files.length, replicas)
            : []),
    ];
}

const replicaProblems = (format: InstanceFileFormat | "bigquery", files: number, replicas: number): check.Problem[] =>
    replicas > files
        ? [
              check.problem(
                  "replicas",
                  "vertex/replicas-above-files",
                  `must be ${files} at most, as Vertex AI does not divide files of the format ${format} (got ${replicas}). Use more files.`,
              ),
          ]
        : [];

function runProblems({ runOnDeploy, runOn = [], wait }: VertexBatchPredictionArgs): check.Problem[] {
    const reason = "is only for predictions in deployments. Remove it, or runOnDeploy.";
    return runOnDeploy === false
        ? [
              ...(runOn.length > 0 ? [check.problem("runOn", "vertex/batch-run-on-without-deploy", reason)] : []),
              ...(wait !== true ? [check.problem("wait", "vertex/wait-without-deploy", reason)] : []),
          ]
        : [];
}

/** "Customer-managed encryption key (CMEK) isn't supported with BigQuery as input/output." */
function keyProblems({ encryptionKey, input, output }: VertexBatchPredictionArgs, region: string) {
    return [
        regionProblem("encryptionKey", encryptionKey, region, "the prediction"),
        check.when(
            encryptionKey !== undefined && (!isFiles(input) || !isFolder(output)),
            "encryptionKey",
            "vertex/key-with-big-query",
            "is not supported with BigQuery as input or output. Remove it, or use buckets.",
        ),
    ];
}
