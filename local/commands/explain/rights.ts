import { described, type Exported, kindOf, nameOf } from "../../machine/exported";
import { permissionsOf } from "../../simulator/permissions/permissions";
import {
    type Components,
    type Grant,
    grantOf,
    isEnvironment,
    isGrant,
    isPublic,
    personOf,
} from "../pictures/components";
import { referenceArrows } from "../pictures/flows";
import { lineOf } from "./lines";

/** A role, and why it is there. */
export interface Right {
    /** Without `roles/` if it is predefined. */
    role: string;
    /** What the role is on, such as `PubSubTopic sales` or `the project`. */
    on: string;
    /** The condition of the grant, as an expression. */
    condition?: string;
    /** The line of the program that the grant is there for. */
    line?: string;
}

/** Who may use something: an account with its component, or a group, a user or everybody. */
export interface Caller extends Right {
    who: string;
}

/** Something that the component refers to, or that refers to it. */
export interface Connection {
    from?: string;
    to?: string;
    /** What flows, such as a schedule. */
    label?: string;
}

/** What one of the accounts of a component may do. */
export interface AccountRights {
    account: string;
    rights: Right[];
}

/** A component, with the resources below it. */
export interface Subject {
    component: Exported;
    own: ReadonlySet<string>;
}

interface Granted extends Grant {
    resource: Exported;
}

/** The rights on one component, and of its accounts. */
export class Rights {
    private readonly byUrn: ReadonlyMap<string, Exported>;
    private readonly grants: Granted[];

    constructor(
        private readonly components: Components,
        private readonly subject: Subject,
    ) {
        const { resources } = components;
        this.byUrn = new Map(resources.map((each) => [each.urn, each]));
        this.grants = resources.filter(isGrant).map((resource) => ({ ...grantOf(resource), resource }));
    }

    /** Who has a role on a resource of the component, or one on the whole project that allows to use it. */
    callers(): Caller[] {
        const { own } = this.subject;
        const open = this.components.resources.filter(({ urn, inputs }) => own.has(urn) && inputs?.invokerIamDisabled);
        return [
            ...open.map((each) => ({
                who: "everybody",
                role: "no role needed",
                on: this.nameOf(each.urn),
                ...this.lineOf(each),
            })),
            ...this.grants
                .filter((grant) => this.allowsUse(grant))
                .map((grant) => ({ who: this.holderOf(grant), ...this.right(grant) })),
        ].filter(isFirst);
    }

    /** What else data and calls come from or go to, such as a load balancer, for which no role is granted. */
    connections(): Connection[] {
        const { component } = this.subject;
        const granted = new Set(
            this.grants
                .filter((grant) => this.allowsUse(grant) || this.isOwn(grant))
                .flatMap(({ account, on }) => [account, on])
                .map((urn) => this.components.of(urn ?? "")?.urn),
        );
        return referenceArrows(this.components)
            .filter(({ from, to, attached }) => !attached && (from === component.urn) !== (to === component.urn))
            .map(({ from, to, label }) => ({
                other: from === component.urn ? to : from,
                isFrom: to === component.urn,
                label,
            }))
            .filter(({ other }) => !granted.has(other))
            .map(({ other, isFrom, label: [label] }) => ({
                [isFrom ? "from" : "to"]: this.nameOf(other),
                ...(label && { label }),
            }))
            .filter(isFirst);
    }

    /** What the accounts may do that the component has, or runs as. */
    accounts(): AccountRights[] {
        const found = new Map<string, Right[]>();
        for (const { urn, type } of this.components.resources) {
            if (this.subject.own.has(urn) && /:serviceaccount\/account:Account$/i.test(type)) {
                found.set(this.accountName(urn), []);
            }
        }
        for (const grant of this.grants.filter((each) => this.isOwn(each))) {
            const account = this.holderOf(grant);
            found.set(account, [...(found.get(account) ?? []), this.right(grant)]);
        }
        return [...found].map(([account, rights]) => ({ account, rights: rights.filter(isFirst) }));
    }

    /** Whether the component has a grant, through its accounts or by an identity of its workload. */
    private isOwn({ account, member = "", resource }: Granted): boolean {
        const { own } = this.subject;
        return account ? own.has(account) || this.runsAs().has(account) : own.has(resource.urn) && isWorkload(member);
    }

    /** The accounts of other components that resources of this one run as. */
    private runsAs(): Set<string> {
        const { resources, of } = this.components;
        const used = resources
            .filter((each) => this.subject.own.has(each.urn) && !isGrant(each))
            .flatMap(({ propertyDependencies = {} }) => Object.values(propertyDependencies).flat());
        return new Set(used.filter((urn) => kindOf(of(urn) ?? this.subject.component) === "ServiceAccount"));
    }

    /** Whether somebody else has a role on a resource of the component, or on the project with a permission to use one. */
    private allowsUse(grant: Granted): boolean {
        const { own } = this.subject;
        if (this.isOwn(grant) || !this.isOnProject(grant)) {
            return !this.isOwn(grant) && own.has(grant.on ?? "");
        }
        const permissions = permissionsOf(`roles/${grant.role}`);
        return this.components.resources.some(
            (each) =>
                own.has(each.urn) &&
                using[each.type]?.some((permission) => permissions?.has(permission)) &&
                !isExcluded(each, grant.resource),
        );
    }

    private holderOf({ account, member = "" }: Grant): string {
        return account ? this.accountName(account) : memberName(member);
    }

    private right(grant: Granted): Right {
        const { role, on, resource } = grant;
        const { expression } = (resource.inputs?.condition ?? {}) as { expression?: string };
        return {
            role: isPublic(resource) ? "run.invoker" : role,
            on: on === undefined || this.isOnProject(grant) ? "the project" : this.nameOf(on),
            ...(expression && { condition: expression }),
            ...this.lineOf(resource),
        };
    }

    private lineOf(resource: Exported): Pick<Right, "line"> {
        const line = lineOf(resource, this.byUrn);
        return line === undefined ? {} : { line };
    }

    private isOnProject({ on }: Grant): boolean {
        const target = this.byUrn.get(on ?? "");
        return target === undefined || isEnvironment(target) || target.type === "gcp:organizations/project:Project";
    }

    /** A resource by its component, and by itself if the component has several. */
    private nameOf(urn: string): string {
        const resource = this.byUrn.get(urn);
        if (resource === undefined) {
            return nameOf(urn);
        }
        const component = this.components.of(urn) ?? resource;
        const isMain = nameOf(component.urn) === nameOf(urn);
        return isMain ? described(component) : `${described(resource)} of ${described(component)}`;
    }

    private accountName(urn: string): string {
        const resource = this.byUrn.get(urn);
        const component = this.components.of(urn);
        if (resource === undefined || component === undefined) {
            return nameOf(urn);
        }
        if (kindOf(resource) === "ServiceIdentity") {
            return `service agent ${String(resource.inputs?.service ?? nameOf(urn))}`;
        }
        return component === resource || component === this.subject.component
            ? `service account ${nameOf(urn)}`
            : `service account ${nameOf(urn)} of ${described(component)}`;
    }
}

/** Whether the condition of a grant on the project is about buckets with other names. */
function isExcluded({ type, outputs }: Exported, { inputs }: Exported): boolean {
    const { expression = "" } = (inputs?.condition ?? {}) as { expression?: string };
    const [, prefix] = /^resource\.name\.startsWith\("projects\/_\/buckets\/([^"]*)"\)$/.exec(expression) ?? [];
    return prefix !== undefined && type === "gcp:storage/bucket:Bucket" && !String(outputs?.name).startsWith(prefix);
}

/** A workload of Kubernetes or of another provider of identities, and not a person. */
const isWorkload = (member: string) => /^principal(Set)?:\/\/|^serviceAccount:/.test(member);

function memberName(member: string): string {
    const { name, kind } = personOf(member);
    return kind === "everybody" ? "everybody" : `${kind} ${name}`;
}

const isFirst = <Row extends object>(row: Row, index: number, all: Row[]) =>
    all.findIndex((other) => JSON.stringify(other) === JSON.stringify(row)) === index;

/** The permissions with which somebody uses a resource, as https://docs.cloud.google.com/iam/docs/permissions-reference names them. */
const using: Record<string, string[]> = {
    "gcp:artifactregistry/repository:Repository": ["artifactregistry.repositories.downloadArtifacts"],
    "gcp:bigquery/dataset:Dataset": ["bigquery.tables.getData"],
    "gcp:bigquery/table:Table": ["bigquery.tables.getData"],
    "gcp:cloudfunctionsv2/function:Function": ["run.routes.invoke"],
    "gcp:cloudrunv2/job:Job": ["run.jobs.run"],
    "gcp:cloudrunv2/service:Service": ["run.routes.invoke"],
    "gcp:compute/instance:Instance": ["compute.instances.osLogin", "iap.tunnelInstances.accessViaIAP"],
    "gcp:container/cluster:Cluster": ["container.clusters.get"],
    "gcp:kms/cryptoKey:CryptoKey": ["cloudkms.cryptoKeyVersions.useToDecrypt", "cloudkms.cryptoKeyVersions.useToSign"],
    "gcp:pubsub/subscription:Subscription": ["pubsub.subscriptions.consume"],
    "gcp:pubsub/topic:Topic": ["pubsub.topics.publish"],
    "gcp:secretmanager/secret:Secret": ["secretmanager.versions.access"],
    "gcp:serviceaccount/account:Account": ["iam.serviceAccounts.getAccessToken", "iam.serviceAccounts.actAs"],
    "gcp:sql/databaseInstance:DatabaseInstance": ["cloudsql.instances.connect"],
    "gcp:storage/bucket:Bucket": ["storage.objects.get", "storage.objects.create"],
    "gcp:vertex/aiEndpoint:AiEndpoint": ["aiplatform.endpoints.predict"],
    "gcp:workflows/workflow:Workflow": ["workflows.executions.create"],
};
