import type { BackendBucket } from "@pulumi/gcp/compute/backendBucket";
import type { BackendService } from "@pulumi/gcp/compute/backendService";
import type { RegionBackendService } from "@pulumi/gcp/compute/regionBackendService";
import type { RegionNetworkEndpointGroup } from "@pulumi/gcp/compute/regionNetworkEndpointGroup";
import * as pulumi from "@pulumi/pulumi";
import type { AppEngineApp } from "../appengine";
import type { ServerlessFunction } from "../functions";
import { duplicateMembers, type IapMember } from "../iam/iapMember";
import type { Capability } from "../internal/access/capability";
import { deferredError, programPlace } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import * as sdk from "../internal/engine/pulumiSdk";
import { openByDefault } from "../internal/network/ingress";
import type { AnyBucket } from "../storage";
import { type CdnPolicy, cdnProblems } from "./cdn";
import { type AnyGroup, type GroupTarget, groupProblems, otherRegionProblem } from "./group";
import type { LoadBalancerLogs } from "./logs";
import type { LoadBalancerType } from "./types";

/** A Cloud Run service in one region. */
export interface RegionalRunService {
    readonly name: pulumi.Output<string>;
    readonly location: pulumi.Output<string>;
    /** Undefined for a service that exists already. */
    readonly ingress?: pulumi.Output<string>;
    readonly defaultUriDisabled?: pulumi.Output<boolean | undefined>;
}

/** What a load balancer needs of a `CloudRunService`. */
export interface RunServiceBackend {
    readonly service: RegionalRunService;
    /** The service in each region; undefined for one that exists already. */
    readonly services?: Readonly<Record<string, RegionalRunService>>;
    readonly invoker: Pick<Capability, "grants">;
}

/** A Cloud Run service or a function, which is one as well. */
export type AnyService = RunServiceBackend | ServerlessFunction;

const types = [
    "CloudRunService",
    "ServerlessFunction",
    "StorageBucket",
    "AppEngineApp",
    "AutoscaledInstanceGroup",
    "UnmanagedInstanceGroup",
    "NetworkEndpointGroup",
] as const;

const groupTypes = ["AutoscaledInstanceGroup", "UnmanagedInstanceGroup", "NetworkEndpointGroup"];

/** Whether a value is a group of instances or endpoints. */
export const isGroup = (value: unknown): value is AnyGroup => groupTypes.includes(String(typeOf(value)));

/** The component that a value is, or that creates what exists already; undefined for others. */
export function typeOf(value: unknown): (typeof types)[number] | undefined {
    const token = sdk.typeOf(value) ?? Reflect.get(Object(value), "existing");
    const type = types.find((one) => token === one || token === `slipway:index:${one}`);
    // A function that exists already has a URL, but no name.
    const property = { CloudRunService: "service", ServerlessFunction: "function" }[String(type)];
    return property === undefined || Reflect.get(Object(value), property) ? type : undefined;
}

const ofType = <Component>(wording: string, ...allowed: string[]) =>
    check.custom<Component>((value) => allowed.includes(String(typeOf(value))), wording);

export const service = ofType<AnyService>(
    "must be a CloudRunService or a ServerlessFunction of the program",
    "CloudRunService",
    "ServerlessFunction",
);

export const bucket = ofType<AnyBucket>("must be a StorageBucket", "StorageBucket");

export const app = ofType<AppEngineApp>("must be an AppEngineApp", "AppEngineApp");

const group = ofType<AnyGroup>(
    "must be an AutoscaledInstanceGroup, an UnmanagedInstanceGroup or a NetworkEndpointGroup",
    ...groupTypes,
);

/** Checks a group, or several. */
export const groups = check.either(
    Array.isArray,
    check.pipe(
        check.list(group),
        check.refine(
            (all) => all.length > 0 && new Set(all).size === all.length,
            "must be a list of different groups with at least one",
        ),
    ),
    group,
);

/** What a backend leads to. */
export type Target =
    | { kind: "service"; component: AnyService; tag?: string }
    | { kind: "app"; component: AppEngineApp; service?: string }
    | { kind: "bucket"; component: AnyBucket }
    | GroupTarget;

/** The components that a target leads to. */
export const componentsOf = (target: Target): readonly object[] =>
    target.kind === "group" ? target.groups : [target.component];

/** A backend of the load balancer, which several routes can share. */
export interface ResolvedBackend {
    key: string;
    /** The first route to it. */
    path: string;
    target: Target;
    cdn: CdnPolicy | boolean;
    iap: readonly IapMember[];
    /** Whether the route lets everybody in by `iap: false`. */
    isOpen: boolean;
    /** What is logged, if not by the load balancer's option. */
    logging?: LoadBalancerLogs | boolean;
    /** The headers of the responses of a bucket; headers of services are actions of the URL map. */
    responseHeaders: Record<string, string>;
}

/** The resources of a backend. */
export interface LoadBalancerBackend {
    /** The backend service, or the backend bucket. */
    readonly backend: BackendService | RegionBackendService | BackendBucket;
    /** The serverless network endpoint groups, one for each region of the service; none for others. */
    readonly endpointGroups: readonly RegionNetworkEndpointGroup[];
}

/** The name and the region of a Cloud Run service. */
export interface ServicePlace {
    name: pulumi.Output<string>;
    region: pulumi.Output<string>;
    /** The resource to wait for; undefined for a service that exists already. */
    resource?: pulumi.Resource;
}

/** Which requests reach a service, in words of both APIs. */
const ingressOf = (setting = ""): "all" | "internal" | undefined =>
    /_ALL$/.test(setting) ? "all" : /_INTERNAL_ONLY$/.test(setting) ? "internal" : undefined;

/** How the load balancer protects its backends. */
export interface Protection {
    component: string;
    isInternal: boolean;
    /** The region of a regional load balancer. */
    region?: string;
    /** Whether it has a Cloud Armor policy. */
    hasPolicy: boolean;
}

/**
 * What protects a backend, and is lost for requests that do not pass the load balancer:
 * https://cloud.google.com/run/docs/securing/ingress, https://cloud.google.com/functions/docs/networking/network-settings
 */
function protections({ hasPolicy }: Protection, { iap }: ResolvedBackend): string {
    return [...(iap.length > 0 ? ["Identity-Aware Proxy"] : []), ...(hasPolicy ? ["Cloud Armor"] : [])].join(" and ");
}

/** What is wrong with the ingress of a backend. */
function ingressProblem(
    ingress: string | undefined,
    hasOwnUrl: boolean,
    how: string,
    backend: ResolvedBackend,
    protection: Protection,
): check.Problem | undefined {
    const all = protections(protection, backend);
    const setting = ingressOf(ingress);
    if (setting === "all" && hasOwnUrl && all !== "") {
        const reason = `accepts requests to its own URL, which bypass ${all}. Set ${how}.`;
        return check.problem(backend.path, "loadbalancer/backend-bypass", reason);
    }
    return check.when(
        setting === "internal" && !protection.isInternal,
        backend.path,
        "loadbalancer/backend-ingress",
        `does not accept requests of an external load balancer. Set ${how}.`,
    );
}

/** The settings of a service that decide who reaches it. */
interface Reach {
    region: string;
    ingress?: string;
    hasOwnUrl: boolean;
    isFunction: boolean;
}

/** What is wrong with a service behind a load balancer: it can be reached without it, or not at all through it. */
export function placeProblems(
    backend: ResolvedBackend,
    { region, ingress, hasOwnUrl, isFunction }: Reach,
    protection: Protection,
): check.Problem[] {
    const of = isFunction ? "in the http trigger of the function" : "of the service";
    const how = `ingress: "load-balancer" ${of}`;
    return [
        ingressProblem(ingress, hasOwnUrl, how, backend, protection),
        otherRegionProblem(backend.path, region, protection.region),
    ].filter((problem) => problem !== undefined);
}

/**
 * The places of a Cloud Run service, or of the one behind a function: of a service in several regions all of them, or the region of the load
 * balancer. Each has the suffix of its endpoint group's name.
 */
export function placesOf(
    backend: ResolvedBackend,
    component: AnyService,
    protection: Protection,
): (ServicePlace & { suffix: string })[] {
    if ("function" in component) {
        return [{ suffix: "", ...placeOf(backend, component.function, functionSettings(component), protection) }];
    }
    const { service, services = { "": service } } = component;
    const { region } = protection;
    const chosen = region === undefined ? Object.entries(services) : [["", services[region] ?? service] as const];
    return chosen.map(([suffix, one], index) => ({
        suffix: index === 0 ? "" : `-${suffix}`,
        ...placeOf(backend, one, runSettings(one), protection),
    }));
}

/**
 * The place of a service in one region, which can be replaced while the endpoint group exists. At preview, it fails if the service can be
 * reached without the load balancer, or not at all through it.
 */
function placeOf(
    backend: ResolvedBackend,
    service: RegionalRunService | ServerlessFunction["function"],
    settings: Settings,
    protection: Protection,
): ServicePlace {
    const place = programPlace();
    const { name, location } = service;
    const isFunction = "serviceConfig" in service;
    const checked = pulumi.all([name, location, ...settings]).apply(([known, region, ingress, noUrl]) => {
        const reach = { region: region as string, ingress: ingress as string, hasOwnUrl: noUrl !== true, isFunction };
        refuse(placeProblems(backend, reach, protection), protection, place);
        return { name: known as string, region: reach.region };
    });
    return { name: sdk.detached(checked.name), region: sdk.detached(checked.region), resource: resourceOf(service) };
}

/** The ingress settings of App Engine, in words of both other APIs. */
const appIngress: Record<string, string> = { all: "_ALL", internal: "_INTERNAL_ONLY" };

/** The services of an application to which a backend leads: one of them, or those that its dispatch rules select. */
function appServices({ component: { services }, service }: Extract<Target, { kind: "app" }>) {
    return Object.entries(services).filter(([key]) => service === undefined || key === service);
}

/** What is wrong with the ingress settings of an application's services. */
export function appProblems(
    backend: ResolvedBackend,
    ingresses: readonly (readonly [string, string])[],
    protection: Protection,
): check.Problem[] {
    return ingresses.flatMap(([key, ingress]) => {
        const how = `ingress: "load-balancer" of services.${key} of the AppEngineApp`;
        return ingressProblem(appIngress[ingress], true, how, backend, protection) ?? [];
    });
}

/** The region of an application. At preview, it fails if a service can be reached without the load balancer, or not at all through it. */
export function appRegion(
    backend: ResolvedBackend,
    target: Extract<Target, { kind: "app" }>,
    protection: Protection,
): pulumi.Output<string> {
    const place = programPlace();
    const ingresses = appServices(target).map(([key, { ingress }]) => [key, ingress] as const);
    return pulumi.output(target.component.region).apply((region) => {
        refuse(appProblems(backend, ingresses, protection), protection, place);
        return region;
    });
}

/**
 * The capacity of a serverless endpoint group, which the provider requires of a regional external load balancer. It adds 1 itself to a global
 * one, and none to an internal one. Google Cloud does not use it, because serverless groups have no
 * {@link https://cloud.google.com/compute/docs/reference/rest/v1/regionBackendServices balancing mode}.
 */
export function serverlessCapacity({ region, isInternal }: Pick<Protection, "region" | "isInternal">) {
    return region !== undefined && !isInternal ? { capacityScaler: 1 } : {};
}

/** What each backend leads to that the internet also reaches at its own URL, only because the program leaves its `ingress` out. */
export function openByDefaultProblems(backends: readonly ResolvedBackend[]): check.Problem[] {
    return backends.flatMap(({ path, target }) => {
        const parts =
            target.kind === "app" ? appServices(target).map(([, { version }]) => version) : [target.component];
        return parts.flatMap((part) => {
            const owner = openByDefault(part);
            const reason = `can be bypassed, as the internet also reaches the URL of its backend. Set ingress: "load-balancer" of ${owner}, or ingress: "all" if that is intended.`;
            return owner === undefined ? [] : [check.problem(path, "loadbalancer/backend-open-by-default", reason)];
        });
    });
}

/** Fails at preview with the lines of the program that construct the load balancer. */
function refuse(problems: check.Problem[], { component }: Protection, place: () => string): void {
    if (problems.length > 0) {
        throw deferredError(`LoadBalancer "${component}"`, problems, place);
    }
}

function resourceOf(resource: unknown): pulumi.Resource | undefined {
    return pulumi.Resource.isInstance(resource) ? resource : undefined;
}

type Settings = readonly [pulumi.Output<string | undefined>, pulumi.Output<boolean | undefined>];

function runSettings({ ingress, defaultUriDisabled }: RegionalRunService): Settings {
    return [pulumi.output(ingress), pulumi.output(defaultUriDisabled)];
}

/** A secret among the variables makes the whole configuration secret; the ingress setting is not. */
function functionSettings({ function: { serviceConfig } }: ServerlessFunction): Settings {
    const { ingressSettings } = serviceConfig as pulumi.Output<{ ingressSettings: string }>;
    return [pulumi.unsecret(ingressSettings), pulumi.output(false)];
}

/** The regions of a service of the program. */
const regionsOf = (component: AnyService): string[] =>
    "services" in component ? Object.keys(component.services ?? {}) : [];

/**
 * Of the regions of a service behind Identity-Aware Proxy, a cross-region load balancer would only use one:
 * https://cloud.google.com/load-balancing/docs/l7-internal/setting-up-l7-cross-reg-serverless
 */
const regionsProblem = (path: string, target: Target, iap: readonly IapMember[]) =>
    check.when(
        target.kind === "service" && iap.length > 0 && regionsOf(target.component).length > 1,
        path,
        "loadbalancer/iap-of-regions",
        "must be a service in one region, because a cross-region-internal load balancer sends requests that Identity-Aware Proxy lets in to only one. Remove iap, or the other regions.",
    );

/** The type for what the others do not support, which refuses the arguments of their place. */
const globalType = 'type: "global-external" without network, region and regions';

/** What {@link https://cloud.google.com/load-balancing/docs/features Google Cloud does not combine}. */
export function backendProblems(
    { path, target, cdn, iap }: ResolvedBackend,
    { type, iap: members }: { type: LoadBalancerType; iap?: readonly IapMember[] },
): (check.Problem | undefined)[] {
    const kinds = { app: "App Engine", bucket: "buckets that are private", group: "", service: "" };
    const isForAll = type === "global-external";
    const cached = cdn !== false;
    const isOfAll = target.kind === "service" || target.kind === "group";
    return [
        ...(!isForAll && !isOfAll
            ? [
                  check.problem(
                      path,
                      "loadbalancer/backend-kind-of-type",
                      `is not supported: a ${type} load balancer has no ${kinds[target.kind]} behind it. Use ${globalType}.`,
                  ),
              ]
            : []),
        ...(!isForAll && isOfAll && cached
            ? [
                  check.problem(
                      `${path}.cdn`,
                      "loadbalancer/cdn-of-regional",
                      `is not supported by a ${type} load balancer. Remove it, or use ${globalType}.`,
                  ),
              ]
            : []),
        ...(cached && iap.length > 0
            ? [
                  check.problem(
                      `${path}.cdn`,
                      "loadbalancer/cdn-with-iap",
                      "cannot be combined with iap, because Google Cloud does not cache what Identity-Aware Proxy protects. Remove one, or set iap: false on the route.",
                  ),
              ]
            : []),
        ...cdnProblems(`${path}.cdn`, cdn),
        ...(target.kind === "group" ? groupProblems(path, target, type) : []),
        type === "cross-region-internal" ? regionsProblem(path, target, iap) : undefined,
        ...(iap === members ? [] : duplicateMembers(`${path}.iap`, iap)),
    ];
}
