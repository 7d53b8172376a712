import { resourceManagerName } from "../../cloud/organization";
import { projectName } from "../../cloud/projects";
import { type Context, type Inputs, lastPart } from "../../rules/rules";
import { boundBy } from "../../services/tags/bound";
import { idOf, nameOf, parentOf } from "../../services/tags/names";
import { findTagged } from "../../services/tags/resource";
import type { Calls, TypeCalls } from "./call";

/** What contains a key: an organization or a project. */
function parentOfKey({ parent }: Inputs, { cloud }: Context): string {
    const found = parentOf(cloud, String(parent));
    return found.startsWith("projects/") ? projectName(lastPart(found)) : resourceManagerName(found);
}

/** A binding requires permissions on the value and on the resource. */
const onBoth =
    (verb: "create" | "delete") =>
    ({ parent, tagValue }: Inputs, { cloud }: Context): Calls => {
        const bound = boundBy(cloud, String(tagValue));
        return [
            ...(bound ? [{ method: `cloudresourcemanager.tagBindings.${verb}`, on: nameOf(bound.id) }] : []),
            ...onResource(`${verb}TagBinding`, String(parent), cloud),
            ...onResource("listTagBindings", String(parent), cloud),
        ];
    };

const onResource = (verb: string, parent: string, cloud: Context["cloud"]): Calls => {
    const found = findTagged(cloud, parent);
    return found ? [{ method: `${found.permissions}.${verb}`, on: found.entry.name }] : [];
};

const binding: TypeCalls = {
    create: onBoth("create"),
    read: ({ parent }, { cloud }) => onResource("listTagBindings", String(parent), cloud),
    update: [],
    delete: onBoth("delete"),
};

/** Calls for keys, values and bindings of Resource Manager tags. */
export const tags: Record<string, TypeCalls> = {
    "gcp:tags/tagKey:TagKey": {
        create: (inputs, context) => [
            { method: "cloudresourcemanager.tagKeys.create", on: parentOfKey(inputs, context) },
            { method: "cloudresourcemanager.tagKeys.get", on: parentOfKey(inputs, context) },
        ],
    },
    "gcp:tags/tagValue:TagValue": {
        create: ({ parent }) =>
            ["create", "get"].map((verb) => ({
                method: `cloudresourcemanager.tagValues.${verb}`,
                on: nameOf(idOf("tagKeys", String(parent))),
            })),
    },
    "gcp:tags/tagBinding:TagBinding": binding,
    "gcp:tags/locationTagBinding:LocationTagBinding": binding,
};
