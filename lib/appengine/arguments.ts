import type { ApplicationUrlDispatchRulesArgs } from "@pulumi/gcp/appengine/applicationUrlDispatchRules";
import type { DomainMappingArgs } from "@pulumi/gcp/appengine/domainMapping";
import type { FirewallRuleArgs } from "@pulumi/gcp/appengine/firewallRule";
import type { JobArgs } from "@pulumi/gcp/cloudscheduler/job";
import type { QueueArgs } from "@pulumi/gcp/cloudtasks/queue";
import type { WebTypeAppEngingIamMemberArgs } from "@pulumi/gcp/iap/webTypeAppEngingIamMember";
import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import type { BucketObjectArgs } from "@pulumi/gcp/storage/bucketObject";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import { nameFormats } from "../facts/names";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { labels } from "../internal/labels";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { appEngineSignals } from "../monitoring/signals/serving";
import { type CronJob, cron } from "./calls/cron";
import { queues, type TaskQueue } from "./calls/queues";
import type { ApplicationArgs } from "./dynamic";
import { type DispatchRule, dispatch } from "./entry/dispatch";
import { type Domain, domains } from "./entry/domains";
import { type Firewall, firewall } from "./entry/firewall";
import { type Iap, iap } from "./entry/iap";
import { type AppEngineRegion, region } from "./region";
import { type AppEngineServiceArgs, service } from "./service/arguments";

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

/**
 * The name of a service is a part of its
 * {@link https://cloud.google.com/appengine/docs/standard/how-requests-are-routed URL}.
 */
const serviceName = check.matching(
    nameFormats.rows.appEngineService.pattern,
    `the name of a service ${nameFormats.rows.appEngineService.rule}`,
);

/** Checks each argument. */
export const appArgs = check.options<AppEngineAppArgs>(
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
