import { GoogleError } from "./errors";
import type { Store } from "./store";

export const poolName = (project: string, pool: string) =>
    `//iam.googleapis.com/projects/${project}/locations/global/workloadIdentityPools/${pool}`;

/** "Principal identifiers": one identity of a pool, or all that have something in common. */
const federated =
    /^(?:principal|principalSet):\/\/iam\.googleapis\.com\/(projects\/(\d+)\/locations\/global\/workloadIdentityPools\/([^/]+))\/(subject\/.+|group\/.+|attribute\.[^/]+\/.+|\*)$/s;

/** The identities of Kubernetes: `serviceAccount:acme-dev.svc.id.goog[forecast/default]`. */
const ofKubernetes = /^serviceAccount:([^[\]]+\.svc\.id\.goog)\[[^/\]]+\/[^\]]+\]$/;

/** Whether a member is an account of Kubernetes, not of IAM. */
export const isOfKubernetes = (member: string): boolean => ofKubernetes.test(member);

const noPool = (name: string, reason?: string) =>
    new GoogleError(
        400,
        `Identity Pool does not exist (${name}). Please check that you specified a valid resource name as returned in the \`name\` attribute in the configuration API.`,
        { reason },
    );

/**
 * Refuses a member of a pool that is not there, and one that is written wrongly. Those of pools for people (workforce
 * pools) belong to an organization, of which nothing is known here.
 *
 * @param projectOf the id of the project that has this number
 */
export function requireIdentity(
    store: Store,
    member: string,
    projectOf: (number: string) => string | undefined,
    reason?: string,
): void {
    const cluster = ofKubernetes.exec(member)?.[1];
    if (cluster && !store.read(poolName(cluster.replace(/\.svc\.id\.goog$/, ""), cluster))) {
        throw noPool(cluster, reason);
    }
    if (!/^principal(Set)?:.*\/workloadIdentityPools\//s.test(member)) {
        return;
    }
    const [, path = "", number = "", pool = ""] = federated.exec(member) ?? [];
    if (!path) {
        throw new GoogleError(400, "Request contains an invalid argument.", { reason });
    }
    const project = projectOf(number);
    if (!project || !store.read(poolName(project, pool))) {
        throw noPool(path, reason);
    }
}
