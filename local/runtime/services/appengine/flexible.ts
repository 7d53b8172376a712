import { randomBytes } from "node:crypto";
import type { Cloud, Entry, Inputs } from "../../../simulator";
import { appRegion } from "../../../simulator/services/appengine/names";
import { isFlexible, servingStatus } from "../../../simulator/services/appengine/versions";
import type { Scale } from "../../emulator/containers/autoscaler";
import type { Launch } from "../../emulator/containers/launch";
import { secondsOf } from "../pubsub/message";

/** The port that containers listen on: https://cloud.google.com/appengine/docs/flexible/custom-runtimes/build#listening_to_port_8080 */
const port = 8080;

/** The image of a version in the flexible environment; undefined for other versions. */
export function imageOf({ type, state }: Entry): string | undefined {
    const { deployment }: Inputs = state;
    return isFlexible({ type }) ? deployment?.container?.image : undefined;
}

/**
 * The number of instances of a version in the flexible environment. Here, one is enough until requests need more: App Engine has at least two.
 * https://cloud.google.com/appengine/docs/flexible/reference/app-yaml?tab=python#automatic_scaling
 */
export function flexibleScale(cloud: Cloud, { state }: Entry): Scale {
    const { automaticScaling, manualScaling }: Inputs = state;
    const serves = servingStatus(cloud, state) === "SERVING";
    if (manualScaling) {
        const count = serves ? manualScaling.instances : 0;
        return { min: count, max: count, concurrency: concurrency(automaticScaling) };
    }
    const max = automaticScaling?.maxTotalInstances ?? 20;
    return { min: serves ? 1 : 0, max, concurrency: concurrency(automaticScaling) };
}

/** Without a target, as many as a machine of App Engine's default size takes. */
const concurrency = (automaticScaling: Inputs | undefined): number => automaticScaling?.maxConcurrentRequests || 100;

/** The container of a version: https://cloud.google.com/appengine/docs/flexible/reference/app-yaml */
export function flexibleLaunch(cloud: Cloud, { state, project }: Entry): Launch {
    const { service, versionId, serviceAccount, envVariables = {}, betaSettings = {}, resources = {} }: Inputs = state;
    const megabytes = Math.round(1024 * Number(resources.memoryGb ?? 0.6));
    const instances = String(betaSettings.cloud_sql_instances ?? "")
        .split(",")
        .filter(Boolean);
    const container = {
        image: (state.deployment as Inputs).container.image,
        ports: { containerPort: port },
        envs: Object.entries(envVariables).map(([name, value]) => ({ name, value })),
        resources: { limits: { memory: `${megabytes}Mi`, ...(resources.cpu && { cpu: String(resources.cpu) }) } },
        ...probes(state),
        ...(instances.length > 0 && { volumeMounts: [{ name: "cloudsql", mountPath: "/cloudsql" }] }),
    };
    return {
        title: service,
        name: `${service}-${versionId}`,
        project,
        region: appRegion(cloud, project),
        template: {
            serviceAccount,
            containers: [container],
            ...(instances.length > 0 && { volumes: [{ name: "cloudsql", cloudSqlInstance: { instances } }] }),
        },
        // https://cloud.google.com/appengine/docs/flexible/python/runtime#environment_variables
        variables: {
            GAE_INSTANCE: randomBytes(16).toString("hex"),
            GAE_MEMORY_MB: String(megabytes),
            GAE_SERVICE: service,
            GAE_VERSION: versionId,
            GOOGLE_CLOUD_PROJECT: project,
        },
        kind: "service",
        unhealthy: "it does not pass its readiness check.",
        exited: "the container has ended before it passed its readiness check.",
    };
}

/** Health checks and their defaults: https://cloud.google.com/appengine/docs/flexible/reference/app-yaml#updated_health_checks */
function probes({ readinessCheck = {}, livenessCheck = {} }: Inputs) {
    const seconds = (text: string | undefined, otherwise: number) => secondsOf(text) ?? otherwise;
    const asked = (path: string | undefined) => (path ? { httpGet: { path, port } } : { tcpSocket: { port } });
    return {
        // A start is looked at each second, so that nobody waits longer than the container needs.
        startupProbe: {
            ...asked(readinessCheck.path),
            ...{ periodSeconds: 1, timeoutSeconds: seconds(readinessCheck.timeout, 4) },
            failureThreshold: seconds(readinessCheck.appStartTimeout, 300),
        },
        ...(livenessCheck.path && {
            livenessProbe: {
                ...asked(livenessCheck.path),
                periodSeconds: seconds(livenessCheck.checkInterval, 30),
                timeoutSeconds: seconds(livenessCheck.timeout, 4),
                failureThreshold: livenessCheck.failureThreshold ?? 4,
            },
        }),
    };
}
