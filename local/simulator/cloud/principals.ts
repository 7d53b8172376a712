import { GoogleError } from "./errors";
import type { Store } from "./store";

export const poolName = (project: string, pool: string) =>
    `//iam.googleapis.com/projects/${project}/locations/global/workloadIdentityPools/${pool}`;

/** "Principal identifiers": a single identity of a pool, or a set of identities. */
const federated =
    /^(?:principal|principalSet):\/\/iam\.googleapis\.com\/(projects\/(\d+)\/locations\/global\/workloadIdentityPools\/([^/]+))\/(subject\/.+|group\/.+|attribute\.[^/]+\/.+|\*)$/s;

/** Kubernetes service accounts: `serviceAccount:acme-dev.svc.id.goog[forecast/default]`. */
const ofKubernetes = /^serviceAccount:([^[\]]+\.svc\.id\.goog)\[[^/\]]+\/[^\]]+\]$/;

/** Whether a member is a Kubernetes service account. */
export const isKubernetesPrincipal = (member: string): boolean => ofKubernetes.test(member);

const noPool = (name: string, reason?: string) =>
    new GoogleError(
        400,
        `Identity Pool does not exist (${name}). Please check that you specified a valid resource name as returned in the \`name\` attribute in the configuration API.`,
        { reason },
    );

/**
 * Throws if the member's pool does not exist or the format is invalid. Workforce pools belong to organizations and are
 * assumed to exist.
 *
 * @param projectOf returns the ID of the project with this number
 */
export function verifyPrincipal(
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
