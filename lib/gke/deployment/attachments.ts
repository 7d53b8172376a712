import type * as pulumi from "@pulumi/pulumi";
import {
    type Attached,
    type Attachment,
    attachmentsOf,
    type CloudSqlClient,
    ofKind,
    type SecretFile,
    type Uses,
} from "../../internal/access/capability";
import type { Problem } from "../../internal/arguments/check";
import * as check from "../../internal/arguments/check";
import type { GkeCluster } from "../cluster";

/** Allows traffic to the pods behind a Service of the same cluster; the variable contains its URL. */
export interface ClusterService extends Attachment {
    readonly kind: "cluster-service";
    /** The name of the component that is called. */
    readonly component: string;
    readonly cluster: GkeCluster;
    /** The name of the Service, and the pods' label `app.kubernetes.io/name`. */
    readonly name: string;
    readonly namespace: pulumi.Input<string>;
    /** The port that the pods listen on. */
    readonly port: number;
}

/** What can be attached to a deployment in a cluster: a secret file, another deployment, and a database. */
export type Mountable = SecretFile | ClusterService | CloudSqlClient;

export const mountable: Mountable["kind"][] = ["secret-file", "cluster-service", "cloud-sql"];

/** The Services that are called, without duplicates: several variables may refer to one. */
export function calledServices(attached: Attached<Mountable>[]): ClusterService[] {
    const all = ofKind("cluster-service", attached).map(({ attachment }) => attachment);
    return [...new Map(all.map((one) => [one.component, one])).values()];
}

/** Reports callers in another cluster, which the Service's address does not reach. */
export function callerProblems(uses: Uses<Mountable>, cluster: GkeCluster): (Problem | undefined)[] {
    return ofKind("cluster-service", attachmentsOf(uses)).map(({ variable, attachment }) => {
        return check.when(
            attachment.cluster !== cluster,
            `uses.${variable}`,
            "gke/uses-of-other-cluster",
            "is in another cluster, where this address does not exist. Expose it, and use its external address.",
        );
    });
}
