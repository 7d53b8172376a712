import * as pulumi from "@pulumi/pulumi";
import { component } from "../../component/component";
import { encryptionGrants, idOfKey } from "../../component/encryption";
import { Environment, inEnvironment } from "../../environment/environment";
import type { AccountReference } from "../../iam/serviceAccount";
import type { Capability } from "../../internal/access/capability";
import * as check from "../../internal/arguments/check";
import { secondsIn } from "../../internal/arguments/duration";
import { labelValue } from "../../internal/arguments/labels";
import { DynamicProvider } from "../../internal/engine/dynamic";
import { signalsOfWorkflow } from "../../monitoring/signals/data";
import type { Schedule } from "../../scheduler";
import type { StorageBucket } from "../../storage";
import type { BatchPredictionInputs } from "../admin/batchInputs";
import { versionOf } from "../dataVersion";
import { BatchPrediction, type BatchPredictionArgs } from "../dynamic";
import { machineSpec } from "../endpoint/machines";
import { jobSchedule, runAs, type ScheduledRuns } from "../jobSchedule";
import { servingAccount } from "../servingAccount";
import { versionName } from "../version";
import { type ResolvedArgs, resolveArgs, usesBigQuery, type VertexBatchPredictionArgs } from "./batchPredictionArgs";
import { inputConfig } from "./input";
import { instanceConfig } from "./instances";
import { jobLocation } from "./location";
import { outputConfig } from "./output";

const vertexApi = "aiplatform.googleapis.com";

/**
 * A Vertex AI batch prediction job: a model predicts all instances in files or a table, and writes the results to files or tables. It runs
 * once for each content, in the deployment that changes the version of the model or the input. It can also run on a schedule, or when
 * another workload, such as a DAG, starts it.
 * @example
 * ```ts
 * const iris = new VertexModel("iris", { source: "./iris", container: { framework: "scikit-learn", version: "1.6" } });
 * const nightly = new VertexBatchPrediction("nightly", {
 *     model: iris,
 *     input: { bucket: new StorageBucket("flowers"), files: "new/*.jsonl" },
 *     output: { bucket: new StorageBucket("names") },
 *     schedule: "0 3 * * *",
 * });
 * ```
 */
export class VertexBatchPrediction extends pulumi.ComponentResource {
    /** The prediction of deployments; undefined with `runOnDeploy: false`. */
    readonly job?: BatchPrediction;
    /** The service account of the containers; undefined for Google's. */
    readonly account?: AccountReference;
    /** The schedule that starts the prediction, if it has one. */
    readonly schedule?: Schedule;
    /**
     * The folder of the predictions of deployments, `gs://acme-scores/iris/prediction-iris-…`, or their table,
     * `bq://acme-dev.scores.predictions_…`; undefined with `runOnDeploy: false`.
     */
    readonly predictions?: pulumi.Output<string>;
    /**
     * Grants starting a job and watching it. Vertex AI has these permissions for whole projects only. The consumer receives the request as
     * JSON: `parent`, the location, and `batchPredictionJob`.
     */
    readonly runner: Capability;

    constructor(name: string, args: VertexBatchPredictionArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        super("slipway:index:VertexBatchPrediction", name, {}, inEnvironment(options, resolved.crossProject));
        const apis = [
            vertexApi,
            "iam.googleapis.com",
            "storage.googleapis.com",
            ...(usesBigQuery(resolved) ? ["bigquery.googleapis.com"] : []),
        ];
        const { child, observe } = component(this, name, resolved, { apis });
        const ofAgent = [
            ...dataGrants(resolved, environment),
            ...encryptionGrants(environment, name, resolved, vertexApi),
        ];
        const serving = { part: "predict", does: `Runs the model of the batch prediction ${resolved.name}` };
        const { account, grants } = servingAccount(name, resolved, serving, child, environment, this);
        this.account = account;
        const inputs = jobArgs(name, resolved, account, environment, { parent: this });
        if (resolved.runOnDeploy) {
            // The addresses of files do not depend on their upload.
            const objects = Object.values((resolved.input.bucket as Partial<StorageBucket> | undefined)?.objects ?? {});
            const provider = new DynamicProvider(name, { parent: this });
            this.job = new BatchPrediction(
                ...child("job", name, inputs, { provider, dependsOn: [...ofAgent, ...grants, ...objects] }),
            );
            this.predictions = this.job.predictions;
        }
        const body = requestBody(inputs);
        const own = account && runAs(name, "predict", account, resolved.account);
        const scheduled = this.createSchedule(name, resolved, inputs.location, body, own, environment);
        this.schedule = scheduled?.schedule;
        const signals = scheduled?.workflow ? signalsOfWorkflow(scheduled.workflow.name, inputs.location) : [];
        observe("Processing", signals, args.alerts);
        this.runner = {
            value: pulumi.all([inputs.location, body]).apply(([location, request]) =>
                JSON.stringify({
                    parent: `projects/${environment.project}/locations/${location}`,
                    batchPredictionJob: JSON.parse(request),
                }),
            ),
            grants: [...environment.role("roles/aiplatform.user").grants, ...(own?.grants ?? [])],
            attachments: [],
        };
        this.registerOutputs({ predictions: this.predictions });
    }

    private createSchedule(
        component: string,
        { name, schedule, alerts, transform }: ResolvedArgs,
        location: pulumi.Input<string>,
        body: pulumi.Output<string>,
        runAs: Capability | undefined,
        environment: Environment,
    ): ScheduledRuns | undefined {
        const jobs = { name, location, collection: "batchPredictionJobs", body, runAs, alerts, transform };
        return schedule === undefined ? undefined : jobSchedule(component, { ...jobs, schedule }, environment, this);
    }
}

/** The arguments of the job resource. */
function jobArgs(
    component: string,
    args: ResolvedArgs,
    account: AccountReference | undefined,
    { project }: Environment,
    options: pulumi.InvokeOptions,
): BatchPredictionArgs {
    const { name, model, parameters, replicas, batchSize, explain, containerLogs, runOn, wait, labels = {} } = args;
    const location = jobLocation(component, model, args.region);
    return {
        project,
        location,
        name,
        spec: {
            model: versionName(model),
            inputConfig: inputConfig(component, args, location),
            outputConfig: outputConfig(component, args.output, location),
            instanceConfig: instanceConfig(args.instances),
            modelParameters: parameters,
            dedicatedResources: {
                machineSpec: machineSpec(args.machines),
                // The maximum is ignored, but its default is 10, and the start must not be above it.
                startingReplicaCount: replicas,
                maxReplicaCount: replicas,
            },
            manualBatchTuningParameters: batchSize === undefined ? undefined : { batchSize },
            serviceAccount: account?.email,
            generateExplanation: explain ? true : undefined,
            explanationSpec: typeof explain === "object" ? explain : undefined,
            disableContainerLogging: containerLogs ? undefined : true,
        },
        runOn: runOn.map((one, index) =>
            versionOf(`VertexBatchPrediction "${component}": runOn.${index}`, one, options),
        ),
        // As the provider does for its own resources.
        labels: { environment: labelValue(pulumi.getStack()), ...labels },
        encryptionKey: idOfKey(args.encryptionKey),
        wait: wait !== false,
        waitSeconds: typeof wait === "string" ? secondsIn(wait) : 0,
    };
}

/** The request that creates a job in addition to deployments. */
const requestBody = (inputs: BatchPredictionArgs): pulumi.Output<string> =>
    pulumi.output(inputs as pulumi.Input<BatchPredictionInputs>).apply((known) => {
        // Loaded when it is needed: it takes longer than a preview may.
        const { ownLabels, requestOf }: typeof import("../admin/batch") = require("../admin/batch");
        return JSON.stringify(requestOf(known, ownLabels(known)));
    });

/**
 * The roles of the {@link https://cloud.google.com/vertex-ai/docs/general/access-control#service-agents service agent}, which reads the
 * input and writes the predictions: its own on the project, and roles on what exists elsewhere.
 */
function dataGrants({ input, output, crossProject }: ResolvedArgs, environment: Environment): pulumi.Resource[] {
    const agent = (granted: Pick<Capability, "grants">) => environment.grantAgent(vertexApi, granted, crossProject);
    const source = input.bucket ?? (check.isResource(input.table) ? input.table : undefined);
    const target = output.bucket ?? output.dataset;
    const isElsewhere = (one: unknown): one is { reader: Capability; writer: Capability } =>
        one !== undefined && "existing" in (one as object);
    return [
        ...environment.grantAgent(vertexApi, "roles/aiplatform.serviceAgent"),
        ...(isElsewhere(source) ? agent(source.reader) : []),
        ...(isElsewhere(target) ? agent(target.writer) : []),
    ];
}
