import { WorkloadIdentityPool, type WorkloadIdentityPoolArgs } from "@pulumi/gcp/iam/workloadIdentityPool";
import {
    WorkloadIdentityPoolProvider,
    type WorkloadIdentityPoolProviderArgs,
} from "@pulumi/gcp/iam/workloadIdentityPoolProvider";
import { type IAMMemberArgs, IAMMember as ProjectIAMMember } from "@pulumi/gcp/projects/iammember";
import { Account, type AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember as AccountIAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../../component/component";
import { Environment, inEnvironment } from "../../environment/environment";
import { iamLimits, workloadIdentityLimits } from "../../facts/limits/iam";
import { nameFormats, poolId } from "../../facts/names";
import { serviceAccountId } from "../../internal/access/member";
import * as check from "../../internal/arguments/check";
import { accountTitle, shortenName } from "../../internal/arguments/names";
import { type Child, childrenOf, type Transform, transforms } from "../../internal/engine/children";
import { freshName, suffixLength } from "../../internal/engine/freshName";
import { environmentDefaults } from "../../stack/settings/defaults";
import { github, gitlab, type Pipeline, type ResolvedTrust, resolveTrust, subjectProblem } from "./jobs";
import { type DeployedProject, project, projectContext } from "./project";
import { grantable, grantConditions, previewProblems, projectRoles, roles } from "./roles";

/** The arguments of a {@link Deployer}. */
export type DeployerArgs = Pipeline &
    ComponentArgs & {
        /**
         * The project to deploy, an EnvironmentProject.
         * @default the project of this stack's environment
         */
        project?: DeployedProject;
        /**
         * The roles of the deployer on the project; it has no others. Basic roles are refused, and so are roles that allow
         * privilege escalation or impersonation.
         */
        roles: string[];
        /**
         * The roles that the deployer may grant and revoke on the project
         * ({@link https://cloud.google.com/iam/docs/setting-limits-on-granting-roles limits on granting roles}): at most 200,
         * ten in each IAM condition. A role that can itself grant roles is refused. `false` or an empty list: none.
         * @default the roles that components of this library grant on a project; none for pull or merge requests
         */
        grantable?: string[] | false;
        /**
         * The ID of the {@link https://cloud.google.com/iam/docs/service-accounts-create service account}: 6 to 30 lower-case
         * letters, digits and hyphens. Changing this replaces the deployer.
         * @default the component's name
         */
        accountId?: string;
        /**
         * The start of the {@link https://cloud.google.com/iam/docs/manage-workload-identity-pools-providers workload identity
         * pool}'s ID: 1 to 25 lower-case letters, digits and hyphens, not `gcp-`. A random suffix follows, as the ID of a
         * deleted pool stays reserved for 30 days.
         * @default the ID of the service account
         */
        poolId?: string;
        /** Callbacks that edit the arguments of child resources. */
        transform?: {
            account?: Transform<AccountArgs>;
            pool?: Transform<WorkloadIdentityPoolArgs>;
            poolProvider?: Transform<WorkloadIdentityPoolProviderArgs>;
            role?: Transform<IAMMemberArgs>;
        };
    };

/** Checks each argument. */
const deployerArgs = check.options<DeployerArgs>(
    {
        ...componentArgs,
        github,
        gitlab,
        project,
        roles,
        grantable,
        accountId: serviceAccountId,
        poolId: check.nameOf(poolId(nameFormats.rows.workloadIdentityPool.max - suffixLength)),
        transform: transforms("account", "pool", "poolProvider", "role"),
    },
    "roles",
);

/**
 * The identity of a deployment pipeline: a service account without keys that jobs of one repository impersonate by
 * {@link https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines Workload Identity
 * Federation}. Only jobs that meet the arguments' conditions may use it. It has the listed roles on its project and no others.
 * @example
 * ```ts
 * const deployer = new Deployer("deployer", {
 *     github: { repository: "acme/sales", environment: "dev" },
 *     roles: ["roles/browser", "roles/serviceusage.serviceUsageAdmin", "roles/pubsub.admin"],
 * });
 * ```
 */
export class Deployer extends pulumi.ComponentResource {
    /** The service account that jobs impersonate. */
    readonly account: Account;
    /** The pool of the identities of jobs. */
    readonly pool: WorkloadIdentityPool;
    /** The provider, with the conditions on jobs. */
    readonly poolProvider: WorkloadIdentityPoolProvider;
    /** The service account's email address: `service_account` of google-github-actions/auth. */
    readonly email: pulumi.Output<string>;
    /**
     * `projects/123456789012/locations/global/workloadIdentityPools/…/providers/…`: `workload_identity_provider` of
     * google-github-actions/auth.
     */
    readonly workloadIdentityProvider: pulumi.Output<string>;

    constructor(name: string, args: DeployerArgs, options: pulumi.ComponentResourceOptions = {}) {
        const resolve = () => resolveArgs(name, args);
        // A project of its own has a kind of its own.
        const resolved = args?.project ? resolve() : Environment.current().resolved(resolve);
        const { trust } = resolved;
        const { project, provider, ready } = projectContext(resolved.project);
        super("slipway:index:Deployer", name, {}, inEnvironment({ provider, ...options }, resolved.crossProject));
        const child = childrenOf(this, resolved.transform, { dependsOn: ready });
        const limits = workloadIdentityLimits.rows;
        const displayName = shortenName(name, limits.displayName.max);

        this.account = new Account(
            ...child("account", name, {
                project,
                accountId: resolved.accountId,
                displayName: accountTitle(`Deploys as ${name}`),
            }),
        );
        const poolId = freshName("workloadIdentityPoolId", resolved.poolId, limits.id.max);
        this.pool = new WorkloadIdentityPool(
            ...child("pool", name, { project, workloadIdentityPoolId: poolId.name, displayName }, poolId.options),
        );
        const { issuerUri, attributeMapping, attributeCondition } = trust;
        const providerId = freshName(
            "workloadIdentityPoolProviderId",
            resolved.github ? "github" : "gitlab",
            limits.id.max,
        );
        this.poolProvider = new WorkloadIdentityPoolProvider(
            ...child(
                "poolProvider",
                name,
                {
                    project,
                    workloadIdentityPoolId: this.pool.workloadIdentityPoolId,
                    workloadIdentityPoolProviderId: providerId.name,
                    displayName,
                    oidc: { issuerUri },
                    attributeMapping,
                    attributeCondition,
                },
                providerId.options,
            ),
        );
        const principal = pulumi.interpolate`principal://iam.googleapis.com/${this.pool.name}/subject/${trust.subject}`;
        new AccountIAMMember(
            ...child("impersonation", name, {
                serviceAccountId: this.account.name,
                role: "roles/iam.workloadIdentityUser",
                member: principal,
            }),
        );
        this.grantRoles(name, resolved, project, child);
        this.email = this.account.email;
        this.workloadIdentityProvider = this.poolProvider.name;
        this.registerOutputs({ email: this.email, workloadIdentityProvider: this.workloadIdentityProvider });
    }

    /** Grants the roles on the project: the resources to deploy do not exist yet. */
    private grantRoles(name: string, resolved: ResolvedArgs, project: pulumi.Input<string>, child: Child): void {
        const { member } = this.account;
        for (const role of resolved.roles) {
            const part = role.replace(/^roles\//, "").replaceAll(/[^A-Za-z0-9_]+/g, "-");
            new ProjectIAMMember(...child("role", `${name}-${part}`, { project, role, member }));
        }
        for (const [index, expression] of grantConditions(resolved.grantable).entries()) {
            const condition = { title: "Only the listed roles", expression };
            const role = "roles/resourcemanager.projectIamAdmin";
            const grants = `${name}-grants${index === 0 ? "" : `-${index + 1}`}`;
            new ProjectIAMMember(...child("grants", grants, { project, role, member, condition }));
        }
    }
}

function problems({ trust, isPreviewer, ...args }: DeployerArgs & ResolvedTrust): (check.Problem | undefined)[] {
    const [kind, proposals] = args.github ? ["github", "pullRequests"] : ["gitlab", "mergeRequests"];
    const environment = (args.github ?? args.gitlab)?.environment;
    const { approval } = args.project ? environmentDefaults[args.project.kind] : Environment.current().defaults;
    return [
        check.when(
            approval && environment === undefined && !isPreviewer,
            kind,
            "iam/approval-missing",
            'must have environment, because deployments to production need an approval. Create an environment such as "prod" with reviewers, and name it here.',
        ),
        subjectProblem(kind, trust),
        ...(isPreviewer ? previewProblems(args, proposals) : []),
    ];
}

/** A valid service account ID from the component's name. */
function defaultAccountId(name: string): string {
    const id = shortenName(name.toLowerCase(), iamLimits.rows.accountId.max);
    return id.length < 6 ? `${id}-deployer` : id;
}

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(name: string, args: DeployerArgs) {
    const completed = check.withDefaults(args, { accountId: defaultAccountId(name) });
    const { isPreviewer, ...resolved } = check.resolved(
        `Deployer "${name}"`,
        completed,
        check.variant({ github: deployerArgs, gitlab: deployerArgs }),
        (checked) => ({ ...checked, ...resolveTrust(checked) }),
        problems,
    );
    const granted = resolved.grantable ?? (isPreviewer ? [] : projectRoles);
    const poolId = resolved.poolId ?? resolved.accountId.replace(/^gcp-/, "pool-");
    return { ...resolved, poolId, grantable: granted === false ? [] : granted };
}
