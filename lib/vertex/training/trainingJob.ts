import type { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../../component/component";
import { encryptionGrants, idOfKey } from "../../component/encryption";
import { Environment, inEnvironment } from "../../environment/environment";
import { type Artifact, oncePromoted, published } from "../../environment/promotion";
import { accountOf } from "../../iam/accountOf";
import type { AccountReference } from "../../iam/serviceAccount";
import { type Uses, use } from "../../internal/access/capability";
import { secondsIn } from "../../internal/arguments/duration";
import { recordImages } from "../../internal/arguments/image";
import { labelValue } from "../../internal/arguments/labels";
import type { Child } from "../../internal/engine/children";
import { DynamicProvider } from "../../internal/engine/dynamic";
import type { Archive } from "../../internal/sources/archive";
import { filesOf } from "../../internal/sources/listing";
import { signalsOfWorkflow } from "../../monitoring/signals/data";
import type { Schedule } from "../../scheduler";
import type { TrainingJobInputs } from "../admin/trainingInputs";
import { versionOf } from "../dataVersion";
import { TrainingJob, type TrainingJobArgs } from "../dynamic";
import { pullGrants } from "../images";
import { jobSchedule, runAs, type ScheduledRuns } from "../jobSchedule";
import { networkNeeds, networkSpec } from "../network";
import { packageAddresses, packSource, uploadPackages } from "./package";
import { poolSpec } from "./pools";
import { schedulingSpec } from "./scheduling";
import { type ResolvedArgs, resolveArgs, type VertexTrainingJobArgs } from "./trainingJobArgs";
import { tuningSpec } from "./tuning";

const vertexApi = "aiplatform.googleapis.com";

/**
 * A Vertex AI custom training job or hyperparameter tuning job. It runs once for each content, in the deployment that changes its code,
 * arguments, variables or data; other deployments use the existing result. It runs as its own service account, which can write to the
 * bucket of the results.
 * @example
 * ```ts
 * const forecast = new VertexTrainingJob("forecast", {
 *     source: "./training",
 *     module: "trainer.task",
 *     container: "sklearn-cpu.1-6.py310:latest",
 *     args: ["--weeks=8"],
 *     output: new StorageBucket("models"),
 * });
 * ```
 */
export class VertexTrainingJob extends pulumi.ComponentResource {
    /** The job itself. */
    readonly job: TrainingJob;
    /** The service account of the code. */
    readonly account: AccountReference;
    /** The uploaded packages of `source`, or of local files in `packages`. */
    readonly packages: readonly BucketObject[];
    /** The schedule that starts the training, if it has one. */
    readonly schedule?: Schedule;
    /** The folder of the trained model, `gs://acme-models/train/1a2b3c4d/model`; with `tuning` the folder of the best trial. */
    readonly artifacts: pulumi.Output<string>;

    constructor(name: string, args: VertexTrainingJobArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        const { source } = resolved;
        const archive = source === undefined ? undefined : packSource(source, filesOf(source));
        const code = archive && artifact(name, archive);
        const own = inEnvironment(options, resolved.crossProject);
        super("slipway:index:VertexTrainingJob", name, {}, code ? oncePromoted(environment, code, own) : own);
        const apis = [vertexApi, "iam.googleapis.com", "storage.googleapis.com"];
        const { child, observe } = component(this, name, resolved, { apis });
        const ofAgent = [
            // The service agent pulls images and gets tokens of the account.
            ...environment.grantAgent(vertexApi, "roles/aiplatform.serviceAgent"),
            ...pullGrants(imagesOf(resolved), environment, resolved.crossProject),
            ...encryptionGrants(environment, name, resolved, vertexApi),
        ];

        const { account, grants } = this.createAccount(name, resolved, child, environment);
        this.account = account;
        this.packages = uploadPackages(name, resolved, archive, child);
        const parts = {
            account,
            packages: packageAddresses(resolved, this.packages),
            options: { parent: this },
        };
        const [childName, jobInputs, jobOptions] = child("job", name, jobArgs(name, resolved, parts, environment), {
            provider: new DynamicProvider(name, { parent: this }),
            dependsOn: [...ofAgent, ...grants, ...networkNeeds(resolved.network, environment, resolved.crossProject)],
        });
        this.job = new TrainingJob(childName, jobInputs, jobOptions);
        this.artifacts = this.job.artifacts;
        const scheduled = this.createSchedule(name, resolved, jobInputs, environment);
        this.schedule = scheduled?.schedule;
        const signals = scheduled?.workflow ? signalsOfWorkflow(scheduled.workflow.name, resolved.region) : [];
        observe("Processing", signals, args.alerts);
        this.recordCode(environment, resolved, code);
        this.registerOutputs({ artifacts: this.artifacts });
    }

    /** The account of the code, and its roles, which must exist before the code starts. */
    private createAccount(name: string, resolved: ResolvedArgs, child: Child, environment: Environment) {
        const { output, uses, tensorboard } = resolved;
        const own = { part: "train", does: `Runs the training job ${resolved.name}` };
        const account = accountOf(name, resolved, child, own);
        const all: Uses = {
            ...uses,
            // Under names that no variable has.
            "output.bucket": output.writer,
            ...(tensorboard && { "tensorboard.project": environment.role("roles/aiplatform.user") }),
        };
        return { account, grants: use(name, all, account.member, { parent: this }, resolved.account).grants };
    }

    private createSchedule(
        name: string,
        { name: job, region, schedule, alerts, account, transform }: ResolvedArgs,
        inputs: TrainingJobArgs,
        environment: Environment,
    ): ScheduledRuns | undefined {
        if (schedule === undefined) {
            return undefined;
        }
        const body = pulumi.output(inputs as pulumi.Input<TrainingJobInputs>).apply((known) => {
            // Loaded when it is needed: it takes longer than a preview may.
            const { ownLabels, requestOf }: typeof import("../admin/training") = require("../admin/training");
            return JSON.stringify(requestOf(known, `${known.output}/scheduled`, ownLabels(known)));
        });
        const jobs = {
            name: job,
            schedule,
            location: region,
            collection: inputs.tuning === undefined ? "customJobs" : "hyperparameterTuningJobs",
            body,
            runAs: runAs(name, "train", this.account, account),
            alerts,
            transform,
        };
        return jobSchedule(name, jobs, environment, this);
    }

    /** Records what the job ran, for the environments that promote this one. */
    private recordCode(environment: Environment, resolved: ResolvedArgs, code: Artifact | undefined): void {
        recordImages(imagesOf(resolved), this.job);
        if (code) {
            published(environment, code, this, [this.job]);
        }
    }
}

/** The images of its machines. */
const imagesOf = ({ image, pools }: ResolvedArgs) => [image, ...pools.map((pool) => pool?.image)];

/** The code, for promotion between environments. */
const artifact = (component: string, { hash }: Archive): Artifact => ({
    type: "VertexTrainingJob",
    component,
    path: "source",
    kind: "archive",
    digest: `sha256:${hash}`,
});

/** What the job resource needs from other resources. */
interface Parts {
    account: AccountReference;
    /** The addresses of the uploaded packages. */
    packages: pulumi.Input<string>[];
    /** The options of functions that look up what exists. */
    options: pulumi.InvokeOptions;
}

/** The arguments of the job resource. */
function jobArgs(component: string, args: ResolvedArgs, parts: Parts, environment: Environment): TrainingJobArgs {
    const { name, tuning, wait, encryptionKey, labels = {}, output, runOn } = args;
    return {
        project: environment.project,
        location: args.region,
        name,
        spec: {
            workerPoolSpecs: args.pools.map((pool) => poolSpec(pool, args, parts.packages)),
            scheduling: schedulingSpec(args),
            serviceAccount: parts.account.email,
            enableWebAccess: args.webAccess || undefined,
            tensorboard: tensorboardName(args),
            ...networkSpec(args.network, environment, parts.options),
        },
        tuning: tuning && tuningSpec(tuning),
        output: pulumi.interpolate`gs://${output.bucket.name}/${name}`,
        retrainOn: runOn.map((one, index) =>
            versionOf(`VertexTrainingJob "${component}": runOn.${index}`, one, parts.options),
        ),
        // As the provider does for its own resources.
        labels: { environment: labelValue(pulumi.getStack()), ...labels },
        encryptionKey: idOfKey(encryptionKey),
        wait: wait !== false,
        waitSeconds: typeof wait === "string" ? secondsIn(wait) : 0,
    };
}

function tensorboardName({ tensorboard }: ResolvedArgs): pulumi.Input<string> | undefined {
    return pulumi.Resource.isInstance(tensorboard) ? tensorboard.name : tensorboard;
}
