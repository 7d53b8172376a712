import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import * as pulumi from "@pulumi/pulumi";
import { Environment } from "../environment/environment";
import type { AccountReference } from "../iam/serviceAccount";
import { secondsIn } from "../internal/duration";
import { labelValue } from "../internal/labels";
import { networkIds } from "../internal/networkOf";
import { gigabytesIn } from "../internal/size";
import { sourceBucketArgs } from "../internal/sourceBucket";
import type { DataflowJobInputs } from "./admin/jobInputs";
import { templateRow } from "./code";
import type { DataflowRunArgs } from "./dynamic";
import type { ResolvedArgs } from "./resolveArgs";

/** What the job resource needs from other resources. */
export interface Parts {
    account: AccountReference;
    /** The name of the bucket for temporary and staged files. */
    bucket: pulumi.Output<string>;
    /** The object of a specification that the component has made. */
    specification?: pulumi.Input<string>;
    /** The image of the workers, if it is not Apache Beam's. */
    workerImage?: pulumi.Input<string>;
    /** The values of `uses`. */
    variables: Record<string, pulumi.Input<string>>;
}

/** The arguments of the bucket. Its files are of no use later, so that soft deletion would only cost. */
export const bucketArgs = (
    { name, region, labels, encryptionKey }: ResolvedArgs,
    { project }: Environment,
): BucketArgs => {
    const {
        versioning: _,
        lifecycleRules: __,
        ...args
    } = sourceBucketArgs(`${project}-${name}-dataflow`, region, labels);
    return {
        ...args,
        // https://cloud.google.com/dataflow/docs/guides/setting-pipeline-options#basic_options
        softDeletePolicy: { retentionDurationSeconds: 0 },
        encryption: encryptionKey === undefined ? undefined : { defaultKmsKeyName: encryptionKey },
    };
};

/** The arguments of the job resource. */
export function jobArgs(args: ResolvedArgs, parts: Parts, { project }: Environment): DataflowRunArgs {
    const { name, region, type, parameters, scaling, transformNames, runOn, labels = {}, wait } = args;
    return {
        project,
        location: region,
        name,
        type,
        template: templateOf(args, parts),
        parameters: { ...parts.variables, ...(parameters as Record<string, pulumi.Input<string>>) },
        environment: environmentOf(args, parts),
        workers: { min: scaling.min ?? 0, max: scaling.max },
        transformNames,
        runOn,
        // As the provider does for its own resources.
        labels: { environment: labelValue(pulumi.getStack()), ...labels },
        onIncompatible: args.onIncompatible,
        drainSeconds: secondsIn(args.drainTimeout),
        wait: wait !== false,
        waitSeconds: typeof wait === "string" ? secondsIn(wait) : 0,
    };
}

function templateOf(args: ResolvedArgs, { specification }: Parts): DataflowRunArgs["template"] {
    const { template, templateFile, kind = "flex", region, version = "latest" } = args;
    if (template !== undefined) {
        const google = typeof template === "string" ? { name: template, kind: templateRow(args)?.kind } : template;
        const folder = google.kind === "flex" ? "flex/" : "";
        return {
            kind: google.kind ?? "flex",
            path: `gs://dataflow-templates-${region}/${version}/${folder}${google.name}`,
        };
    }
    return templateFile === undefined ? { kind: "flex", path: specification ?? "" } : { kind, path: templateFile };
}

function environmentOf(args: ResolvedArgs, parts: Parts) {
    const { machineType, diskSize, streamingEngine, atLeastOnce, experiments, encryptionKey, type } = args;
    const isFlex = (templateOf(args, parts) as { kind: string }).kind === "flex";
    const folder = (name: string) => pulumi.interpolate`gs://${parts.bucket}/${name}`;
    return {
        tempLocation: folder("temp"),
        stagingLocation: isFlex ? folder("staging") : undefined,
        sdkContainerImage: parts.workerImage,
        machineType,
        diskSizeGb: diskSize && gigabytesIn(diskSize),
        serviceAccountEmail: parts.account.email,
        subnetwork: subnetworkOf(args),
        ipConfiguration: args.publicAddress ? "WORKER_IP_PUBLIC" : "WORKER_IP_PRIVATE",
        kmsKeyName: encryptionKey,
        enableStreamingEngine: type === "streaming" ? streamingEngine : undefined,
        streamingMode: atLeastOnce ? "STREAMING_MODE_AT_LEAST_ONCE" : undefined,
        additionalExperiments: experiments === undefined || experiments.length === 0 ? undefined : experiments,
    } as DataflowRunArgs["environment"];
}

/** The complete URL, which subnets of other projects need. */
function subnetworkOf({ network, region }: ResolvedArgs): pulumi.Output<string> | undefined {
    if (network === undefined) {
        return undefined;
    }
    const { subnet: id } = networkIds(network, region, Environment.current().project);
    return pulumi.output(id).apply((known) => {
        return `https://www.googleapis.com/compute/v1/${known?.replace(/^https:\/\/www\.googleapis\.com\/compute\/v1\//, "")}`;
    });
}

/** The {@link https://cloud.google.com/dataflow/docs/guides/templates/using-flex-templates specification} of a Flex Template. */
export function specificationOf(
    args: ResolvedArgs,
    image: pulumi.Input<string>,
    names: string[],
): pulumi.Output<string> {
    const { language = "python", name, type } = args;
    return pulumi.output(image).apply((reference) =>
        JSON.stringify({
            image: reference,
            sdkInfo: { language: language.toUpperCase() },
            metadata: {
                name,
                streaming: type === "streaming",
                // Dataflow refuses other parameters.
                parameters: [...names].sort().map((each) => ({ name: each, label: each, helpText: each })),
            },
        }),
    );
}

/** The request by which Cloud Scheduler launches a batch job. */
export const scheduledRequest = (inputs: DataflowRunArgs) =>
    pulumi.output(inputs as pulumi.Input<DataflowJobInputs>).apply((known) => {
        // Loaded when it is needed: it takes longer than a preview may.
        const { contentOf, launchOf }: typeof import("./admin/dataflowApi") = require("./admin/dataflowApi");
        return launchOf(known, `${known.name}-scheduled`, contentOf(known), false);
    });
