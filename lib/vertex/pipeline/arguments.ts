import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import type * as pulumi from "@pulumi/pulumi";
import type { ImageSource } from "../../artifactregistry";
import { type ComponentArgs, componentArgs } from "../../environment/component";
import { mountableCapability, type Uses } from "../../iam/capability";
import { encryptionKey } from "../../iam/encryption";
import { type AnyServiceAccount, serviceAccount } from "../../iam/serviceAccount";
import * as check from "../../internal/check";
import { type Transform, transforms } from "../../internal/children";
import { type Duration, duration } from "../../internal/duration";
import { cloudRunImage as image } from "../../internal/image";
import { labels } from "../../internal/labels";
import { region } from "../../internal/places";
import { type ComponentAlerts, componentAlerts } from "../../monitoring/alerts/componentAlerts";
import { runSignals } from "../../monitoring/signals/data";
import type { AnyBucket } from "../../storage";
import { dataVersions } from "../dataVersion";
import type { PipelineRunArgs, PipelineScheduleArgs } from "../dynamic";
import { type VertexNetwork, vertexNetwork } from "../network";
import { pipelineSource } from "./pipelineFile";
import { type PipelineCronSchedule, pipelineSchedule } from "./schedule";

/** The arguments of a {@link VertexPipeline}. */
export interface VertexPipelineArgs extends ComponentArgs, check.InsecureArgs {
    /**
     * The compiled pipeline: a file that
     * {@link https://www.kubeflow.org/docs/components/pipelines/user-guides/core-functions/compile-a-pipeline/ `kfp`} from version 2 on has
     * written, `"./pipeline.yaml"`, relative to the program's working directory; or a
     * {@link https://cloud.google.com/vertex-ai/docs/pipelines/create-pipeline-template template} in Artifact Registry by its version,
     * `"https://europe-west1-kfp.pkg.dev/acme-dev/pipelines/forecast/sha256:…"`.
     */
    pipeline: string;
    /**
     * The bucket for the artifacts, in the region of the pipeline: the pipeline root is the folder with the pipeline's name. The service
     * account may read and write its objects.
     */
    pipelineRoot: AnyBucket;
    /**
     * The name in the console, the first part of the IDs of runs, and the folder of the artifacts: up to 63 lower-case letters, digits
     * and hyphens, with a letter first. Changing this replaces the pipeline, which runs again.
     * @default the component's name
     */
    name?: string;
    /**
     * The parameters: values of the types that the pipeline declares. Preview refuses those that the pipeline does not have, values of
     * another type, and missing ones without a default.
     * @default the defaults in the pipeline
     */
    parameters?: Record<string, unknown>;
    /**
     * Capabilities of other components, by parameter. The service account gets the roles, and each parameter, a string, identifies the
     * resource.
     * @default none
     */
    uses?: Uses;
    /**
     * Images that replace the images of the file, by their names there without tags and digests: a {@link ContainerImage}, or a name with its
     * digest in Artifact Registry or Docker Hub. `{ train: image }` replaces `base_image="train"`. The name of
     * one in another project is refused, as Vertex AI's service agent cannot read it: use a {@link ContainerImage} of
     * `ContainerRegistry.existing`, which grants it the role.
     * @default the images of the file
     */
    images?: Record<string, ImageSource>;
    /**
     * Whether the pipeline runs in a deployment when the file, an image, a parameter or `runOn` has changed.
     * @default true without a schedule
     */
    runOnDeploy?: boolean;
    /**
     * What runs the pipeline again in a deployment when it changes: objects, whose generation is compared, the address of an object that
     * exists already, `gs://acme-data/sales.csv`, or any other text, such as a date.
     * @default nothing
     */
    runOn?: (BucketObject | pulumi.Input<string>)[];
    /**
     * When the pipeline runs in addition to deployments: a cron expression in UTC, such as `"0 3 * * MON"`, or a schedule with its options.
     * @default no schedule
     */
    schedule?: pulumi.Input<string> | PipelineCronSchedule;
    /**
     * Whether a deployment waits for the end of the run: `false` does not, and a duration is the longest wait. The run goes on after the
     * wait, and the next deployment resumes waiting.
     * @default true
     */
    wait?: boolean | Duration;
    /**
     * Whether tasks use the {@link https://cloud.google.com/vertex-ai/docs/pipelines/configure-caching results of earlier runs} with the
     * same inputs; replaces the setting of each task.
     * @default the settings of the file, by default true
     */
    caching?: boolean;
    /**
     * What happens after a task has failed: `"fail-fast"` starts no other one, `"fail-slow"` runs all tasks that do not depend on it.
     * @default "fail-slow"
     */
    failurePolicy?: "fail-fast" | "fail-slow";
    /**
     * The service account that the tasks run as, a {@link ServiceAccount}. It gets `roles/aiplatform.user` on the project.
     * @default an account of its own
     */
    account?: AnyServiceAccount;
    /**
     * The access to a VPC network.
     * @default none: the internet
     */
    network?: VertexNetwork;
    /**
     * The ID of the {@link https://cloud.google.com/vertex-ai/docs/general/cmek Cloud KMS key} that encrypts the runs and what they
     * create, in the same region.
     * @default a Google-managed key
     */
    encryptionKey?: pulumi.Input<string>;
    /**
     * Labels of the runs: at most 60, because three are slipway's own, and one is Vertex AI's.
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/general/locations region} of the runs.
     * @default the environment's region
     */
    region?: string;
    /**
     * Sends alerts about failed runs to the contacts of {@link Alerts}. An object also changes single signals:
     * `{ to: oncall, failedRuns: false }`.
     * @default no alerts
     */
    alerts?: ComponentAlerts<"failedRuns">;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        run?: Transform<PipelineRunArgs>;
        schedule?: Transform<PipelineScheduleArgs>;
        account?: Transform<AccountArgs>;
    };
}

const parameterName = check.matching(/^[^\s]+$/, "a parameter's name must not have spaces");

export const vertexPipelineArgs = check.options<VertexPipelineArgs>(
    {
        pipeline: pipelineSource,
        pipelineRoot: check.component<AnyBucket>("StorageBucket"),
        name: check.matching(
            /^[a-z]([a-z0-9-]{0,62})$/,
            "must have 1 to 63 lower-case letters, digits and hyphens, with a letter first",
        ),
        parameters: check.record(
            parameterName,
            check.custom<unknown>((value) => value !== undefined && value !== null, "must have a value"),
        ),
        uses: check.record(parameterName, mountableCapability([])) as check.Check<Uses>,
        images: check.record(check.text(), image),
        runOnDeploy: check.flag(),
        runOn: dataVersions,
        schedule: pipelineSchedule,
        wait: check.either((value) => typeof value === "boolean", check.flag(), duration("1 second", "365 days")),
        caching: check.flag(),
        failurePolicy: check.oneOf("fail-fast", "fail-slow"),
        account: serviceAccount,
        network: vertexNetwork,
        encryptionKey,
        region,
        labels: check.pipe(labels, check.atMost({ max: 60, unit: "labels" })),
        alerts: componentAlerts(...runSignals),
        transform: transforms("run", "schedule", "account"),
        ...check.insecureArgs,
        ...componentArgs,
    },
    "pipeline",
    "pipelineRoot",
);
