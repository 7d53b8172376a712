import { createHash } from "node:crypto";
import type { Cloud, Inputs } from "../../../simulator";
import { requireApp } from "../../../simulator/services/appengine/names";
import { findService } from "../../../simulator/services/appengine/services";
import { findVersion } from "../../../simulator/services/appengine/versions";

/** A service, or one of its versions. */
export interface Target {
    service: string;
    /** Undefined for the versions with traffic. */
    version?: string;
}

/**
 * The target of a request: by the first matching dispatch rule, otherwise by the host.
 * https://cloud.google.com/appengine/docs/standard/how-requests-are-routed
 *
 * @param own the target of the address on this machine, for requests with this address as the host
 */
export function targetOf(cloud: Cloud, project: string, host: string, path: string, own: Target): Target {
    const { urlDispatchRules = [], defaultHostname }: Inputs = requireApp(cloud, project).state;
    const prefix = prefixOf(host, project, defaultHostname);
    if (prefix === undefined && own.version !== undefined) {
        return own;
    }
    const isLocal = prefix === undefined && /^(localhost|[\d.]+|\[.*\])$/.test(host);
    const serviceHost = own.service === "default" ? defaultHostname : `${own.service}-dot-${defaultHostname}`;
    const rule = (urlDispatchRules as Inputs[]).find(
        ({ domain, path: pattern }) => isLike(domain, isLocal ? serviceHost : host) && isLike(pattern, path),
    );
    if (rule) {
        return { service: rule.service };
    }
    return prefix === undefined ? own : ofLabels(cloud, project, prefix);
}

/** What is before the name of the application in its host; undefined for other hosts, such as those of mapped domains. */
function prefixOf(host: string, project: string, defaultHostname: string): string | undefined {
    const suffix = [defaultHostname, `${project}.appspot.com`].find(
        (name) => host === name || host.endsWith(`-dot-${name}`),
    );
    return suffix && host.slice(0, -suffix.length);
}

/** `v2-dot-web-dot-`, `web-dot-` or `v2-dot-`: a label that is not a service is a version of the default service. */
function ofLabels(cloud: Cloud, project: string, prefix: string): Target {
    const labels = prefix.split("-dot-").filter(Boolean);
    const last = labels.at(-1) ?? "default";
    const service = findService(cloud, project, last) ? last : "default";
    const versions = service === last ? labels.slice(0, -1) : labels;
    const version = versions.find((versionId) => findVersion(cloud, { project, service, versionId }));
    return { service, ...(version && { version }) };
}

/** Whether a text has a pattern with wildcards: https://cloud.google.com/appengine/docs/standard/reference/dispatch-yaml */
function isLike(pattern: string, text: string): boolean {
    const parts = pattern.split("*").map((part) => part.replaceAll(/[.\\+?^${}()|[\]]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}

/** The name of the cookie by which App Engine splits traffic. */
const cookieName = "GOOGAPPUID";

/** How many parts the cookie and addresses divide the traffic into. */
const parts = 1000;

/** A version, and the cookie that keeps a client on it. */
export interface Chosen {
    version: string;
    cookie?: string;
}

/**
 * A version by its share of the traffic: the same cookie or address gets the same version.
 * https://cloud.google.com/appengine/docs/standard/splitting-traffic
 *
 * @param address of the client
 * @param random a number from 0 to below 1
 */
export function chosenVersion(
    { allocations, shardBy }: Inputs,
    cookies: string | undefined,
    address: string,
    random = Math.random(),
): Chosen | undefined {
    const [, known] = new RegExp(`(?:^|;\\s*)${cookieName}=x?(\\d{1,3})(?:;|$)`).exec(cookies ?? "") ?? [];
    const isCookie = shardBy === "COOKIE";
    const part =
        shardBy === "IP"
            ? createHash("sha256").update(address).digest().readUInt32BE(0) % parts
            : Number((isCookie ? known : undefined) ?? Math.floor(random * parts));
    let end = 0;
    for (const [version, share] of Object.entries<number>(allocations).sort()) {
        end += share * parts;
        if (part < end - 1e-6) {
            return { version, ...(isCookie && known === undefined && { cookie: `${cookieName}=x${part}` }) };
        }
    }
    return undefined;
}
