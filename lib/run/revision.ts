import { getService } from "@pulumi/gcp/cloudrunv2/getService";
import * as pulumi from "@pulumi/pulumi";
import { deferredError, problem } from "../internal/arguments/argumentsError";
import { canonicalJson } from "../internal/arguments/json";
import { hashOf } from "../internal/arguments/names";
import type { Shares } from "../internal/arguments/traffic";

/** A deployed service, before the running update. */
export interface DeployedService {
    /** The revision that was created last, and the one that was ready last. */
    created?: string;
    ready?: string;
    /** The percentages of traffic by revision. */
    shares: Shares;
    /** The revision with the tag `previous`. */
    tagged?: string;
}

/** The errors of a resource that does not exist, and of an API that is not enabled yet. */
const absentErrors = /\b404\b|not ?found|SERVICE_DISABLED|has not been used in project|it is disabled/i;

/** The errors of a missing role. */
const deniedErrors = /\b403\b|permission|denied|forbidden/i;

/** The errors of Go's network package and of Google's authentication library without a network, or without credentials. */
const offlineErrors =
    /dial tcp|no such host|connection refused|network is unreachable|i\/o timeout|TLS handshake|deadline exceeded|proxyconnect|could not find default credentials|oauth2/i;

/** The tag of the revision that served before the latest, the way back. */
export const previousTag = "previous";

/**
 * What is deployed of a component; `absent` before its first deployment.
 *
 * @param component the component in errors: `CloudRunService "web"`
 */
export async function lookUpDeployed<Found>(
    component: string,
    { kind, project }: { kind: "service" | "job"; project: string },
    absent: Found,
    find: () => Promise<Found>,
): Promise<Found> {
    try {
        return await find();
    } catch (error) {
        const { message } = error as Error;
        if (absentErrors.test(message)) {
            return absent;
        }
        const said = message.replaceAll(/\s+/g, " ").trim().replace(/\.?$/, ".");
        const what = `the ${kind} cannot be looked up in ${project}: ${said}`;
        if (deniedErrors.test(message)) {
            const reason = `${what} The deployer needs run.${kind}s.get.`;
            throw deferredError(component, [problem("", "run/lookup-denied", reason)]);
        }
        if (pulumi.runtime.isDryRun() && offlineErrors.test(message)) {
            await pulumi.log.warn(`${component}: ${what} The preview shows its first deployment.`);
            return absent;
        }
        throw deferredError(component, [problem("", "run/lookup-failed", what)]);
    }
}

/** Looks up a service, at preview as well: what the program deploys next depends on what serves now. */
export function lookUpService(
    component: string,
    place: { project: string; location: string; name: string },
    options: pulumi.InvokeOptions,
): Promise<DeployedService> {
    return lookUpDeployed<DeployedService>(component, { ...place, kind: "service" }, { shares: {} }, async () => {
        const found = await getService(place, options);
        const short = (revision: string | undefined) => revision?.split("/").at(-1) || undefined;
        const shares: Shares = {};
        for (const { revision, percent } of found.trafficStatuses ?? []) {
            // Traffic to the latest revision has no name if the service was deployed by other means.
            const name = short(revision) ?? short(found.latestReadyRevision);
            if (name !== undefined) {
                shares[name] = (shares[name] ?? 0) + percent;
            }
        }
        return {
            created: short(found.latestCreatedRevision),
            ready: short(found.latestReadyRevision),
            shares,
            tagged: short(found.trafficStatuses?.find(({ tag }) => tag === previousTag)?.revision),
        };
    });
}

/** What becomes part of a revision: the template, and what the service adds to it. */
export interface RevisionContent {
    template: unknown;
    labels?: unknown;
    annotations?: unknown;
    scaling?: unknown;
}

/**
 * The name of the revision: the name of the service and ten digits of the hash of its content, so that the same content is the same revision.
 * A revision that did not start is not tried again under the same name: the next one has a number after it.
 */
export function revisionName(service: string, content: RevisionContent, { created, ready }: DeployedService): string {
    const name = `${service}-${hashOf(canonicalJson(content), 10)}`;
    const [, attempt] = created?.startsWith(name) ? (/^(?:-(\d+))?$/.exec(created.slice(name.length)) ?? []) : [];
    const isOfContent = created === name || attempt !== undefined;
    return created === undefined || !isOfContent
        ? name
        : created === ready
          ? created
          : `${name}-${Number(attempt ?? 1) + 1}`;
}
