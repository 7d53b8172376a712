import type { Cloud } from "../../cloud/cloud";
import { GoogleError, OperationError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { lastPart } from "../../rules/rules";
import { exists } from "../resourcemanager/parents";
import { badField, forbidden, keysOf, nameOf, parentOf, requireApi, valuesOf, verifyShortName } from "./names";

/** The ubiquitous limit of keys: https://github.com/ubicloud/ubicloud/pull/6325 */
const maxKeys = 1000;

function verify({ parent, shortName, purpose, purposeData }: Inputs, { cloud, project }: Context, old?: Inputs): void {
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

export const tagKey: TypeRules = {
    noun: "TagKey",
    generatedNoun: "TagsTagKey",
    project: ({ parent }, { cloud }) =>
        String(parent).startsWith("projects/") ? lastPart(parentOf(cloud, parent)) : "",
    id: ({ name }) => `tagKeys/${name}`,
    name: ({ name }) => nameOf(`tagKeys/${name}`),
    verify,
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
};
