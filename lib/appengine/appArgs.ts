import type { ApplicationUrlDispatchRulesArgs } from "@pulumi/gcp/appengine/applicationUrlDispatchRules";
import type { DomainMappingArgs } from "@pulumi/gcp/appengine/domainMapping";
import type { FirewallRuleArgs } from "@pulumi/gcp/appengine/firewallRule";
import type { JobArgs } from "@pulumi/gcp/cloudscheduler/job";
import type { QueueArgs } from "@pulumi/gcp/cloudtasks/queue";
import type { WebTypeAppEngingIamMemberArgs } from "@pulumi/gcp/iap/webTypeAppEngingIamMember";
import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import type { BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import type { Environment } from "../environment/environment";
import * as check from "../internal/arguments/check";
import { labels } from "../internal/arguments/labels";
import { type Transform, transforms } from "../internal/engine/children";
import { filesOf, type SourceFile } from "../internal/sources/listing";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { appEngineSignals } from "../monitoring/signals/serving";
import { type CronJob, cron, cronProblems } from "./calls/cron";
import { queueProblems, queues, type TaskQueue } from "./calls/queues";
import type { ApplicationArgs } from "./dynamic";
import { type DispatchRule, dispatch, dispatchProblems } from "./entry/dispatch";
import { type Domain, domainProblems, domains } from "./entry/domains";
import { type Firewall, firewall, firewallProblems } from "./entry/firewall";
import { type Iap, iap, iapProblems } from "./entry/iap";
import { callersOf, ingressProblems } from "./ingress";
import { type AppEngineRegion, locationIn, region } from "./region";
import { connectorRangeProblems } from "./service/connector";
import {
    type AppEngineServiceArgs,
    type ResolvedService,
    resolveService,
    service,
    serviceProblems,
} from "./service/serviceArgs";
import { appReferenceProblems } from "./service/uses";
import { addressProblem, serviceName } from "./serviceNames";

/** The arguments of an {@link AppEngineApp}. */
export interface AppEngineAppArgs extends ComponentArgs, check.InsecureArgs, check.AllowUnlistedArgs {
    /**
     * The services by name. A name has lower-case letters, digits and hyphens; the name, `-dot-` and the project's ID have at
     * most {@link https://cloud.google.com/appengine/docs/standard/how-requests-are-routed 63 characters} in total. An
     * application needs its `default` service first; leave it out only if another program deploys it.
     */
    services: Record<string, AppEngineServiceArgs>;
    /**
     * The {@link https://cloud.google.com/appengine/docs/standard/locations region} of the application, which cannot be
     * changed because a project has only one application. An existing application is adopted; a region other than its own
     * is refused.
     * @default the environment's region
     */
    region?: AppEngineRegion;
    /**
     * Whether the application serves requests. `USER_DISABLED`
     * {@link https://cloud.google.com/appengine/docs/admin-api/reference/rest/v1/apps disables} it: it serves no requests,
     * and automatically scaled versions start no instances.
     * @default "SERVING"
     */
    servingStatus?: "SERVING" | "USER_DISABLED";
    /**
     * The {@link https://cloud.google.com/appengine/docs/admin-api/reference/rest/v1/apps SSL policy}: `MODERN` supports TLS
     * 1.2 and later with modern ciphers, `DEFAULT` also older versions.
     * @default "MODERN"
     */
    sslPolicy?: "MODERN" | "DEFAULT";
    /**
     * {@link https://cloud.google.com/iap/docs/concepts-overview Identity-Aware Proxy} for the whole application: only
     * signed-in members reach it.
     * @default none: everyone that the firewall and a service's `ingress` allow
     */
    iap?: Iap;
    /**
     * The dispatch rules, which select a service by the host and path of a request; the first matching rule is used.
     * @default routing by host: `<service>-dot-<project>…`, and `default` for all others
     */
    dispatch?: DispatchRule[];
    /**
     * Custom domains, with certificates that Google creates and renews.
     * @default only the application's `….appspot.com` domain
     */
    domains?: Record<string, Domain>;
    /**
     * The firewall: from which addresses requests reach the application, for all services and domains.
     * @default all addresses
     */
    firewall?: Firewall;
    /**
     * Scheduled requests to services, by name.
     * @default none
     */
    cron?: Record<string, CronJob>;
    /**
     * Cloud Tasks queues whose tasks are requests to services, by name.
     * @default none
     */
    queues?: Record<string, TaskQueue>;
    /**
     * Labels of the bucket for the services' files: at most
     * {@link https://cloud.google.com/resource-manager/docs/labels-overview 64}. App Engine's own resources do not support
     * labels.
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /**
     * Sends alerts about errors and latency to the contacts of {@link Alerts}. An object also changes single signals:
     * `{ to: oncall, latency: false }`.
     * @default no alerts
     */
    alerts?: ComponentAlerts<"errors" | "latency">;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        application?: Transform<ApplicationArgs>;
        sourceBucket?: Transform<BucketArgs>;
        file?: Transform<BucketObjectArgs>;
        dispatch?: Transform<ApplicationUrlDispatchRulesArgs>;
        domain?: Transform<DomainMappingArgs>;
        firewall?: Transform<FirewallRuleArgs>;
        cron?: Transform<JobArgs>;
        queue?: Transform<QueueArgs>;
        iapMember?: Transform<WebTypeAppEngingIamMemberArgs>;
    };
}

/** Checks each argument. */
const appArgs = check.options<AppEngineAppArgs>(
    {
        services: check.pipe(
            check.record(serviceName, service),
            check.refine((value) => Object.keys(value as object).length > 0, "must have a service at least"),
        ),
        region,
        servingStatus: check.oneOf("SERVING", "USER_DISABLED"),
        sslPolicy: check.oneOf("MODERN", "DEFAULT"),
        iap,
        dispatch,
        domains,
        firewall,
        cron,
        queues,
        labels,
        alerts: componentAlerts(...appEngineSignals),
        transform: transforms(
            "application",
            "sourceBucket",
            "file",
            "dispatch",
            "domain",
            "firewall",
            "cron",
            "queue",
            "iapMember",
        ),
        ...check.allowUnlistedArgs,
        ...check.insecureArgs,
        ...componentArgs,
    },
    "services",
);

type Optional =
    | "alerts"
    | "services"
    | "iap"
    | "firewall"
    | "labels"
    | "transform"
    | "allowUnlisted"
    | "crossProject"
    | "insecure";

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Required<Omit<AppEngineAppArgs, Optional>>,
        Pick<AppEngineAppArgs, Exclude<Optional, "services">> {
    /** Starts with `default`, which App Engine requires first. */
    services: ResolvedService[];
    /** Whether Cloud Scheduler or Cloud Tasks call the application. */
    isCalled: boolean;
}

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: AppEngineAppArgs, environment: Environment): ResolvedArgs {
    const completed = check.withDefaults(args, {
        region: (locationIn(environment.region) && environment.region) as AppEngineRegion,
        servingStatus: "SERVING",
        sslPolicy: "MODERN",
        dispatch: [],
        domains: {},
        cron: {},
        queues: {},
    });
    const { checked, services } = check.resolved(
        `AppEngineApp "${component}"`,
        completed,
        appArgs,
        (all) => ({ checked: all, services: resolveServices(all, environment) }),
        (all) => problems(all.checked, all.services, environment),
    );
    const ofApp = services
        .map(({ service }) => service)
        .sort((one, other) => Number(other.key === "default") - Number(one.key === "default"));
    return { ...checked, services: ofApp, isCalled: isCalled(checked) };
}

interface ServiceOfApp {
    args: check.Long<AppEngineServiceArgs>;
    /** The files that gcloud would upload; none for an image. */
    files: readonly SourceFile[];
    service: ResolvedService;
}

function resolveServices(args: check.Long<AppEngineAppArgs>, environment: Environment): ServiceOfApp[] {
    const { domains = {}, iap } = args;
    return Object.entries(args.services).map(([key, each]) => {
        const files = each.source === undefined ? [] : filesOf(each.source, ".gitignore");
        const hasCallers = Object.keys(domains).length > 0 || callersOf(key, args).length > 0;
        const service = resolveService(key, each, files, environment, iap !== undefined, hasCallers);
        return { args: each, files, service };
    });
}

const isCalled = ({ cron = {}, queues = {} }: AppEngineAppArgs) => Object.keys({ ...cron, ...queues }).length > 0;

function problems(
    args: AppEngineAppArgs,
    resolved: readonly ServiceOfApp[],
    { region: ofEnvironment, project }: Environment,
): (check.Problem | undefined)[] {
    const { services, region, dispatch = [], domains = {}, cron = {}, queues = {}, firewall, iap } = args;
    const names = Object.keys(services);
    return [
        check.when(
            region === undefined,
            "region",
            "appengine/region-without-app-engine",
            `is missing, and App Engine is not available in ${ofEnvironment}. Choose one of "App Engine locations", such as europe-west1.`,
        ),
        ...names.map((name) => addressProblem(name, project)),
        ...resolved.flatMap(({ args: given, files, service }) =>
            [
                ...serviceProblems(given, service, files, region),
                ...appReferenceProblems(service.uses, { queues: Object.keys(queues), services: names }),
            ].map((problem) => ({
                ...problem,
                path: ["services", service.key, problem.path].filter(Boolean).join("."),
            })),
        ),
        ...connectorRangeProblems(services),
        ...dispatchProblems(dispatch, names),
        ...domainProblems(domains),
        ...ingressProblems(args),
        ...cronProblems(cron, names),
        ...queueProblems(queues, names),
        ...(firewall ? firewallProblems(firewall, isCalled(args)) : []),
        ...(iap ? iapProblems(iap) : []),
    ];
}
