import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import type { Entry } from "../../cloud/store";
import type { Calls, Context, Inputs, TypeCalls, TypeRules } from "../../rules/rules";
import { api, badField, bindingsOf, boundBy, forbidden, nameOf } from "./key";
import { findTagged } from "./resource";

/** "You can attach 50 tags to a resource": https://cloud.google.com/bigquery/docs/tags */
const maxTags = 50;

/** The resource without the difference between a project's ID and number. */
const sameResource = (cloud: Cloud, parent: string): string =>
    parent.replace(/\/projects\/([^/]+)/, (_, project) => `/projects/${cloud.projects.idOf(project)}`);

function verify({ parent, tagValue, location }: Inputs, { cloud }: Context): void {
    const found = findTagged(cloud, parent);
    if (found === undefined) {
        throw forbidden();
    }
    if ((location?.toLowerCase() ?? undefined) !== found.location) {
        // https://github.com/hashicorp/terraform-provider-google/issues/11448
        throw badField(
            "binding.resource",
            location === undefined
                ? "Must be a valid One Platform resource name of a tag-compatible global resource. Did you forget to specify the correct location?"
                : `Must be a valid One Platform resource name of a tag-compatible resource in location ${location}. Did you forget to specify the correct location?`,
        );
    }
    const bound = boundBy(cloud, tagValue);
    if (bound === undefined) {
        throw forbidden();
    }
    verifyScope(bound.key, found.entry.project);
    const own = bindingsOf(cloud).filter(
        ({ state }) => sameResource(cloud, String(state.parent)) === sameResource(cloud, parent),
    );
    if (own.some(({ state }) => boundBy(cloud, String(state.tagValue))?.key.id === bound.key.id)) {
        // https://github.com/hashicorp/terraform-provider-google/issues/29346
        throw new GoogleError(
            400,
            "A binding already exists between the given resource and a TagValue parented by the same TagKey as the given TagValue.",
            { reason: "failedPrecondition" },
        );
    }
    if (own.length >= maxTags) {
        throw new GoogleError(400, `A resource has ${maxTags} tags at most.`, { reason: "failedPrecondition" });
    }
}

/** Keys of a project are for what is in it: "Tags overview". */
function verifyScope(key: Entry, project: string): void {
    if (key.project !== "" && key.project !== project) {
        throw new GoogleError(
            400,
            `TagKey ${key.id} is defined in projects/${key.project} and cannot be attached to a resource outside of it.`,
            { reason: "failedPrecondition" },
        );
    }
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

const calls: TypeCalls = {
    create: onBoth("create"),
    read: ({ parent }, { cloud }) => onResource("listTagBindings", String(parent), cloud),
    update: [],
    delete: onBoth("delete"),
};

function rules(noun: string, generatedNoun: string, isGlobal: boolean): TypeRules {
    return {
        noun,
        generatedNoun,
        cost: "free",
        api,
        project: ({ parent }, { cloud, project }) => findTagged(cloud, parent)?.entry.project ?? project ?? "",
        id: ({ name, location }) => (isGlobal ? `tagBindings/${name}` : `${location}/${name}`),
        // The name contains that of the resource, which would be too long for a file.
        name: ({ name, location }) => `//${api}/tagBindings/${digits(`${location} ${name}`, 20)}`,
        verify: (inputs, context, old) => {
            if (!old) {
                verify(inputs, context);
            }
        },
        state: ({ parent, tagValue }, { cloud }, old) => {
            const bound = boundBy(cloud, tagValue);
            const name = `${encodeURIComponent(parent)}/${bound?.id}`;
            return {
                name: old?.name ?? (isGlobal ? name : `tagBindings/${name}`),
                deletionPolicy: old?.deletionPolicy ?? "DELETE",
            };
        },
        // A binding ends with its resource.
        read: (state, { cloud }) => (findTagged(cloud, state.parent) ? state : undefined),
        calls,
    };
}

export const tagBinding = rules("TagBinding", "TagsTagBinding", true);

export const locationTagBinding = rules("LocationTagBinding", "TagsLocationTagBinding", false);
