import { Account } from "@pulumi/gcp/serviceaccount/account";
import { IAMMember } from "@pulumi/gcp/serviceaccount/iammember";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import * as pulumi from "@pulumi/pulumi";
import { type Used, use } from "../../identity/capability";
import type { Child } from "../../internal/children";
import { accountId } from "../../internal/names";
import type { Mountable } from "./attachments";
import type { Decided } from "./decided";

/** How children are made: those of Google Cloud, and those of the cluster. */
export interface Children {
    google: Child;
    cluster: Child;
}

/** As whom the pods act. */
export interface Identity {
    /** The service account of Google Cloud. */
    account: Account;
    /** The one of Kubernetes, as which it is that of Google Cloud. */
    serviceAccount: ServiceAccount;
    used: Used<Mountable>;
    /** What must be there before a pod starts. */
    grants: pulumi.Resource[];
}

/** A namespace that takes only pods that keep to the restricted profile ("Pod Security Standards"). */
export function namespace(component: string, args: Decided, { cluster }: Children): Namespace {
    const modes = ["enforce", "warn", "audit"].map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]);
    const labels = { ...args.objectLabels, ...Object.fromEntries(modes) };
    return new Namespace(...cluster("namespace", component, { metadata: { name: args.name, labels } }));
}

/** Makes the two accounts, lets the one act as the other, and grants all that is used ("Workload Identity Federation for GKE"). */
export function identity(
    component: string,
    args: Decided,
    inside: pulumi.Input<string>,
    children: Children,
    parent: pulumi.ComponentResource,
): Identity {
    const account = new Account(
        ...children.google("account", `${component}-run`, {
            accountId: accountId(args.name, "run"),
            displayName: `Runs the deployment ${args.name}`,
        }),
    );
    const serviceAccount = new ServiceAccount(
        ...children.cluster("serviceAccount", component, {
            metadata: {
                name: args.name,
                namespace: inside,
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
                member: pulumi.interpolate`serviceAccount:${workloadPool}[${inside}/${args.name}]`,
            },
            // The pool is there with the first cluster of the project.
            { dependsOn: ready },
        ),
    );
    const used = use(component, args.uses, account.member, { parent });
    return { account, serviceAccount, used, grants: [grant, ...used.grants] };
}
