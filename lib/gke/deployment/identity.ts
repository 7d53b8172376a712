import { IAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import * as pulumi from "@pulumi/pulumi";
import { accountOf } from "../../iam/accountOf";
import type { AccountReference } from "../../iam/serviceAccount";
import { type Used, use } from "../../internal/access/capability";
import type { Mountable } from "./attachments";
import type { ResolvedArgs } from "./deploymentArgs";
import type { Children } from "./objects";

/** The identity of the pods. */
export interface Identity {
    /** The Google Cloud service account. */
    account: AccountReference;
    /** The Kubernetes service account, which acts as the Google Cloud one. */
    serviceAccount: ServiceAccount;
    used: Used<Mountable>;
    /** The grants, which must exist before a pod starts. */
    grants: pulumi.Resource[];
}

/**
 * A namespace that enforces the restricted {@link https://kubernetes.io/docs/concepts/security/pod-security-standards/ Pod
 * Security Standard}.
 */
export function createNamespace(component: string, args: ResolvedArgs, { cluster }: Children): Namespace {
    const modes = ["enforce", "warn", "audit"].map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]);
    const labels = { ...args.objectLabels, ...Object.fromEntries(modes) };
    // It exists until GKE has deleted the network endpoint groups of its Services, which can take longer than Pulumi waits by
    // default: https://github.com/kubernetes/ingress-gce/issues/1720
    return new Namespace(
        ...cluster(
            "namespace",
            component,
            { metadata: { name: args.name, labels } },
            { customTimeouts: { delete: "30m" } },
        ),
    );
}

/**
 * Creates the two service accounts, links them by
 * {@link https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity Workload Identity Federation for GKE}, and
 * grants all that is used.
 */
export function createIdentity(
    component: string,
    args: ResolvedArgs,
    namespace: pulumi.Input<string>,
    children: Children,
    parent: pulumi.ComponentResource,
): Identity {
    const own = { part: "run", does: `Runs the deployment ${args.name}` };
    const account = accountOf(component, args, children.google, own);
    const serviceAccount = new ServiceAccount(
        ...children.cluster("serviceAccount", component, {
            metadata: {
                name: args.name,
                namespace,
                labels: args.objectLabels,
                annotations: { "iam.gke.io/gcp-service-account": account.email },
            },
            automountServiceAccountToken: false,
        }),
    );
    const { workloadPool, ready } = args.cluster;
    const grant = new IAMMember(
        ...children.google(
            "grant",
            `${component}-workload-identity`,
            {
                serviceAccountId: account.name,
                role: "roles/iam.workloadIdentityUser",
                member: pulumi.interpolate`serviceAccount:${workloadPool}[${namespace}/${args.name}]`,
            },
            // The workload identity pool is created with the project's first cluster.
            { dependsOn: ready },
        ),
    );
    const used = use(component, args.uses, account.member, { parent }, args.account);
    return { account, serviceAccount, used, grants: [grant, ...used.grants] };
}
