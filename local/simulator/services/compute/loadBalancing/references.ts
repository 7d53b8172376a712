import { createHash } from "node:crypto";
import type { Cloud } from "../../../cloud/cloud";
import { GoogleError } from "../../../cloud/errors";
import { digits } from "../../../cloud/ids";
import { isRegion } from "../../../cloud/regions";
import type { Entry } from "../../../cloud/store";
import type { Context, Inputs } from "../../../rules/rules";
import { alreadyExists, api, fullName, inUse, nameError, notFound, pathOf, placeOf, selfLink } from "../names";

/** The path of a referenced resource in the place of the one that refers to it: global, or in its region. */
export function referencePath(input: string, { project, region }: Inputs, collection: string): string {
    return pathOf(input, project, region ? `regions/${region}/${collection}` : `global/${collection}`);
}

/** A referenced resource, which must exist. */
export function required(cloud: Cloud, path: string): Entry {
    const found = cloud.store.read(fullName(path));
    if (!found) {
        throw notFound(path);
    }
    return found;
}

/** All strings in a state, also in blocks and lists. */
function strings(value: unknown): string[] {
    return typeof value === "string"
        ? [value]
        : typeof value === "object" && value !== null
          ? Object.values(value).flatMap(strings)
          : [];
}

/** The first resource of these collections that refers to a path. Routes of other projects also lead to a backend service. */
export function userOf(cloud: Cloud, path: string, ...collections: string[]): Entry | undefined {
    const project = path.split("/")[1];
    const places = collections.includes("urlMaps")
        ? [`//${api}/projects`]
        : [`//${api}/projects/${project}/global`, `//${api}/projects/${project}/regions`];
    // The endpoints of a service attachment use it, and not the other way around.
    const refersTo = ({ project: owner, connectedEndpoints, ...references }: Inputs) =>
        strings(references).some((text) => text === path || text === selfLink(path));
    return places
        .flatMap((place) => cloud.store.list(place))
        .find(({ id, state }) => collections.includes(id.split("/").at(-2) ?? "") && refersTo(state));
}

/** Throws if a resource of these collections refers to a path. */
export function requireUnused(kind: string, path: string, cloud: Cloud, ...collections: string[]): void {
    const user = userOf(cloud, path, ...collections);
    if (user) {
        throw new GoogleError(400, inUse(kind, path, user.id), {
            reason: "resourceInUseByAnotherResource",
        }).recordedIn("https://github.com/hashicorp/terraform/issues/21362");
    }
}

/** The path of a resource of a collection, global or in a region. */
export const pathIn = (collection: string) => (inputs: Inputs) => `${placeOf(inputs)}/${collection}/${inputs.name}`;

export const fingerprint = (inputs: Inputs): string =>
    createHash("sha256").update(JSON.stringify(inputs)).digest().subarray(0, 8).toString("base64");

/** Throws for a region that does not exist. */
export function verifyRegion({ region }: Inputs): void {
    if (region !== undefined && !isRegion(region)) {
        throw new GoogleError(400, `Invalid value for field 'region': '${region}'. Unknown region.`, {
            reason: "invalid",
        });
    }
}

/** What types of load balancing have in common. */
export function sharedRules(collection: string) {
    const id = pathIn(collection);
    return {
        api,
        id,
        validators: { name: nameError },
        alreadyExists: (inputs: Inputs) => alreadyExists(id(inputs)),
    };
}

/** What the server sets in all of them. */
export const createdState = (inputs: Inputs, { cloud }: Context, old: Inputs | undefined, collection: string) => ({
    creationTimestamp: old?.creationTimestamp ?? cloud.now().toISOString(),
    selfLink: selfLink(pathIn(collection)(inputs)),
});

/** A number that the server generates. */
export const generatedNumber = (inputs: Inputs, collection: string): number =>
    Number(digits(`${collection} ${pathIn(collection)(inputs)}`, 15));
