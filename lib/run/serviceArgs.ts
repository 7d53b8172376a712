import type { ServiceArgs } from "@pulumi/gcp/cloudrunv2/service";
import type { TriggerArgs } from "@pulumi/gcp/eventarc/trigger";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import { encryptionKeyOf } from "../component/encryption";
import type { Environment } from "../environment/environment";
import { cloudRunLimits } from "../facts/limits/cloudRun";
import { nameFormats } from "../facts/names";
import { type IapMember, iapMember } from "../iam/iapMember";
import type { ResolvedVpcAccess } from "../iam/serverless/vpcAccess";
import * as check from "../internal/arguments/check";
import { type Duration, durationWithin } from "../internal/arguments/duration";
import { region } from "../internal/arguments/locations";
import { shortenName } from "../internal/arguments/names";
import { type Transform, transforms } from "../internal/engine/children";
import { type Ingress, ingress } from "../internal/network/ingress";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { runServiceSignals } from "../monitoring/signals/serving";
import { accessProblems, resolveReach } from "./access";
import { type Code, codeChecks, codeProblems, type ImageCode, type SourceCode } from "./code";
import { containersOf } from "./container";
import { healthProblems, resolveHealth, type ServiceHealth, serviceHealth } from "./health";
import { regionsProblems } from "./regions";
import {
    cpuProblems,
    type ExecutionEnvironment,
    isBelowOne,
    type RunGpu,
    resolveGpu,
    runGpu,
    sizeWithGpu,
} from "./resources";
import {
    databaseWorkload,
    type ResolvedRunArgs,
    type RunArgs,
    resolveNetworks,
    runChecks,
    runDefaults,
    runDescription,
    runProblems,
} from "./runArgs";
import { type ResolvedScaling, resolveScaling, type ServiceScaling, scaling, scalingProblems } from "./scaling";
import {
    maxNameWithTag,
    type ResolvedTraffic,
    type RunTraffic,
    resolveTraffic,
    traffic,
    trafficProblems,
} from "./traffic";
import { type ServiceTrigger, triggers } from "./triggers";

/** The arguments of a {@link CloudRunService}. */
export type CloudRunServiceArgs = Code &
    RunArgs &
    ComponentArgs &
    check.InsecureArgs & {
        /**
         * The port that the main container listens on, also in the variable `PORT`: 1 to 65535.
         * @default 8080
         */
        port?: number;
        /**
         * Sends {@link https://cloud.google.com/run/docs/configuring/http2 HTTP/2} to the container, which must accept it without TLS
         * (h2c). gRPC with streams needs it.
         * @default false: HTTP/1, also for clients with HTTP/2
         */
        http2?: boolean;
        /**
         * The probes of the main container: the path of its startup probe such as `"/ready"`, or more.
         * @default a TCP connection to the port within 240 seconds
         * @example
         * ```ts
         * health: { startup: "/ready", liveness: "/live" }
         * ```
         */
        health?: string | ServiceHealth;
        /**
         * Allocates CPUs for the whole life of an instance, and bills it
         * ({@link https://cloud.google.com/run/docs/configuring/billing-settings instance-based billing}): for work outside of requests. It
         * needs 512 MiB at least.
         * @default false: only while requests are handled; true with a GPU
         */
        cpuAlways?: boolean;
        /**
         * Allocates {@link https://cloud.google.com/run/docs/configuring/services/cpu#startup-boost more CPUs} while an instance starts.
         * @default true
         */
        startupBoost?: boolean;
        /**
         * The {@link https://cloud.google.com/run/docs/configuring/services/gpu GPU} of each instance, which the main container uses: its
         * type, such as `"nvidia-l4"`, or options.
         * @default none
         */
        gpu?: RunGpu["type"] | RunGpu;
        /**
         * The number of instances, fixed or with bounds, and the requests that each handles.
         * @example
         * ```ts
         * scaling: { min: 1, max: 20, concurrency: 40 }
         * ```
         */
        scaling?: ServiceScaling;
        /**
         * {@link https://cloud.google.com/run/docs/configuring/request-timeout Timeout} of a request: `"1 second"` to `"1 hour"`.
         * @default "5 minutes"
         */
        timeout?: Duration;
        /**
         * Sends the requests of a client to the {@link https://cloud.google.com/run/docs/configuring/session-affinity same instance},
         * by a cookie, as far as possible.
         * @default false
         */
        sessionAffinity?: boolean;
        /**
         * The {@link https://cloud.google.com/run/docs/configuring/execution-environments execution environment}: `gen2` has full
         * compatibility with Linux, `gen1` faster cold starts.
         * @default gen2 if a volume or a GPU needs it, else the choice of Cloud Run
         */
        executionEnvironment?: ExecutionEnvironment;
        /**
         * Where requests may come from, independently of `public`: `"internal"` is VPC networks and Google services of the project,
         * `"load-balancer"` also load balancers, `"all"` everywhere. A {@link LoadBalancer} requires `"load-balancer"` or an explicit
         * `"all"`.
         * @default "all" for public services and those with `iap`, else "load-balancer"
         */
        ingress?: Ingress;
        /**
         * Whether the service has its {@link https://cloud.google.com/run/docs/securing/ingress#disable-url URL} on `run.app`, which
         * Eventarc, Cloud Scheduler, Pub/Sub and consumers of its `invoker` call.
         * @default true
         */
        defaultUrl?: boolean;
        /**
         * Allows {@link https://cloud.google.com/run/docs/authenticating/public unauthenticated calls}, without a grant to
         * `allUsers`, which organization policies usually forbid. Otherwise callers need {@link CloudRunService.invoker}.
         * @default false
         * @example
         * ```ts
         * public: true
         * ```
         */
        public?: boolean;
        /**
         * Members who may open the service in a browser, signed in with Google by
         * {@link https://cloud.google.com/run/docs/securing/identity-aware-proxy-cloud-run Identity-Aware Proxy}:
         * `["group:shop@acme.dev"]`. They must belong to the project's organization.
         * @default no Identity-Aware Proxy
         * @example
         * ```ts
         * iap: ["group:shop@acme.com"]
         * ```
         */
        iap?: IapMember[];
        /**
         * {@link https://cloud.google.com/run/docs/configuring/custom-audiences Audiences} in addition to the URL that the ID tokens of callers
         * may have, for example the URL of a custom domain.
         * @default none
         */
        customAudiences?: pulumi.Input<string>[];
        /**
         * The events that call the service, by their names: messages of a topic, events of a bucket, or audit log entries.
         * @default none
         * @example
         * ```ts
         * triggers: { orders: { topic: sales, retries: true }, uploads: { bucket: models } }
         * ```
         */
        triggers?: Record<string, ServiceTrigger>;
        /**
         * How traffic is split between revisions, and which revisions have an address of their own.
         * @default all traffic for the latest revision
         * @example
         * ```ts
         * traffic: { split: { latest: 10, previous: 90 }, tags: { candidate: "latest" } }
         * ```
         */
        traffic?: RunTraffic;
        /**
         * The region of the service. Changing this replaces the service.
         * @default the environment's region
         */
        region?: string;
        /**
         * The regions, with a service of the same name in each of them. A load balancer in front sends requests to the nearest one.
         * @default only `region`
         */
        regions?: string[];
        /**
         * The description of the service: up to 512 characters.
         * @default none
         */
        description?: pulumi.Input<string>;
        /**
         * Sends alerts about errors, latency, used memory and the maximum of instances to the contacts of {@link Alerts}. An object also changes single signals:
         * `{ to: oncall, latency: false }`.
         * @default no alerts
         * @example
         * ```ts
         * alerts: { to: oncall, errors: { threshold: 5 }, latency: false }
         * ```
         */
        alerts?: ComponentAlerts<"errors" | "latency" | "memory" | "instances">;
        /**
         * Callbacks that edit the arguments of child resources.
         * @example
         * ```ts
         * transform: { service: { annotations: { team: "shop" } } }
         * ```
         */
        transform?: {
            service?: Transform<ServiceArgs>;
            account?: Transform<AccountArgs>;
            trigger?: Transform<TriggerArgs>;
            triggerAccount?: Transform<AccountArgs>;
        };
    };

const cloudRunServiceArgs = check.options<CloudRunServiceArgs>({
    ...codeChecks,
    ...runChecks,
    encryptionKey: encryptionKeyOf("run.googleapis.com/Service"),
    port: check.whole(1, 65_535),
    http2: check.flag(),
    health: serviceHealth,
    cpuAlways: check.flag(),
    startupBoost: check.flag(),
    gpu: runGpu,
    scaling,
    timeout: durationWithin(cloudRunLimits.rows.timeout),
    sessionAffinity: check.flag(),
    executionEnvironment: check.oneOf("gen1", "gen2"),
    ingress,
    defaultUrl: check.flag(),
    public: check.flag(),
    iap: check.list(iapMember),
    customAudiences: check.list(check.input(check.text())),
    triggers,
    traffic,
    region,
    regions: check.list(region),
    description: runDescription,
    name: check.nameOf(nameFormats.rows.cloudRunService),
    alerts: componentAlerts(...runServiceSignals),
    transform: transforms("service", "account", "trigger", "triggerAccount"),
    ...check.insecureArgs,
    ...componentArgs,
});

type Defaulted =
    | "port"
    | "http2"
    | "cpu"
    | "memory"
    | "startupBoost"
    | "timeout"
    | "sessionAffinity"
    | "public"
    | "triggers"
    | "regions"
    | "defaultUrl";

/** The options of a service that have no defaults. */
type Optional = "description" | "customAudiences" | "executionEnvironment" | "iap" | "transform";

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<ResolvedRunArgs, "cpu" | "memory">,
        Partial<ImageCode & SourceCode>,
        Required<Pick<CloudRunServiceArgs, Defaulted>>,
        Pick<CloudRunServiceArgs, Optional> {
    health: ServiceHealth;
    cpuAlways: boolean;
    gpu?: Required<RunGpu>;
    ingress: Ingress;
    /** Whether requests from the internet reach it only because `ingress` is left out. */
    isOpenByDefault: boolean;
    scaling: ResolvedScaling;
    traffic: ResolvedTraffic;
    /** The VPC access in each region. */
    networks: Record<string, ResolvedVpcAccess | undefined>;
}

/** The title of a service in errors, and its kind. */
export const serviceWorkload = (component: string) => ({ title: `CloudRunService "${component}"`, kind: "service" });

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: CloudRunServiceArgs, environment: Environment): ResolvedArgs {
    const named = serviceWorkload(component);
    const withDefaults = check.withDefaults(args, {
        ...runDefaults(),
        name: shortenName(component, maxNameWithTag),
        port: 8080,
        http2: false,
        startupBoost: true,
        timeout: "5 minutes",
        sessionAffinity: false,
        public: false,
        triggers: {},
        regions: [Object(args).region ?? environment.region],
        defaultUrl: true,
    });
    const complete = (checked: check.Long<typeof withDefaults>): ResolvedArgs => {
        const gpu = resolveGpu(checked.gpu);
        const size = sizeWithGpu(gpu);
        const { cpu = size.cpu, memory = size.memory } = checked;
        const all = {
            ...(checked as typeof checked & Partial<ImageCode & SourceCode>),
            gpu,
            cpu,
            memory,
            cpuAlways: checked.cpuAlways ?? gpu !== undefined,
            health: resolveHealth(checked.health),
            ...resolveReach(checked),
            scaling: resolveScaling(checked, isBelowOne(cpu), environment),
            traffic: resolveTraffic(checked.traffic),
            networks: {},
        };
        return { ...all, containers: containersOf(all) };
    };
    const resolved = check.resolved(named.title, withDefaults, cloudRunServiceArgs, complete, (all, checked) => [
        ...codeProblems(all),
        ...runProblems(databaseWorkload(named, all), { ...all, args: all }),
        ...serviceProblems(checked, all),
    ]);
    return { ...resolved, networks: resolveNetworks(databaseWorkload(named, resolved), resolved, resolved.regions) };
}

function serviceProblems(args: CloudRunServiceArgs, resolved: ResolvedArgs): (check.Problem | undefined)[] {
    const { scaling, health, sidecars, traffic, gpu, regions, name } = resolved;
    return [
        ...scalingProblems(scaling),
        ...cpuProblems(resolved),
        ...healthProblems(health, true),
        ...Object.entries(sidecars).flatMap(([key, { health = {} }]) => {
            return healthProblems(health, false, `sidecars.${key}.health`);
        }),
        ...(args.traffic ? trafficProblems(name, traffic) : []),
        ...accessProblems(resolved, { triggers: resolved.triggers, tags: traffic.tags }),
        check.when(
            gpu && args.cpuAlways === false,
            "cpuAlways",
            "run/cpu-always-of-gpu",
            "must be true with a GPU (got false). Remove it.",
        ),
        ...regionsProblems(args.region, regions),
    ];
}
