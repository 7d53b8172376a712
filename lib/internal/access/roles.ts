import * as pulumi from "@pulumi/pulumi";
import { conditionalPolicies } from "../../facts/iamConditions";
import * as check from "../arguments/check";
import { shortenName } from "../arguments/names";
import { typeOf } from "../engine/pulumiSdk";
import type { Capability, Grant, GrantCondition } from "./capability";

/** The maximum length of a condition's title. */
export const maxTitle = 100;

/** The constructor of a provider's `…IAMMember` type, whose other arguments identify the resource. */
type IamMemberConstructor<On extends object> = new (
    name: string,
    args: On & { role: string; member: pulumi.Input<string>; condition?: GrantCondition },
    options: pulumi.CustomResourceOptions,
) => pulumi.Resource;

/** The part of a child resource's name for a role: `object-viewer` for `roles/storage.objectViewer`. */
export const roleName = (role: string): string =>
    role.replace(/^.*[./]/, "").replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Creates a capability that is one role on one resource: `capability("sales", "roles/pubsub.publisher", TopicIAMMember, { topic
 * }, topic)`.
 * @param component the name of the component that offers it
 */
export function capability<On extends object>(
    component: string,
    role: string,
    member: IamMemberConstructor<On>,
    on: On,
    value: pulumi.Input<string>,
): Capability {
    return rolesOn(component, member, on, value).offered(role);
}

/** The part of a child resource's name for any role: `storage-object-viewer`. */
export const wholeRoleName = (role: string): string =>
    role
        .replace(/^(.*\/)?roles\//, "")
        .replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
        .replaceAll(/[._]/g, "-");

/** Checks the name of a predefined or custom role. */
export const roleCheck = check.matching(
    /^(roles|(projects|organizations)\/[^/\s]+\/roles)\/[A-Za-z0-9_.]+$/,
    "must be the name of a role: roles/storage.objectViewer, projects/acme-dev/roles/modelReader or organizations/123456789012/roles/modelReader",
);

const roleArgs = check.options<{ role: string }>({ role: roleCheck }, "role");

/**
 * The roles on one resource as capabilities, the same one for each call: those that its component offers by a name of their own, and any
 * other role.
 *
 * @param value what the consumer receives; a function is called for each consumer
 * @param optionsOf the options of a role's grants that have no consumer, if they are not the environment's
 * @param previous the component's name in the names of grants in the state, if it was another name
 */
export function rolesOn<On extends object>(
    component: string,
    member: IamMemberConstructor<On>,
    on: On,
    value: pulumi.Input<string> | (() => pulumi.Input<string>),
    optionsOf: (role: string) => pulumi.CustomResourceOptions | undefined = () => undefined,
    previous = component,
) {
    const known = new Map<string, Capability>();
    const capabilityOf = (role: string, name: string): Capability => {
        const made =
            known.get(role) ??
            withValue(value, {
                grants: [
                    {
                        ...roleGrant(`${component}-${name}`, role, member, on, `${previous}-${name}`),
                        options: optionsOf(role),
                    },
                ],
                attachments: [],
            });
        known.set(role, made);
        return made;
    };
    return {
        /** A role by a name of its own, and `more` roles on the resource that only code with a client library needs. */
        offered: (role: string, ...more: string[]): Capability => {
            const own = capabilityOf(role, roleName(role));
            const forCode = more.flatMap((each) => capabilityOf(each, wholeRoleName(each)).grants);
            return more.length === 0 ? own : forCodeToo(own, value, forCode);
        },
        role: (role: string) => {
            check.checked(`"${component}"`, { role }, roleArgs);
            return capabilityOf(role, wholeRoleName(role));
        },
    };
}

/** Creates the grant of a role on one resource. */
export function roleGrant<On extends object>(
    name: string,
    role: string,
    member: IamMemberConstructor<On>,
    on: On,
    previous = name,
): Grant {
    const optionsOf = (child: string, options: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions => {
        const at = child.lastIndexOf(name);
        const before = child.slice(0, at) + previous + child.slice(at + name.length);
        return previous === name || at < 0 ? options : pulumi.mergeOptions(options, { aliases: [{ name: before }] });
    };
    return {
        name,
        acceptsConditions: Object.hasOwn(conditionalPolicies.rows, String(typeOf(member))) && !isBasic(role),
        to: (child, principal, options, condition) =>
            new member(child, { ...on, role, member: principal, condition }, optionsOf(child, options)),
    };
}

/**
 * A capability with a value, or one whose value is read when a consumer needs it. The latter is not listed: Pulumi reads all listed
 * properties of what a program exports, and some values fail, such as the URL of a service without one.
 */
export function withValue(
    value: Capability["value"] | (() => Capability["value"]),
    others: Omit<Capability, "value">,
): Capability {
    return typeof value === "function"
        ? (Object.defineProperty({ ...others }, "value", { get: value }) as Capability)
        : { value, ...others };
}

/** A capability with more grants, which only code with a client library needs. */
export const forCodeToo = (
    { grants, forCode = [], attachments }: Capability,
    value: Capability["value"] | (() => Capability["value"]),
    more: readonly Grant[],
): Capability => withValue(value, { grants: [...grants, ...more], forCode: [...forCode, ...more], attachments });

/** The capabilities of a resource that the stack does not manage. */
export function sharedOffers<Offered extends { role: (role: string) => Capability }>(offers: Offered): Offered {
    const shared = (offer: Capability) =>
        withValue(Object.keys(offer).includes("value") ? offer.value : () => offer.value, {
            grants: offer.grants.map(sharedGrant),
            forCode: offer.forCode?.map(sharedGrant),
            attachments: offer.attachments,
        });
    const entries = Object.entries<Capability | ((role: string) => Capability)>(offers as never).map(([key, offer]) => {
        return [key, typeof offer === "function" ? (role: string) => shared(offer(role)) : shared(offer)];
    });
    return Object.fromEntries(entries);
}

const sharedGrants = new WeakMap<Grant, Grant>();

/** A grant that other stacks may have too; the same one each time, so that a consumer receives it once. */
function sharedGrant(grant: Grant): Grant {
    const made = sharedGrants.get(grant) ?? { ...grant, isShared: true };
    sharedGrants.set(grant, made);
    return made;
}

/** A condition that is always true. */
export const always = 'request.time > timestamp("2020-01-01T00:00:00Z")';

/**
 * Registers a grant for a member that other stacks may grant the same role to. Google Cloud would keep one role for all of them, which the
 * first destroyed stack would revoke. A condition with the name of the stack makes it a role binding of its own; where the policy
 * accepts none, the role is kept when the stack is destroyed, unless `options` set something else.
 */
export function grantApart(
    grant: Grant,
    name: string,
    member: pulumi.Input<string>,
    options: pulumi.CustomResourceOptions,
    condition?: GrantCondition,
): pulumi.Resource {
    if (!grant.isShared) {
        return grant.to(name, member, options, condition);
    }
    if (!grant.acceptsConditions) {
        return grant.to(name, member, { ...options, retainOnDelete: options.retainOnDelete ?? true });
    }
    const { title, ...limit } = condition ?? { title: "granted", expression: always };
    return grant.to(name, member, options, { ...limit, title: titleByStack(title) });
}

/** The title of a condition, which makes a role binding of the stack's own: other stacks have another title. */
export const titleByStack = (title: string): string =>
    shortenName(`${title} by ${pulumi.getProject()}/${pulumi.getStack()}`, maxTitle);

/** Whether a role is a basic role, such as `roles/viewer`, which Google grants without conditions only. */
const isBasic = (role: string) => /^roles\/(owner|editor|viewer)$/.test(role);
