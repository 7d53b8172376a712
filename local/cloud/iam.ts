import { createHash } from "node:crypto";
import { requireCondition } from "./conditions";
import { GoogleError } from "./errors";
import { digits } from "./ids";
import { isOfKubernetes, requireIdentity } from "./principals";
import type { Entry, Store } from "./store";

/** The names under which accounts are kept; a path such as `projects/p/serviceAccounts/a@p.iam…` is taken too. */
export const accountName = (email: string) => `//iam.googleapis.com/serviceAccounts/${email.split("/").at(-1)}`;
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
    "principalHierarchy",
    "projectOwner",
    "projectEditor",
    "projectViewer",
];

/** Roles of Google's own, of a project and of an organization. */
const role = /^((projects|organizations)\/[^/]+\/)?roles\/[\w.]+$/;

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

    /** Whether a service account, a default account or a service agent has this address. */
    hasAccount(email: string): boolean {
        return this.store.read(accountName(email)) !== undefined || this.store.read(agentName(email)) !== undefined;
    }

    /** Whether an account is there, but nothing may work by it. */
    isDisabled(email: string): boolean {
        return [accountName(email), agentName(email)].some((name) => this.store.read(name)?.state.disabled === true);
    }

    /**
     * Makes an account of Google's own, which it does when a service is first used or asked for its agent.
     *
     * @param isDefault whether it belongs to the project, which may disable it, and is no agent
     */
    admitAgent(project: string, email: string, isDefault = false): void {
        const state = isDefault ? { email, isDefault, uniqueId: digits(email, 21), disabled: false } : { email };
        this.store.create({ name: agentName(email), project, id: email, state });
    }

    /** Removes such an account with what it works for. */
    dismissAgent(email: string): void {
        this.revokeAll(email);
        this.store.remove(agentName(email));
    }

    /** The default accounts of a project, such as that of Compute Engine. */
    defaultAccounts(project: string): Entry[] {
        return this.store
            .list("//iam.googleapis.com/serviceAgents")
            .filter((entry) => entry.project === project && entry.state.isDefault);
    }

    /** Takes an account that is gone out of every policy; a new one of the same name does not have its roles. */
    revokeAll(email: string): void {
        for (const { name } of this.store.referring(`serviceAccount:${email}`)) {
            this.store.remove(name);
        }
    }

    /** Refuses what cannot be in a policy. People and groups live outside of the cloud, so they are believed. */
    requireGrant(grant: Grant, reason?: string): void {
        const [, kind = "", email = ""] = /^(\w+)(?::(.*))?$/s.exec(grant.member) ?? [];
        if (!memberKinds.includes(kind)) {
            throw new GoogleError(
                400,
                `The member ${grant.member} is of an unknown type. Please set a valid type prefix for the member.`,
                { reason },
            );
        }
        requireIdentity(this.store, grant.member, (number) => this.projectOf(number), reason);
        if (kind === "serviceAccount" && !isOfKubernetes(grant.member) && !this.hasAccount(email)) {
            throw new GoogleError(400, `Service account ${email} does not exist.`, { reason });
        }
        if (!role.test(grant.role)) {
            throw new GoogleError(400, "Request contains an invalid argument.", { reason });
        }
        requireCondition(grant, reason);
    }

    /** The fingerprint of a policy, which every change of it changes. */
    etag(resource: string): string {
        return etagOf(resource, this.grants(resource));
    }

    private projectOf(number: string): string | undefined {
        return this.store
            .list("//cloudresourcemanager.googleapis.com/projects")
            .find(({ state }) => state.number === number)?.project;
    }

    grants(resource: string): Grant[] {
        return this.store
            .list(`${policyName(resource)}/grants`)
            .map(({ state: { role, member, condition } }) => ({ role, member, condition }) as Grant);
    }

    /** Whether a member has one of the roles on a resource, under whatever condition. */
    has(resource: string, roles: string[], member: string): boolean {
        return roles.some((role) => {
            const name = grantName(resource, { role, member });
            return this.store.read(name) !== undefined || this.store.list(name).length > 0;
        });
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
        this.store.removeBelow(policyName(resource));
    }
}

/** The fingerprint that a policy of these grants has. */
export function etagOf(resource: string, grants: Grant[]): string {
    const names = [...new Set(grants.map((grant) => grantName(resource, grant)))].sort();
    return createHash("sha256")
        .update([resource, ...names].join("\n"))
        .digest()
        .subarray(0, 8)
        .toString("base64");
}

/** Under which name one grant is kept. */
export function grantName(resource: string, { role, member, condition }: Grant): string {
    const { title, description = "", expression } = condition ?? {};
    const parts = [role, member, ...(condition ? [[title, description, expression].join("\n")] : [])];
    return `${policyName(resource)}/grants/${parts.map((part) => part.replaceAll("/", ".")).join("/")}`;
}
