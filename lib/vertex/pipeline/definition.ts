import * as pulumi from "@pulumi/pulumi";
import type { ContainerImage } from "../../artifactregistry";
import type { Environment } from "../../environment/environment";
import { imageWithoutVersion, type PipelineSpec } from "../../formats/pipelineSpec";
import type { AccountReference } from "../../iam/serviceAccount";
import { deferredError } from "../../internal/argumentsError";
import { secondsIn } from "../../internal/duration";
import { isImageComponent } from "../../internal/image";
import { labelValue } from "../../internal/labels";
import { versionOf } from "../dataVersion";
import type { PipelineRunArgs, PipelineScheduleArgs } from "../dynamic";
import { networkSpec } from "../network";
import { withCaching, withImages } from "./pipelineFile";
import { type ResolvedArgs, valueProblems } from "./resolveArgs";
import { scheduleOptions } from "./schedule";

/** The arguments that runs and schedules have in common. */
export function requestArgs(
    component: string,
    args: ResolvedArgs,
    account: AccountReference,
    environment: Environment,
    options: pulumi.InvokeOptions,
) {
    const { name, spec, pipeline, pipelineRoot, failurePolicy, encryptionKey, labels = {} } = args;
    return {
        project: environment.project,
        location: args.region,
        name,
        spec: spec ? specText(spec, args) : "",
        template: spec ? "" : pipeline,
        parameters: parameterValues(component, args),
        root: pulumi.interpolate`gs://${pipelineRoot.bucket.name}/${name}`,
        failurePolicy:
            failurePolicy === undefined
                ? ""
                : `PIPELINE_FAILURE_POLICY_${failurePolicy === "fail-fast" ? "FAIL_FAST" : "FAIL_SLOW"}`,
        serviceAccount: account.email,
        ...networkSpec(args.network, environment, options),
        // As the provider does for its own resources.
        labels: { environment: labelValue(pulumi.getStack()), ...labels },
        encryptionKey,
    };
}

/** The arguments of a run in a deployment. */
export function runArgs(
    component: string,
    { wait, runOn }: ResolvedArgs,
    request: ReturnType<typeof requestArgs>,
    options: pulumi.InvokeOptions,
): PipelineRunArgs {
    return {
        ...request,
        runOn: runOn.map((one, index) => versionOf(`VertexPipeline "${component}": runOn.${index}`, one, options)),
        wait: wait !== false,
        waitSeconds: typeof wait === "string" ? secondsIn(wait) : 0,
    };
}

/** The arguments of a schedule. */
export function scheduleArgs(
    schedule: NonNullable<ResolvedArgs["schedule"]>,
    request: ReturnType<typeof requestArgs>,
): PipelineScheduleArgs {
    const { cron, timeZone = "Etc/UTC", paused = false, catchUp = false, ...options } = scheduleOptions(schedule);
    const { start, end, maxRuns, maxConcurrentRuns = 1, allowQueueing = false } = options;
    return {
        ...request,
        cron: pulumi.interpolate`TZ=${timeZone} ${cron}`,
        start,
        end,
        maxRuns,
        // One limits the starts of runs, the other one the runs that go on.
        maxConcurrentRuns,
        maxActiveRuns: maxConcurrentRuns,
        allowQueueing,
        paused,
        catchUp,
    };
}

/** The pipeline with its images as JSON. */
function specText(spec: PipelineSpec, { images, caching }: ResolvedArgs): pulumi.Output<string> {
    const cached = caching === undefined ? spec : withCaching(spec, caching);
    const names = Object.keys(images);
    const references = Object.values(images).map((image) =>
        isImageComponent<ContainerImage>(image) ? image.reference : image,
    );
    return pulumi.all(references).apply((known) => {
        const replaced = withImages(cached, (image) => known[names.indexOf(imageWithoutVersion(image))] ?? image);
        return JSON.stringify(replaced);
    });
}

/** The values of parameters and capabilities; those that are known only at deployment are checked then. */
function parameterValues(component: string, { parameters, uses, spec }: ResolvedArgs): Record<string, unknown> {
    const used = Object.entries(uses).flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]]));
    const given = Object.entries(parameters).map(([name, value]) => [
        name,
        (pulumi.output(value) as pulumi.Output<unknown>).apply((known) => {
            const problems = spec ? valueProblems(name, known, spec) : [];
            if (problems.length > 0) {
                throw deferredError(`VertexPipeline "${component}"`, problems);
            }
            return known;
        }),
    ]);
    return Object.fromEntries([...used, ...given]);
}
