import type { ServiceArgs } from "@pulumi/gcp/cloudrunv2/service";
import type { TriggerArgs } from "@pulumi/gcp/eventarc/trigger";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import { cloudRunLimits } from "../facts/limits/cloudRun";
import { nameFormats } from "../facts/names";
import { type IapMember, iapMember } from "../iam/iapMember";
import { type AuditTrigger, type BucketTrigger, eventOptions, type TopicTrigger } from "../iam/serverless/events";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { type Duration, durationWithin } from "../internal/duration";
import { type Ingress, ingress } from "../internal/ingress";
import { region } from "../internal/places";
import { path } from "../internal/scheduler";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { runServiceSignals } from "../monitoring/signals/serving";
import { type Code, codeChecks, type RunArgs, runChecks } from "./arguments";
import { type ServiceHealth, serviceHealth } from "./health";
import { type ExecutionEnvironment, type RunGpu, runGpu } from "./resources";
import { type RunTraffic, traffic } from "./traffic";

/** Instances by load. */
export interface AutomaticScaling {
    /**
     * {@link https://cloud.google.com/run/docs/configuring/min-instances Minimum instances} of the service, kept running without
     * requests: 0 to 1000. Revisions share them by their traffic.
     * @default 0; 1 in production
     */
    min?: number;
    /**
     * {@link https://cloud.google.com/run/docs/configuring/max-instances Maximum instances} of the service, of all revisions
     * together, and of each of them: 1 to 1000.
     * @default 3 in development, 10 in staging, 100 in production; 1 with a GPU, of which projects have few
     */
    max?: number;
    /**
     * Limits of only the latest revision, for example to keep instances of a canary running that has no traffic yet.
     * @default no minimum, and the maximum of the service
     */
    revision?: { min?: number; max?: number };
    /**
     * Requests that an instance handles {@link https://cloud.google.com/run/docs/about-concurrency concurrently}: 1 to 1000. More
     * than 1 needs at least one CPU.
     * @default 80; 1 with less than one CPU
     */
    concurrency?: number;
}

/** A fixed number of instances. */
export interface ManualScaling {
    /**
     * The {@link https://cloud.google.com/run/docs/configuring/services/manual-scaling number of instances}, whatever the load: 0 to
     * 1000. 0 stops the service.
     */
    instances: number;
    /**
     * Requests that an instance handles {@link https://cloud.google.com/run/docs/about-concurrency concurrently}: 1 to 1000. More
     * than 1 needs at least one CPU.
     * @default 80; 1 with less than one CPU
     */
    concurrency?: number;
}

/** A fixed number of instances, or bounds, and the requests that each handles. */
export type ServiceScaling = number | check.OneOf<AutomaticScaling | ManualScaling>;

interface EventDelivery {
    /**
     * The path of the requests, starting with `/`.
     * @default "/"
     */
    path?: string;
}

/** Events that Eventarc delivers to a service, as {@link https://cloud.google.com/eventarc/docs/workflows/cloudevents CloudEvents}. */
export type ServiceTrigger = check.OneOf<
    (TopicTrigger & EventDelivery) | (BucketTrigger & EventDelivery) | (AuditTrigger & EventDelivery)
>;

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
        /** The number of instances, fixed or with bounds, and the requests that each handles. */
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
         */
        public?: boolean;
        /**
         * Members who may open the service in a browser, signed in with Google by
         * {@link https://cloud.google.com/run/docs/securing/identity-aware-proxy-cloud-run Identity-Aware Proxy}:
         * `["group:shop@acme.dev"]`. They must belong to the project's organization.
         * @default no Identity-Aware Proxy
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
         */
        triggers?: Record<string, ServiceTrigger>;
        /**
         * How traffic is split between revisions, and which have an address of their own.
         * @default all traffic for the latest revision
         */
        traffic?: RunTraffic;
        /**
         * The region. Changing this replaces the service.
         * @default the environment's region
         */
        region?: string;
        /**
         * Several regions: a service of the same name in each of them. A load balancer in front sends requests to the nearest one.
         * @default only `region`
         */
        regions?: string[];
        /**
         * The description: up to 512 characters.
         * @default none
         */
        description?: pulumi.Input<string>;
        /**
         * Sends alerts about errors, latency, used memory and the maximum of instances to the contacts of {@link Alerts}. An object also changes single signals:
         * `{ to: oncall, latency: false }`.
         * @default no alerts
         */
        alerts?: ComponentAlerts<"errors" | "latency" | "memory" | "instances">;
        /** Callbacks that edit the arguments of child resources. */
        transform?: {
            service?: Transform<ServiceArgs>;
            account?: Transform<AccountArgs>;
            trigger?: Transform<TriggerArgs>;
            triggerAccount?: Transform<AccountArgs>;
        };
    };

const { instances, concurrency, timeout } = cloudRunLimits.rows;

const bounds = { min: check.whole(0, instances.max), max: check.whole(1, instances.max) };
const requests = check.whole(concurrency.min, concurrency.max);

const fixed = check.whole(0, instances.max);

const scaling: check.Check<ServiceScaling> = check.either(
    (value) => typeof value === "number",
    fixed,
    check.either(
        (value) => Object(value).instances !== undefined,
        check.options<ManualScaling>({ instances: fixed, concurrency: requests }, "instances"),
        check.options<AutomaticScaling>({
            ...bounds,
            concurrency: requests,
            revision: check.options<NonNullable<AutomaticScaling["revision"]>>(bounds),
        }),
    ),
);

/** The key of a trigger is part of the names of its resources. */
const triggerName = check.matching(
    /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
    "a trigger's name must have lower-case letters, digits and hyphens, and start with a letter",
);

const { topic, bucket, audit } = eventOptions;

const trigger: check.Check<ServiceTrigger> = check.variant({
    topic: check.options<TopicTrigger & EventDelivery>({ ...topic, path }, "topic"),
    bucket: check.options<BucketTrigger & EventDelivery>({ ...bucket, path }, "bucket"),
    audit: check.options<AuditTrigger & EventDelivery>({ ...audit, path }, "audit"),
});

export const cloudRunServiceArgs = check.options<CloudRunServiceArgs>({
    ...codeChecks,
    ...runChecks,
    port: check.whole(1, 65_535),
    http2: check.flag(),
    health: serviceHealth,
    cpuAlways: check.flag(),
    startupBoost: check.flag(),
    gpu: runGpu,
    scaling,
    timeout: durationWithin(timeout),
    sessionAffinity: check.flag(),
    executionEnvironment: check.oneOf("gen1", "gen2"),
    ingress,
    defaultUrl: check.flag(),
    public: check.flag(),
    iap: check.list(iapMember),
    customAudiences: check.list(check.input(check.text())),
    triggers: check.record(triggerName, trigger),
    traffic,
    region,
    regions: check.list(region),
    description: check.input(
        check.pipe(
            check.text(),
            check.refine((text) => String(text).length <= 512, "must have up to 512 characters"),
        ),
    ),
    name: check.nameOf(nameFormats.rows.cloudRunService),
    alerts: componentAlerts(...runServiceSignals),
    transform: transforms("service", "account", "trigger", "triggerAccount"),
    ...check.insecureArgs,
    ...componentArgs,
});
