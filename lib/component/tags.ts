import * as pulumi from "@pulumi/pulumi";
import { tagLimits } from "../facts/limits/tags";
import * as check from "../internal/arguments/check";

/** A value of a tag key: what `value` of a {@link TagKey} returns. */
export interface AnyTagValue {
    /** The ID: `tagValues/281478395625645`. */
    readonly id: pulumi.Output<string>;
    /** The ID of its parent, the short name of the key, and its own: `123456789012/environment/prod`. */
    readonly namespacedName: pulumi.Output<string>;
    /** The component of its key. @internal */
    readonly key?: object;
    /** Only keys have values. @internal */
    readonly values?: undefined;
}

/** A tag of a resource: a value of a {@link TagKey}, or the ID or the namespaced name of a value. */
export type ResourceManagerTag = AnyTagValue | pulumi.Input<string>;

/** Arguments of components whose main resource takes Resource Manager tags. */
export interface TaggedArgs {
    /**
     * {@link https://cloud.google.com/resource-manager/docs/tags/tags-overview Resource Manager tags}, by which IAM conditions and
     * organization policies select resources: at most 50 ({@link https://cloud.google.com/bigquery/docs/tags limit}), by names of your
     * choice, usually the short name of the key: `{ environment: environment.value("prod") }`. A tag is a value of a {@link TagKey}, an ID
     * such as `"tagValues/281478395625645"`, or a namespaced name such as `"123456789012/environment/prod"`. A resource has one value
     * of a key. The deployer needs `roles/resourcemanager.tagUser` on the value and on the resource.
     * @default no values: the resource inherits the values of its project
     */
    resourceManagerTags?: Record<string, ResourceManagerTag>;
}

const named = /^(\d+|[a-z][a-z0-9-]{4,28}[a-z0-9])\/([^/'"\\]+)\/[^/'"\\]+$/;
const wording =
    "must be a value of a TagKey, an ID such as tagValues/281478395625645, or a namespaced name such as 123456789012/environment/prod";

const isTagValue = (value: unknown): value is AnyTagValue =>
    typeof value === "object" && value !== null && !pulumi.Output.isInstance(value) && "namespacedName" in value;

const tag = check.either<AnyTagValue, pulumi.Input<string>>(
    isTagValue,
    check.custom<AnyTagValue>((value) => {
        const { id, values } = value as Partial<AnyTagValue>;
        return pulumi.Output.isInstance(id) && values === undefined;
    }, wording),
    check.publicInput(check.matching(new RegExp(`^tagValues/\\d+$|${named.source}`), wording)),
);

/** What is known of a value's key; undefined for an ID or an output. */
const keyOf = (value: ResourceManagerTag): unknown =>
    typeof value === "string" ? named.exec(value)?.slice(1, 3).join("/") : isTagValue(value) ? value.key : undefined;

/** Whether no key is there twice. */
function hasDistinctKeys(tags: Record<string, ResourceManagerTag>): boolean {
    const keys = Object.values(tags)
        .map(keyOf)
        .filter((key) => key !== undefined);
    return new Set(keys).size === keys.length;
}

/** Checks {@link TaggedArgs}. */
export const taggedArgs = {
    resourceManagerTags: check.pipe(
        check.record<string, ResourceManagerTag>(
            check.matching(/^[A-Za-z0-9_-]+$/, "a tag's name must consist of letters, digits, _ and -"),
            tag,
        ),
        check.atMost(tagLimits.rows.tags),
        check.refine(hasDistinctKeys, "must not have two values of one key: a resource has one value of a key at most"),
    ),
};

/** The ID or the namespaced name of a tag. */
export const idOfTag = (value: ResourceManagerTag): pulumi.Input<string> => (isTagValue(value) ? value.id : value);
