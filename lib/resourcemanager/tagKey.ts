import { getTagKey } from "@pulumi/gcp/tags/getTagKey";
import { getTagValue } from "@pulumi/gcp/tags/getTagValue";
import { TagKey as TagKeyResource, type TagKeyArgs as TagKeyResourceArgs } from "@pulumi/gcp/tags/tagKey";
import { TagKeyIamMember } from "@pulumi/gcp/tags/tagKeyIamMember";
import { TagValue, type TagValueArgs } from "@pulumi/gcp/tags/tagValue";
import { TagValueIamMember } from "@pulumi/gcp/tags/tagValueIamMember";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import type { AnyTagValue } from "../component/tags";
import { Environment, inEnvironment } from "../environment/environment";
import { checkExisting, type Existing, type ExistingArgs, lookUp, type Place } from "../environment/existing";
import { organization } from "../environment/numbered";
import { tagLimits } from "../facts/limits/tags";
import type { Capability } from "../internal/access/capability";
import { rolesOn, sharedOffers } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { type Transform, transforms } from "../internal/engine/children";
import { type NetworkOfProgram, networkComponent } from "../internal/network/networkOf";
import { projectId } from "../stack/settings/projectId";
import { parentName, type TagKeyParent, tagKeyParent } from "./parent";

export type { TagKeyParent } from "./parent";

const api = "cloudresourcemanager.googleapis.com";

/** A value of a tag key. */
export interface TagValueOptions {
    /**
     * Describes when to attach the value: at most 256 characters
     * ({@link https://cloud.google.com/resource-manager/reference/rest/v3/tagValues limit}).
     * @default none
     */
    description?: string;
}

/**
 * Makes the key a {@link https://cloud.google.com/firewall/docs/tags-firewalls-overview secure tag} of firewall rules: in one network, or in
 * all networks of the organization.
 */
export type FirewallTag =
    | "organization"
    | {
          /** The network: a {@link Network}, or its project and name, such as `"acme-dev/apps"`. */
          network: NetworkOfProgram | pulumi.Input<string>;
      };

/** The arguments of a {@link TagKey}. */
export interface TagKeyArgs extends ComponentArgs {
    /**
     * The short name, unique in the organization or project: 1 to 256 characters without quotes and slashes
     * ({@link https://cloud.google.com/resource-manager/reference/rest/v3/tagKeys limit}). Changing this replaces the key and its values.
     * @default the component's name
     */
    name?: string;
    /**
     * Describes the key: at most 256 characters
     * ({@link https://cloud.google.com/resource-manager/reference/rest/v3/tagKeys limit}).
     * @default none
     */
    description?: string;
    /**
     * The organization or the project that contains the key. The values of a key in an organization can be attached to what is in the
     * organization, and the values of a key in a project to the project and what is in it. Changing this replaces the key and its values.
     * @default the project of the environment
     */
    parent?: TagKeyParent;
    /**
     * The values by short name, with the rules of `name`: `{ prod: {}, dev: { description: "Development" } }`. A value that is attached to
     * a resource cannot be deleted.
     * @default none
     */
    values?: check.Short<Record<string, TagValueOptions>, readonly string[]>;
    /**
     * A regular expression in RE2's syntax: values that match can be attached without being created
     * ({@link https://cloud.google.com/resource-manager/docs/tags/tags-creating-and-managing dynamic values}).
     * @default only `values` can be attached
     */
    allowedValues?: string;
    /**
     * Makes the tags usable in rules of firewall policies. Changing this replaces the key and its values.
     * @default a key for IAM conditions and organization policies
     */
    firewall?: FirewallTag;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { key?: Transform<TagKeyResourceArgs>; value?: Transform<TagValueArgs> };
}

/** A value of a {@link TagKey}. */
export interface TagKeyValue extends AnyTagValue {
    /** Grants attaching the value to resources; the consumer receives its ID. Attaching also requires the role on the resource. */
    readonly user: Capability;
    /** Grants reading the value; the consumer receives its ID. */
    readonly viewer: Capability;
    /** A capability of any role on the value, for roles that no other one has; the consumer receives its ID. */
    readonly role: (role: string) => Capability;
}

/** Where a key exists. */
export interface ExistingTagKeyArgs extends ExistingArgs {
    /**
     * The number of the organization that contains it, as `"123456789012"`. Not with `project`.
     * @default none: a project contains it
     */
    organization?: string;
}

/** A key that exists already. */
export interface ExistingTagKey extends Existing, Pick<TagKey, "id" | "value" | "user" | "viewer" | "role"> {}

const shortName = check.matching(
    /^[^'"\\/]{1,256}$/,
    "must be 1 to 256 characters without quotes, slashes and backslashes",
);
const description = check.pipe(check.text(), check.longest(tagLimits.rows.description.max));

const firewall = check.literalOr<"organization", Exclude<FirewallTag, "organization">>(
    "organization",
    check.options<Exclude<FirewallTag, "organization">>(
        {
            network: check.componentOr(
                networkComponent,
                check.input(
                    check.matching(
                        /^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/,
                        "must be a Network, or a project and the name of a network, such as acme-dev/apps",
                    ),
                ),
            ),
        },
        "network",
    ),
);

const tagKeyArgs = check.options<TagKeyArgs>({
    name: shortName,
    description,
    parent: tagKeyParent,
    values: check.short(
        check.record(shortName, check.options<TagValueOptions>({ description })),
        check.named,
        Array.isArray,
    ),
    allowedValues: check.text(),
    firewall,
    transform: transforms("key", "value"),
    ...componentArgs,
});

const existingChecks = { project: projectId, organization };

/** The capabilities of a key. */
function keyOffers(name: string, key: pulumi.Output<string>, id: pulumi.Output<string>) {
    const { offered, role } = rolesOn(name, TagKeyIamMember, { tagKey: key }, id);
    return {
        user: offered("roles/resourcemanager.tagUser"),
        viewer: offered("roles/resourcemanager.tagViewer"),
        role,
    };
}

/** The capabilities of a value. */
function valueOffers(name: string, value: pulumi.Output<string>, id: pulumi.Output<string>) {
    const { offered, role } = rolesOn(name, TagValueIamMember, { tagValue: value }, id);
    return {
        user: offered("roles/resourcemanager.tagUser"),
        viewer: offered("roles/resourcemanager.tagViewer"),
        role,
    };
}

/**
 * A key of {@link https://cloud.google.com/resource-manager/docs/tags/tags-overview Resource Manager tags} with its values. Other components
 * attach values to their resources with `resourceManagerTags: { environment: environment.value("prod") }`; conditions of grants and
 * organization policies select resources by them.
 * @example
 * ```ts
 * const data = new TagKey("data", { values: { personal: {}, public: {} } });
 * new StorageBucket("models", { resourceManagerTags: { data: data.value("public") } });
 * ```
 */
export class TagKey extends pulumi.ComponentResource {
    /** The key itself. */
    readonly key: TagKeyResource;
    /** The ID of the key: `tagKeys/281474976710656`. */
    readonly id: pulumi.Output<string>;
    /** The ID of its parent and its short name: `123456789012/environment`. */
    readonly namespacedName: pulumi.Output<string>;
    /** The values by short name. */
    readonly values: Readonly<Record<string, TagValue>>;
    /** A value by its short name: `environment.value("prod")`, for `resourceManagerTags` of other components. */
    readonly value: (shortName: string) => TagKeyValue;
    /** Grants attaching all values of the key; the consumer receives the key's ID. Attaching also requires the role on the resource. */
    readonly user: Capability;
    /** Grants reading the key and its values; the consumer receives the key's ID. */
    readonly viewer: Capability;
    /** A capability of any role on the key and its values, for roles that no other one has; the consumer receives the key's ID. */
    readonly role: (role: string) => Capability;

    /**
     * A key that exists already and is not managed by the stack, which only attaches its values or grants access to it:
     * `TagKey.existing("environment", { parent: { organization: "123456789012" } })`. The preview fails if there is none.
     */
    static existing(name: string, args: ExistingTagKeyArgs = {}): ExistingTagKey {
        const { project, organization } = checkExisting(
            "TagKey",
            name,
            shortName,
            args,
            existingChecks,
            [],
            ({ project, organization }) => [
                check.when(
                    project !== undefined && organization !== undefined,
                    "organization",
                    "resourcemanager/key-in-two-parents",
                    "cannot be combined with project: a key is in one of them. Remove one.",
                ),
            ],
        );
        const find = async (at: Place, options: pulumi.InvokeOptions) => {
            const parent = organization === undefined ? `projects/${at.project}` : `organizations/${organization}`;
            const { name: key } = await getTagKey({ parent, shortName: name }, options);
            return { key, id: `tagKeys/${key}` };
        };
        const { key, id } = lookUp("TagKey", name, shortName, { project }, find, "key", "id");
        const same = {};
        const value = (short: string): TagKeyValue => {
            const findValue = async (at: Place, options: pulumi.InvokeOptions) => {
                const { id: parent } = await find(at, options);
                const { name: number, namespacedName } = await getTagValue({ parent, shortName: short }, options);
                return { number, id: `tagValues/${number}`, namespacedName };
            };
            const found = lookUp("TagKey", short, shortName, { project }, findValue, "number", "id", "namespacedName");
            const { number, id, namespacedName } = found;
            return { id, namespacedName, key: same, ...sharedOffers(valueOffers(`${name}-${short}`, number, id)) };
        };
        return { existing: "TagKey", id, value, ...sharedOffers(keyOffers(name, key, id)) };
    }

    constructor(name: string, args: TagKeyArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const { project } = Environment.current();
        const completed = check.withDefaults(args, { name, parent: { project }, values: {} });
        const resolved = check.checked(`TagKey "${name}"`, completed, tagKeyArgs);
        super("slipway:index:TagKey", name, {}, inEnvironment(options, resolved.crossProject));
        const { child } = component(this, name, resolved, { apis: [api] });
        // The short name is unique in its parent, so that a replaced key or value is deleted first.
        const replaced = { deleteBeforeReplace: true };
        this.key = new TagKeyResource(...child("key", name, keyInputs(resolved), replaced));
        ({ id: this.id, namespacedName: this.namespacedName } = this.key);
        const values = Object.entries(resolved.values).map(([short, { description }]) => {
            const inputs = { parent: this.key.id, shortName: short, description };
            return [short, new TagValue(...child("value", `${name}-${short}`, inputs, replaced))] as const;
        });
        this.values = Object.fromEntries(values);
        const offered = values.map(([short, { id, name: number, namespacedName }]) => {
            const offers = valueOffers(`${name}-${short}`, number, id);
            return [short, { id, namespacedName, key: this, ...offers }] as const;
        });
        this.value = valuesOf(name, Object.fromEntries(offered));
        ({ user: this.user, viewer: this.viewer, role: this.role } = keyOffers(name, this.key.name, this.id));
        this.registerOutputs({ key: this.key });
    }
}

/** Returns the values of a key by short name, and refuses others. */
function valuesOf(name: string, values: Record<string, TagKeyValue>) {
    const names = Object.keys(values);
    const args = check.options<{ value: string }>({ value: check.oneOf(...names) }, "value");
    return (value: string): TagKeyValue => {
        check.checked(`TagKey "${name}"`, { value }, args);
        return values[value] as TagKeyValue;
    };
}

/** The arguments of the key. */
function keyInputs(args: TagKeyArgs & Required<Pick<TagKeyArgs, "name" | "parent">>): TagKeyResourceArgs {
    const { firewall } = args;
    return {
        parent: parentName(args.parent),
        shortName: args.name,
        description: args.description,
        allowedValuesRegex: args.allowedValues,
        purpose: firewall && "GCE_FIREWALL",
        purposeData: firewall && purposeData(firewall),
    };
}

/** What a key for firewalls applies to. */
function purposeData(firewall: FirewallTag): Record<string, pulumi.Input<string>> {
    if (firewall === "organization") {
        return { organization: "auto" };
    }
    const { network } = firewall;
    const isComponent = check.isResource(network);
    const { network: vpc } = (isComponent ? network : {}) as NetworkOfProgram;
    return {
        network: isComponent ? pulumi.interpolate`${vpc.project}/${vpc.name}` : (network as pulumi.Input<string>),
    };
}
