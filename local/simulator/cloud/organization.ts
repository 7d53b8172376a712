import { GoogleError } from "./errors";
import { digits } from "./ids";
import type { Store } from "./store";

/**
 * The organization that projects belong to: a `new` one, with the policies that Google enforces for organizations created since
 * May 2024, or `none`, in which nothing is restricted.
 */
export type OrganizationKind = "new" | "none";

/** A rule of a policy, in the provider's format. Conditions refer to tags, which no resource has. */
interface Rule {
    enforce?: string;
    /** Of a managed constraint, as JSON. */
    parameters?: string;
    allowAll?: string;
    denyAll?: string;
    values?: { allowedValues?: string[]; deniedValues?: string[] };
    condition?: unknown;
}

/** The specification of a policy, in the provider's format. */
export interface PolicySpec {
    inheritFromParent?: boolean;
    reset?: boolean;
    rules?: Rule[];
}

/** The effective values of a list constraint. */
export interface EffectiveValues {
    allowed: "all" | string[];
    denied: "all" | string[];
}

const isTrue = (value: string | undefined) => value?.toUpperCase() === "TRUE";

export const organizationId = digits("organization", 12);

/** The customer ID of the organization's Cloud Identity or Google Workspace account, which its users and groups belong to. */
export const customerId = `C0${digits("customer", 7)}`;

/**
 * The customer ID of Google's own accounts, which "Restrict identities by domain" lists as an exception to allow.
 * https://cloud.google.com/resource-manager/docs/organization-policy/restricting-domains
 */
const googleCustomerId = "C02h8e9nw";

/** Domains of accounts without a customer. The domains of groups and users are otherwise assumed to be the organization's. */
const consumerDomains = ["gmail.com", "googlemail.com", "googlegroups.com"];

const enforced: PolicySpec = { rules: [{ enforce: "TRUE" }] };
const allowed = (...allowedValues: string[]): PolicySpec => ({ rules: [{ values: { allowedValues } }] });

/**
 * "Google Cloud security baseline constraints": the policies of new organizations.
 * https://cloud.google.com/resource-manager/docs/secure-by-default-organizations
 */
export const baseline: Readonly<Record<string, PolicySpec>> = {
    "compute.restrictProtocolForwardingCreationForTypes": allowed("is:INTERNAL"),
    "compute.setNewProjectDefaultToZonalDNSOnly": enforced,
    "essentialcontacts.allowedContactDomains": allowed(`is:${customerId}`),
    "iam.allowedPolicyMemberDomains": allowed(`is:${customerId}`),
    "iam.automaticIamGrantsForDefaultServiceAccounts": enforced,
    "iam.disableServiceAccountKeyCreation": enforced,
    "iam.disableServiceAccountKeyUpload": enforced,
    "storage.uniformBucketLevelAccess": enforced,
};

/** The full resource name of a project, a folder or an organization. */
export const resourceManagerName = (node: string) => `//cloudresourcemanager.googleapis.com/${node}`;

/** The full resource name of a policy: `projects/acme-dev/policies/compute.vmExternalIpAccess`. */
export const policyPath = (node: string, constraint: string) =>
    `//orgpolicy.googleapis.com/${node}/policies/${constraint}`;

/**
 * The organization policies that apply to projects: those of the project, its folders and its organization.
 * https://cloud.google.com/resource-manager/docs/organization-policy/understanding-hierarchy
 */
export class Organization {
    constructor(
        private readonly store: Store,
        readonly kind: OrganizationKind,
    ) {}

    /**
     * Sets a policy as an administrator would.
     *
     * @param parent `projects/acme-dev`, `folders/123`, or `organizations/123`; by default the organization
     */
    setPolicy(constraint: string, spec: PolicySpec, parent = `organizations/${organizationId}`): void {
        const [, project = ""] = /^projects\/(.+)$/.exec(parent) ?? [];
        const name = policyPath(parent, constraint);
        this.store.write({ name, project, id: `${parent}/policies/${constraint}`, state: { spec } });
    }

    /** Whether a boolean constraint is enforced. */
    isEnforced(project: string, constraint: string): boolean {
        return this.enforced(project, constraint) !== undefined;
    }

    /** The rule that enforces a boolean or managed constraint: the lowest policy decides. */
    private enforced(project: string, constraint: string): Rule | undefined {
        for (const spec of this.specs(project, constraint)) {
            const [rule] = rulesOf(spec);
            if (spec.reset || rule) {
                return !spec.reset && isTrue(rule?.enforce) ? rule : undefined;
            }
        }
        return undefined;
    }

    /** The values of a list constraint: those of the lowest policy, merged with those above if it inherits them. */
    values(project: string, constraint: string): EffectiveValues {
        const effective: EffectiveValues = { allowed: [], denied: [] };
        let isSet = false;
        for (const spec of this.specs(project, constraint)) {
            for (const { allowAll, denyAll, values } of spec.reset ? [] : rulesOf(spec)) {
                isSet = true;
                effective.allowed = isTrue(allowAll) ? "all" : merged(effective.allowed, values?.allowedValues);
                effective.denied = isTrue(denyAll) ? "all" : merged(effective.denied, values?.deniedValues);
            }
            if (spec.reset || !spec.inheritFromParent) {
                break;
            }
        }
        // Without allowed values, all values are allowed that are not denied.
        const isOpen = !isSet || (effective.allowed.length === 0 && effective.denied !== "all");
        return isOpen ? { ...effective, allowed: "all" } : effective;
    }

    /**
     * Whether a list constraint allows a value. Values of the policy can have the prefix `is:`; `matches` compares others, such as
     * groups of locations.
     */
    allows(
        project: string,
        constraint: string,
        value: string,
        matches: (pattern: string, value: string) => boolean = (pattern) => pattern === value,
    ): boolean {
        const { allowed, denied } = this.values(project, constraint);
        const isIn = (list: "all" | string[]) =>
            list === "all" || list.some((item) => matches(item.replace(/^is:/, ""), value));
        return !isIn(denied) && isIn(allowed);
    }

    /**
     * Whether "Restrict identities by domain" allows a member. Service accounts and identity pools of the projects belong to the
     * organization.
     */
    allowsMember(project: string, member: string): boolean {
        const customer = customerOf(member);
        return customer === true || this.allows(project, "iam.allowedPolicyMemberDomains", customer, sameCustomer);
    }

    /** Whether a user or a group belongs to another organization, or to none. */
    isExternal(member: string): boolean {
        return /^(user|group):/.test(member) && customerOf(member) !== customerId;
    }

    /**
     * The constraint by which "Domain restricted contacts" refuses the domain of an address, as a list or as a managed constraint.
     * https://docs.cloud.google.com/resource-manager/docs/manage-essential-contacts
     */
    contactConstraint(project: string, email: string): string | undefined {
        const domain = `@${email.split("@").at(-1)}`;
        const customer = customerOf(`user:${email}`) as string;
        const list = "essentialcontacts.allowedContactDomains";
        if (!this.allows(project, list, domain, (pattern) => pattern === domain || sameCustomer(pattern, customer))) {
            return list;
        }
        const managed = "essentialcontacts.managed.allowedContactDomains";
        const rule = this.enforced(project, managed);
        const { allowedDomains = [] } = JSON.parse(rule?.parameters ?? "{}") as { allowedDomains?: string[] };
        return rule && !allowedDomains.includes(domain) ? managed : undefined;
    }

    /** The policies of a constraint that apply to a project, from its own to the organization's. */
    private specs(project: string, constraint: string): PolicySpec[] {
        const nodes = this.nodes(project);
        const own = nodes.flatMap((node) => this.spec(node, constraint) ?? []);
        const organization = nodes.at(-1) as string;
        const standard = this.kind === "new" && !this.spec(organization, constraint) && baseline[constraint];
        return standard ? [...own, standard] : own;
    }

    private spec(node: string, constraint: string): PolicySpec | undefined {
        return this.store.read(policyPath(node, constraint))?.state.spec as PolicySpec | undefined;
    }

    /** A project, its folders and its organization, from the lowest to the highest. */
    private nodes(project: string): string[] {
        // Policies can name a project by its number.
        const { number } = this.store.read(resourceManagerName(`projects/${project}`))?.state ?? {};
        return [`projects/${project}`, `projects/${number}`, ...this.above(`projects/${project}`)];
    }

    /** What contains a project, a folder such as `folders/123`, or a billing account: its folders, and the organization last. */
    above(node: string): string[] {
        if (node.startsWith("organizations/")) {
            return [];
        }
        const parents: string[] = [];
        let parent = this.parentOf(node);
        while (parent.startsWith("folders/") && !parents.includes(parent)) {
            parents.push(parent);
            parent = this.parentOf(parent);
        }
        return [...parents, parent];
    }

    private parentOf(node: string): string {
        const { orgId, folderId, parent } = this.store.read(resourceManagerName(node))?.state ?? {};
        const above = parent ?? (folderId ? `folders/${folderId}` : `organizations/${orgId || organizationId}`);
        return String(above);
    }
}

const rulesOf = ({ rules = [] }: PolicySpec): Rule[] => rules.filter(({ condition }) => !condition);

function merged(known: "all" | string[], more: string[] = []): "all" | string[] {
    return known === "all" ? known : [...known, ...more];
}

/** The customer ID that a member belongs to, `true` for members in the organization's projects, or a value without customer. */
function customerOf(member: string): string | true {
    const [, kind = "", name = ""] = /^(\w+)(?::(.*))?$/s.exec(member) ?? [];
    if (!["user", "group", "domain"].includes(kind)) {
        return /^all(Authenticated)?Users$/.test(kind) ? kind : true;
    }
    const domain = name.split("@").at(-1)?.toLowerCase() ?? "";
    if (domain === "google.com") {
        return googleCustomerId;
    }
    return consumerDomains.includes(domain) ? domain : customerId;
}

/** Compares customer IDs, also in the form of a principal set of the organization. */
function sameCustomer(pattern: string, customer: string): boolean {
    const set = /^principalSet:\/\/iam\.googleapis\.com\/organizations\/(\d+)$/.exec(pattern);
    return pattern === customer || (set !== null && customer === customerId);
}

/** A violated precondition, as in the documented answers of IAM and Resource Manager. */
export function violation(
    text: string,
    constraint: string,
    subject: string,
    reason?: string,
    description = text,
): GoogleError {
    return new GoogleError(400, text, {
        reason,
        details: [
            {
                "@type": "type.googleapis.com/google.rpc.PreconditionFailure",
                violations: [{ description, subject, type: `constraints/${constraint}` }],
            },
        ],
    });
}
