import type { Firewall } from "@pulumi/gcp/compute/firewall";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import { Bucket, type BucketArgs } from "@pulumi/gcp/storage/bucket";
import { BucketIAMMember } from "@pulumi/gcp/storage/bucketIAMMember";
import { BucketObject } from "@pulumi/gcp/storage/bucketObject";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerImage, ImageSource } from "../artifactregistry";
import { component } from "../component/component";
import { encryptionGrants, idOfKey, keyBlock } from "../component/encryption";
import { Environment, inEnvironment } from "../environment/environment";
import type { AccountReference } from "../iam/serviceAccount";
import { type Uses, use } from "../internal/access/capability";
import { capability } from "../internal/access/roles";
import { secondsIn } from "../internal/arguments/duration";
import { isImageComponent, recordImages } from "../internal/arguments/image";
import { labelValue } from "../internal/arguments/labels";
import { accountId, accountTitle, hashOf } from "../internal/arguments/names";
import { gigabytesIn } from "../internal/arguments/size";
import type { Child } from "../internal/engine/children";
import { DynamicProvider } from "../internal/engine/dynamic";
import { sourceBucketArgs } from "../internal/sources/sourceBucket";
import { signalsOfDataflowJob } from "../monitoring/signals/data";
import type { Schedule } from "../scheduler";
import { buildImage, type PipelineSource, specificationOf } from "./code";
import { type DataflowJobArgs, type ResolvedArgs, resolveArgs } from "./dataflowJobArgs";
import { DataflowRun, type DataflowRunArgs } from "./dynamic";
import { openWorkers, subnetworkOf } from "./network";
import { createSchedule } from "./schedule";
import { templateOf } from "./template";

const dataflowApi = "dataflow.googleapis.com";

/**
 * A Dataflow job that runs an Apache Beam pipeline in Python from a folder, an image, a template from Google, or your own template. A
 * streaming job is updated in place when its code or parameters change, so that it loses no data. If Dataflow cannot update it, the job
 * processes what it has read, and the next job continues. A batch job runs when its code, its parameters or `runOn` change, or on a
 * schedule.
 * @example
 * ```ts
 * const sales = new PubSubSubscription("score", { topic: new PubSubTopic("sales"), pull: {} });
 * const score = new DataflowJob("score", {
 *     source: "./score",
 *     registry: new ContainerRegistry("app"),
 *     type: "streaming",
 *     uses: { sales: sales.subscriber },
 * });
 * ```
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
    /** The schedule that starts the job, if it has one. */
    readonly schedule?: Schedule;
    /** The firewall rule for the data between workers; undefined with Streaming Engine, for batch jobs, and in a given subnet. */
    readonly firewall?: Firewall;

    constructor(name: string, args: DataflowJobArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const checked = environment.resolved(() => resolveArgs(name, args, environment));
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
        this.image =
            resolved.source === undefined
                ? undefined
                : buildImage(name, resolved as PipelineSource, resolved.name, this);
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
        const scheduling = { parent: this, dependsOn: needs };
        this.schedule = createSchedule(name, resolved, inputs, account, environment, scheduling);
        recordImages([image], this.job ?? this.schedule);
        const signals = signalsOfDataflowJob(resolved.name, resolved.region, resolved.type === "streaming");
        observe("Processing", signals, args.alerts);
        this.registerOutputs({ jobId: this.job?.jobId });
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
        const images = [image, resolved.workerImage].filter((one): one is ContainerImage =>
            isImageComponent<ContainerImage>(one as never),
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
}

/** What the job resource needs from other resources. */
interface Parts {
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
const bucketArgs = ({ name, region, labels, encryptionKey }: ResolvedArgs, { project }: Environment): BucketArgs => {
    const {
        versioning: _,
        lifecycleRules: __,
        ...args
    } = sourceBucketArgs(`${project}-${name}-dataflow`, region, labels);
    return {
        ...args,
        // https://cloud.google.com/dataflow/docs/guides/setting-pipeline-options#basic_options
        softDeletePolicy: { retentionDurationSeconds: 0 },
        encryption: keyBlock(encryptionKey, "defaultKmsKeyName"),
    };
};

/** Arguments with the network of the workers. */
type PlacedArgs = ResolvedArgs & Required<Pick<ResolvedArgs, "network">>;

/** The arguments of the job resource. */
function jobArgs(args: PlacedArgs, parts: Parts, { project }: Environment): DataflowRunArgs {
    const { name, region, type, parameters, scaling, transformNames, runOn, labels = {}, wait } = args;
    return {
        project,
        location: region,
        name,
        type,
        template: templateOf(args, parts.specification),
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

function environmentOf(args: PlacedArgs, parts: Parts) {
    const { machineType, diskSize, streamingEngine, atLeastOnce, experiments, encryptionKey, type } = args;
    const isFlex = (templateOf(args, parts.specification) as { kind: string }).kind === "flex";
    const folder = (name: string) => pulumi.interpolate`gs://${parts.bucket}/${name}`;
    return {
        tempLocation: folder("temp"),
        stagingLocation: isFlex ? folder("staging") : undefined,
        sdkContainerImage: parts.workerImage,
        machineType,
        diskSizeGb: diskSize && gigabytesIn(diskSize),
        serviceAccountEmail: parts.account.email,
        subnetwork: subnetworkOf(args.network, args.region),
        ipConfiguration: args.publicAddress ? "WORKER_IP_PUBLIC" : "WORKER_IP_PRIVATE",
        kmsKeyName: idOfKey(encryptionKey),
        enableStreamingEngine: type === "streaming" ? streamingEngine : undefined,
        streamingMode: atLeastOnce ? "STREAMING_MODE_AT_LEAST_ONCE" : undefined,
        additionalExperiments: experiments === undefined || experiments.length === 0 ? undefined : experiments,
    } as DataflowRunArgs["environment"];
}

const referenceOf = (image: ImageSource): pulumi.Input<string> =>
    isImageComponent<ContainerImage>(image) ? image.reference : image;
