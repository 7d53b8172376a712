import type { Budget } from "@pulumi/gcp/billing/budget";
import type { NotificationChannel } from "@pulumi/gcp/monitoring/notificationChannel";
import { Project } from "@pulumi/gcp/organizations/project";
import { DefaultServiceAccounts } from "@pulumi/gcp/projects/defaultServiceAccounts";
import { IAMAuditConfig } from "@pulumi/gcp/projects/iamauditConfig";
import type { Service } from "@pulumi/gcp/projects/service";
import { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity";
import { Provider } from "@pulumi/gcp/provider";
import { Lien } from "@pulumi/gcp/resourcemanager/lien";
import * as pulumi from "@pulumi/pulumi";
import { type Child, childrenOf } from "../../internal/children";
import { labelValue } from "../../internal/labels";
import type { EnvironmentKind } from "../defaults";
import { accountOf, adoptedProject } from "./adopted";
import { type Decided, decided, type EnvironmentProjectArgs } from "./arguments";
import { alertChannels, budgetOf } from "./budget";
import { apisOf, enabled } from "./services";

/**
 * The Google Cloud project of one environment, with what has to be around it: its APIs, disabled default accounts, audit
 * logs, a budget, a lien. It belongs into a program of its own, which whoever may make projects runs.
 */
export class EnvironmentProject extends pulumi.ComponentResource {
    /** The project; nothing for one that is adopted. */
    readonly project?: Project;
    readonly projectId: pulumi.Output<string>;
    /** The project's number, by which the accounts of Google's own services are named. */
    readonly number: pulumi.Output<string>;
    readonly kind: EnvironmentKind;
    /** Whether what holds data in it is to be protected: as its kind has it, unless `protection` is off. */
    readonly protect: boolean;
    /** What `slipway:environments` has to say of the environment to the stacks of other programs. */
    readonly entry: pulumi.Output<{ project: string; number: string; kind: EnvironmentKind }>;
    /** The provider for what is in the project; every resource it makes has the label `environment`. */
    readonly provider: Provider;
    /** The APIs by their names, such as `run.googleapis.com`. */
    readonly services: Readonly<Record<string, Service>>;
    /** The account by which Artifact Registry reads images of the environment before this one. */
    readonly artifactRegistryAgent: ServiceIdentity;
    readonly defaultServiceAccounts: DefaultServiceAccounts;
    /** Nothing with no `auditLogs`. */
    readonly auditConfig?: IAMAuditConfig;
    /** Nothing without a `budget`. */
    readonly budget?: Budget;
    /** Where the budget's alerts go, by e-mail address. */
    readonly alertChannels: Readonly<Record<string, NotificationChannel>>;
    /** Nothing where `lien` is false. */
    readonly lien?: Lien;
    /** What has to be there before something else is put into the project. */
    readonly ready: pulumi.Resource[];

    constructor(name: string, given: EnvironmentProjectArgs, options?: pulumi.ComponentResourceOptions) {
        const args = decided(name, given);
        super("slipway:index:EnvironmentProject", name, {}, options);
        const outside = childrenOf(this, args.transform);
        this.kind = args.kind;
        this.protect = args.protect;
        this.project = args.adopt ? undefined : made(name, args, outside);
        const found = this.project ?? adoptedProject(name, args.projectId, this);
        this.projectId = found.projectId;
        this.number = found.number;
        this.entry = pulumi.all([this.projectId, this.number]).apply(([project, number]) => {
            return { project, number, kind: args.kind };
        });
        this.provider = providerOf(name, this.projectId, args, outside);

        const { provider, projectId: project, number } = this;
        this.services = enabled(name, project, apisOf(args), childrenOf(this, args.transform, { provider }));
        const services = Object.values(this.services);
        const child = childrenOf(this, args.transform, { provider, dependsOn: services });
        this.artifactRegistryAgent = new ServiceIdentity(
            ...child("serviceIdentity", `${name}-artifactregistry`, {
                project,
                service: "artifactregistry.googleapis.com",
            }),
        );
        this.defaultServiceAccounts = disabledAccounts(name, project, args, child);
        this.auditConfig = auditConfigOf(name, project, args, child);
        const budgeted = args.budget && {
            ...args,
            project,
            number,
            billingAccount: args.billingAccount ?? accountOf(name, found.billingAccount),
            budget: args.budget,
        };
        this.alertChannels = budgeted ? alertChannels(name, budgeted, child) : {};
        this.budget = budgeted && budgetOf(name, budgeted, this.alertChannels, child);
        this.lien = args.lien ? lienOn(name, number, args, child) : undefined;
        this.ready = [
            ...(this.project ? [this.project] : []),
            provider,
            ...services,
            this.artifactRegistryAgent,
            this.defaultServiceAccounts,
        ];
        this.registerOutputs({ projectId: project, number, kind: args.kind });
    }
}

/** The project itself, by the provider that the component was given. */
function made(name: string, args: Decided, child: Child): Project {
    const { projectId, displayName = projectId, parent, billingAccount, labels, isKept } = args;
    return new Project(
        ...child(
            "project",
            name,
            {
                projectId,
                name: displayName,
                folderId: parent?.folder,
                orgId: parent?.organization,
                billingAccount,
                labels,
                autoCreateNetwork: false,
                deletionPolicy: isKept ? "PREVENT" : "DELETE",
            },
            { protect: isKept },
        ),
    );
}

/** A provider that asks the quota project for its calls, as budgets cannot be made by people otherwise. */
function providerOf(name: string, project: pulumi.Output<string>, args: Decided, child: Child): Provider {
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
 * The default accounts of Compute Engine and App Engine, which may do too much. What is there is disabled once, so that an
 * API by which another one may have come has it done again. They stay disabled when the stack is destroyed: what enables
 * them again should not be a side effect.
 */
function disabledAccounts(name: string, project: pulumi.Output<string>, args: Decided, child: Child) {
    return new DefaultServiceAccounts(
        ...child(
            "defaultServiceAccounts",
            name,
            { project, action: "DISABLE", restorePolicy: "NONE" },
            { replacementTrigger: apisOf(args).sort() },
        ),
    );
}

function auditConfigOf(name: string, project: pulumi.Output<string>, { auditLogs }: Decided, child: Child) {
    const auditLogConfigs = [...new Set(auditLogs)].map((logType) => ({ logType }));
    return auditLogConfigs.length > 0
        ? new IAMAuditConfig(...child("auditConfig", name, { project, service: "allServices", auditLogConfigs }))
        : undefined;
}

function lienOn(name: string, number: pulumi.Output<string>, { kind, isKept }: Decided, child: Child): Lien {
    const args = {
        parent: pulumi.interpolate`projects/${number}`,
        restrictions: ["resourcemanager.projects.delete"],
        origin: "slipway",
        reason: `The project is the environment ${name}, which is ${kind}.`,
    };
    return new Lien(...child("lien", name, args, { protect: isKept }));
}
