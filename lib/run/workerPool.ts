import { getWorkerPool } from "@pulumi/gcp/cloudrunv2/getWorkerPool";
import { WorkerPool, type WorkerPoolArgs } from "@pulumi/gcp/cloudrunv2/workerPool";
import { WorkerPoolIamMember } from "@pulumi/gcp/cloudrunv2/workerPoolIamMember";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerImage } from "../artifactregistry";
import { component } from "../component/component";
import { Environment, inEnvironment } from "../environment/environment";
import { type Existing, type ExistingRegionalArgs, lookUp, type Place, requireKnown } from "../environment/existing";
import { nameFormats } from "../facts/names";
import type { AccountReference } from "../iam/serviceAccount";
import type { Capability } from "../internal/access/capability";
import { rolesOn, sharedOffers } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { recordImages } from "../internal/arguments/image";
import { signalsOfWorkerPool } from "../monitoring/signals/serving";
import { buildImage } from "./code";
import type { ResolvedContainer } from "./container";
import { poolProbe } from "./health";
import { logsOfFailure } from "./logs";
import { poolScalingArgs } from "./scaling";
import { type CloudRunWorkerPoolArgs, poolWorkload, type ResolvedArgs, resolveArgs } from "./workerPoolArgs";
import {
    binaryAuthorizationArgs,
    createAccount,
    imagesOf,
    networkNeeds,
    type RunWorkload,
    runWorkload,
    sharedNeeds,
    templateArgs,
} from "./workload";

/** A worker pool that exists already. */
export interface ExistingWorkerPool extends Existing, Pick<CloudRunWorkerPool, "role"> {}

type PoolPath = Record<"project" | "location" | "name", pulumi.Input<string>>;

/** The capability of any role on a worker pool. */
function roleOn(component: string, pool: PoolPath) {
    const path = pulumi.interpolate`projects/${pool.project}/locations/${pool.location}/workerPools/${pool.name}`;
    return rolesOn(component, WorkerPoolIamMember, pool, path).role;
}

/**
 * A Cloud Run worker pool: instances of containers that run continuously and pull their work, such as messages of a subscription. They do
 * not listen on a port, and run as their own service account with only the granted roles. Protected from deletion in production.
 * @example
 * ```ts
 * const orders = new PubSubSubscription("orders", { topic: new PubSubTopic("orders"), pull: {} });
 * new CloudRunWorkerPool("shipping", {
 *     source: "./shipping",
 *     registry: new ContainerRegistry("app"),
 *     uses: { ORDERS: orders.subscriber },
 *     scaling: 2,
 * });
 * ```
 */
export class CloudRunWorkerPool extends pulumi.ComponentResource {
    /** The worker pool itself. */
    readonly pool: WorkerPool;
    /** The service account of the code. */
    readonly account: AccountReference;
    /** The image that is built from `source`. */
    readonly image?: ContainerImage;
    /** A capability of any role on the worker pool; the consumer receives its path, `projects/…/locations/…/workerPools/worker`. */
    readonly role: (role: string) => Capability;

    /**
     * A worker pool that exists already and is not managed by the stack, which only grants access to it:
     * `CloudRunWorkerPool.existing("worker")`. The preview fails if there is none.
     */
    static existing(name: string, args: ExistingRegionalArgs = {}): ExistingWorkerPool {
        requireKnown("CloudRunWorkerPool", name, args);
        const format = check.nameOf(nameFormats.rows.cloudRunService);
        const find = async (place: Place, options: pulumi.InvokeOptions) => {
            await getWorkerPool({ name, ...place }, options);
            return { ...place, name };
        };
        const pool = lookUp("CloudRunWorkerPool", name, format, args, find, "project", "location", "name");
        return { existing: "CloudRunWorkerPool", ...sharedOffers({ role: roleOn(name, pool) }) };
    }

    constructor(name: string, args: CloudRunWorkerPoolArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        super("slipway:index:CloudRunWorkerPool", name, {}, inEnvironment(options, resolved.crossProject));

        this.image = buildImage(name, resolved, this);
        const workload = runWorkload(poolWorkload(name), resolved, this.image);
        const { child, observe, bindTags } = component(this, name, resolved, sharedNeeds(workload, resolved.vpcAccess));
        const { account, grants } = createAccount(name, workload, child, this);
        this.account = account;
        const [childName, pool, childOptions] = child(
            "pool",
            name,
            poolArgs(resolved, workload, account, environment),
            {
                dependsOn: [...grants, ...networkNeeds(workload, resolved.vpcAccess, environment)],
                protect: environment.defaults.protect,
                // Tools write their own names there.
                ignoreChanges: ["client", "clientVersion", "template.client", "template.clientVersion"],
            },
        );
        const named = { project: environment.project, workerPool: resolved.name };
        this.pool = new WorkerPool(childName, pool, logsOfFailure(workload.title, named, childOptions));
        const { project, location, name: poolName } = this.pool;
        this.role = roleOn(name, { project, location, name: poolName });
        recordImages(imagesOf(workload), this.pool);
        observe("Processing", signalsOfWorkerPool(resolved.name), args.alerts);
        bindTags(this.pool);
        this.registerOutputs({ pool: this.pool });
    }
}

/** The arguments of the worker pool resource. */
function poolArgs(
    args: ResolvedArgs,
    workload: RunWorkload,
    account: AccountReference,
    environment: Environment,
): WorkerPoolArgs {
    const { containers, ...common } = templateArgs(workload, account, args.vpcAccess, environment);
    return {
        name: args.name,
        location: args.region,
        project: environment.project,
        description: args.description,
        binaryAuthorization: binaryAuthorizationArgs(args),
        labels: args.labels,
        scaling: poolScalingArgs(args.scaling),
        template: {
            containers: containers.map((container, index) => {
                const { startup, liveness } = (workload.containers[index] as ResolvedContainer).health;
                return { ...container, startupProbe: poolProbe(startup), livenessProbe: poolProbe(liveness) };
            }),
            ...common,
            labels: args.labels,
        },
        deletionProtection: environment.defaults.protect,
    };
}
