import type * as pulumi from "@pulumi/pulumi";
import {
    type Attached,
    type Attachment,
    attachedTo,
    type CloudSqlClient,
    ofKind,
    type SecretFile,
    type Uses,
} from "../../identity/capability";
import type { Problem } from "../../internal/check";
import type { GkeCluster } from "../cluster";

/** Lets the network pass to the pods behind a Service of the same cluster; the variable has its address. */
export interface ClusterService extends Attachment {
    readonly kind: "cluster-service";
    /** The name of the component that is called. */
    readonly component: string;
    readonly cluster: GkeCluster;
    /** The name of the Service and of its pods' `app.kubernetes.io/name`. */
    readonly name: string;
    readonly namespace: pulumi.Input<string>;
    /** The port on which the pods listen. */
    readonly port: number;
}

/** What a deployment in a cluster can have attached: a secret in a file, another deployment, and a way to a database. */
export type Mountable = SecretFile | ClusterService | CloudSqlClient;

export const mountable: Mountable["kind"][] = ["secret-file", "cluster-service", "cloud-sql"];

/** The Services that are called, each once, however many variables tell of it. */
export function called(attached: Attached<Mountable>[]): ClusterService[] {
    const all = ofKind("cluster-service", attached).map(({ attachment }) => attachment);
    return [...new Map(all.map((one) => [one.component, one])).values()];
}

/** What calls another cluster would have no way to it. */
export function callProblems(uses: Uses<Mountable>, cluster: GkeCluster): (Problem | undefined)[] {
    return ofKind("cluster-service", attachedTo(uses)).map(({ variable, attachment }) => {
        return attachment.cluster === cluster
            ? undefined
            : {
                  path: `uses.${variable}`,
                  reason: "is in another cluster, where this address means nothing. Expose it, and give the address.",
              };
    });
}
