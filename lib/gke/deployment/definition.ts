import type * as pulumi from "@pulumi/pulumi";
import { secondsIn } from "../../internal/duration";
import { restrictedContainer, restrictedPod } from "../podSecurity";
import { replicaBounds } from "../scaling";
import { type ProxiedInstance, proxyContainers, socketMounts, socketVolumes } from "./authProxy";
import { probes } from "./health";
import { nonEmpty, selector } from "./names";
import { placement } from "./placement";
import type { ResolvedArgs } from "./resolveArgs";
import { resourceRequirements } from "./resources";
import { type SecretFolder, secretAnnotations, secretVolumes, volumeName } from "./secretFiles";
import { variables } from "./variables";

/** The common metadata of all objects of a deployment. */
export function metadata(args: ResolvedArgs, namespace: pulumi.Input<string>) {
    return { name: args.name, namespace, labels: args.objectLabels };
}

/** The Deployment: a pod is removed only when its replacement is ready. */
export function deploymentSpec(args: ResolvedArgs, parts: PodParts) {
    return {
        replicas: replicaBounds(args.scaling).replicas,
        selector: { matchLabels: selector(args.name) },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" } },
        progressDeadlineSeconds: secondsIn(args.rolloutTimeout),
        template: podTemplate(args, parts),
    };
}

/**
 * The {@link https://kubernetes.io/docs/tasks/run-application/configure-pdb/ disruption budget}: node upgrades and drains may
 * evict a quarter of the minimum number of pods at a time, and at least one, as a budget of none blocks node upgrades.
 */
export function disruptionBudget(args: ResolvedArgs) {
    const { min } = replicaBounds(args.scaling);
    return {
        selector: { matchLabels: selector(args.name) },
        maxUnavailable: Math.max(1, Math.floor(min / 4)),
        // Unhealthy pods may always be evicted.
        unhealthyPodEvictionPolicy: "AlwaysAllow",
    };
}

/** What a pod depends on. */
interface PodParts {
    image: pulumi.Input<string>;
    serviceAccount: pulumi.Input<string>;
    /** The environment variables of the capabilities. */
    environment: Record<string, pulumi.Input<string>>;
    /** The instances that the code reaches through the Auth Proxy. */
    instances: ProxiedInstance[];
    secrets: SecretFolder[];
}

/** The pod template. */
function podTemplate(args: ResolvedArgs, parts: PodParts) {
    const { user, terminationGracePeriod } = args;
    return {
        metadata: {
            labels: args.objectLabels,
            annotations: nonEmpty({ ...secretAnnotations(parts.secrets), ...args.annotations }),
        },
        spec: {
            serviceAccountName: parts.serviceAccount,
            // Google Cloud credentials come from the metadata server; pods do not call the API server.
            automountServiceAccountToken: false,
            // Otherwise variables named after the namespace's Services could override those of the code.
            enableServiceLinks: false,
            securityContext: restrictedPod(user),
            initContainers: proxyContainers(parts.instances, args),
            containers: [container(args, parts)],
            volumes: [
                ...args.writable.map(emptyDir),
                ...secretVolumes(parts.secrets),
                ...socketVolumes(parts.instances),
            ],
            terminationGracePeriodSeconds: secondsIn(terminationGracePeriod),
            ...placement(args, selector(args.name)),
        },
    };
}

function container(args: ResolvedArgs, { image, environment, instances, secrets }: PodParts) {
    const { name, port, command, args: parameters, health, writable } = args;
    return {
        name,
        image,
        // Even if the node has the image cached, this pod's right to pull it is checked.
        imagePullPolicy: "Always",
        command,
        args: parameters,
        ports: port === undefined ? undefined : [{ name: "http", containerPort: port }],
        env: variables(args.env, environment, port),
        resources: resourceRequirements(args.resources),
        securityContext: { ...restrictedContainer, privileged: false },
        ...probes(health, port),
        lifecycle: lifecycle(args),
        volumeMounts: [
            ...writable.map((folder) => ({ name: volumeName("writable", folder), mountPath: folder })),
            ...secrets.map((each) => ({ name: each.name, mountPath: each.folder, readOnly: true })),
            ...socketMounts(instances),
        ],
    };
}

const emptyDir = (folder: string) => ({ name: volumeName("writable", folder), emptyDir: {} });

/** A terminating pod continues to serve until load balancers stop sending requests. */
function lifecycle({ drainTimeout }: ResolvedArgs) {
    const seconds = secondsIn(drainTimeout);
    return seconds === 0 ? undefined : { preStop: { sleep: { seconds } } };
}
