import type { Cloud } from "../../cloud/cloud";
import { GoogleError, OperationError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import { resourceManagerName } from "../../cloud/organization";
import { projectName } from "../../cloud/projects";
import type { Entry } from "../../cloud/store";
import { type Context, type FunctionRules, type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { exists } from "../resourcemanager/parents";

export const api = "cloudresourcemanager.googleapis.com";

/** The ID of a key or a value: `tagKeys/281474976710656`. */
export const idOf = (kind: "tagKeys" | "tagValues", value: string): string => `${kind}/${lastPart(value)}`;

/** The name in the store. */
export const nameOf = (id: string): string => `//${api}/${id}`;

/**
 * The API's answer for what does not exist, as for what the caller may not see.
 * https://github.com/hashicorp/terraform-provider-google/issues/15928
 */
export const forbidden = () => new GoogleError(403, "The caller does not have permission", { reason: "forbidden" });

/** An invalid field of a request. */
export const badField = (field: string, description: string) =>
    new GoogleError(400, `field [${field}] has issue [${description}]`, {
        details: [
            {
                "@type": "type.googleapis.com/google.rpc.BadRequest",
                fieldViolations: [{ description, field }],
            },
        ],
        reason: "badRequest",
    });

/** "The permitted character set for the shortName includes all UTF-8 encoded Unicode characters except …" */
function verifyShortName(shortName: string, kind: string): void {
    if (!/^[^'"\\/]{1,256}$/u.test(shortName)) {
        throw badField(`${kind}.short_name`, "must be a valid short name");
    }
}

const of = (cloud: Cloud, kind: "tagKeys" | "tagValues"): Entry[] => cloud.store.list(`//${api}/${kind}`);

const keysOf = (cloud: Cloud): Entry[] => of(cloud, "tagKeys");

const valuesOf = (cloud: Cloud): Entry[] => of(cloud, "tagValues");

export const bindingsOf = (cloud: Cloud): Entry[] => cloud.store.list(`//${api}/tagBindings`);

/** The parent of a key with the ID of a project in the place of its number. */
const parentOf = (cloud: Cloud, parent: string): string =>
    parent.startsWith("projects/") ? `projects/${cloud.projects.idOf(parent)}` : parent;

/** Keys and values can be above projects: the API is enabled in the project of the provider. */
function requireApi(cloud: Cloud, project: string | undefined): void {
    if (project !== undefined) {
        cloud.projects.requireApi(project, api, "Cloud Resource Manager API");
    }
}

/** The ubiquitous limit of keys: https://github.com/ubicloud/ubicloud/pull/6325 */
const maxKeys = 1000;

function verifyKey(
    { parent, shortName, purpose, purposeData }: Inputs,
    { cloud, project }: Context,
    old?: Inputs,
): void {
    requireApi(cloud, project);
    const [, kind, id = ""] = /^(organizations|projects)\/([^/]+)$/.exec(parent) ?? [];
    if (!kind) {
        throw badField(
            "tag_key.parent",
            "must be of the form organizations/{org_id} or projects/{project_id_or_number}",
        );
    }
    const found =
        kind === "projects"
            ? cloud.projects.find(lastPart(parentOf(cloud, parent)))
            : exists(cloud, "organizations", id);
    if (!found) {
        throw forbidden();
    }
    verifyShortName(shortName, "tag_key");
    const siblings = keysOf(cloud).filter(
        ({ state }) => parentOf(cloud, String(state.parent)) === parentOf(cloud, parent),
    );
    const others = siblings.filter(({ state }) => state.name !== old?.name);
    if (others.some(({ state }) => state.shortName === shortName)) {
        throw new GoogleError(409, `A TagKey with short name ${shortName} already exists in ${parent}.`, {
            reason: "alreadyExists",
        });
    }
    if (others.length >= maxKeys) {
        throw new GoogleError(400, `${parent} has ${maxKeys} TagKeys at most.`, { reason: "failedPrecondition" });
    }
    // "The GCE_FIREWALL purpose expects data": https://cloud.google.com/firewall/docs/use-tags-for-firewalls
    const { network, organization } = purposeData ?? {};
    if (purpose === "GCE_FIREWALL" && network === undefined && organization !== "auto") {
        throw badField("tag_key.purpose_data", "must have a network, or organization=auto, for GCE_FIREWALL");
    }
    if (!purpose && purposeData && Object.keys(purposeData).length > 0) {
        throw badField("tag_key.purpose_data", "must not be set without a purpose");
    }
    if (typeof network === "string") {
        verifyNetwork(cloud, network);
    }
}

/** "network = <project-name>/<vpc-name>", or the network's URL. */
function verifyNetwork(cloud: Cloud, network: string): void {
    const [, project = "", name = ""] = /(?:^|projects\/)([^/]+)\/(?:global\/networks\/)?([^/]+)$/.exec(network) ?? [];
    const all = cloud.store.list(`//compute.googleapis.com/projects/${project}/global/networks`);
    if (!all.some(({ state }) => state.name === name || state.networkId === name)) {
        throw badField("tag_key.purpose_data", `network ${network} was not found`);
    }
}

/** The part of names before the key: an organization's number, or a project's ID. */
const namespace = (cloud: Cloud, parent: string) => lastPart(parentOf(cloud, parent));

/** What contains a key: an organization or a project. */
function parentOfKey({ parent }: Inputs, { cloud }: Context): string {
    const found = parentOf(cloud, String(parent));
    return found.startsWith("projects/") ? projectName(lastPart(found)) : resourceManagerName(found);
}

export const tagKey: TypeRules = {
    noun: "TagKey",
    generatedNoun: "TagsTagKey",
    cost: "free",
    project: ({ parent }, { cloud }) =>
        String(parent).startsWith("projects/") ? lastPart(parentOf(cloud, parent)) : "",
    id: ({ name }) => `tagKeys/${name}`,
    name: ({ name }) => nameOf(`tagKeys/${name}`),
    verify: verifyKey,
    state: ({ parent, shortName }, { cloud }, old) => ({
        name: old?.name ?? digits(`key ${parent}/${shortName} ${process.hrtime.bigint()}`, 15),
        namespacedName: `${namespace(cloud, parent)}/${shortName}`,
        createTime: old?.createTime ?? new Date().toISOString(),
        updateTime: new Date().toISOString(),
        deletionPolicy: old?.deletionPolicy ?? "DELETE",
    }),
    changesOnUpdate: ["updateTime"],
    verifyRemoval: ({ name }, { cloud }) => {
        // "To delete a tag key, you must first delete all tag values that are associated with it."
        if (valuesOf(cloud).some(({ state }) => state.parent === `tagKeys/${name}`)) {
            throw new OperationError(9, `Cannot delete tag key, tagKeys/${name}, because it has child TagValues.`);
        }
    },
    calls: {
        create: (inputs, context) => [
            { method: "cloudresourcemanager.tagKeys.create", on: parentOfKey(inputs, context) },
            { method: "cloudresourcemanager.tagKeys.get", on: parentOfKey(inputs, context) },
        ],
    },
};

const keyOf = (cloud: Cloud, { parent }: Inputs): Entry | undefined => cloud.store.read(nameOf(String(parent)));

export const tagValue: TypeRules = {
    noun: "TagValue",
    generatedNoun: "TagsTagValue",
    cost: "free",
    project: (inputs, { cloud }) => keyOf(cloud, inputs)?.project ?? "",
    id: ({ name }) => `tagValues/${name}`,
    name: ({ name }) => nameOf(`tagValues/${name}`),
    verify: (inputs, { cloud, project }, old) => {
        requireApi(cloud, project);
        const { parent, shortName } = inputs;
        if (!/^tagKeys\/\d+$/.test(parent)) {
            throw badField("tag_value.parent", "must be of the form tagKeys/{tag_key_id}");
        }
        if (!keyOf(cloud, inputs)) {
            throw forbidden();
        }
        verifyShortName(shortName, "tag_value");
        const siblings = valuesOf(cloud).filter(({ state }) => state.parent === parent && state.name !== old?.name);
        if (siblings.some(({ state }) => state.shortName === shortName)) {
            throw new GoogleError(409, `A TagValue with short name ${shortName} already exists in ${parent}.`, {
                reason: "alreadyExists",
            });
        }
    },
    state: (inputs, { cloud }, old) => ({
        name: old?.name ?? digits(`value ${inputs.parent}/${inputs.shortName} ${process.hrtime.bigint()}`, 15),
        namespacedName: `${keyOf(cloud, inputs)?.state.namespacedName}/${inputs.shortName}`,
        createTime: old?.createTime ?? new Date().toISOString(),
        updateTime: new Date().toISOString(),
        deletionPolicy: old?.deletionPolicy ?? "DELETE",
    }),
    changesOnUpdate: ["updateTime"],
    verifyRemoval: ({ name }, { cloud }) => {
        const id = `tagValues/${name}`;
        const bound = bindingsOf(cloud).find(({ state }) => boundBy(cloud, String(state.tagValue))?.id === id);
        if (bound) {
            const region = bound.state.location ?? "global";
            // The words are those of https://github.com/hashicorp/terraform-provider-google/issues/16685.
            throw new OperationError(
                9,
                `Cannot delete tag value, ${id}, because it is still attached to resources in '${region}' region. To delete this tag value, remove all holds and then remove it from all resources. At least one binding was found to an active or deleted resource in the '${region}' region.`,
            ).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/16685");
        }
    },
    calls: {
        create: ({ parent }) =>
            ["create", "get"].map((verb) => ({
                method: `cloudresourcemanager.tagValues.${verb}`,
                on: nameOf(idOf("tagKeys", String(parent))),
            })),
    },
};

/** What a binding attaches: a value, or a dynamic value of a key. */
export interface Bound {
    key: Entry;
    /** The end of the binding's name. */
    id: string;
}

/** The value of an ID or a namespaced name. */
export function boundBy(cloud: Cloud, tagValue: string): Bound | undefined {
    const value = valuesOf(cloud).find(({ id, state }) => id === tagValue || sameName(cloud, state, tagValue));
    if (value) {
        const key = keysOf(cloud).find(({ id }) => id === value.state.parent);
        return key && { key, id: value.id };
    }
    const [, keyName, short = ""] = /^([^/]+\/[^/]+)\/([^/]+)$/.exec(tagValue) ?? [];
    const key = keysOf(cloud).find(({ state }) => keyName !== undefined && sameName(cloud, state, keyName));
    const pattern = key?.state.allowedValuesRegex;
    return key && pattern && new RegExp(String(pattern)).test(short) ? { key, id: key.id } : undefined;
}

/** The namespace of a project is its ID or its number. */
const sameName = (cloud: Cloud, { namespacedName }: Inputs, given: string): boolean => {
    const [namespace = "", ...rest] = given.split("/");
    return namespacedName === [cloud.projects.idOf(namespace), ...rest].join("/");
};

/** The error of the provider's data sources for what they do not find. */
const missing = (what: string, { parent, shortName }: Inputs) =>
    new Error(`could not find tag ${what} with parent ${parent} and short name ${shortName}: ${forbidden().message}`);

export const getTagKey: FunctionRules = (inputs, { cloud }) => {
    const found = keysOf(cloud).find(
        ({ state }) =>
            parentOf(cloud, String(state.parent)) === parentOf(cloud, inputs.parent) &&
            state.shortName === inputs.shortName,
    );
    if (!found) {
        throw missing("key", inputs);
    }
    return { ...inputs, ...found.state, id: found.id };
};

export const getTagValue: FunctionRules = (inputs, { cloud }) => {
    const found = valuesOf(cloud).find(
        ({ state }) => state.parent === inputs.parent && state.shortName === inputs.shortName,
    );
    if (!found) {
        throw missing("value", inputs);
    }
    return { ...inputs, ...found.state, id: found.id };
};
