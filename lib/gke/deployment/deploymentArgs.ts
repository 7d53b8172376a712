import * as pulumi from "@pulumi/pulumi";
import type { ImageSource } from "../../artifactregistry";
import { type ComponentArgs, componentArgs } from "../../component/component";
import type { GpuType } from "../../facts/gpus";
import { type AnyServiceAccount, serviceAccount } from "../../iam/serviceAccount";
import type { Uses } from "../../internal/access/capability";
import * as check from "../../internal/arguments/check";
import { type Duration, duration } from "../../internal/arguments/duration";
import { image } from "../../internal/arguments/image";
import { shortenName } from "../../internal/arguments/names";
import { warn } from "../../internal/arguments/trial";
import { type ComponentAlerts, componentAlerts } from "../../monitoring/alerts/componentAlerts";
import { deploymentSignals } from "../../monitoring/signals/machines";
import type { EnvironmentDefaults } from "../../stack/settings/defaults";
import type { GkeCluster } from "../cluster";
import { type ResolvedScaling, resolveScaling, type Scaling, scaling, scalingProblems } from "../scaling";
import { callerProblems, type Mountable } from "./attachments";
import { type AuthProxy, authProxy, type ResolvedAuthProxy, resolveAuthProxy } from "./authProxy";
import { canaryProblems, type DeploymentCanary, defaultSplit, deploymentCanary } from "./canary";
import { databaseProblems, instancesOf } from "./databases";
import { type Exposure, exposure, exposureProblems } from "./exposure/exposure";
import { driverWarning, gpuProblems, type PodGpu, podGpu, type ResolvedGpu, resolveGpu } from "./gpu";
import { type Health, health, healthProblems, type ResolvedHealth, resolveHealth } from "./health";
import { key, labelsOf, objectLabels, objectName } from "./objects";
import { type CallerPeers, callers, type EgressPeers, egress } from "./peers";
import { nodeSelector, type Toleration, tolerations } from "./placement";
import {
    type ContainerResources,
    podProblems,
    type ResolvedResources,
    resolveResources,
    resources,
    resourcesProblems,
} from "./resources";
import { folderProblem, secretProblems } from "./secretFiles";
import { type ResolvedTermination, resolveTermination, terminationChecks, terminationProblems } from "./termination";
import { type DeploymentTransforms, deploymentTransforms } from "./transforms";
import { env, uses, variableProblems } from "./variables";

/** The arguments of an {@link AutoscaledDeployment}. */
export interface AutoscaledDeploymentArgs extends ComponentArgs, check.InsecureArgs {
    /** The cluster in which the pods run. */
    cluster: GkeCluster;
    /**
     * The image: a {@link ContainerImage}, or a name with its digest, `ghcr.io/acme/echo@sha256:…`. For a `ContainerImage` the
     * cluster's nodes may pull from its registry, and environments that promote this one accept it once it ran here; for other
     * images you grant access yourself.
     */
    image: ImageSource;
    /**
     * The port that the code listens on, also in the variable `PORT`: 1 to 65535. For a port below 1024 the pod sets the sysctl
     * `net.ipv4.ip_unprivileged_port_start`, which the restricted
     * {@link https://kubernetes.io/docs/concepts/security/pod-security-standards/ Pod Security Standard} allows.
     * @default none: the deployment has no Service
     */
    port?: number;
    /**
     * The number of replicas, and their size: a fixed number, `3`, or between a minimum and a maximum.
     * @default by 80 % CPU from 1 to 3 replicas in development, from 2 to 5 in staging, from 3 to 10 in production
     * @example
     * ```ts
     * scaling: { min: 2, max: 10, cpu: 70 }
     * ```
     */
    scaling?: Scaling;
    /**
     * The service account that the pods run as, a {@link ServiceAccount}. Its roles are granted to all that run as it.
     * @default an account of the deployment's own
     */
    account?: check.Short<AnyServiceAccount, string>;
    /**
     * The capabilities that the code uses, by environment variable. A secret's `file` sets the variable to the path of a file
     * with its value; another deployment's `caller` sets it to the address; a database's `client` sets it to a URL of the Cloud
     * SQL Auth Proxy in the pod.
     * @default none
     */
    uses?: Uses<Mountable>;
    /**
     * Environment variables that are not secret: a plain string is refused if the name ends with `PASSWORD`, `TOKEN`, `KEY` or
     * `SECRET`.
     * @default only `PORT` and the variables of `uses`
     */
    env?: Record<string, pulumi.Input<string>>;
    /**
     * How clients outside of the cluster reach the deployment: through a load balancer, a Gateway or an Ingress.
     * @default not exposed
     * @example
     * ```ts
     * expose: { gateway: { public: true, domain: "echo.acme.com" } }
     * ```
     */
    expose?: Exposure;
    /**
     * A second version with pods of its own, which receives a share of the requests of `expose.gateway`: `{ template: { image: next } }`.
     * @default none
     */
    canary?: DeploymentCanary;
    /**
     * The health checks of a container: a path that responds with 200, such as `"/healthz"`, or more.
     * @default a TCP check of the port
     */
    health?: string | Health;
    /**
     * The CPU, memory and disk that a container requests, and its limits.
     * @default requests and limits of half a CPU, 1 GiB of memory and 1 GiB of disk
     */
    resources?: ContainerResources;
    /**
     * The {@link https://cloud.google.com/kubernetes-engine/docs/concepts/gpus GPUs} of each pod: a type, `"nvidia-l4"`, or its options. A
     * Standard cluster of the program needs a node pool that has them; Autopilot creates nodes for the pods.
     * @default none
     */
    gpu?: GpuType | PodGpu;
    /**
     * The Cloud SQL Auth Proxy of a deployment that uses databases.
     * @default a release that the component pins, with the resources of Google's own example
     */
    authProxy?: AuthProxy;
    /**
     * The command, which replaces the image's entrypoint.
     * @default the image's entrypoint
     */
    command?: pulumi.Input<string>[];
    /**
     * The arguments of the command.
     * @default the image's own
     */
    args?: pulumi.Input<string>[];
    /**
     * The user and group ID of the container, whatever the image specifies: 1 to 2,147,483,647, and so not root.
     * @default 10001, which is no user of a node: those have numbers below 10000
     */
    user?: number;
    /**
     * Folders that the code may write to, empty in a new pod. The rest of the filesystem is read-only.
     * @default `/tmp`, which is always writable
     */
    writable?: string[];
    /**
     * How long a terminating pod continues to serve requests, until load balancers stop sending them: `"0 seconds"` to
     * `"10 minutes"`.
     * @default "15 seconds"; "30 seconds" behind a Gateway or an Ingress; "0 seconds" without a port
     */
    drainTimeout?: Duration;
    /**
     * The time until a terminating pod is killed, including `drainTimeout`: `"1 second"` to `"1 hour"`. Autopilot allows at most
     * 10 minutes, and {@link https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms Spot VMs} 25 seconds, of which 15
     * remain at a preemption.
     * @default 30 seconds more than `drainTimeout`; "25 seconds" with `spot`
     */
    terminationGracePeriod?: Duration;
    /**
     * How long `up` waits until the replicas of a change are ready, before it fails with the pods' messages: `"10 seconds"` to
     * `"1 hour"`. Meanwhile, and after a failure, the previous pods continue to run.
     * @default "10 minutes"
     */
    rolloutTimeout?: Duration;
    /**
     * Callers in addition to components with the deployment's `caller` and to what the deployment is exposed to.
     * @default none
     */
    allowFrom?: CallerPeers[];
    /**
     * Destinations in addition to DNS and to what the deployment `uses`.
     * @default none
     */
    egress?: EgressPeers[];
    /**
     * Runs the pods on {@link https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms Spot VMs}, which cost less and
     * can be preempted at any time.
     * @default false
     */
    spot?: boolean;
    /**
     * Labels of the nodes that the pods may run on.
     * @default any node
     */
    nodeSelector?: Record<string, pulumi.Input<string>>;
    /**
     * Taints of nodes that the pods tolerate.
     * @default none
     */
    tolerations?: Toleration[];
    /**
     * The PriorityClass of the pods, which decides what is evicted if resources are short.
     * @default none
     */
    priorityClassName?: pulumi.Input<string>;
    /**
     * The name of an existing namespace.
     * @default a new one, named as the deployment, that enforces the restricted Pod Security Standard
     */
    namespace?: pulumi.Input<string>;
    /**
     * The {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ name} of its objects in the cluster:
     * up to 63 lower-case letters, digits and hyphens.
     * @default the component's name
     */
    name?: string;
    /**
     * {@link https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ Labels} of all its objects in the
     * cluster.
     * @default `app.kubernetes.io/name`, `app.kubernetes.io/managed-by` and `environment`
     */
    labels?: Record<string, pulumi.Input<string>>;
    /**
     * Annotations of the pods, for example for the discovery of metrics.
     * @default none
     */
    annotations?: Record<string, pulumi.Input<string>>;
    /**
     * Sends alerts about restarts, used CPU and memory of its containers to the contacts of {@link Alerts}. An object also changes single signals:
     * `{ to: oncall, cpu: false }`.
     * @default no alerts
     */
    alerts?: ComponentAlerts<"cpu" | "memory" | "restarts">;
    /** Callbacks that edit the arguments of child resources. */
    transform?: DeploymentTransforms;
}

const texts = check.list(check.input(check.text()));

/** Checks each argument. */
const autoscaledDeploymentArgs = check.options<AutoscaledDeploymentArgs>(
    {
        cluster: check.component("GkeCluster"),
        image,
        port: check.whole(1, 65_535),
        scaling,
        account: serviceAccount,
        uses,
        env,
        expose: exposure,
        canary: deploymentCanary({ image, command: texts, args: texts, env, health, resources, scaling }),
        health,
        resources,
        gpu: podGpu,
        authProxy,
        command: texts,
        args: texts,
        user: check.pipe(
            check.custom<number>((value) => value !== 0, "must not be root"),
            check.whole(1, 2_147_483_647),
        ),
        writable: check.list(check.validText(folderProblem)),
        ...terminationChecks,
        rolloutTimeout: duration("10 seconds", "1 hour"),
        allowFrom: callers,
        egress,
        spot: check.flag(),
        nodeSelector,
        tolerations,
        priorityClassName: check.input(objectName),
        namespace: check.publicInput(objectName),
        name: objectName,
        labels: objectLabels,
        annotations: check.record(key, check.input(check.text())),
        alerts: componentAlerts(...deploymentSignals),
        transform: deploymentTransforms,
        ...check.insecureArgs,
        ...componentArgs,
    },
    "cluster",
    "image",
);

type Defaulted = "name" | "scaling" | "uses" | "env" | "spot" | "rolloutTimeout" | "user";

/** The arguments with their plain defaults. */
type CompletedArgs = check.Long<AutoscaledDeploymentArgs & Required<Pick<AutoscaledDeploymentArgs, Defaulted>>>;

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<
            CompletedArgs,
            "scaling" | "expose" | "health" | "resources" | "gpu" | "canary" | "authProxy" | keyof ResolvedTermination
        >,
        ResolvedTermination {
    gpu?: ResolvedGpu;
    canary?: ResolvedCanary;
    scaling: ResolvedScaling;
    expose: Partial<Exposure>;
    health: ResolvedHealth;
    resources: ResolvedResources;
    authProxy: ResolvedAuthProxy;
    writable: string[];
    /** The labels of its objects. */
    objectLabels: Record<string, pulumi.Input<string>>;
}

/** The version of a canary, and the shares of the requests. */
interface ResolvedCanary extends Required<Pick<DeploymentCanary, "split">> {
    args: ResolvedArgs;
}

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(
    component: string,
    args: AutoscaledDeploymentArgs,
    defaults: EnvironmentDefaults,
): ResolvedArgs {
    const completed = check.withDefaults(args, {
        name: shortenName(component, 63),
        scaling: {},
        uses: {},
        env: {},
        spot: false,
        rolloutTimeout: "10 minutes" as Duration,
        user: 10_001,
    });
    const title = `AutoscaledDeployment "${component}"`;
    const resolved = check.resolved(
        title,
        completed,
        autoscaledDeploymentArgs,
        (checked) => resolve(checked, defaults),
        argumentProblems,
    );
    const warning = pulumi.runtime.isDryRun() ? driverWarning(resolved) : undefined;
    if (warning) {
        warn(`${title}: gpu: ${warning}`);
    }
    return resolved;
}

function resolve(args: CompletedArgs, defaults: EnvironmentDefaults): ResolvedArgs {
    const { canary } = args;
    return {
        ...resolveVersion(args, defaults),
        canary: canary && {
            split: canary.split ?? defaultSplit,
            args: resolveVersion(canaryArgs(args, canary), defaults),
        },
    };
}

/** The arguments of a canary: its pods have another name, which separates them in all selectors. */
const canaryArgs = (args: CompletedArgs, { template }: DeploymentCanary): CompletedArgs => ({
    ...args,
    ...template,
    name: shortenName(`${args.name}-canary`, 63),
    canary: undefined,
});

function resolveVersion(args: CompletedArgs, defaults: EnvironmentDefaults): ResolvedArgs {
    const expose: Partial<Exposure> = args.expose ?? {};
    const gpu = resolveGpu(args.gpu);
    return {
        ...args,
        canary: undefined,
        gpu,
        scaling: resolveScaling(args.scaling, defaults, gpu !== undefined),
        expose,
        ...resolveTermination(args, expose),
        health: resolveHealth(args.health),
        resources: resolveResources(args.resources),
        authProxy: resolveAuthProxy(args.authProxy),
        writable: [...new Set(["/tmp", ...(args.writable ?? [])])],
        objectLabels: labelsOf(args.name, pulumi.getStack(), args.labels),
    };
}

function argumentProblems(resolved: ResolvedArgs, args: AutoscaledDeploymentArgs): (check.Problem | undefined)[] {
    const { canary, expose } = resolved;
    const ofVersion = canary && versionProblems(canary.args, { ...args, ...args.canary?.template });
    return [
        ...versionProblems(resolved, args),
        ...(args.canary && ofVersion ? canaryProblems(args.canary, expose.gateway !== undefined, ofVersion) : []),
    ];
}

function versionProblems(resolved: ResolvedArgs, args: AutoscaledDeploymentArgs): (check.Problem | undefined)[] {
    const { cluster, health, port, expose } = resolved;
    const isAutopilot = cluster.mode === "autopilot";
    // Other compute classes have other limits, also the one of pods with GPUs, which has no minimum.
    const isGeneralPurpose =
        isAutopilot && !resolved.gpu && args.nodeSelector?.["cloud.google.com/compute-class"] === undefined;
    return [
        ...scalingProblems(resolved.scaling, expose.gateway !== undefined, resolved.gpu !== undefined),
        ...gpuProblems(resolved, typeof args.gpu === "string"),
        ...variableProblems(resolved.env, resolved.uses),
        ...callerProblems(resolved.uses, cluster),
        ...secretProblems(resolved.uses, resolved.writable),
        ...databaseProblems(args.authProxy, resolved),
        ...exposureProblems(expose, port, health.readiness.path, cluster),
        ...healthProblems(health, port),
        ...resourcesProblems(resolved.resources, isGeneralPurpose),
        ...resourcesProblems(resolved.authProxy.resources, isGeneralPurpose, "authProxy.resources"),
        ...(isGeneralPurpose && instancesOf(resolved.uses, port).length > 0
            ? podProblems(resolved.resources, resolved.authProxy.resources)
            : []),
        ...terminationProblems(resolved, resolved.spot, isAutopilot),
    ];
}
