import { getService } from "@pulumi/gcp/cloudrunv2/getService";
import type * as pulumi from "@pulumi/pulumi";
import { deferredError } from "../internal/argumentsError";
import { canonicalJson } from "../internal/json";
import { hashOf } from "../internal/names";
import type { Shares } from "../internal/traffic";

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

const none: DeployedService = { shares: {} };

/** The errors of a service that does not exist, and of an API that is not enabled yet. */
const absent = /\b404\b|not ?found|SERVICE_DISABLED|has not been used in project|it is disabled/i;

/** The tag of the revision that served before the latest, the way back. */
export const previousTag = "previous";

/**
 * Looks up a service, at preview as well: what the program deploys next depends on what serves now.
 *
 * @param component the component in errors: `CloudRunService "web"`
 */
export async function lookUpService(
    component: string,
    place: { project: string; location: string; name: string },
    options: pulumi.InvokeOptions,
): Promise<DeployedService> {
    try {
        const found = await getService(place, options);
        const short = (revision: string | undefined) => revision?.split("/").at(-1) || undefined;
        const shares: Shares = {};
        for (const { revision, percent } of found.trafficStatuses ?? []) {
            // Traffic to the latest revision has no name if the service was deployed by other means.
            const name = short(revision) ?? short(found.latestReadyRevision);
            if (name !== undefined && percent > 0) {
                shares[name] = (shares[name] ?? 0) + percent;
            }
        }
        return {
            created: short(found.latestCreatedRevision),
            ready: short(found.latestReadyRevision),
            shares,
            tagged: short(found.trafficStatuses?.find(({ tag }) => tag === previousTag)?.revision),
        };
    } catch (error) {
        const { message } = error as Error;
        if (absent.test(message)) {
            return none;
        }
        const said = message.replaceAll(/\s+/g, " ").trim().replace(/\.?$/, ".");
        throw deferredError(
            `${component}: the service cannot be looked up in ${place.project}: ${said} The deployer needs run.services.get.`,
        );
    }
}

/** What becomes part of a revision: the template, and what the service adds to it. */
export interface RevisionContent {
    template: unknown;
    labels?: unknown;
    annotations?: unknown;
    scaling?: unknown;
}

/**
 * The name of the revision: that of the service and ten digits of the hash of its content, so that the same content is the same revision.
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
