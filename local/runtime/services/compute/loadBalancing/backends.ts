import { type Cloud, type Entry, type Inputs, lastPart } from "../../../../simulator";
import { findApp } from "../../../../simulator/services/appengine/names";
import { findService } from "../../../../simulator/services/appengine/services";
import { platformOf } from "../../../../simulator/services/compute/loadBalancing/endpointGroup";
import { fullName, pathOf } from "../../../../simulator/services/compute/names";
import { notFound, type OwnAnswer } from "../../run/invoker";
import { type Requested, withoutPort } from "./matching";

/** A service that a request goes to. */
export interface Target {
    /** The service of Cloud Run, also that of a function, or of App Engine. */
    service: Entry;
    /** The tag of a Cloud Run revision, or an empty text. */
    tag: string;
    isAppEngine: boolean;
}

/**
 * The service of a serverless network endpoint group. Google answers 404 if there is none, and if its ingress setting refuses requests of
 * load balancers.
 * https://cloud.google.com/load-balancing/docs/negs/serverless-neg-concepts
 */
export function targetOf(cloud: Cloud, group: Entry, request: Requested, isInternal: boolean): Target | OwnAnswer {
    const { project, region, ...state }: Inputs = group.state;
    const platform = platformOf(state);
    if (!platform) {
        return { ...unavailable, reason: `the endpoint group '${group.state.name}' is not a serverless one` };
    }
    const { urlMask, ...named }: Inputs = state[platform];
    const masked = urlMask ? partsOf(urlMask, request) : {};
    if (!masked) {
        return notFound(`the URL does not have the form of the URL mask '${urlMask}'`);
    }
    const values: Inputs = { ...named, ...masked };
    return platform === "appEngine"
        ? ofAppEngine(cloud, project, values, request, isInternal)
        : ofRun(cloud, `projects/${project}/locations/${region}`, platform, values, isInternal);
}

/** https://cloud.google.com/load-balancing/docs/https/troubleshooting-ext-https-lbs: the answer without a healthy backend. */
export const unavailable = {
    status: 502,
    body: "<html><head><title>502 Server Error</title></head><body><h1>Error: Server Error</h1></body></html>",
};

/**
 * The names in a URL, by the mask of an endpoint group: `/<service>`, or `<tag>.acme.com/<service>`.
 * https://cloud.google.com/load-balancing/docs/negs/serverless-neg-concepts#url_masks
 */
function partsOf(mask: string, { host, path }: Requested): Record<string, string> | undefined {
    const pieces = mask.replace(/^https?:\/\//, "").split(/<(service|tag|function|version)>/);
    const pattern = pieces.map((piece, index) =>
        index % 2 === 1 ? `(?<${piece}>[\\w-]+)` : piece.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"),
    );
    const url = mask.startsWith("/") ? path : withoutPort(host) + path;
    const found = new RegExp(`^${pattern.join("").replace(/\/$/, "")}(?:/|$)`).exec(url);
    return found ? { ...found.groups } : undefined;
}

function ofRun(
    cloud: Cloud,
    place: string,
    platform: string,
    { service: name, tag = "", function: called }: Inputs,
    isInternal: boolean,
): Target | OwnAnswer {
    const ofFunction = cloud.store.read(`//cloudfunctions.googleapis.com/${place}/functions/${called}`)
        ?.state as Inputs;
    const path =
        platform === "cloudFunction" ? ofFunction?.serviceConfig?.service : `${place}/services/${lastPart(name)}`;
    const service = path === undefined ? undefined : cloud.store.read(`//run.googleapis.com/${path}`);
    if (!service) {
        return notFound(`there is no ${called ? `function '${called}'` : `service '${name}'`} in ${place}`);
    }
    const { ingress, trafficStatuses = [] }: Inputs = service.state;
    if (tag !== "" && !trafficStatuses.some((target: Inputs) => target.tag === tag)) {
        return notFound(`the service '${name}' has no tag '${tag}'`);
    }
    // https://cloud.google.com/run/docs/securing/ingress
    if (ingress === "INGRESS_TRAFFIC_INTERNAL_ONLY" && !isInternal) {
        return notFound(
            `the service '${service.id.split("/").at(-1)}' does not accept requests of external load balancers`,
        );
    }
    return { service, tag, isAppEngine: false };
}

/** https://cloud.google.com/appengine/docs/standard/application-security#ingress_controls */
function ofAppEngine(
    cloud: Cloud,
    project: string,
    { service: named }: Inputs,
    request: Requested,
    isInternal: boolean,
): Target | OwnAnswer {
    const rules: Inputs[] = (findApp(cloud, project)?.state.urlDispatchRules as Inputs[] | undefined) ?? [];
    const id = named || dispatched(rules, request) || "default";
    const service = findApp(cloud, project) && findService(cloud, project, id);
    if (!service) {
        return notFound(`there is no App Engine service '${id}' in ${project}`);
    }
    const { ingressTrafficAllowed } = (service.state.networkSettings as Inputs | undefined) ?? {};
    if (ingressTrafficAllowed === "INGRESS_TRAFFIC_ALLOWED_INTERNAL_ONLY" && !isInternal) {
        return {
            ...notFound(`the ingress setting of the App Engine service '${id}' refuses this request`),
            status: 403,
        };
    }
    return { service, tag: "", isAppEngine: true };
}

/** The first dispatch rule that matches: https://cloud.google.com/appengine/docs/standard/reference/dispatch-yaml */
function dispatched(rules: Inputs[], { host, path }: Requested): string | undefined {
    const matches = (pattern: string, text: string) =>
        pattern.startsWith("*")
            ? text.endsWith(pattern.slice(1))
            : pattern.endsWith("*")
              ? text.startsWith(pattern.slice(0, -1))
              : text === pattern;
    return rules.find(({ domain = "*", path: of }) => matches(domain, withoutPort(host)) && matches(of, path))?.service;
}

/** The first endpoint group of a backend service. */
export function groupOf(cloud: Cloud, { state, project }: Entry): Entry | undefined {
    const [first] = (state.backends as Inputs[] | undefined) ?? [];
    return first && cloud.store.read(fullName(pathOf(first.group, project, "")));
}
