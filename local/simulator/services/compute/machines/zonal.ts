import { GoogleError } from "../../../cloud/errors";
import { isZone } from "../../../cloud/zones";
import { type Inputs, lastPart, type PlanRule, type TypeRules } from "../../../rules/rules";
import { alreadyExists, api, nameError, selfLink } from "../names";

/** The path of a zone: `projects/p/zones/europe-west1-b`. */
export const zonePath = ({ project, zone }: { project?: string; zone?: string }): string =>
    `projects/${project}/zones/${zone}`;

/** The path of a resource in a zone, from its name, a partial path, its path or its self link. */
export function inZone(input: string, place: { project?: string; zone?: string }, collection: string): string {
    const path = input.replace(/^https:\/\/(www|compute)\.googleapis\.com\/compute\/(v1|beta)\//, "");
    return path.startsWith("projects/")
        ? path
        : /^(zones|regions)\//.test(path)
          ? `projects/${place.project}/${path}`
          : `${zonePath(place)}/${collection}/${path}`;
}

/** Throws for a zone that is missing or does not exist. */
export function verifyZone({ zone }: Inputs): void {
    if (!zone) {
        throw new Error("Cannot determine zone: set in this resource, or set provider-level zone.");
    }
    if (!isZone(zone)) {
        throw new GoogleError(400, `Invalid value for field 'zone': '${zone}'. Unknown zone.`, { reason: "invalid" });
    }
}

/** The provider's code that completes a zone: `DefaultProviderZone` in `google-beta/tpgresource/utils.go`. */
export const completedZone: PlanRule = {
    refuse: ({ zone }, state, isUnknown) =>
        zone || state?.zone || isUnknown("zone")
            ? undefined
            : "Failed to retrieve zone, pid: , err: zone: required field is not set",
};

/** What resources with a name in a zone have in common. */
export const zonalRules = (id: (inputs: Inputs) => string) =>
    ({
        plan: { "tpgresource.DefaultProviderZone": completedZone },
        api,
        zonal: true,
        id,
        validators: { name: nameError },
        alreadyExists: (inputs: Inputs) => alreadyExists(id(inputs)),
    }) satisfies Partial<TypeRules>;

/** The link of a type of a zone: `machineTypes/e2-medium`. */
export const typeLink = (place: { project?: string; zone?: string }, type: string): string =>
    selfLink(`${zonePath(place)}/${type}`);

/** The path of an instance for tunnels of Identity-Aware Proxy. */
export const tunnelPath = ({ project, zone, instance }: Inputs) =>
    `projects/${project}/iap_tunnel/zones/${zone}/instances/${lastPart(instance)}`;
