import { verifyCondition } from "./conditions";
import { GoogleError } from "./errors";
import { basicGrants, etagOf, type Grant, grantName, namePart, policyName } from "./grants";
import { digits } from "./ids";
import { isKubernetesPrincipal, verifyPrincipal } from "./principals";
import { immediate } from "./propagation";
import type { Entry, Store } from "./store";

/** The names of service accounts in the store. Accepts paths such as `projects/p/serviceAccounts/a@p.iam…`. */
export const accountName = (email: string) => `//iam.googleapis.com/serviceAccounts/${email.split("/").at(-1)}`;
const agentName = (email: string) => `//iam.googleapis.com/serviceAgents/${email}`;

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

/** Principals that exist in this cloud if they have the form of an address. */
const existing: Record<string, { noun: string; form: RegExp }> = {
    user: { noun: "User", form: /^[^@\s]+@[^@\s]+\.[^@\s.]+$/ },
    // Also all service accounts of Kubernetes in a project: https://cloud.google.com/iam/docs/principal-identifiers
    group: { noun: "Group", form: /^([^@\s]+@[^@\s]+\.[^@\s.]+|[^@\s/]+\.svc\.id\.goog:\/[^@\s]+\/)$/ },
    domain: { noun: "Domain", form: /^[^@\s]+\.[^@\s.]+$/ },
};

/** Predefined roles, and custom roles of projects and organizations. */
const role = /^((projects|organizations)\/[^/]+\/)?roles\/[\w.]+$/;

/**
 * Service accounts, service agents and IAM policies. Each grant of a policy is an entry of its own, so that parallel
 * changes by two stacks do not overwrite each other.
 */
export class Iam {
    constructor(
        private readonly store: Store,
        private readonly propagation = immediate,
    ) {}

    /** Whether other services know a service account, default service account or service agent with this email. */
    hasAccount(email: string): boolean {
        return [accountName(email), agentName(email)].some(
            (name) => this.store.read(name) !== undefined && !this.propagation.isPending(name),
        );
    }

    /** The project of an account; undefined if it does not exist. */
    projectOfAccount(email: string): string | undefined {
        return (this.store.read(accountName(email)) ?? this.store.read(agentName(email)))?.project;
    }

    /**
     * The name of the account that a key is for, which can be given by its email address or unique ID, with or without its path, or by its
     * account ID (`ServiceAccountFQN` in
     * https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/tpgresource/utils.go).
     */
    accountOfKey(given: string, project = ""): string {
        const account = given.split("/").at(-1) as string;
        if (/^\d+$/.test(account)) {
            const all = this.store.list("//iam.googleapis.com/serviceAccounts");
            return all.find(({ state }) => state.uniqueId === account)?.name ?? accountName(account);
        }
        return accountName(
            given.includes("/") || given.includes("@") ? account : `${account}@${project}.iam.gserviceaccount.com`,
        );
    }

    /** Whether the account exists but is disabled. */
    isDisabled(email: string): boolean {
        return [accountName(email), agentName(email)].some((name) => this.store.read(name)?.state.disabled === true);
    }

    /** Creates a service agent, a service account that Google owns. Returns whether it is new. */
    admitAgent(project: string, email: string): boolean {
        return this.store.create({ name: agentName(email), project, id: email, state: { email } });
    }

    /**
     * Creates a default service account of a project: Google creates it, the project owns it and can disable it.
     * https://cloud.google.com/iam/docs/service-account-types#default
     */
    admitDefaultAccount(project: string, email: string): void {
        const name = `projects/${project}/serviceAccounts/${email}`;
        const [accountId = "", domain = ""] = email.split("@");
        const product = domain.startsWith("appspot.") ? "App Engine" : "Compute Engine";
        const state = {
            accountId,
            disabled: false,
            displayName: `${product} default service account`,
            email,
            isDefault: true,
            member: `serviceAccount:${email}`,
            name,
            project,
            uniqueId: digits(email, 21),
        };
        this.store.create({ name: accountName(email), project, id: name, state });
    }

    /** Creates a service agent that a program asks for. */
    requestAgent(project: string, email: string): void {
        if (this.admitAgent(project, email)) {
            this.propagation.changed(agentName(email), "account");
        }
    }

    /** Deletes a service account managed by Google when its service is deleted. */
    dismissAgent(email: string): void {
        this.revokeAll(email);
        this.store.remove(agentName(email));
    }

    /** The default service accounts of a project, such as that of Compute Engine. */
    defaultAccounts(project: string): Entry[] {
        return this.store
            .list("//iam.googleapis.com/serviceAccounts")
            .filter((entry) => entry.project === project && entry.state.isDefault);
    }

    /** Removes a deleted account from all policies. A new account with the same name does not get its roles. */
    revokeAll(email: string): void {
        for (const { name } of this.store.referring(`serviceAccount:${email}`)) {
            this.store.remove(name);
        }
    }

    /** Throws if the grant is not valid. Users and groups are assumed to exist. */
    requireGrant(grant: Grant, reason?: string): void {
        const [, kind = "", email = ""] = /^(\w+)(?::(.*))?$/s.exec(grant.member) ?? [];
        if (!memberKinds.includes(kind)) {
            throw new GoogleError(
                400,
                `The member ${grant.member} is of an unknown type. Please set a valid type prefix for the member.`,
                { reason },
            );
        }
        const named = existing[kind];
        if (named && !named.form.test(email)) {
            throw new GoogleError(400, `${named.noun} ${email} does not exist.`, { reason });
        }
        verifyPrincipal(this.store, grant.member, (number) => this.projectOf(number), reason);
        if (kind === "serviceAccount" && !isKubernetesPrincipal(grant.member) && !this.hasAccount(email)) {
            throw new GoogleError(400, `Service account ${email} does not exist.`, { reason }).recordedIn(
                "https://github.com/terraform-google-modules/terraform-docs-samples/pull/264",
            );
        }
        if (!role.test(grant.role)) {
            throw new GoogleError(400, "Request contains an invalid argument.", { reason });
        }
        verifyCondition(grant, reason);
    }

    /** The etag of a policy, which changes with each update. */
    etag(resource: string): string {
        return etagOf(resource, this.grants(resource));
    }

    private projectOf(number: string): string | undefined {
        return this.store
            .list("//cloudresourcemanager.googleapis.com/projects")
            .find(({ state }) => state.number === number)?.project;
    }

    /** The grants on a resource, by default to all members. */
    grants(resource: string, ...members: string[]): Grant[] {
        return this.store
            .list(`${policyName(resource)}/grants`, ...members.map(namePart))
            .map(({ state: { role, member, condition } }) => ({ role, member, condition }) as Grant);
    }

    /** The grants to members on a resource that have an effect. */
    effective(resource: string, members: string[]): Grant[] {
        const present = this.grants(resource, ...members).filter(
            (grant) => !this.propagation.isPending(grantName(resource, grant)),
        );
        return [...present, ...(this.propagation.remaining(policyName(resource)) as Grant[])].filter(({ member }) =>
            members.includes(member),
        );
    }

    /**
     * Adds the policy of a new bucket: everyone with a basic role on its project has access.
     * https://cloud.google.com/storage/docs/access-control/iam-roles#basic-roles-modifiable
     */
    grantBasicRoles(project: string, bucket: string): void {
        for (const grant of basicGrants(project)) {
            this.grant(project, bucket, grant);
        }
        const name = `${policyName(bucket)}/basicRoles`;
        this.store.create({ name, project, id: name, state: {} });
    }

    /** The grants to basic roles of a bucket that was created before buckets had them in their policies. */
    earlierGrants(project: string, resource: string): Grant[] {
        const isBucket = /^\/\/storage\.googleapis\.com\/buckets\/[^/]+$/.test(resource);
        return isBucket && !this.store.read(`${policyName(resource)}/basicRoles`) ? basicGrants(project) : [];
    }

    /** Whether a member has one of the roles on a resource, with any condition. */
    has(resource: string, roles: string[], member: string): boolean {
        return roles.some((role) => {
            const name = grantName(resource, { role, member });
            return [this.store.read(name), ...this.store.list(name)].some(
                (entry) => entry && !this.propagation.isPending(entry.name),
            );
        });
    }

    /** Grants a role, as Google does; {@link change} as a program does. */
    grant(project: string, resource: string, grant: Grant): boolean {
        const name = grantName(resource, grant);
        return this.store.create({ name, project, id: name, state: { ...grant } });
    }

    /** Grants a role that only has an effect later. */
    change(project: string, resource: string, grant: Grant): void {
        if (this.grant(project, resource, grant)) {
            this.propagation.changed(grantName(resource, grant), "grant");
        }
    }

    /** Revokes a role, which has an effect later. */
    revoke(resource: string, { role, member, condition }: Grant): void {
        const name = grantName(resource, { role, member, condition });
        this.store.remove(name);
        if (!this.propagation.isPending(name)) {
            this.propagation.removed(policyName(resource), "grant", name, { role, member, condition });
        }
    }

    /** Removes the policy of a deleted resource. */
    forget(resource: string): void {
        this.store.removeBelow(policyName(resource));
    }
}
