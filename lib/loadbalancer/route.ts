import type { AppEngineApp } from "../appengine";
import { loadBalancingLimits } from "../facts/limits/loadBalancing";
import { nameFormats } from "../facts/names";
import type { ServerlessFunction } from "../functions";
import { type IapMember, iapMember } from "../iam/iapMember";
import * as check from "../internal/arguments/check";
import { type Duration, duration } from "../internal/arguments/duration";
import { isPlainObject } from "../internal/arguments/value";
import type { AnyBucket } from "../storage";
import { type AnyService, app, bucket, groups, type RunServiceBackend, service, typeOf } from "./backend";
import { type BackendTls, backendTls } from "./backendTls";
import { type CdnPolicy, cdn } from "./cdn";
import type { AnyGroup, GroupCapacity } from "./group";
import { type BackendHealthCheck, backendHealth, type ExistingHealthCheck, hostHeader } from "./health";
import { type LoadBalancerLogs, loadBalancerLogs } from "./logs";

/** What a load balancer changes in requests and responses. */
interface HeaderActions {
    /**
     * Headers that the load balancer sets in requests to the service. Values can contain
     * {@link https://cloud.google.com/load-balancing/docs/https/custom-headers variables} such as `{client_region}`.
     * @default none
     */
    requestHeaders?: Record<string, string>;
    /**
     * Headers that the load balancer sets in responses, such as `Strict-Transport-Security`.
     * @default none
     */
    responseHeaders?: Record<string, string>;
}

interface Rewrite {
    /**
     * Replaces the part of the path that the route matches: with `/`, the route `/api/*` sends `/api/orders` as `/orders`.
     * @default the path is not changed
     */
    rewrite?: string;
}

interface Logged {
    /**
     * Logs the requests to the backend.
     * @default the `logging` of the load balancer
     */
    logging?: LoadBalancerLogs | boolean;
}

interface NamedBackend {
    /**
     * The key of the backend in `backends`, and the suffix of its name. Routes to the same component share a backend if they have the same
     * options; routes with other options need another key.
     * @default the name of the component
     */
    backend?: string;
}

/** A route to a Cloud Run service or a function, with options. */
export interface ServiceRoute extends NamedBackend, HeaderActions, Logged, Rewrite {
    /**
     * The `CloudRunService` or `ServerlessFunction`. Of a service in several regions, a global load balancer sends each request to the nearest
     * one, and a regional one to the load balancer of its own region.
     */
    service: AnyService;
    /**
     * The tag of a Cloud Run revision.
     * @default the revisions with traffic
     */
    tag?: string;
    /**
     * Caches responses with {@link https://cloud.google.com/cdn/docs/overview Cloud CDN}; only with `"global-external"`, and not together with
     * `iap`.
     * @default false
     */
    cdn?: CdnPolicy | boolean;
    /**
     * The members that {@link https://cloud.google.com/iap/docs/concepts-overview Identity-Aware Proxy} lets in, or `false` for everybody.
     * Required if another route to the same service has members, also of another load balancer of the program.
     * @default the `iap` of the load balancer
     */
    iap?: IapMember[] | false;
}

/** A route to an App Engine application, only with `"global-external"`. */
export interface AppEngineRoute extends NamedBackend, HeaderActions, Logged, Rewrite {
    /** The application that receives the requests. */
    app: AppEngineApp;
    /**
     * The service of the application.
     * @default the service that the application's dispatch rules select
     */
    service?: string;
    /**
     * Caches responses with Cloud CDN.
     * @default false
     */
    cdn?: CdnPolicy | boolean;
}

/** A route to the objects of a bucket, only with `"global-external"`. */
export interface BucketRoute extends NamedBackend, Pick<HeaderActions, "responseHeaders">, Rewrite {
    /** The bucket, which stays private: only the load balancer may read it. */
    bucket: AnyBucket;
    /**
     * Caches objects with {@link https://cloud.google.com/cdn/docs/overview Cloud CDN}.
     * @default true
     */
    cdn?: CdnPolicy | boolean;
}

/** A route to the instances or endpoints of groups. */
export interface GroupRoute extends NamedBackend, HeaderActions, Logged, Rewrite {
    /**
     * The group, or several of one kind: `AutoscaledInstanceGroup` and `UnmanagedInstanceGroup` with named `ports`, or
     * `NetworkEndpointGroup`. A regional load balancer has groups in its region. An endpoint on the internet is the only one.
     */
    group: AnyGroup | AnyGroup[];
    /**
     * The name of the port of instance groups.
     * @default the only one of the groups
     */
    port?: string;
    /**
     * The protocol of requests to the group. With `https` and `http2`, the load balancer does not verify certificates of instances without
     * `tlsSettings`.
     * @default "https" for endpoints on the internet and published services, "http" for others
     */
    protocol?: check.Short<"http" | "https" | "http2", "HTTP" | "HTTPS" | "HTTP2">;
    /**
     * The certificates that the load balancer accepts, with `https` and `http2`: `{ sni: "backend.acme.com" }`.
     * @default certificates of instances are not verified
     */
    tlsSettings?: BackendTls;
    /**
     * The `Host` header that the group gets: up to 255 characters.
     * @default the host of an endpoint on the internet, otherwise the host of the request
     */
    host?: string;
    /**
     * The health check of the instances or endpoints: a path that responds with 200, such as `"/healthz"`, or more; or one that exists already,
     * `{ existing: "projects/acme-dev/global/healthChecks/shop" }`. Endpoints on the internet and published services have none.
     * @default `health` of an `AutoscaledInstanceGroup`; for others connections by TCP
     */
    health?: string | BackendHealthCheck | ExistingHealthCheck;
    /**
     * The capacity of each group, above which it gets no more requests while there is another group: `{ utilization: 80 }` percent of the CPU,
     * or `{ requestsPerSecond: 100 }` for each instance or endpoint. Endpoints have no utilization.
     * @default { utilization: 80 } for instances, { requestsPerSecond: 100 } for endpoints
     */
    capacity?: GroupCapacity;
    /**
     * How long the load balancer waits for a response: `"1 second"` to `"1 day"`.
     * @default "30 seconds"
     */
    timeout?: Duration;
    /**
     * Caches responses with Cloud CDN; not together with `iap`.
     * @default false
     */
    cdn?: CdnPolicy | boolean;
    /**
     * The members that Identity-Aware Proxy lets in, or `false` for everybody.
     * @default the `iap` of the load balancer
     */
    iap?: IapMember[] | false;
}

/** A service and its share of the requests. */
export interface WeightedService
    extends HeaderActions,
        Pick<ServiceRoute, "service" | "tag" | "iap" | "logging" | "backend"> {
    /** The weight: 0 to 1000. The share is the part of the sum of all weights. */
    weight: number;
}

/** A route to several services by weight. */
export interface SplitRoute extends Rewrite {
    /** At least two services. */
    split: WeightedService[];
}

/** A redirect. */
export interface Redirect {
    /**
     * The host to redirect to.
     * @default the host of the request
     */
    host?: string;
    /**
     * The path to redirect to.
     * @default the path of the request
     */
    path?: string;
    /**
     * Replaces the part of the path that the route matches; not together with `path`.
     * @default the path of the request
     */
    prefix?: string;
    /**
     * Removes the query string.
     * @default false
     */
    stripQuery?: boolean;
    /**
     * The status: permanent (301, 308) or temporary (302, 303, 307).
     * @default 301
     */
    status?: 301 | 302 | 303 | 307 | 308;
}

/** A route that redirects requests. */
export interface RedirectRoute {
    /** Where requests are redirected to: what is left out stays as it is in the request. */
    redirect: Redirect;
}

/** Google Cloud does not combine Cloud CDN with Identity-Aware Proxy. */
type CdnOrIap = { cdn?: false } | { iap?: false };

/** Where a regional load balancer sends requests: to a service, several of them by weight, groups, or another address. */
export type RegionalRoute =
    | RunServiceBackend
    | ServerlessFunction
    | (ServiceRoute & { cdn?: false })
    | AnyGroup
    | (GroupRoute & { cdn?: false })
    | SplitRoute
    | RedirectRoute;

/** Where a global load balancer sends requests: also to buckets and App Engine. */
export type Route =
    | AnyGroup
    | (GroupRoute & CdnOrIap)
    | RunServiceBackend
    | ServerlessFunction
    | AnyBucket
    | AppEngineApp
    | (ServiceRoute & CdnOrIap)
    | (AppEngineRoute & { iap?: never })
    | (BucketRoute & { iap?: never; requestHeaders?: never })
    | SplitRoute
    | RedirectRoute;

/** The name of an HTTP header: RFC 9110. */
const headerName = check.matching(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "must be the name of a header");
const headerValue = check.matching(
    /^[^\r\n]{1,1024}$/,
    "must be the value of a header: up to 1,024 characters on one line",
);
const headers = check.record(headerName, headerValue);
const path = check.matching(
    new RegExp(`^\\/[^?#*\\s]{0,${loadBalancingLimits.rows.path.max - 1}}$`),
    "must be a path such as /, without * and ?",
);
const backendKey = check.nameOf(nameFormats.rows.computeResource);
const host = check.matching(
    nameFormats.rows.domain.pattern,
    "must be a host's name in lower case, such as shop.acme.com",
);

const { weight } = loadBalancingLimits.rows;
const headerActions = { requestHeaders: headers, responseHeaders: headers };
const tag = check.matching(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, "must be the tag of a revision, such as candidate");
/** {@link https://cloud.google.com/compute/docs/reference/rest/v1/backendServices `maxRatePerInstance`}, which can be a fraction. */
const rate = check.custom<number>(
    (value) => typeof value === "number" && value > 0 && value <= 1_000_000,
    "must be a number above 0, up to 1000000 requests a second",
);
const iap = check.literalOr(
    false,
    check.pipe(
        check.list(iapMember, "must be a list of members, or false"),
        check.refine((members) => members.length > 0, "must have a member, or be false for everybody"),
    ),
);

const serverlessTimeout =
    "The load balancer waits up to 60 minutes for serverless backends, which Google Cloud does not let you change. Set the timeout of the service.";
const unknownHints = { timeout: serverlessTimeout };

const serviceRoute = check.explainedOptions<ServiceRoute>(
    unknownHints,
    { service, tag, cdn, iap, logging: loadBalancerLogs, backend: backendKey, rewrite: path, ...headerActions },
    "service",
);
const appRoute = check.explainedOptions<AppEngineRoute>(
    { ...unknownHints, iap: "App Engine has its own: set iap of the AppEngineApp." },
    {
        app,
        service: check.nameOf(nameFormats.rows.appEngineService),
        cdn,
        logging: loadBalancerLogs,
        backend: backendKey,
        rewrite: path,
        ...headerActions,
    },
    "app",
);
const bucketRoute = check.explainedOptions<BucketRoute>(
    {
        iap: "Identity-Aware Proxy does not support buckets.",
        requestHeaders: "Cloud Storage gets no headers of its own. responseHeaders sets the headers of the response.",
    },
    { bucket, cdn, backend: backendKey, rewrite: path, responseHeaders: headers },
    "bucket",
);
const groupRoute = check.options<GroupRoute>(
    {
        group: groups,
        port: check.text(),
        protocol: check.inAnyCase("http", "https", "http2"),
        tlsSettings: backendTls,
        host: hostHeader,
        health: backendHealth,
        capacity: check.variant({
            utilization: check.options<{ utilization: number }>(
                { utilization: check.whole(1, 100, "percent") },
                "utilization",
            ),
            requestsPerSecond: check.options<{ requestsPerSecond: number }>(
                { requestsPerSecond: rate },
                "requestsPerSecond",
            ),
        }),
        timeout: duration("1 second", "1 day"),
        cdn,
        iap,
        logging: loadBalancerLogs,
        backend: backendKey,
        rewrite: path,
        ...headerActions,
    },
    "group",
);
const splitRoute = check.options<SplitRoute>(
    {
        split: check.pipe(
            check.list(
                check.options<WeightedService>(
                    {
                        service,
                        tag,
                        iap,
                        logging: loadBalancerLogs,
                        backend: backendKey,
                        weight: check.whole(weight.min, weight.max),
                        ...headerActions,
                    },
                    "service",
                    "weight",
                ),
            ),
            check.refine((all) => all.length >= 2, "must have at least two services"),
        ),
        rewrite: path,
    },
    "split",
);
const statuses = [301, 302, 303, 307, 308];
const redirectRoute = check.options<RedirectRoute>(
    {
        redirect: check.options<Redirect>({
            host,
            path,
            prefix: path,
            stripQuery: check.flag(),
            status: check.custom(
                (value) => statuses.includes(value as number),
                `must be one of ${statuses.join(", ")}`,
            ),
        }),
    },
    "redirect",
);

const target = check.custom<Route>(
    (value) => typeOf(value) !== undefined,
    "must be a CloudRunService, ServerlessFunction, StorageBucket, AppEngineApp, AutoscaledInstanceGroup, UnmanagedInstanceGroup or NetworkEndpointGroup",
);

/** A route with an `app` can name its `service` too. */
const routeWithOptions = check.either(
    (value) => isPlainObject(value) && value.app !== undefined,
    appRoute,
    check.variant({
        service: serviceRoute,
        group: groupRoute,
        bucket: bucketRoute,
        split: splitRoute,
        redirect: redirectRoute,
    }),
);

/** Checks a route. */
export const route: check.Check<Route> = check.componentOr(target, routeWithOptions) as check.AnyCheck;

/** Checks the key of a route: a path, or a host and a path. */
export const routeKey = check.matching(
    /^([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+)?\/([^?#*\s]*\/)?([^?#*/\s]+|\*)?$/,
    "a route must be a path such as /, /about or /api/*, or a host with a path such as admin.acme.com/*, with * only at the end",
);
