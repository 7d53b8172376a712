import * as pulumi from "@pulumi/pulumi";
import { component } from "../../component/component";
import { encryptionGrants, idOfKey } from "../../component/encryption";
import { Environment, inEnvironment } from "../../environment/environment";
import { accountOf } from "../../iam/accountOf";
import type { AccountReference } from "../../iam/serviceAccount";
import { type Uses, use } from "../../internal/access/capability";
import { secondsIn } from "../../internal/arguments/duration";
import { recordImages } from "../../internal/arguments/image";
import { labelValue } from "../../internal/arguments/labels";
import type { Child } from "../../internal/engine/children";
import { DynamicProvider } from "../../internal/engine/dynamic";
import { signalsOfPipeline } from "../../monitoring/signals/data";
import { versionOf } from "../dataVersion";
import { PipelineRun, type PipelineRunArgs, PipelineSchedule } from "../dynamic";
import { pullGrants } from "../images";
import { networkNeeds, networkSpec } from "../network";
import { specText, warnOfMovingImages } from "./images";
import { parameterValues } from "./parameters";
import { type ResolvedArgs, resolveArgs, type VertexPipelineArgs } from "./pipelineArgs";
import { withCaching } from "./pipelineFile";
import { type PipelineArgs, scheduleArgs } from "./schedule";

const vertexApi = "aiplatform.googleapis.com";

/**
 * A compiled Kubeflow pipeline that runs on Vertex AI: once for each content, in the deployment that changes it, and on a schedule. Its
 * tasks run as their own service account, which can write to the pipeline root.
 * @example
 * ```ts
 * const forecast = new VertexPipeline("forecast", {
 *     source: "./pipelines/forecast.yaml",
 *     pipelineRoot: new StorageBucket("results"),
 *     parameters: { weeks: 12 },
 *     schedule: { cron: "0 3 * * MON", timeZone: "Europe/Berlin" },
 * });
 * ```
 */
export class VertexPipeline extends pulumi.ComponentResource {
    /** The service account of the tasks. */
    readonly account: AccountReference;
    /** The run of the present content; undefined with `runOnDeploy: false`. */
    readonly run?: PipelineRun;
    /** The schedule that runs the pipeline, if it has one. */
    readonly schedule?: PipelineSchedule;
    /**
     * The addresses of the output artifacts of the run, by task and output: `artifacts["fit.model"]`. Artifacts of tasks in loops are left out,
     * and without a run there are none.
     */
    readonly artifacts: pulumi.Output<Record<string, string>>;

    constructor(name: string, args: VertexPipelineArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        super("slipway:index:VertexPipeline", name, {}, inEnvironment(options, resolved.crossProject));
        warnOfMovingImages(name, resolved.spec, resolved.images);
        const apis = [vertexApi, "iam.googleapis.com", "storage.googleapis.com"];
        const { child, observe } = component(this, name, resolved, { apis });
        const ofAgent = [
            // The service agent pulls images and gets tokens of the account.
            ...environment.grantAgent(vertexApi, "roles/aiplatform.serviceAgent"),
            ...pullGrants(Object.values(resolved.images), environment, resolved.crossProject),
            ...encryptionGrants(environment, name, resolved, vertexApi),
        ];

        const { account, grants } = this.createAccount(name, resolved, child, environment);
        this.account = account;
        const lookUp = { parent: this };
        const request = requestArgs(name, resolved, account, environment, lookUp);
        const own = {
            provider: new DynamicProvider(name, { parent: this }),
            dependsOn: [...ofAgent, ...grants, ...networkNeeds(resolved.network, environment, resolved.crossProject)],
        };
        if (resolved.runOnDeploy) {
            this.run = new PipelineRun(...child("run", name, runArgs(name, resolved, request, lookUp), own));
        }
        if (resolved.schedule !== undefined) {
            const timed = scheduleArgs(resolved.schedule, request);
            this.schedule = new PipelineSchedule(...child("schedule", `${name}-schedule`, timed, own));
        }
        this.artifacts = this.run?.artifacts ?? pulumi.output<Record<string, string>>({});
        recordImages(Object.values(resolved.images), this.run, this.schedule);
        const pipeline = resolved.account && resolved.spec?.pipelineInfo.name;
        observe("Processing", signalsOfPipeline(account.email, resolved.region, pipeline), args.alerts);
        this.registerOutputs({ artifacts: this.artifacts });
    }

    /** The account of the tasks, and its roles, which must exist before they start. */
    private createAccount(name: string, resolved: ResolvedArgs, child: Child, environment: Environment) {
        const { pipelineRoot, uses } = resolved;
        const own = { part: "run", does: `Runs the tasks of the pipeline ${resolved.name}` };
        const account = accountOf(name, resolved, child, own);
        // https://cloud.google.com/vertex-ai/docs/pipelines/configure-project#service-account
        const all: Uses = {
            ...uses,
            // Under names that no parameter has.
            "pipeline root": pipelineRoot.writer,
            "pipeline project": environment.role("roles/aiplatform.user"),
        };
        return { account, grants: use(name, all, account.member, { parent: this }, resolved.account).grants };
    }
}

/** The arguments that runs and schedules have in common. */
function requestArgs(
    component: string,
    args: ResolvedArgs,
    account: AccountReference,
    environment: Environment,
    options: pulumi.InvokeOptions,
): PipelineArgs {
    const { name, spec, images, caching, source, pipelineRoot, failurePolicy, encryptionKey, labels = {} } = args;
    return {
        project: environment.project,
        location: args.region,
        name,
        spec: spec ? specText(caching === undefined ? spec : withCaching(spec, caching), images) : "",
        template: spec ? "" : source,
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
        encryptionKey: idOfKey(encryptionKey),
    };
}

/** The arguments of a run in a deployment. */
function runArgs(
    component: string,
    { wait, runOn }: ResolvedArgs,
    request: PipelineArgs,
    options: pulumi.InvokeOptions,
): PipelineRunArgs {
    return {
        ...request,
        runOn: runOn.map((one, index) => versionOf(`VertexPipeline "${component}": runOn.${index}`, one, options)),
        wait: wait !== false,
        waitSeconds: typeof wait === "string" ? secondsIn(wait) : 0,
    };
}
