import { WorkloadIdentityPool } from "@pulumi/gcp/iam/workloadIdentityPool";
import { WorkloadIdentityPoolProvider } from "@pulumi/gcp/iam/workloadIdentityPoolProvider";
import { IAMMember as ProjectIAMMember } from "@pulumi/gcp/projects/iammember";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember as AccountIAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../../environment/environment";
import { workloadIdentityLimits } from "../../facts/limits/iam";
import { type Child, childrenOf } from "../../internal/children";
import { freshName } from "../../internal/freshName";
import { accountTitle, shortenName } from "../../internal/names";
import type { DeployedProject, DeployerArgs } from "./arguments";
import { type ResolvedArgs, resolveArgs } from "./resolveArgs";
import { grantConditions } from "./roles";

const apis = ["iam", "iamcredentials", "sts", "cloudresourcemanager"].map((api) => `${api}.googleapis.com`);

/**
 * The identity of a deployment pipeline: a service account without keys that jobs of one repository impersonate by
 * {@link https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines Workload Identity
 * Federation}. Only jobs that meet the arguments' conditions may use it. It has the listed roles on its project and no others.
 */
export class Deployer extends pulumi.ComponentResource {
    readonly account: Account;
    readonly pool: WorkloadIdentityPool;
    readonly poolProvider: WorkloadIdentityPoolProvider;
    /** The service account's email address: `service_account` of google-github-actions/auth. */
    readonly email: pulumi.Output<string>;
    /**
     * `projects/123456789012/locations/global/workloadIdentityPools/…/providers/…`: `workload_identity_provider` of
     * google-github-actions/auth.
     */
    readonly workloadIdentityProvider: pulumi.Output<string>;

    constructor(name: string, args: DeployerArgs, options: pulumi.ComponentResourceOptions = {}) {
        const resolved = resolveArgs(name, args);
        const { trust } = resolved;
        const { project, provider, ready } = resolved.project ? projectContext(resolved.project) : stackContext();
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

/** The project of a deployer, its provider, and what must exist before. */
interface ProjectContext {
    project: pulumi.Input<string>;
    provider?: pulumi.ProviderResource;
    ready: pulumi.Resource[];
}

function projectContext({ projectId, provider, ready }: DeployedProject): ProjectContext {
    return { project: projectId, provider, ready };
}

function stackContext(): ProjectContext {
    const environment = Environment.current();
    return { project: environment.project, ready: environment.enable(...apis) };
}
