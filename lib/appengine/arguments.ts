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
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { labels } from "../internal/labels";
import { type CronJob, cron } from "./calls/cron";
import { queues, type TaskQueue } from "./calls/queues";
import type { ApplicationArgs } from "./dynamic";
import { type Iap, iap } from "./entry/access";
import { type DispatchRule, dispatch } from "./entry/dispatch";
import { type Domain, domains } from "./entry/domains";
import { type Firewall, firewall } from "./entry/firewall";
import { type AppEngineLocation, location } from "./location";
import { type AppEngineServiceArgs, service } from "./service/arguments";

/** The arguments of an {@link AppEngineApp}. */
export interface AppEngineAppArgs extends ComponentArgs, check.AllowUnlistedArgs {
    /**
     * The services by their names, each of lower-case letters, digits and hyphens, which with the project's id and `-dot-` between them
     * have up to 63 characters ("How requests are routed"). An application needs its `default` before any other; a program
     * may leave it out where another one deploys it.
     */
    services: Record<string, AppEngineServiceArgs>;
    /**
     * Where the application is, for ever: a project has one application, and it cannot be moved ("App Engine locations"). One that is
     * there already is adopted; another place than its own is refused.
     * @default the environment's region
     */
    location?: AppEngineLocation;
    /**
     * Whether the application answers requests: `USER_DISABLED` answers none, and starts no instance of an automatically scaled
     * version ("Disabling your application").
     * @default "SERVING"
     */
    servingStatus?: "SERVING" | "USER_DISABLED";
    /**
     * Which versions of TLS the application speaks: `MODERN` is 1.2 and newer with the ciphers of today, `DEFAULT` older ones as well
     * ("REST Resource: apps", `sslPolicy`).
     * @default "MODERN"
     */
    sslPolicy?: "MODERN" | "DEFAULT";
    /**
     * Identity-Aware Proxy before the whole application: who signs in, and is let in, alone reaches it ("Enabling IAP for App Engine").
     * @default none: whoever the firewall and a service's `ingress` let in
     */
    iap?: Iap;
    /**
     * Which service answers by the host and the path of a request; the first rule that fits counts.
     * @default by the host alone: `<service>-dot-<project>…`, and `default` for any other
     */
    dispatch?: DispatchRule[];
    /**
     * Domains of one's own, by their names, with certificates that Google makes and renews.
     * @default none but the application's own `….appspot.com`
     */
    domains?: Record<string, Domain>;
    /**
     * From where requests reach the application, whichever service and domain they are for.
     * @default from everywhere
     */
    firewall?: Firewall;
    /**
     * Requests to services at set times, by name.
     * @default none
     */
    cron?: Record<string, CronJob>;
    /**
     * Queues of Cloud Tasks whose tasks are requests to services, by name.
     * @default none
     */
    queues?: Record<string, TaskQueue>;
    /**
     * Labels of the bucket of the services' files: at most 64 ("Requirements for labels"). App Engine's own resources have none.
     * @default those of the environment
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** The last word on a child's arguments. */
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

/** "How requests are routed": a service's name is a part of its address. */
const serviceName = check.matching(
    /^(?!ah-|.*-dot-)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "a service's name must have up to 63 lower-case letters, digits and -, start and end with a letter or digit, and have no ah- before and no -dot- in it",
);

/** Checks each argument by itself. */
export const appArgs = check.options<AppEngineAppArgs>(
    {
        services: check.pipe(
            check.record(serviceName, service),
            check.refine((given) => Object.keys(given as object).length > 0, "must have a service at least"),
        ),
        location,
        servingStatus: check.oneOf("SERVING", "USER_DISABLED"),
        sslPolicy: check.oneOf("MODERN", "DEFAULT"),
        iap,
        dispatch,
        domains,
        firewall,
        cron,
        queues,
        labels,
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
        ...componentArgs,
    },
    "services",
);
