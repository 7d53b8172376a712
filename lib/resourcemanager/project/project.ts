import type { Budget } from "@pulumi/gcp/billing/budget";
import type { SharedVPCHostProject } from "@pulumi/gcp/compute/sharedVPCHostProject";
import type { SharedVPCServiceProject } from "@pulumi/gcp/compute/sharedVPCServiceProject";
import type { NotificationChannel } from "@pulumi/gcp/monitoring/notificationChannel";
import { getProject } from "@pulumi/gcp/organizations/getProject";
import type { Project } from "@pulumi/gcp/organizations/project";
import type { Policy } from "@pulumi/gcp/orgpolicy/policy";
import { DefaultServiceAccounts } from "@pulumi/gcp/projects/defaultServiceAccounts";
import type { IAMAuditConfig } from "@pulumi/gcp/projects/iamauditConfig";
import type { IAMCustomRole } from "@pulumi/gcp/projects/iamcustomRole";
import type { Service } from "@pulumi/gcp/projects/service";
import { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity";
import { Provider } from "@pulumi/gcp/provider";
import { Lien } from "@pulumi/gcp/resourcemanager/lien";
import * as pulumi from "@pulumi/pulumi";
import { bindTags } from "../../component/tagBindings";
import { type Existing, lookUp, type Place, requireKnown } from "../../environment/existing";
import { agentMember } from "../../environment/serviceAgents";
import { resourceManagerLimits } from "../../facts/limits/resourceManager";
import type { Capability } from "../../internal/access/capability";
import type { NamedMember } from "../../internal/access/member";
import { projectRoles } from "../../internal/access/projectRole";
import { sharedOffers } from "../../internal/access/roles";
import * as check from "../../internal/arguments/check";
import { labelValue } from "../../internal/arguments/labels";
import { shortName, titleEnding } from "../../internal/arguments/names";
import { type Child, childrenOf } from "../../internal/engine/children";
import type { EnvironmentKind } from "../../stack/settings/defaults";
import { projectId } from "../../stack/settings/projectId";
import { lookUpProject } from "./adoptedProject";
import { apisOf, enableApis } from "./apis";
import { createAuditConfigs } from "./auditLogs";
import { billingAccountOf, createAlertChannels, createBudget } from "./budget";
import { createProject } from "./createdProject";
import { createCustomRoles } from "./customRoles";
import { createPolicies } from "./policies";
import { type EnvironmentProjectArgs, type ResolvedArgs, resolveArgs } from "./projectArgs";
import { createSharedVpc } from "./sharedVpc";

/** A project that exists already. */
export interface ExistingProject extends Existing, Pick<EnvironmentProject, "projectId" | "number" | "role"> {}

/**
 * The Google Cloud project of an environment, with its APIs, organization policies, disabled default service accounts, audit logs,
 * budget and lien. Deploy it from a separate program, as an identity that may create projects.
 * @example
 * ```ts
 * const dev = new EnvironmentProject("dev", {
 *     projectId: "acme-sales-dev",
 *     kind: "development",
 *     parent: { folder: "123456789012" },
 *     billingAccount: "012345-6789AB-CDEF01",
 * });
 * ```
 */
export class EnvironmentProject extends pulumi.ComponentResource {
    /** The project; undefined if it is adopted. */
    readonly project?: Project;
    /** The project ID. */
    readonly projectId: pulumi.Output<string>;
    /** The project number. */
    readonly number: pulumi.Output<string>;
    /** The kind of the environment. */
    readonly kind: EnvironmentKind;
    /** Whether resources that hold data are protected: the default of the kind, unless `protection` is off. */
    readonly protect: boolean;
    /** Whether Cloud KMS keys are protected: in all kinds, unless `protection` is off. */
    readonly protectKeys: boolean;
    /** The entry of the environment for `slipway:environments` of other programs. */
    readonly entry: pulumi.Output<{ project: string; number: string; kind: EnvironmentKind }>;
    /** The provider for resources in the project, which sets the label `environment`. */
    readonly provider: Provider;
    /** The custom roles by ID. */
    readonly customRoles: Readonly<Record<string, IAMCustomRole>>;
    /** The enabled APIs by name, such as `run.googleapis.com`. */
    readonly services: Readonly<Record<string, Service>>;
    /** The service agent of Artifact Registry, which reads images of the environment that this one promotes. */
    readonly artifactRegistryAgent: ServiceIdentity;
    /** The organization policies of the project by constraint, such as `compute.vmExternalIpAccess`. */
    readonly policies: Readonly<Record<string, Policy>>;
    /** The disabled default service accounts. */
    readonly defaultServiceAccounts: DefaultServiceAccounts;
    /** The audit configurations by API, or for `allServices`. */
    readonly auditConfigs: Readonly<Record<string, IAMAuditConfig>>;
    /** Undefined without a `budget`. */
    readonly budget?: Budget;
    /** The notification channels of the budget by email address. */
    readonly alertChannels: Readonly<Record<string, NotificationChannel>>;
    /** Undefined without `sharedVpc: "host"`. */
    readonly sharedVpcHost?: SharedVPCHostProject;
    /** The attachment to the host project; undefined without `sharedVpc: { host }`. */
    readonly sharedVpcService?: SharedVPCServiceProject;
    /** Undefined if `lien` is false. */
    readonly lien?: Lien;
    /** The resources to depend on before creating others in the project. */
    readonly ready: pulumi.Resource[];

    private readonly component: string;
    private readonly child: Child;
    private readonly agents = new Map<string, NamedMember>();
    private readonly configuredId: string;
    private readonly roleOf: (role: string) => Capability;

    /**
     * A project that exists already and is not managed by any stack, on which this stack only grants roles:
     * `EnvironmentProject.existing("acme-data")`. The preview fails if there is none.
     */
    static existing(project: string): ExistingProject {
        requireKnown("EnvironmentProject", project);
        const find = async (_: Place, options: pulumi.InvokeOptions) => {
            const { number } = await getProject({ projectId: project }, options);
            return { projectId: project, number };
        };
        const found = lookUp("EnvironmentProject", project, projectId, {}, find, "projectId", "number");
        const { projectId: id, number } = found;
        return {
            existing: "EnvironmentProject",
            projectId: id,
            number,
            ...sharedOffers({ role: projectRoles(id) }),
        };
    }

    constructor(name: string, args: EnvironmentProjectArgs, options?: pulumi.ComponentResourceOptions) {
        const resolved = resolveArgs(name, args);
        super("slipway:index:EnvironmentProject", name, {}, options);
        const outer = childrenOf(this, resolved.transform);
        this.component = name;
        this.kind = resolved.kind;
        this.configuredId = resolved.projectId;
        this.protect = resolved.protect;
        this.protectKeys = resolved.protectKeys;
        this.project = resolved.adopt ? undefined : createProject(name, resolved, outer);
        const found = this.project ?? lookUpProject(name, resolved.projectId, this);
        this.projectId = found.projectId;
        this.number = found.number;
        this.entry = pulumi.all([this.projectId, this.number]).apply(([project, number]) => {
            return { project, number, kind: resolved.kind };
        });
        this.provider = createProvider(name, this.projectId, resolved, outer);

        const { provider, projectId: project, number } = this;
        this.services = enableApis(name, project, apisOf(resolved), childrenOf(this, resolved.transform, { provider }));
        const services = Object.values(this.services);
        const child = childrenOf(this, resolved.transform, { provider, dependsOn: services });
        this.child = child;
        this.customRoles = createCustomRoles(name, project, resolved.customRoles ?? {}, child);
        this.policies = createPolicies(name, project, resolved.policies, child);
        this.artifactRegistryAgent = new ServiceIdentity(
            ...child("serviceIdentity", `${name}-artifactregistry`, {
                project,
                service: "artifactregistry.googleapis.com",
            }),
        );
        this.defaultServiceAccounts = disableDefaultAccounts(name, project, resolved, child);
        this.auditConfigs = createAuditConfigs(name, project, resolved.auditLogs, child);
        const { budget } = resolved;
        this.alertChannels = budget ? createAlertChannels(name, budget, project, child) : {};
        const account = resolved.billingAccount;
        this.budget =
            budget &&
            createBudget(
                name,
                {
                    title: `EnvironmentProject "${name}"`,
                    displayName: resolved.projectId,
                    number,
                    billingAccount: account ?? billingAccountOf(`EnvironmentProject "${name}"`, found.billingAccount),
                    budget,
                    channels: Object.values(this.alertChannels).map((channel) => channel.name),
                },
                child,
            );
        this.lien = resolved.lien ? createLien(name, number, resolved, child) : undefined;
        const shared = createSharedVpc(name, { ...resolved, project }, child);
        this.sharedVpcHost = shared.sharedVpcHost;
        this.sharedVpcService = shared.sharedVpcService;
        if (resolved.resourceManagerTags) {
            const tagged = {
                type: "gcp:organizations/project:Project",
                outputs: { number },
                projectNumber: number,
            } as const;
            bindTags(name, resolved, tagged, { parent: this, dependsOn: this.project ?? [] });
        }
        this.ready = [
            ...(this.project ? [this.project] : []),
            provider,
            ...services,
            ...Object.values(this.policies),
            this.artifactRegistryAgent,
            this.defaultServiceAccounts,
        ];
        this.roleOf = projectRoles(project, (role) => {
            const custom = Object.entries(this.customRoles).filter(([id]) => this.customName(id) === role);
            return { parent: this, provider, dependsOn: [...this.ready, ...custom.map(([, resource]) => resource)] };
        });
        this.registerOutputs({ projectId: project, number, kind: resolved.kind });
    }

    /**
     * A role on the project, for {@link allow}: a predefined role such as `roles/viewer`, one of `customRoles` by its ID, or another
     * custom role by its name, `organizations/123456789012/roles/modelReader`.
     */
    role(role: string): Capability {
        return this.roleOf(Object.hasOwn(this.customRoles, role) ? this.customName(role) : role);
    }

    /**
     * The {@link https://cloud.google.com/iam/docs/service-agents service agent} of one of the project's APIs, for {@link allow}:
     * `allow(host.role("roles/container.hostServiceAgentUser"), project.agent("container.googleapis.com"))`.
     */
    agent(api: string): NamedMember {
        const apis = Object.keys(this.services);
        check.checked(`EnvironmentProject "${this.component}"`, { agent: api }, agentArgs, () => [
            check.when(
                !apis.includes(api),
                "agent",
                "resourcemanager/agent-without-api",
                `must be of an enabled API: ${apis.join(", ")} (got "${api}"). Add it to apis.`,
            ),
        ]);
        const known = this.agents.get(api) ?? this.createAgent(api);
        this.agents.set(api, known);
        return known;
    }

    private createAgent(api: string): NamedMember {
        const { component, provider, projectId: project } = this;
        const options = { parent: this, provider, dependsOn: Object.values(this.services) };
        const identity = () =>
            api === "artifactregistry.googleapis.com"
                ? this.artifactRegistryAgent
                : new ServiceIdentity(
                      ...this.child("serviceIdentity", `${component}-${shortName(api)}`, { project, service: api }),
                  );
        return {
            member: agentMember(project, api, options, identity),
            memberName: `${component}-${shortName(api)}-agent`,
        };
    }

    /**
     * The {@link https://cloud.google.com/iam/docs/service-account-types#google-apis Google APIs Service Agent} of the project, which creates
     * the machines of instance groups and clusters, for {@link allow}.
     */
    get googleApisAgent(): NamedMember {
        return {
            member: pulumi.interpolate`serviceAccount:${this.number}@cloudservices.gserviceaccount.com`,
            memberName: `${this.component}-google-apis-agent`,
        };
    }

    private customName(id: string): string {
        return `projects/${this.configuredId}/roles/${id}`;
    }
}

/** Checks the parameter of `EnvironmentProject.agent`. */
const agentArgs = check.options<{ agent: string }>({ agent: check.text() }, "agent");

/** A provider with a quota project, which the budget API requires with user credentials. */
function createProvider(name: string, project: pulumi.Output<string>, args: ResolvedArgs, child: Child): Provider {
    return new Provider(
        ...child("provider", name, {
            project,
            userProjectOverride: true,
            billingProject: args.quotaProject ?? project,
            defaultLabels: { environment: labelValue(name) },
        }),
    );
}

/**
 * Disables the default service accounts of Compute Engine and App Engine, which have broad roles. Enabling another API can create
 * one, so a change of the APIs repeats it. The accounts stay disabled when the stack is destroyed.
 */
function disableDefaultAccounts(name: string, project: pulumi.Output<string>, args: ResolvedArgs, child: Child) {
    return new DefaultServiceAccounts(
        ...child(
            "defaultServiceAccounts",
            name,
            { project, action: "DISABLE", restorePolicy: "NONE" },
            { replacementTrigger: apisOf({ ...args, policies: {} }).sort() },
        ),
    );
}

function createLien(name: string, number: pulumi.Output<string>, { kind, isKept }: ResolvedArgs, child: Child): Lien {
    const end = `, which is ${kind}.`;
    const args = {
        parent: pulumi.interpolate`projects/${number}`,
        restrictions: ["resourcemanager.projects.delete"],
        origin: "slipway",
        reason: titleEnding(`The project is the environment ${name}`, end, resourceManagerLimits.rows.lienReason.max),
    };
    return new Lien(...child("lien", name, args, { protect: isKept }));
}
