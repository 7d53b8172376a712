import type { Environment } from "../environment/environment";
import * as check from "../internal/check";
import { filesOf, type SourceFile } from "../internal/files";
import { type AppEngineAppArgs, appArgs } from "./arguments";
import { cronProblems } from "./calls/cron";
import { queueProblems } from "./calls/queues";
import { dispatchProblems } from "./entry/dispatch";
import { domainProblems } from "./entry/domains";
import { firewallProblems } from "./entry/firewall";
import { iapProblems } from "./entry/iap";
import { type AppEngineRegion, locationIn } from "./region";
import type { AppEngineServiceArgs } from "./service/arguments";
import { connectorRangeProblems } from "./service/connector";
import { type ResolvedService, resolveService, serviceProblems } from "./service/resolveArgs";
import { appReferenceProblems, servicesUsed } from "./service/uses";
import type { StandardNetwork } from "./standard/network";

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
    args: AppEngineServiceArgs;
    /** The files that gcloud would upload; none for an image. */
    files: readonly SourceFile[];
    service: ResolvedService;
}

function resolveServices(args: AppEngineAppArgs, environment: Environment): ServiceOfApp[] {
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

/**
 * Only requests from the project's VPC networks count as
 * {@link https://cloud.google.com/appengine/docs/standard/ingress-settings internal}. Requests from Cloud Scheduler, Cloud Tasks and
 * services outside of the networks do not, nor requests to custom domains.
 */
function ingressProblems(args: AppEngineAppArgs): check.Problem[] {
    const { services, domains = {}, iap } = args;
    if (iap) {
        return [];
    }
    const isReached = !services.default || Object.values(services).some(({ ingress }) => ingress === "all");
    const unreached = `leads to no service, because no service gets requests from the internet. Set ingress: "all" on the services that are public.`;
    return [
        ...(isReached
            ? []
            : Object.keys(domains).map((name) =>
                  check.problem(`domains.${name}`, "appengine/domain-without-service", unreached),
              )),
        ...Object.entries(services).flatMap(([name, { ingress }]) => {
            const all = ingress === undefined ? callersOf(name, args) : [];
            const reason = `is missing, as requests of ${all.join(", ")} do not come from the project's networks, from which the default lets them in. Set ingress: "all", and restrict who may call it by login: "admin", firewall or iap.`;
            return all.length === 0
                ? []
                : [check.problem(`services.${name}.ingress`, "appengine/ingress-missing", reason)];
        }),
    ];
}

/** The arguments that send requests to a service from outside of the project's networks. */
function callersOf(name: string, { services, cron = {}, queues = {} }: AppEngineAppArgs): string[] {
    return [
        ...Object.entries(cron).flatMap(([key, { service = "default" }]) => (service === name ? `cron.${key}` : [])),
        ...Object.entries(queues).flatMap(([key, { service = "default" }]) =>
            service === name ? `queues.${key}` : [],
        ),
        ...Object.entries(services).flatMap(([key, service]) =>
            key !== name && !isInNetwork(service) && servicesUsed(service.uses ?? {}).includes(name)
                ? `services.${key}.uses`
                : [],
        ),
    ];
}

/** Whether all requests of a service come from a VPC network. */
function isInNetwork({ flexible, network }: AppEngineServiceArgs): boolean {
    return flexible || (network as StandardNetwork | undefined)?.egress === "all-traffic";
}

/**
 * The host name of a service is a
 * {@link https://cloud.google.com/appengine/docs/standard/how-requests-are-routed single DNS label}.
 */
function addressProblem(name: string, project: string): check.Problem | undefined {
    const label = `${name}-dot-${project}`;
    const reason = `is too long, because ${label} can have 63 characters (got ${label.length}). Shorten it.`;
    return check.when(
        name !== "default" && label.length > 63,
        `services.${name}`,
        "appengine/service-host-too-long",
        reason,
    );
}
