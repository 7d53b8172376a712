import { LocationTagBinding } from "@pulumi/gcp/tags/locationTagBinding";
import { TagBinding } from "@pulumi/gcp/tags/tagBinding";
import * as pulumi from "@pulumi/pulumi";
import { type TaggedResource, type TaggedType, taggedResources } from "../facts/taggedResources";
import { idOfTag, type TaggedArgs } from "./tags";

/** A resource to bind tags to. */
export interface Tagged {
    type: TaggedType;
    /** Its outputs, of which its full name consists. */
    outputs: object;
    projectNumber: pulumi.Input<string>;
}

/**
 * Binds tags to a resource. Bindings are resources of their own, also where the resource has an argument for tags: that argument is only
 * read at its creation or replaces it, and a resource that is deleted with its tags keeps their values in use for hours.
 *
 * A binding with another value replaces the previous one, which is deleted first: Google Cloud refuses a second value of a key.
 */
export function bindTags(
    name: string,
    { resourceManagerTags = {} }: TaggedArgs,
    { type, outputs, projectNumber }: Tagged,
    options: pulumi.CustomResourceOptions,
): void {
    const row: TaggedResource = taggedResources.rows[type];
    const values = { ...outputs, projectNumber } as Record<string, pulumi.Input<string>>;
    const parent = fullName(row.name, values);
    const location = row.location && pulumi.output(values[row.location] as string).apply(lowerCase);
    for (const [key, tag] of Object.entries(resourceManagerTags)) {
        const inputs = { parent, tagValue: idOfTag(tag) };
        const own = { ...options, deleteBeforeReplace: true };
        if (location === undefined) {
            new TagBinding(`${name}-${key}-tag`, inputs, own);
        } else {
            new LocationTagBinding(`${name}-${key}-tag`, { ...inputs, location }, own);
        }
    }
}

/** The location is part of the API's host: `eu` of a bucket in `EU`. */
const lowerCase = (location: string) => location.toLowerCase();

/** The name with the values in braces. */
function fullName(name: string, values: Record<string, pulumi.Input<string>>): pulumi.Output<string> {
    const [first = "", ...parts] = name.split(/[{}]/);
    return parts.reduce<pulumi.Output<string>>(
        (text, part, index) => pulumi.concat(text, index % 2 === 0 ? values[part] : part),
        pulumi.output(first),
    );
}
