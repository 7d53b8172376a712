import { createHash } from "node:crypto";
import type { GoogleError } from "../cloud/errors";
import { type Condition, type Grant, grantName, policyName } from "../cloud/iam";
import type { Context, Inputs, TypeRules } from "./rules";

/** A type of resource that has a policy, as its `…IAMMember`, `…IAMBinding` and `…IAMPolicy` see it. */
export interface PolicyParent {
    /** The tokens' common part: `gcp:pubsub/topicIAM` for `gcp:pubsub/topicIAMMember:TopicIAMMember`. */
    token: string;
    /** The inputs that tell the parent, without `project` and `location`. */
    property: string;
    /** The parent's id as the provider writes it: `projects/p/topics/t`. */
    id(inputs: Inputs): string;
    /** The parent's full resource name. */
    name(inputs: Inputs): string;
    /** The parent in the provider's errors: `pubsub topic "projects/p/topics/t"`. */
    described(inputs: Inputs): string;
    /** The project that the parent belongs to; the `project` of the inputs when left out. */
    project?(inputs: Inputs, context: Context): string;
    api?: string;
    /** What the API answers when the parent is not there. */
    missing(inputs: Inputs): GoogleError;
    /** What the API's errors end with. */
    reason?: string;
    /** Refuses what this service alone refuses. */
    verify?(grant: Grant, inputs: Inputs, context: Context): void;
}

/** The three types by which a program changes the policy of a parent. */
export function policyTypes(parent: PolicyParent): Record<string, TypeRules> {
    const noun = parent.token.slice(parent.token.indexOf("/") + 1);
    const token = (kind: string) => `${parent.token}${kind}:${noun.charAt(0).toUpperCase()}${noun.slice(1)}${kind}`;
    const shared = {
        noun: "IAM policy",
        api: parent.api,
        project: parent.project,
        comparedByLastPart: [parent.property, "project"],
        creating: (inputs: Inputs) =>
            `Error applying IAM policy for ${parent.described(inputs)}: Error setting IAM policy for ${parent.described(inputs)}`,
    };
    const place = ["project", "location", parent.property];

    const verify = (grants: Grant[], inputs: Inputs, context: Context) => {
        if (!context.cloud.store.read(parent.name(inputs))) {
            throw new Error(
                `Error retrieving IAM policy for ${parent.described(inputs)}: ${parent.missing(inputs).message}`,
            );
        }
        for (const grant of grants) {
            context.cloud.iam.requireMember(grant.member, parent.reason);
            parent.verify?.(grant, inputs, context);
        }
    };
    const state = (inputs: Inputs) => ({ [parent.property]: parent.id(inputs), etag: etag(parent.name(inputs)) });
    const replaceGrants = (inputs: Inputs, context: Context, concerned: (grant: Grant) => boolean, wanted: Grant[]) => {
        const { iam } = context.cloud;
        const project = parent.project?.(inputs, context) ?? inputs.project;
        for (const grant of iam.grants(parent.name(inputs)).filter(concerned)) {
            iam.revoke(parent.name(inputs), grant);
        }
        for (const grant of wanted) {
            iam.grant(project, parent.name(inputs), grant);
        }
    };

    const member: TypeRules = {
        ...shared,
        replaceOnChange: [...place, "role", "member", "condition"],
        id: (inputs) => [parent.id(inputs), inputs.role, spelled(inputs.member), ...titled(inputs.condition)].join("/"),
        name: (inputs) => grantName(parent.name(inputs), inputs as Grant),
        verify: (inputs, context) => verify([inputs as Grant], inputs, context),
        state,
    };

    const ofRole = (inputs: Inputs) => (grant: Grant) =>
        grant.role === inputs.role && grant.condition?.title === inputs.condition?.title;
    const ofBinding = ({ role, condition, members }: Inputs): Grant[] =>
        members.map((each: string) => ({ role, condition, member: each }));
    const binding: TypeRules = {
        ...shared,
        replaceOnChange: [...place, "role", "condition"],
        id: (inputs) => [parent.id(inputs), inputs.role, ...titled(inputs.condition)].join("/"),
        name: (inputs) => `${policyName(parent.name(inputs))}/bindings/${inputs.role.replaceAll("/", ".")}`,
        verify: (inputs, context) => verify(ofBinding(inputs), inputs, context),
        state,
        stored: (inputs, context) => replaceGrants(inputs, context, ofRole(inputs), ofBinding(inputs)),
        read: (inputs, context) => ({
            ...inputs,
            members: inOrder(
                inputs.members,
                context.cloud.iam
                    .grants(parent.name(inputs))
                    .filter(ofRole(inputs))
                    .map((grant) => grant.member),
            ),
        }),
        remove: (inputs, context) => replaceGrants(inputs, context, ofRole(inputs), []),
    };

    const ofPolicy = ({ policyData }: Inputs): Grant[] => JSON.parse(policyData).bindings?.flatMap(ofBinding) ?? [];
    const policy: TypeRules = {
        ...shared,
        replaceOnChange: place,
        id: parent.id,
        name: (inputs) => `${policyName(parent.name(inputs))}/policy`,
        verify: (inputs, context) => verify(ofPolicy(inputs), inputs, context),
        state,
        stored: (inputs, context) => replaceGrants(inputs, context, () => true, ofPolicy(inputs)),
        remove: (inputs, context) => replaceGrants(inputs, context, () => true, []),
    };

    return { [token("Member")]: member, [token("Binding")]: binding, [token("Policy")]: policy };
}

function titled(condition: Condition | undefined): string[] {
    return condition ? [condition.title, condition.description ?? "", condition.expression] : [];
}

/** As the provider spells a member in an id: lower case behind its kind. */
function spelled(member: string): string {
    return /^(principal|principalSet|allUsers|allAuthenticatedUsers)\b/.test(member)
        ? member
        : member.replace(/:.*$/s, (rest) => rest.toLowerCase());
}

/** Members are a set: those that were given before keep their order. */
function inOrder(before: string[], now: string[]): string[] {
    return [...before.filter((member) => now.includes(member)), ...now.filter((member) => !before.includes(member))];
}

function etag(resource: string): string {
    return createHash("sha256").update(resource).digest("base64").slice(0, 12);
}
