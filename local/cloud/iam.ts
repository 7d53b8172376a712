import { GoogleError } from "./errors";
import type { Entry, Store } from "./store";

const accountName = (email: string) => `//iam.googleapis.com/serviceAccounts/${email}`;
const agentName = (email: string) => `//iam.googleapis.com/serviceAgents/${email}`;
/** Under which name the policy of a resource is kept. */
export const policyName = (resource: string) => `//policies.iam.googleapis.com/${resource.slice(2)}`;

const memberKinds = [
    "allUsers",
    "allAuthenticatedUsers",
    "serviceAccount",
    "user",
    "group",
    "domain",
    "principal",
    "principalSet",
    "projectOwner",
    "projectEditor",
    "projectViewer",
    "deleted",
];

export interface Condition {
    title: string;
    expression: string;
    description?: string;
}

/** A role that one member has on one resource. */
export interface Grant {
    role: string;
    member: string;
    condition?: Condition;
}

/**
 * Accounts, service agents, and the policy of each resource. A policy is kept as one entry a grant, so that two
 * stacks which change one policy in the same moment do not undo each other.
 */
export class Iam {
    constructor(private readonly store: Store) {}

    accountName(email: string): string {
        return accountName(email);
    }

    account(email: string): Entry | undefined {
        return this.store.read(accountName(email));
    }

    /** Takes an account that is gone out of every policy; a new one of the same name does not have its roles. */
    revokeAll(email: string): void {
        const member = `serviceAccount:${email}`;
        for (const entry of this.store.list(policyName("//"))) {
            if (entry.state.member === member) {
                this.store.remove(entry.name);
            }
        }
    }

    /** Makes a service agent, which Google Cloud does when a service is first used or asked for its agent. */
    admitAgent(project: string, email: string): void {
        this.store.create({ name: agentName(email), project, id: email, state: { email } });
    }

    /** Refuses a service account that is not there. People and groups live outside of the cloud, so they are believed. */
    requireMember(member: string, reason?: string): void {
        const [, kind, email = ""] = /^(\w+)(?::(.*))?$/.exec(member) ?? [];
        if (!kind || !memberKinds.includes(kind)) {
            throw new GoogleError(
                400,
                `The member ${member} is of an unknown type. Please set a valid type prefix for the member.`,
                { reason },
            );
        }
        if (kind === "serviceAccount" && !this.account(email) && !this.store.read(agentName(email))) {
            throw new GoogleError(400, `Service account ${email} does not exist.`, { reason });
        }
    }

    grants(resource: string): Grant[] {
        return this.store.list(`${policyName(resource)}/grants`).map((entry) => entry.state as unknown as Grant);
    }

    has(resource: string, roles: string[], member: string): boolean {
        return this.grants(resource).some((grant) => grant.member === member && roles.includes(grant.role));
    }

    grant(project: string, resource: string, grant: Grant): void {
        const name = grantName(resource, grant);
        this.store.create({ name, project, id: name, state: { ...grant } });
    }

    revoke(resource: string, grant: Grant): void {
        this.store.remove(grantName(resource, grant));
    }

    /** Forgets the policy of a resource that is gone. */
    forget(resource: string): void {
        for (const grant of this.grants(resource)) {
            this.revoke(resource, grant);
        }
    }
}

/** Under which name one grant is kept. */
export function grantName(resource: string, { role, member, condition }: Grant): string {
    const parts = [role, member, ...(condition ? [condition.title] : [])].map((part) => part.replaceAll("/", "."));
    return `${policyName(resource)}/grants/${parts.join("/")}`;
}
