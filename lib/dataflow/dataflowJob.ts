import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { Firewall } from "@pulumi/gcp/compute/firewall";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import { Bucket } from "@pulumi/gcp/storage/bucket";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerImage, ImageSource } from "../artifactregistry";
import { component } from "../environment/component";
import { Environment, inEnvironment } from "../environment/environment";
import { dataflowImages } from "../facts/dataflow";
import { type Capability, type Uses, use } from "../iam/capability";
import { encryptionGrants } from "../iam/encryption";
import { capability } from "../iam/roles";
import type { AccountReference } from "../iam/serviceAccount";
import type { Child } from "../internal/children";
import { DynamicProvider } from "../internal/dynamic";
import { isImageComponent, recordImages } from "../internal/image";
import { accountId, accountTitle, hashOf, partName } from "../internal/names";
import { networkOf } from "../internal/networkOf";
import { packagePath } from "../internal/packageFile";
import { cronOptions } from "../internal/scheduler";
import { alertsOfRuns } from "../monitoring/alerts/componentAlerts";
import { signalsOfDataflowJob } from "../monitoring/signals/data";
import type { Schedule } from "../scheduler";
import type { DataflowJobArgs } from "./arguments";
import { defaultSdkImage } from "./code";
import { bucketArgs, jobArgs, type Parts, scheduledRequest, specificationOf } from "./definition";
import { DataflowRun, type DataflowRunArgs } from "./dynamic";
import { type ResolvedArgs, resolveArgs } from "./resolveArgs";

const dataflowApi = "dataflow.googleapis.com";

/**
 * A Dataflow job that runs an Apache Beam pipeline in Python from a folder, an image, a template from Google, or your own template. A
 * streaming job is updated in place when its code or parameters change, so that it loses no data. If Dataflow cannot update it, the job
 * processes what it has read, and the next job continues. A batch job runs when its code, its parameters or `runOn` change, or on a
 * schedule.
 */
export class DataflowJob extends pulumi.ComponentResource {
    /** The job of deployments; undefined with `runOnDeploy: false`. */
    readonly job?: DataflowRun;
    /** The service account of the launcher and the workers. */
    readonly account: AccountReference;
    /** The bucket for the specification, and for temporary and staged files. */
    readonly bucket: Bucket;
    /** The specification of the Flex Template that the component makes; undefined for existing templates. */
    readonly specification?: BucketObject;
    /** The image that is built of `source`. */
    readonly image?: ContainerImage;
    /** The schedule. */
    readonly schedule?: Schedule;
    /** The firewall rule for the data between workers; undefined with Streaming Engine, for batch jobs, and in a given subnet. */
    readonly firewall?: Firewall;

    constructor(name: string, args: DataflowJobArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const checked = resolveArgs(name, args, environment);
        super("slipway:index:DataflowJob", name, {}, inEnvironment(options, checked.crossProject));
        // Loaded when it is needed, as other fields do.
        const { Network }: typeof import("../network") = require("../network");
        const resolved = { ...checked, network: checked.network ?? Network.shared() };
        const encrypting = [dataflowApi, "compute.googleapis.com", "storage.googleapis.com"];
        const { child, observe } = component(this, name, resolved, { apis: [...encrypting, "iam.googleapis.com"] });
        const encrypted = encryptionGrants(environment, name, resolved, ...encrypting);
        this.bucket = new Bucket(
            ...child("bucket", `${name}-dataflow`, bucketArgs(resolved, environment), { dependsOn: encrypted }),
        );
        this.image = resolved.source === undefined ? undefined : this.buildImage(name, resolved);
        const image = this.image ?? resolved.image;
        const { account, grants, variables } = this.createAccount(name, resolved, image, child, environment);
        this.account = account;
        this.specification = image === undefined ? undefined : this.specify(name, resolved, image, variables, child);
        this.firewall = openWorkers(name, resolved, child);
        const inputs = jobArgs(resolved, this.partsOf(resolved, image, variables), environment);
        const needs = [
            ...grants,
            ...encrypted,
            // The agent starts the workers, and acts as their account.
            ...environment.grantAgent(dataflowApi, "roles/dataflow.serviceAgent"),
            ...(this.specification ? [this.specification] : []),
            ...(this.firewall ? [this.firewall] : []),
        ];
        if (resolved.runOnDeploy) {
            this.job = new DataflowRun(
                ...child("job", name, inputs, {
                    provider: new DynamicProvider(name, { parent: this }),
                    dependsOn: needs,
                    // A job of another name or region starts before the earlier one is drained.
                    deleteBeforeReplace: false,
                }),
            );
        }
        this.schedule = this.createSchedule(name, resolved, inputs, environment, needs);
        recordImages([image], this.job ?? this.schedule);
        const signals = signalsOfDataflowJob(resolved.name, resolved.region, resolved.type === "streaming");
        observe(signals, args.alerts);
        this.registerOutputs({ jobId: this.job?.jobId });
    }

    /** Builds the image of the pipeline, for the launcher and the workers. */
    private buildImage(name: string, resolved: ResolvedArgs): ContainerImage {
        const { source = "", registry, main = "main.py", launcherImage, sdkImage } = resolved;
        const { ContainerImage }: typeof import("../artifactregistry") = require("../artifactregistry");
        const isOwn = existsSync(join(source, "Dockerfile"));
        const own = packagePath("lib", "data", "dataflow", "Dockerfile");
        const args = {
            ...((!isOwn || launcherImage) && { LAUNCHER: launcherImage ?? dataflowImages.rows.launcher.image }),
            ...((!isOwn || sdkImage) && { SDK: sdkImage ?? defaultSdkImage(source) }),
            ...(!isOwn && { MAIN: main }),
        };
        const dockerfile = isOwn ? "Dockerfile" : relative(source, own);
        const build = { context: source, dockerfile, ...(Object.keys(args).length > 0 && { args }) };
        return new ContainerImage(
            `${name}-pipeline`,
            { registry: registry as NonNullable<typeof registry>, image: resolved.name, build },
            { parent: this },
        );
    }

    /** The account of the workers with its roles, which must exist before the job starts. */
    private createAccount(
        name: string,
        resolved: ResolvedArgs,
        image: ImageSource | undefined,
        child: Child,
        environment: Environment,
    ) {
        const account =
            resolved.account?.account ??
            new Account(
                ...child("account", `${name}-dataflow`, {
                    accountId: accountId(resolved.name, "flow"),
                    displayName: accountTitle(`Runs the Dataflow job ${resolved.name}`),
                }),
            );
        const on = { bucket: this.bucket.name };
        const objects = capability(`${name}-dataflow`, "roles/storage.objectAdmin", BucketIAMMember, on, "");
        const images = [image, resolved.workerImage].filter(
            (one): one is ContainerImage => typeof one === "object" && isImageComponent<ContainerImage>(one as never),
        );
        // Under names that no variable has.
        const own: Uses = {
            "worker.project": environment.role("roles/dataflow.worker"),
            "worker.bucket": objects,
            ...Object.fromEntries(
                images.flatMap(({ registry }, index) => (registry ? [[`image.${index}`, registry.reader]] : [])),
            ),
        };
        const used = use(name, { ...resolved.uses, ...own }, account.member, { parent: this }, resolved.account);
        const variables = Object.fromEntries(
            Object.entries(used.env).filter(([key]) => Object.hasOwn(resolved.uses, key)),
        );
        return { account, grants: used.grants, variables };
    }

    /**
     * Uploads the specification, under a name with its hash. It stays with the bucket: a later deployment can launch it again, and a
     * deletion of the earlier object of the same name would delete it.
     */
    private specify(
        name: string,
        resolved: ResolvedArgs,
        image: ImageSource,
        variables: Parts["variables"],
        child: Child,
    ): BucketObject {
        const names = Object.keys({ ...variables, ...resolved.parameters });
        const content = specificationOf(resolved, referenceOf(image), names);
        return new BucketObject(
            ...child(
                "specification",
                `${name}-specification`,
                {
                    bucket: this.bucket.name,
                    name: content.apply((known) => `templates/${hashOf(known, 16)}.json`),
                    content,
                    contentType: "application/json",
                },
                { retainOnDelete: true },
            ),
        );
    }

    private partsOf(
        { source, workerImage }: ResolvedArgs,
        image: ImageSource | undefined,
        variables: Parts["variables"],
    ): Parts {
        const ofWorkers = source !== undefined || workerImage === true ? image : workerImage;
        return {
            account: this.account,
            bucket: this.bucket.name,
            specification:
                this.specification && pulumi.interpolate`gs://${this.bucket.name}/${this.specification.name}`,
            workerImage: ofWorkers && referenceOf(ofWorkers as ImageSource),
            variables,
        };
    }

    /** Cloud Scheduler launches the jobs. Its account may create jobs of Dataflow, and let them run as their account. */
    private createSchedule(
        name: string,
        resolved: ResolvedArgs,
        inputs: DataflowRunArgs,
        environment: Environment,
        needs: pulumi.Resource[],
    ): Schedule | undefined {
        const { schedule, name: job, region, alerts, transform = {} } = resolved;
        if (schedule === undefined) {
            return undefined;
        }
        const request = scheduledRequest(inputs);
        const workflow: typeof import("../scheduler/schedule") = require("../scheduler/schedule");
        const url = request.apply(({ path, query }) => {
            const parameters = new URLSearchParams(query).toString();
            return `https://dataflow.googleapis.com/v1b3/${path}${parameters && `?${parameters}`}`;
        });
        const made = new workflow.Schedule(
            `${name}-schedule`,
            {
                ...cronOptions(schedule),
                name: `${job}-schedule`,
                region,
                call: {
                    url,
                    scope: "https://www.googleapis.com/auth/cloud-platform",
                    headers: { "Content-Type": "application/json" },
                    body: request.apply(({ body }) => JSON.stringify(body)),
                },
                alerts: alertsOfRuns(alerts),
                transform: { job: transform.schedule, account: transform.scheduleAccount },
            },
            { parent: this, dependsOn: needs },
        );
        if (made.account) {
            use(
                `${name}-schedule`,
                { JOBS: environment.role("roles/dataflow.developer"), ACCOUNT: this.runAs(name, resolved) },
                made.account.member,
                { parent: this },
            );
        }
        return made;
    }

    /** Grants letting jobs run as their account. */
    private runAs(name: string, { account }: ResolvedArgs): Capability {
        const on = { serviceAccountId: this.account.name };
        return (
            account?.user ??
            capability(`${name}-dataflow`, "roles/iam.serviceAccountUser", IAMMember, on, this.account.email)
        );
    }
}

/**
 * Lets the workers of a streaming job exchange the data that is not in Streaming Engine, by the tag that they have:
 * https://cloud.google.com/dataflow/docs/guides/routes-firewall#firewall_rules_for_network_tags
 */
function openWorkers(component: string, resolved: ResolvedArgs, child: Child): Firewall | undefined {
    const { type, streamingEngine, network, name } = resolved;
    const vpc = networkOf(network)?.network;
    if (type !== "streaming" || streamingEngine || vpc === undefined) {
        return undefined;
    }
    return new Firewall(
        ...child("firewall", component, {
            name: partName(name, "workers"),
            description: `Data between the workers of the Dataflow job ${name}`,
            network: vpc.id,
            direction: "INGRESS",
            sourceTags: [workerTag],
            targetTags: [workerTag],
            allows: [{ protocol: "tcp", ports: ["12345-12346"] }],
            logConfig: { metadata: "INCLUDE_ALL_METADATA" },
        }),
    );
}

const workerTag = "dataflow";

const referenceOf = (image: ImageSource): pulumi.Input<string> =>
    isImageComponent<ContainerImage>(image) ? image.reference : image;
