import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import type * as pulumi from "@pulumi/pulumi";
import type { ImageSource } from "../../artifactregistry";
import { type ComponentArgs, componentArgs } from "../../component/component";
import { type EncryptionKey, encryptionKey, keyRegionProblem } from "../../component/encryption";
import type { Environment } from "../../environment/environment";
import { pipelineBillingLabel } from "../../facts/vertex/pipelineLimits";
import type { PipelineSpec } from "../../formats/pipelineSpec";
import { type AnyServiceAccount, serviceAccount } from "../../iam/serviceAccount";
import type { Uses } from "../../internal/access/capability";
import * as check from "../../internal/arguments/check";
import { type Duration, duration } from "../../internal/arguments/duration";
import { labelsBeside } from "../../internal/arguments/labels";
import { region, regionProblem } from "../../internal/arguments/locations";
import { shortenName } from "../../internal/arguments/names";
import { type Transform, transforms } from "../../internal/engine/children";
import { type ComponentAlerts, componentAlerts } from "../../monitoring/alerts/componentAlerts";
import { runSignals } from "../../monitoring/signals/data";
import type { AnyBucket } from "../../storage";
import { dataVersions } from "../dataVersion";
import type { PipelineRunArgs, PipelineScheduleArgs } from "../dynamic";
import { attachmentOf, type VertexNetwork, vertexNetwork } from "../network";
import { pipelineImages, unknownImageProblems, unreadableProblems } from "./images";
import { parameterChecks, parameterProblems, secretProblems } from "./parameters";
import { pipelineSource, specOf } from "./pipelineFile";
import { type PipelineCronSchedule, pipelineSchedule, scheduleProblems } from "./schedule";

/** The arguments of a {@link VertexPipeline}. */
export interface VertexPipelineArgs extends ComponentArgs, check.InsecureArgs {
    /**
     * The compiled pipeline: a file that
     * {@link https://www.kubeflow.org/docs/components/pipelines/user-guides/core-functions/compile-a-pipeline/ `kfp`} from version 2 on has
     * written, `"./pipeline.yaml"`, relative to the program's working directory; or a
     * {@link https://cloud.google.com/vertex-ai/docs/pipelines/create-pipeline-template template} in Artifact Registry by its version,
     * `"https://europe-west1-kfp.pkg.dev/acme-dev/pipelines/forecast/sha256:…"`.
     */
    source: string;
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
     * Data that runs the pipeline again in a deployment when it changes: objects, whose generation is compared, the address of an object that
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
    account?: check.Short<AnyServiceAccount, string>;
    /**
     * The access to a VPC network.
     * @default none: the internet
     */
    network?: VertexNetwork;
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/general/cmek Cloud KMS key}, a `KmsKey` or its ID, that encrypts the runs and
     * what they create, in the same region.
     * @default a Google-managed key
     */
    encryptionKey?: EncryptionKey;
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

const vertexPipelineArgs = check.options<VertexPipelineArgs>(
    {
        source: pipelineSource,
        pipelineRoot: check.component<AnyBucket>("StorageBucket"),
        name: check.matching(
            /^[a-z]([a-z0-9-]{0,62})$/,
            "must have 1 to 63 lower-case letters, digits and hyphens, with a letter first",
        ),
        ...parameterChecks,
        images: pipelineImages,
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
        labels: labelsBeside(4),
        alerts: componentAlerts(...runSignals),
        transform: transforms("run", "schedule", "account"),
        ...check.insecureArgs,
        ...componentArgs,
    },
    "source",
    "pipelineRoot",
);

type Defaulted = "name" | "region" | "parameters" | "uses" | "images" | "runOnDeploy" | "runOn" | "wait";

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<check.Long<VertexPipelineArgs>, Defaulted>,
        Required<Pick<VertexPipelineArgs, Defaulted>> {
    /** The content of the file; undefined for a template. */
    spec?: PipelineSpec;
}

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, given: VertexPipelineArgs, environment: Environment): ResolvedArgs {
    const args = check.withDefaults(given, {
        name: shortenName(component.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-"), 63),
        region: environment.region,
        parameters: {},
        uses: {},
        images: {},
        runOnDeploy: given?.schedule === undefined,
        runOn: [],
        wait: true,
    });
    return check.resolved(
        `VertexPipeline "${component}"`,
        args,
        vertexPipelineArgs,
        (checked): ResolvedArgs => ({ ...checked, spec: specOf(checked.source) }),
        (resolved) => problems(resolved, environment),
    );
}

function problems(resolved: ResolvedArgs, environment: Environment): (check.Problem | undefined)[] {
    const { spec, images, schedule, labels = {}, region } = resolved;
    return [
        ...(spec ? specProblems(resolved, spec) : templateProblems(resolved)),
        ...secretProblems(resolved),
        ...unreadableProblems(images, spec, environment),
        ...runProblems(resolved),
        ...scheduleProblems(schedule),
        check.when(
            Object.hasOwn(labels, pipelineBillingLabel),
            `labels.${pipelineBillingLabel}`,
            "vertex/label-reserved",
            "is set by Vertex AI itself. Remove it.",
        ),
        keyRegionProblem("encryptionKey", resolved.encryptionKey, region, "the pipeline"),
        regionProblem("network.attachment", attachmentOf(resolved.network), region, "the pipeline"),
    ];
}

/** Reports what does not fit the declarations of the pipeline. */
function specProblems(resolved: ResolvedArgs, spec: PipelineSpec): check.Problem[] {
    const artifacts = Object.entries(spec.root.inputDefinitions?.artifacts ?? {});
    return [
        ...parameterProblems(resolved, spec),
        ...artifacts
            .filter(([, { isOptional }]) => !isOptional)
            .map(([name]) =>
                check.problem(
                    "source",
                    "vertex/input-artifact",
                    `needs the input artifact "${name}", which a deployment cannot pass. Import it in the pipeline with dsl.importer.`,
                ),
            ),
        ...unknownImageProblems(resolved.images, spec),
    ];
}

/** A template is not read by the program. */
function templateProblems({ images, caching }: ResolvedArgs) {
    const forFiles = "is only for a pipeline in a file. Remove it, or set it before the template is uploaded.";
    return [
        check.when(Object.keys(images).length > 0, "images", "vertex/images-of-template", forFiles),
        check.when(caching !== undefined, "caching", "vertex/caching-of-template", forFiles),
    ];
}

function runProblems({ runOnDeploy, schedule, runOn }: ResolvedArgs) {
    return [
        check.when(
            !runOnDeploy && schedule === undefined,
            "runOnDeploy",
            "vertex/pipeline-never-runs",
            "must not be false without a schedule: the pipeline would never run.",
        ),
        check.when(
            !runOnDeploy && runOn.length > 0,
            "runOn",
            "vertex/run-on-without-deploy",
            "is only for runs in deployments. Set runOnDeploy: true, or remove it.",
        ),
    ];
}
