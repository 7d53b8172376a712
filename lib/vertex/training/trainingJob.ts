import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../../environment/component";
import { Environment, inEnvironment } from "../../environment/environment";
import { type Artifact, oncePromoted, published } from "../../environment/promotion";
import { accountOf } from "../../iam/accountOf";
import { type Uses, use } from "../../iam/capability";
import { encryptionGrants } from "../../iam/encryption";
import type { AccountReference } from "../../iam/serviceAccount";
import type { Archive } from "../../internal/archive";
import type { Child } from "../../internal/children";
import { DynamicProvider } from "../../internal/dynamic";
import { filesOf } from "../../internal/files";
import { recordImages } from "../../internal/image";
import { hashOf } from "../../internal/names";
import { signalsOfWorkflow } from "../../monitoring/signals/data";
import type { Schedule } from "../../scheduler";
import type { TrainingJobInputs } from "../admin/trainingInputs";
import { TrainingJob, type TrainingJobArgs } from "../dynamic";
import { pullGrants } from "../images";
import { jobSchedule, runAs, type ScheduledRuns } from "../jobSchedule";
import { networkNeeds } from "../network";
import type { VertexTrainingJobArgs } from "./arguments";
import { jobArgs } from "./definition";
import { packSource } from "./package";
import { type ResolvedArgs, resolveArgs } from "./resolveArgs";

const vertexApi = "aiplatform.googleapis.com";

/**
 * A Vertex AI custom training job or hyperparameter tuning job. It runs once for each content, in the deployment that changes its code,
 * arguments, variables or data; other deployments use the existing result. It runs as its own service account, which can write to the
 * bucket of the results.
 */
export class VertexTrainingJob extends pulumi.ComponentResource {
    /** The job itself. */
    readonly job: TrainingJob;
    /** The service account of the code. */
    readonly account: AccountReference;
    /** The uploaded packages of `source`, or of local files in `packages`. */
    readonly packages: readonly BucketObject[];
    /** The schedule. */
    readonly schedule?: Schedule;
    /** The folder of the trained model, `gs://acme-models/train/1a2b3c4d/model`; with `tuning` the folder of the best trial. */
    readonly artifacts: pulumi.Output<string>;

    constructor(name: string, args: VertexTrainingJobArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = resolveArgs(name, args, environment);
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
        observe(signals, args.alerts);
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

/** The packages that are files of this machine: their names and contents. */
const localPackages = ({ packages = [] }: ResolvedArgs): string[] =>
    packages.filter((one): one is string => typeof one === "string" && !one.startsWith("gs://"));

/** Uploads packages to the bucket of the results, under names with their hash: a running job keeps its own. */
function uploadPackages(
    component: string,
    resolved: ResolvedArgs,
    archive: Archive | undefined,
    child: Child,
): BucketObject[] {
    const own = archive && { part: "source", file: archive.file, hash: archive.hash, name: "training-1.0.0.tar.gz" };
    const given = localPackages(resolved).map((file) => {
        const name = basename(file);
        return { part: name, file, hash: hashOf(readFileSync(file)), name };
    });
    const { output, name: job } = resolved;
    return [...(own ? [own] : []), ...given].map(({ part, file, hash, name }) => {
        const args = {
            bucket: output.bucket.name,
            name: `${job}/packages/${hash}/${name}`,
            source: new pulumi.asset.FileAsset(file),
        };
        return new BucketObject(...child("package", `${component}-${part}`, args));
    });
}

/** The addresses of all packages, in their order. */
function packageAddresses({ packages, output }: ResolvedArgs, uploaded: readonly BucketObject[]) {
    const remaining = [...uploaded];
    const addressOf = ({ name }: BucketObject) => pulumi.interpolate`gs://${output.bucket.name}/${name}`;
    const isLocal = (one: unknown) => typeof one === "string" && !one.startsWith("gs://");
    return packages === undefined
        ? remaining.map(addressOf)
        : packages.map((one) => (isLocal(one) ? addressOf(remaining.shift() as BucketObject) : one));
}
