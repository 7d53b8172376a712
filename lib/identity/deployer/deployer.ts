import { WorkloadIdentityPool } from "@pulumi/gcp/iam/workloadIdentityPool";
import { WorkloadIdentityPoolProvider } from "@pulumi/gcp/iam/workloadIdentityPoolProvider";
import { IAMMember as ProjectIAMMember } from "@pulumi/gcp/projects/iammember";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember as AccountIAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../../environment/environment";
import { type Child, childrenOf } from "../../internal/children";
import { freshName } from "../../internal/fresh";
import { fitted } from "../../internal/names";
import { type DeployedProject, type DeployerArgs, decided } from "./arguments";
import { limits } from "./roles";

const apis = ["iam", "iamcredentials", "sts", "cloudresourcemanager"].map((api) => `${api}.googleapis.com`);

/**
 * The one identity by which a pipeline deploys an environment: a service account without keys, as which the jobs of one
 * repository that were approved for the environment may act, and nobody else. It has the roles that are listed, on its
 * project alone.
 */
export class Deployer extends pulumi.ComponentResource {
    readonly account: Account;
    readonly pool: WorkloadIdentityPool;
    readonly poolProvider: WorkloadIdentityPoolProvider;
    /** The account's e-mail address: `service_account` of google-github-actions/auth. */
    readonly email: pulumi.Output<string>;
    /**
     * `projects/123456789012/locations/global/workloadIdentityPools/…/providers/…`: `workload_identity_provider` of
     * google-github-actions/auth.
     */
    readonly workloadIdentityProvider: pulumi.Output<string>;

    constructor(name: string, given: DeployerArgs, options: pulumi.ComponentResourceOptions = {}) {
        const args = decided(name, given);
        const { trust } = args;
        const { project, provider, ready } = args.project ? placeOf(args.project) : ownPlace();
        super("slipway:index:Deployer", name, {}, inEnvironment({ provider, ...options }, args.crossProject));
        const child = childrenOf(this, args.transform, { dependsOn: ready });
        const displayName = fitted(name, 32);

        this.account = new Account(
            ...child("account", name, { project, accountId: args.accountId, displayName: `Deploys as ${name}` }),
        );
        const poolId = freshName("workloadIdentityPoolId", args.poolId, 32);
        this.pool = new WorkloadIdentityPool(
            ...child("pool", name, { project, workloadIdentityPoolId: poolId.name, displayName }, poolId.options),
        );
        const { issuerUri, attributeMapping, attributeCondition } = trust;
        const providerId = freshName("workloadIdentityPoolProviderId", args.github ? "github" : "gitlab", 32);
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
        this.grant(name, args, project, child);
        this.email = this.account.email;
        this.workloadIdentityProvider = this.poolProvider.name;
        this.registerOutputs({ email: this.email, workloadIdentityProvider: this.workloadIdentityProvider });
    }

    /** What it may do on the project, which is all of it: what it is to make is not there yet. */
    private grant(name: string, args: ReturnType<typeof decided>, project: pulumi.Input<string>, child: Child): void {
        const { member } = this.account;
        for (const role of args.roles) {
            const part = role.replace(/^roles\//, "").replaceAll(/[^A-Za-z0-9_]+/g, "-");
            new ProjectIAMMember(...child("role", `${name}-${part}`, { project, role, member }));
        }
        for (const [index, expression] of limits(args.grantable).entries()) {
            const condition = { title: "Only the listed roles", expression };
            const role = "roles/resourcemanager.projectIamAdmin";
            const grants = `${name}-grants${index === 0 ? "" : `-${index + 1}`}`;
            new ProjectIAMMember(...child("grants", grants, { project, role, member, condition }));
        }
    }
}

/** Where a deployer is: in which project, by which provider, after what. */
interface Place {
    project: pulumi.Input<string>;
    provider?: pulumi.ProviderResource;
    ready: pulumi.Resource[];
}

function placeOf({ projectId, provider, ready }: DeployedProject): Place {
    return { project: projectId, provider, ready };
}

function ownPlace(): Place {
    const environment = Environment.current();
    return { project: environment.project, ready: environment.enable(...apis) };
}
