import { type Check, each, type Problems } from "./rule";

/** A role that a resource grants. */
export interface Grant {
    role: string;
    members: string[];
    condition?: { expression: string };
}

/** The properties of resources that grant roles, in all services: a member, a binding or a policy. */
export interface Granting {
    role?: string;
    member?: string;
    members?: string[];
    condition?: { expression: string };
    policyData?: string;
}

/** The types of resources that grant roles on resources, whose tokens begin with a pattern such as `storage/bucket`. */
export const grantsOn = (resources: string) =>
    new RegExp(`^gcp:(?:${resources})\\w*?(?:IAM|Iam|iam|iAM)(?:Member|Binding|Policy):`);

/** The types of resources that grant roles on a project, a folder or an organization. */
export const hierarchy = grantsOn("projects/|folder/|organizations/");

/** The roles that a resource grants. */
export function grantsOf({ role = "", member, members, condition, policyData }: Granting): Grant[] {
    if (policyData !== undefined) {
        const { bindings = [] }: { bindings?: Grant[] } = JSON.parse(policyData);
        return bindings;
    }
    return [{ role, members: members ?? (member === undefined ? [] : [member]), condition }];
}

/** Whether a member is everybody, or everybody with a Google Account. */
export const isPublic = (member: string) => member === "allUsers" || member === "allAuthenticatedUsers";

/** Refuses grants to everybody on some resources. */
export function notPublic(resources: string): Check {
    return eachMember(grantsOn(resources), ({ role }, member) => {
        return isPublic(member) && `${role} is granted to ${member}: grant it to groups or service accounts.`;
    });
}

/** Checks each member that resources grant a role to. */
export function eachMember(
    types: RegExp,
    problem: (grant: Grant, member: string, type: string) => string | false | undefined,
): Check {
    return each<Granting>(types, (args, { type }): Problems => {
        return grantsOf(args).flatMap((grant) => grant.members.map((member) => problem(grant, member, type)));
    });
}
