import type { Environment } from "../environment/environment";
import * as check from "../internal/check";
import { type AppEngineAppArgs, appArgs } from "./arguments";
import { cronProblems } from "./calls/cron";
import { queueProblems } from "./calls/queues";
import { iapProblems } from "./entry/access";
import { dispatchProblems } from "./entry/dispatch";
import { domainProblems } from "./entry/domains";
import { firewallProblems } from "./entry/firewall";
import { type AppEngineLocation, locationIn, regionOf } from "./location";
import { rangeProblems } from "./service/connector";
import { type DecidedService, decidedService, serviceProblems } from "./service/decided";
import { ownProblems } from "./service/uses";

type Open = "services" | "iap" | "firewall" | "labels" | "transform" | "allowUnlisted" | "crossProject";

/** The arguments of an application with everything decided that they leave open. */
export interface Decided
    extends Required<Omit<AppEngineAppArgs, Open>>,
        Pick<AppEngineAppArgs, Exclude<Open, "services">> {
    /** The one that is called `default` is first, without which there can be no other. */
    services: DecidedService[];
    /** The region in which the application is. */
    region: string;
    /** Whether Cloud Scheduler or Cloud Tasks call it. */
    isCalled: boolean;
}

/** Checks the arguments and decides what they leave open. */
export function decided(component: string, given: AppEngineAppArgs, environment: Environment): Decided {
    const args = check.completed(given, {
        location: locationIn(environment.region) as AppEngineLocation,
        servingStatus: "SERVING",
        sslPolicy: "MODERN",
        dispatch: [],
        domains: {},
        cron: {},
        queues: {},
    });
    const checked = check.checked(`AppEngineApp "${component}"`, args, appArgs, (all) => problems(all, environment));
    const services = Object.entries(checked.services)
        .map(([key, service]) => decidedService(key, service, environment))
        .sort((one, other) => Number(other.key === "default") - Number(one.key === "default"));
    return { ...checked, services, region: regionOf(checked.location), isCalled: isCalled(checked) };
}

const isCalled = ({ cron = {}, queues = {} }: AppEngineAppArgs) => Object.keys({ ...cron, ...queues }).length > 0;

function problems(args: AppEngineAppArgs, { region, project }: Environment): (check.Problem | undefined)[] {
    const { services, location, dispatch = [], domains = {}, cron = {}, queues = {}, firewall, iap } = args;
    const names = Object.keys(services);
    return [
        location === undefined
            ? {
                  path: "location",
                  reason: `is missing, as App Engine is not in ${region}. Choose one of "App Engine locations", such as europe-west.`,
              }
            : undefined,
        ...names.map((name) => addressProblem(name, project)),
        ...Object.entries(services).flatMap(([name, service]) =>
            [
                ...serviceProblems(service, location && regionOf(location)),
                ...ownProblems(service.uses ?? {}, { queues: Object.keys(queues), services: names }),
            ].map((problem) => ({
                ...problem,
                path: ["services", name, problem.path].filter(Boolean).join("."),
            })),
        ),
        ...rangeProblems(services),
        ...dispatchProblems(dispatch, names),
        ...domainProblems(domains),
        ...cronProblems(cron, names),
        ...queueProblems(queues, names),
        ...(firewall ? firewallProblems(firewall, isCalled(args)) : []),
        ...(iap ? iapProblems(iap) : []),
    ];
}

/** "How requests are routed": what stands before the domain is one label of a name. */
function addressProblem(name: string, project: string): check.Problem | undefined {
    const label = `${name}-dot-${project}`;
    const reason = `is too long a name, as ${label} may have 63 characters (got ${label.length}). Shorten it.`;
    return name !== "default" && label.length > 63 ? { path: `services.${name}`, reason } : undefined;
}
