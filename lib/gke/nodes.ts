import { IAMMember } from "@pulumi/gcp/projects/iammember";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { accountOf } from "../iam/accountOf";
import type { AccountReference, AnyServiceAccount } from "../iam/serviceAccount";
import type { Grant } from "../internal/access/capability";
import type { Child } from "../internal/engine/children";

/** Disables the kubelet's port without authentication. */
export const readonlyPort = { insecureKubeletReadonlyPortEnabled: "FALSE" };

/** The configuration of all nodes, whatever their pool. */
export function nodeConfig(account: pulumi.Input<string>, labels: Record<string, pulumi.Input<string>>) {
    return {
        imageType: "COS_CONTAINERD",
        serviceAccount: account,
        // The service account's roles alone decide what nodes may do:
        // https://cloud.google.com/kubernetes-engine/docs/how-to/access-scopes
        oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
        resourceLabels: labels,
        shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
        workloadMetadataConfig: { mode: "GKE_METADATA" },
        // Beside another setting the API reads a missing quota as false, which disables the CPU limits of pods:
        // https://github.com/hashicorp/terraform-provider-google/issues/15767
        kubeletConfig: { ...readonlyPort, cpuCfsQuota: true },
    };
}

/** The role that GKE's agents on the nodes need. It exists on projects only. */
const nodeRole = "roles/container.defaultNodeServiceAccount";

/** Grants the role of nodes to an account that the cluster may share with others. */
export function grantNodeRole(account: AnyServiceAccount, environment: Environment): pulumi.Resource {
    return account.grant(environment.role(nodeRole).grants[0] as Grant);
}

/** The service account of the nodes with its role. */
export function nodeAccountOf(
    name: string,
    args: { name: string; account?: AnyServiceAccount },
    environment: Environment,
    child: Child,
): { account: AccountReference; grant: pulumi.Resource } {
    if (args.account) {
        return { account: args.account.account, grant: grantNodeRole(args.account, environment) };
    }
    const own = { part: "node", does: `Nodes of the cluster ${args.name}`, key: "nodeAccount" };
    const account = accountOf(name, { name: args.name }, child, own, {
        dependsOn: environment.enable("iam.googleapis.com"),
    });
    const { project } = environment;
    const grant = new IAMMember(
        ...child(
            "nodeGrant",
            `${name}-node`,
            { project, role: nodeRole, member: account.member },
            { dependsOn: environment.enable("cloudresourcemanager.googleapis.com") },
        ),
    );
    return { account, grant };
}
