import { createHash } from "node:crypto";
import { GoogleError } from "../cloud/errors";
import { type Condition, etagOf, type Grant, grantName, policyName } from "../cloud/iam";
import { requireRoom } from "../cloud/limits";
import { type Context, type Inputs, lastPart, type TypeRules } from "./rules";

/** A type of resource that has a policy, as its `…IAMMember`, `…IAMBinding` and `…IAMPolicy` see it. */
export interface PolicyParent {
    /** The tokens' common part: `gcp:pubsub/topicIAM` for `gcp:pubsub/topicIAMMember:TopicIAMMember`. */
    token: string;
    /** The input that tells the parent. */
    property: string;
    /** Further inputs that do: `project`, `location`. */
    beside?: string[];
    /** Whether the state has that input as it was given; the parent's id otherwise. */
    asGiven?: boolean;
    /** Why the provider refuses a value of that input, if it does. */
    refused?(value: string): string | undefined;
    /** The parent's id as the provider writes it: `projects/p/topics/t`. */
    id(inputs: Inputs): string;
    /** The parent's full resource name. */
    name(inputs: Inputs): string;
    /** The parent in the provider's errors: `pubsub topic "projects/p/topics/t"`. */
    described(inputs: Inputs): string;
    /** The project that the parent belongs to; when left out, the one in its id. */
    project?(inputs: Inputs, context: Context): string;
    /** The API that must be enabled, with its title. */
    api?: [name: string, title: string];
    /** What the API answers when the parent is not there. */
    missing(inputs: Inputs, context: Context): GoogleError;
    /** What the API's errors end with. */
    reason?: string;
    /** Refuses what this service alone refuses. */
    verify?(grant: Grant, inputs: Inputs, context: Context): void;
    /** Whether the provider sends changes in batches, which its errors then say first. */
    batched?: boolean;
}

/** The three types by which a program changes the policy of a parent. */
export function policyTypes(parent: PolicyParent): Record<string, TypeRules> {
    const noun = parent.token.slice(parent.token.indexOf("/") + 1);
    const token = (kind: string) => `${parent.token}${kind}:${noun.charAt(0).toUpperCase()}${noun.slice(1)}${kind}`;
    return {
        [token("Member")]: member(parent),
        [token("Binding")]: binding(parent),
        [token("Policy")]: policy(parent),
    };
}

/** One member of one role: the resource is the grant itself. */
function member(parent: PolicyParent): TypeRules {
    const rules = shared(parent, (inputs) => [inputs as Grant]);
    return {
        ...rules,
        refused: { ...rules.refused, member: refusedMember },
        doing: doing(parent, ({ role, member }) => `Create IAM Members ${role} ${member} for`),
        id: (inputs) => [parent.id(inputs), inputs.role, spelled(inputs.member), ...terms(inputs)].join("/"),
        name: (inputs) => grantName(parent.name(inputs), inputs as Grant),
        read: (state, { cloud }) => {
            const names = [parent.name(state), grantName(parent.name(state), state as Grant)];
            return names.every((name) => cloud.store.read(name)) ? state : undefined;
        },
    };
}

/** All members of one role: others that have it lose it. */
function binding(parent: PolicyParent): TypeRules {
    const of = (inputs: Inputs) => (grant: Grant) =>
        grant.role === inputs.role && terms(grant).join() === terms(inputs).join();
    const name = (inputs: Inputs) => [inputs.role, ...terms(inputs)].join("\n").replaceAll("/", ".");
    const rules = shared(parent, (inputs) => grantsOf(inputs as Binding), of);
    return {
        ...rules,
        refused: { ...rules.refused, members: refusedMember },
        doing: doing(parent, ({ role }) => `Set IAM Binding for role ${JSON.stringify(role)} on`, JSON.stringify),
        id: (inputs) => [parent.id(inputs), inputs.role, ...terms(inputs)].join("/"),
        name: (inputs) => `${policyName(parent.name(inputs))}/bindings/${name(inputs)}`,
        stored: (state, context) => change(parent, state, context, of(state), grantsOf(state as Binding)),
        read: (state, { cloud }) => {
            const now = cloud.iam.grants(parent.name(state)).filter(of(state));
            const members = inOrder(state.members, membersOf(now));
            return cloud.store.read(parent.name(state)) && { ...state, members };
        },
        remove: (state, context) => change(parent, state, context, of(state), []),
    };
}

/** The whole policy: all that others granted is taken away. */
function policy(parent: PolicyParent): TypeRules {
    const all = () => true;
    const rules = shared(
        parent,
        (inputs) => grantsOfPolicy(inputs.policyData),
        () => all,
    );
    return {
        ...rules,
        refused: {
            ...rules.refused,
            policyData: (data) => (isPolicy(data) ? undefined : `"policy_data" is no policy in JSON: ${data}`),
        },
        doing: (_, inputs) => `Error setting IAM policy for ${parent.described(inputs)}`,
        verify: (inputs, context) => {
            rules.verify(inputs, context);
            requireEtag(parent, inputs, context);
        },
        state: (inputs) => ({
            ...rules.state(inputs),
            etag: etagOf(parent.name(inputs), grantsOfPolicy(inputs.policyData)),
        }),
        compared: { ...rules.compared, policyData: (data) => inOneForm(grantsOfPolicy(String(data))) },
        id: parent.id,
        name: (inputs) => `${policyName(parent.name(inputs))}/policy`,
        stored: (state, context) => change(parent, state, context, all, grantsOfPolicy(state.policyData)),
        read: (state, { cloud }) => {
            const now = inOneForm(cloud.iam.grants(parent.name(state)));
            const policyData = now === inOneForm(grantsOfPolicy(state.policyData)) ? state.policyData : now;
            const etag = cloud.iam.etag(parent.name(state));
            return cloud.store.read(parent.name(state)) && { ...state, policyData, etag };
        },
        remove: (state, context) => change(parent, state, context, all, []),
    };
}

/** Refuses a policy that was read before others changed it: the etag that it brings is not that of the present one. */
function requireEtag(parent: PolicyParent, inputs: Inputs, { cloud }: Context): void {
    const { etag } = JSON.parse(inputs.policyData);
    const now = cloud.iam.etag(parent.name(inputs));
    if (etag !== undefined && etag !== now) {
        throw new GoogleError(
            409,
            `There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff. The request's ETag '${inBytes(etag)}' did not match the current policy's ETag '${inBytes(now)}'.`,
            { reason: parent.reason && "aborted" },
        );
    }
}

/** An etag as the API prints it: its bytes, in octal where they are no letters. */
function inBytes(etag: string): string {
    return [...Buffer.from(etag, "base64")]
        .map((byte) => {
            const letter = byte >= 32 && byte < 127 && byte !== 39 && byte !== 92;
            return letter ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
        })
        .join("");
}

/** What the three have in common; `wanted` tells the grants that the inputs ask for. */
function shared(
    parent: PolicyParent,
    wanted: (inputs: Inputs) => Grant[],
    replaced?: (inputs: Inputs) => (grant: Grant) => boolean,
) {
    return {
        noun: "IAM policy",
        project: (inputs: Inputs, context: Context) => projectOf(parent, inputs, context),
        refused: parent.refused && { [parent.property]: parent.refused },
        compared: Object.fromEntries(place(parent).map((property) => [property, lastPart])),
        verify: (inputs: Inputs, context: Context) => {
            requireParent(parent, inputs, context);
            for (const grant of wanted(inputs)) {
                context.cloud.iam.requireGrant(grant, parent.reason);
                parent.verify?.(grant, inputs, context);
            }
            const { store, iam } = context.cloud;
            const resource = parent.name(inputs);
            const present = () => iam.grants(resource);
            requireRoom(store, resource, wanted(inputs), present, replaced?.(inputs), parent.reason);
        },
        state: (inputs: Inputs) => ({
            [parent.property]: parent.asGiven ? inputs[parent.property] : parent.id(inputs),
            etag: createHash("sha256").update(parent.name(inputs)).digest().subarray(0, 8).toString("base64"),
        }),
    };
}

/** What the provider says before an error; changes in a batch are named first, as `Create IAM Members … for project "p"`. */
function doing(parent: PolicyParent, request?: (inputs: Inputs) => string, quoted = (described: string) => described) {
    return (_: string, inputs: Inputs) => {
        const described = parent.described(inputs);
        const batch =
            parent.batched && request ? `Request \`${request(inputs)} ${quoted(described)}\` returned error: ` : "";
        return `${batch}Error applying IAM policy for ${described}: Error setting IAM policy for ${described}`;
    };
}

/** A policy is read before it is changed. */
function requireParent(parent: PolicyParent, inputs: Inputs, context: Context): void {
    try {
        if (parent.api) {
            context.cloud.projects.requireApi(projectOf(parent, inputs, context), ...parent.api);
        }
        if (!context.cloud.store.read(parent.name(inputs))) {
            throw parent.missing(inputs, context);
        }
    } catch (error) {
        throw new Error(`Error retrieving IAM policy for ${parent.described(inputs)}: ${(error as Error).message}`);
    }
}

/** Makes the concerned grants those that are wanted; what stays is not touched. */
function change(
    parent: PolicyParent,
    inputs: Inputs,
    context: Context,
    concerned: (grant: Grant) => boolean,
    wanted: Grant[],
): void {
    const { iam } = context.cloud;
    const resource = parent.name(inputs);
    const stays = new Set(wanted.map((grant) => grantName(resource, grant)));
    for (const grant of wanted) {
        iam.grant(projectOf(parent, inputs, context), resource, grant);
    }
    for (const grant of iam.grants(resource).filter(concerned)) {
        if (!stays.has(grantName(resource, grant))) {
            iam.revoke(resource, grant);
        }
    }
}

const place = ({ property, beside = [] }: PolicyParent) => [...beside, property];

function projectOf(parent: PolicyParent, inputs: Inputs, context: Context): string {
    return parent.project?.(inputs, context) ?? /^projects\/([^/]+)\//.exec(parent.id(inputs))?.[1] ?? inputs.project;
}

interface Binding {
    role: string;
    members: string[];
    condition?: Condition;
}

function grantsOf({ role, members, condition }: Binding): Grant[] {
    return members.map((member) => ({ role, member, condition }));
}

function membersOf(grants: Grant[]): string[] {
    return grants.map(({ member }) => member);
}

function grantsOfPolicy(policyData: string): Grant[] {
    return ((JSON.parse(policyData).bindings ?? []) as Binding[]).flatMap(grantsOf);
}

/** A policy as the provider writes it, whatever the order of its bindings and members. */
function inOneForm(grants: Grant[]): string {
    const key = (grant: Grant) => [grant.role, ...terms(grant)].join("\n");
    const bindings = [...new Set(grants.map(key))].sort().map((each) => {
        const same = grants.filter((grant) => key(grant) === each);
        const { role, condition } = same[0] as Grant;
        return { ...(condition && { condition }), members: membersOf(same).sort(), role };
    });
    return JSON.stringify({ bindings });
}

/** What the provider refuses of a member before it asks Google Cloud. */
function refusedMember(member: string): string | undefined {
    if (member.startsWith("deleted")) {
        return "invalid value for member (Terraform does not support IAM members for deleted principals)";
    }
    return /^(.+:.+|projectOwners|projectReaders|projectWriters|allUsers|allAuthenticatedUsers)$/s.test(member)
        ? undefined
        : `invalid value "${member}" for member (IAM members must have one of the values outlined here: https://cloud.google.com/billing/docs/reference/rest/v1/Policy#Binding)`;
}

function isPolicy(data: string): boolean {
    try {
        grantsOfPolicy(data);
        return true;
    } catch {
        return false;
    }
}

/** A condition as it stands in an id. */
function terms({ condition }: Partial<Pick<Grant, "condition">>): string[] {
    return condition ? [condition.title, condition.description ?? "", condition.expression] : [];
}

/** As the provider spells a member in an id: lower case behind its kind. */
function spelled(member: string): string {
    return /^(principal|principalSet|principalHierarchy|allUsers|allAuthenticatedUsers)\b/.test(member)
        ? member
        : member.replace(/:.*$/s, (rest) => rest.toLowerCase());
}

/** Members are a set: those that were given before keep their order. */
function inOrder(before: string[], now: string[]): string[] {
    return [...before.filter((member) => now.includes(member)), ...now.filter((member) => !before.includes(member))];
}
