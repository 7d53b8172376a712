import { regions } from "../../facts/regions";
import { when } from "./argumentsError";
import * as check from "./check";

/**
 * Checks a region of Google Cloud. An unlisted one passes with a warning, as Google adds regions.
 *
 * @param hint refuses it instead; see {@link check.known}
 */
export const regionCheck = (wording: string, hint?: string): check.Check<string> =>
    check.known("region", Object.keys(regions.rows), /^[a-z]+-[a-z]+\d+$/, wording, hint);

/** Checks a region that is the value of an argument. */
export const region = regionCheck("must be a region such as europe-west1");

/** Checks several regions. */
export const regionList = check.pipe(
    check.list(region),
    check.refine(
        (all) => all.length > 0 && new Set(all).size === all.length,
        "must have at least one region, and each once",
    ),
);

/** Checks a zone of Google Cloud. */
export const zone = check.matching(/^[a-z]+-[a-z]+\d+-[a-z]$/, "must be a zone such as europe-west1-b");

/** The location in the id of a resource, or the region of a zone; nothing where the value does not contain it, as an output. */
function locationOf(value: unknown): string | undefined {
    const text = typeof value === "string" ? value : "";
    const [, location] = /\/(?:regions|locations)\/([^/]+)\//.exec(text) ?? [];
    return location ?? /^([a-z]+-[a-z]+\d+)-[a-z]$/.exec(text)?.[1];
}

/**
 * What is wrong with a resource or a zone in another region.
 *
 * @param value the id of the resource, or the zone
 * @param owner what is in the region: `the function`
 */
export function regionProblem(path: string, value: unknown, region: string, owner?: string): check.Problem | undefined {
    const location = locationOf(value);
    const because = owner ? `, as ${owner} is` : "";
    return when(
        location !== undefined && location !== region,
        path,
        "place/other-region",
        `must be in ${region}${because} (got "${value}").`,
    );
}

/** What is wrong with the default of a network, `Network.shared()`, in another region than the environment's. */
export function sharedNetworkProblem(
    path: string,
    region: string,
    environment: { region: string },
): check.Problem | undefined {
    const reason = `is missing, because the environment's own network has a subnet only in ${environment.region}. Set a Network with a subnet in ${region}.`;
    return when(region !== environment.region, path, "place/shared-network-region", reason);
}

/** The project in an ID, if it is known. */
export const projectIn = (id: unknown): string | undefined =>
    /(?:^|\/)projects\/([^/]+)\//.exec(typeof id === "string" ? id : "")?.[1];

/** The region of a zone. */
export const regionOf = (zone: string): string => zone.replace(/-[a-z]$/, "");

/** What is wrong with a network without a subnet in the region. */
export function subnetProblem(
    path: string,
    network: { subnetworkIn(region: string): unknown },
    region: string,
    owner: string,
): check.Problem | undefined {
    return when(
        network.subnetworkIn(region) === undefined,
        path,
        "place/subnet-missing",
        `must have a subnet in ${region}, where ${owner} is. Add one to its subnets.`,
    );
}
