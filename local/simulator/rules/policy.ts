import { createHash } from "node:crypto";
import { unreadConditions } from "slipway/facts";
import type { Cloud } from "../cloud/cloud";
import { verifyConditional } from "../cloud/conditions";
import { GoogleError } from "../cloud/errors";
import { type Condition, etagOf, type Grant, grantName, policyName } from "../cloud/grants";
import { verifyPolicySize } from "../cloud/limits";
import { violation } from "../cloud/organization";
import { isGrantable } from "../permissions/grantable";
import { spelled } from "./plan/policies";
import type { Context, Inputs, PolicyMethods, TypeRules } from "./rules";

/** A resource type with a policy, for its `…IAMMember`, `…IAMBinding` and `…IAMPolicy` types. */
export interface PolicyParent {
    /** The common prefix of the tokens: `gcp:pubsub/topicIAM` for `gcp:pubsub/topicIAMMember:TopicIAMMember`. */
    token: string;
    /** The input that identifies the parent. */
    property: string;
    /** Whether the state has that input unchanged; otherwise the parent's ID. */
    asGiven?: boolean;
    /** The provider's validation of that input. */
    validate?(value: string): string | undefined;
    /** The parent's ID in the provider's format: `projects/p/topics/t`. */
    id(inputs: Inputs): string;
    /** Other IDs of the parent in imports, which the provider's formats and the state do not result in. */
    importIds?(inputs: Inputs): string[];
    /** The parent's full resource name. */
    name(inputs: Inputs): string;
    /** The API's methods for the policy, if they are not named after the parent. */
    methods?: PolicyMethods;
    /** The parent's description in errors of the provider: `pubsub topic "projects/p/topics/t"`. */
    describe(inputs: Inputs): string;
    /** The parent's project; by default, the project in its ID. */
    project?(inputs: Inputs, context: Context): string;
    /** The required API, with its title. */
    api?: [name: string, title: string];
    /** The error of the API if the parent does not exist. */
    missing(inputs: Inputs, context: Context): GoogleError;
    /** The member of a grant in IAM's form, if the provider has another one. */
    iamMember?(member: string): string;
    /** The reason in the API's errors. */
    reason?: string;
    /** Additional checks of the service. */
    verify?(grant: Grant, inputs: Inputs, context: Context): void;
    /** Whether the provider batches changes, which changes the prefix of errors. */
    batched?: boolean;
}

/** Creates the three types for the policy of a parent. */
export function policyTypes(parent: PolicyParent): Record<string, TypeRules> {
    return {
        [tokenOf(parent, "Member")]: member(parent),
        [tokenOf(parent, "Binding")]: binding(parent),
        [tokenOf(parent, "Policy")]: policy(parent),
    };
}

/** The IDs of imports: those of the parent, with what comes after it. */
const importIds =
    (parent: PolicyParent, rest: (inputs: Inputs) => (string | undefined)[]) =>
    (inputs: Inputs): string[] => {
        const after = rest(inputs).filter((word) => word !== undefined);
        return (parent.importIds?.(inputs) ?? []).map((id) => [id, ...after].join("/"));
    };

function tokenOf({ token }: PolicyParent, kind: string): string {
    const noun = token.slice(token.indexOf("/") + 1);
    return `${token}${kind}:${noun.charAt(0).toUpperCase()}${noun.slice(1)}${kind}`;
}

/** One member of one role: the resource is a grant. */
function member(parent: PolicyParent): TypeRules {
    const rules = shared(parent, (inputs) => [inputs as Grant]);
    return {
        ...rules,
        validators: { ...rules.validators, member: refusedMember },
        errorPrefix: doing(parent, ({ role, member }) => `Create IAM Members ${role} ${member} for`),
        id: (inputs) => [parent.id(inputs), inputs.role, spelled(inputs.member), ...terms(inputs)].join("/"),
        importIds: importIds(parent, ({ role, member, condition }) => [role, member, condition?.title]),
        name: (inputs) => grantName(parent.name(inputs), inputs as Grant),
        verify: (inputs, context) => {
            rules.verify(inputs, context);
            requireReadCondition(parent, inputs as Grant);
        },
        afterStore: (state, { cloud }, old) => {
            if (!old) {
                cloud.propagation.changed(grantName(parent.name(state), state as Grant), "grant");
            }
        },
        read: (state, { cloud }) => {
            const names = [parent.name(state), grantName(parent.name(state), state as Grant)];
            return names.every((name) => cloud.store.read(name)) ? state : undefined;
        },
        remove: (state, { cloud }) => cloud.iam.revoke(parent.name(state), state as Grant),
    };
}

/** All members of a role; removes others. */
function binding(parent: PolicyParent): TypeRules {
    const of = (inputs: Inputs) => (grant: Grant) =>
        grant.role === inputs.role && terms(grant).join() === terms(inputs).join();
    const name = (inputs: Inputs) => [inputs.role, ...terms(inputs)].join("\n").replaceAll("/", ".");
    const rules = shared(parent, (inputs) => grantsOf(inputs as Binding), of);
    return {
        ...rules,
        validators: { ...rules.validators, members: refusedMember },
        errorPrefix: doing(parent, ({ role }) => `Set IAM Binding for role ${JSON.stringify(role)} on`, JSON.stringify),
        id: (inputs) => [parent.id(inputs), inputs.role, ...terms(inputs)].join("/"),
        importIds: importIds(parent, ({ role, condition }) => [role, condition?.title]),
        name: (inputs) => `${policyName(parent.name(inputs))}/bindings/${name(inputs)}`,
        afterStore: (state, context) => change(parent, state, context, of(state), grantsOf(state as Binding)),
        read: (state, { cloud }) => {
            const now = cloud.iam.grants(parent.name(state)).filter(of(state));
            const members = inOrder(state.members, membersOf(now));
            return cloud.store.read(parent.name(state)) && { ...state, members };
        },
        remove: (state, context) => change(parent, state, context, of(state), []),
    };
}

/** The whole policy; removes all other grants. */
function policy(parent: PolicyParent): TypeRules {
    const all = () => true;
    const rules = shared(
        parent,
        (inputs) => grantsOfPolicy(inputs.policyData),
        () => all,
    );
    return {
        ...rules,
        errorPrefix: (_, inputs) => `Error setting IAM policy for ${parent.describe(inputs)}`,
        verify: (inputs, context) => {
            rules.verify(inputs, context);
            requireEtag(parent, inputs, context);
        },
        state: (inputs) => ({
            ...rules.state(inputs),
            policyData: asRead(inputs.policyData),
            etag: etagOf(parent.name(inputs), grantsOfPolicy(inputs.policyData)),
        }),
        id: parent.id,
        importIds: importIds(parent, () => []),
        name: (inputs) => `${policyName(parent.name(inputs))}/policy`,
        afterStore: (state, context) => change(parent, state, context, all, grantsOfPolicy(state.policyData)),
        read: (state, { cloud }) => {
            const now = inOneForm(cloud.iam.grants(parent.name(state)));
            const policyData = now === inOneForm(grantsOfPolicy(state.policyData)) ? state.policyData : now;
            const etag = cloud.iam.etag(parent.name(state));
            return cloud.store.read(parent.name(state)) && { ...state, policyData, etag };
        },
        remove: (state, context) => change(parent, state, context, all, []),
    };
}

/** Throws if the policy was read before another change: its etag differs from the current one. */
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

/** Formats an etag like the API: bytes, in octal if they are not printable. */
function inBytes(etag: string): string {
    return [...Buffer.from(etag, "base64")]
        .map((byte) => {
            const letter = byte >= 32 && byte < 127 && byte !== 39 && byte !== 92;
            return letter ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
        })
        .join("");
}

/** The common rules of the three types; `wanted` returns the grants of the inputs. */
function shared(
    parent: PolicyParent,
    desired: (inputs: Inputs) => Grant[],
    replaced?: (inputs: Inputs) => (grant: Grant) => boolean,
) {
    return {
        noun: "IAM policy",
        cost: "free" as const,
        project: (inputs: Inputs, context: Context) => projectOf(parent, inputs, context),
        policy: { name: parent.name, describe: parent.describe, grants: desired, methods: parent.methods },
        validators: parent.validate && { [parent.property]: parent.validate },
        verify: (inputs: Inputs, context: Context) => {
            requireParent(parent, inputs, context);
            for (const grant of desired(inputs)) {
                const member = parent.iamMember?.(grant.member) ?? grant.member;
                context.cloud.iam.requireGrant({ ...grant, member }, parent.reason);
                verifyConditional(tokenOf(parent, "Member"), parent.name(inputs), grant, parent.reason);
                requireProjectMember(parent, grant);
                requireGrantable(grant.role, parent.name(inputs), context.cloud, parent.reason);
                parent.verify?.(grant, inputs, context);
                requireAllowedMember(parent, grant, inputs, context);
            }
            const { store, iam } = context.cloud;
            const resource = parent.name(inputs);
            const present = () => iam.grants(resource);
            verifyPolicySize(store, resource, desired(inputs), present, replaced?.(inputs), parent.reason);
        },
        state: (inputs: Inputs) => ({
            [parent.property]: parent.asGiven ? inputs[parent.property] : parent.id(inputs),
            etag: createHash("sha256").update(parent.name(inputs)).digest().subarray(0, 8).toString("base64"),
        }),
    };
}

/**
 * Throws if a member is named by its basic role on a project, which Pub/Sub and Secret Manager refuse, as measured:
 * https://github.com/kmoneil/zig-gcp/blob/3534d4f3d48ba1879d059c2ade0b55cd074f1a10/docs/iam.md
 */
function requireProjectMember({ token, reason }: PolicyParent, { member }: Grant): void {
    if (/^gcp:(pubsub|secretmanager)\//.test(token) && /^project(Owner|Editor|Viewer):/.test(member)) {
        throw new GoogleError(400, "Request contains an invalid argument.", { reason });
    }
}

/**
 * Throws if "Restrict identities by domain" forbids the member. It does not affect members that the policy has already. Answers of
 * Cloud Storage, Cloud Run and Resource Manager are recorded; other services answer like Resource Manager.
 * https://github.com/googlemaps/js-route-optimization-app/issues/198
 * https://github.com/terraform-google-modules/terraform-example-foundation/issues/1257
 */
function requireAllowedMember(parent: PolicyParent, grant: Grant, inputs: Inputs, context: Context): void {
    const { organization, store } = context.cloud;
    const project = projectOf(parent, inputs, context);
    if (organization.allowsMember(project, grant.member) || store.read(grantName(parent.name(inputs), grant))) {
        return;
    }
    const text = "One or more users named in the policy do not belong to a permitted customer.";
    if (parent.token.startsWith("gcp:storage/")) {
        throw new GoogleError(412, text, { reason: "conditionNotMet" });
    }
    if (parent.token.startsWith("gcp:cloudrun")) {
        throw new GoogleError(400, text.replace(/\.$/, ",  perhaps due to an organization policy."));
    }
    const user = grant.member.replace(/^\w+:/, "");
    const subject = `orgpolicy:${parent.id(inputs)}?configvalue=${encodeURIComponent(user)}`;
    const description = `User ${user} is not in permitted organization.`;
    const reason = parent.reason && "failedPrecondition";
    throw violation(text, "iam.allowedPolicyMemberDomains", subject, reason, description);
}

/**
 * The prefix of the provider's errors; batched changes are listed first, such as `Create IAM Members … for project
 * "p"`.
 */
function doing(parent: PolicyParent, request?: (inputs: Inputs) => string, quoted = (described: string) => described) {
    return (_: string, inputs: Inputs) => {
        const described = parent.describe(inputs);
        const batch =
            parent.batched && request ? `Request \`${request(inputs)} ${quoted(described)}\` returned error: ` : "";
        return `${batch}Error applying IAM policy for ${described}: Error setting IAM policy for ${described}`;
    };
}

/**
 * Throws if the provider does not read the condition: it looks for the role in the policy after it has granted it, and Pulumi refuses a
 * creation without a result.
 * https://github.com/pulumi/pulumi-terraform-bridge/blob/master/pkg/tfbridge/provider.go
 */
function requireReadCondition(parent: PolicyParent, { condition }: Grant): void {
    const token = tokenOf(parent, "Member");
    if (condition && Object.hasOwn(unreadConditions.rows, token)) {
        throw new Error(`expected non-nil error with nil state during Create of ${token}`);
    }
}

/** https://github.com/hashicorp/terraform-provider-google/issues/5107 */
function requireGrantable(role: string, resource: string, { store }: Cloud, reason?: string): void {
    if (role.startsWith("projects/") && !store.read(`//iam.googleapis.com/${role}`)) {
        throw new GoogleError(400, `Role (${role}) does not exist in the resource's hierarchy.`, { reason });
    }
    if (!isGrantable(role, resource)) {
        throw new GoogleError(400, `Role ${role} is not supported for this resource.`, { reason });
    }
}

/** Policies are read before they are changed. */
function requireParent(parent: PolicyParent, inputs: Inputs, context: Context): void {
    try {
        if (parent.api) {
            context.cloud.projects.requireApi(projectOf(parent, inputs, context), ...parent.api);
        }
        if (!context.cloud.store.read(parent.name(inputs))) {
            throw parent.missing(inputs, context);
        }
    } catch (error) {
        throw new Error(`Error retrieving IAM policy for ${parent.describe(inputs)}: ${(error as Error).message}`);
    }
}

/** Replaces the selected grants by the desired ones; unchanged grants are not written. */
function change(
    parent: PolicyParent,
    inputs: Inputs,
    context: Context,
    concerned: (grant: Grant) => boolean,
    desired: Grant[],
): void {
    const { iam } = context.cloud;
    const resource = parent.name(inputs);
    const stays = new Set(desired.map((grant) => grantName(resource, grant)));
    for (const grant of desired) {
        iam.change(projectOf(parent, inputs, context), resource, grant);
    }
    for (const grant of iam.grants(resource).filter(concerned)) {
        if (!stays.has(grantName(resource, grant))) {
            iam.revoke(resource, grant);
        }
    }
}

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

/** Normalizes a policy, ignoring the order of bindings and members. */
function inOneForm(grants: Grant[]): string {
    const key = (grant: Grant) => [grant.role, ...terms(grant)].join("\n");
    const bindings = [...new Set(grants.map(key))].sort().map((item) => {
        const same = grants.filter((grant) => key(grant) === item);
        const { role, condition } = same[0] as Grant;
        return { ...(condition && { condition }), members: membersOf(same).sort(), role };
    });
    return JSON.stringify({ bindings });
}

/** The provider's validation of a member. */
function refusedMember(member: string): string | undefined {
    if (member.startsWith("deleted")) {
        return "invalid value for member (Terraform does not support IAM members for deleted principals)";
    }
    return /^(.+:.+|projectOwners|projectReaders|projectWriters|allUsers|allAuthenticatedUsers)$/s.test(member)
        ? undefined
        : `invalid value "${member}" for member (IAM members must have one of the values outlined here: https://cloud.google.com/billing/docs/reference/rest/v1/Policy#Binding)`;
}

/** What the provider reads of a policy, without its version and its etag: `marshalIamPolicy` in the same file. */
function asRead(policyData: string): string {
    const { auditConfigs } = JSON.parse(policyData);
    const { bindings } = JSON.parse(inOneForm(grantsOfPolicy(policyData)));
    return JSON.stringify({ auditConfigs, bindings });
}

/** Formats a condition for an ID. */
function terms({ condition }: Partial<Pick<Grant, "condition">>): string[] {
    return condition ? [condition.title, condition.description ?? "", condition.expression] : [];
}

/** Members are a set: existing members keep their order. */
function inOrder(before: string[], now: string[]): string[] {
    return [...before.filter((member) => now.includes(member)), ...now.filter((member) => !before.includes(member))];
}
