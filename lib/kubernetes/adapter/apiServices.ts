import { APIService } from "@pulumi/kubernetes/apiregistration/v1/apiservice";
import type * as pulumi from "@pulumi/pulumi";
import type { Child } from "../../internal/children";

/** Where the APIs are answered. */
interface Answering {
    labels: Record<string, string>;
    service: pulumi.Output<{ name: string; namespace: string }>;
}

/** The metrics APIs that the adapter answers, and how each version of them ranks in its group. */
const apis = [
    { group: "custom.metrics.k8s.io", version: "v1beta1", versionPriority: 100 },
    { group: "custom.metrics.k8s.io", version: "v1beta2", versionPriority: 200 },
    { group: "external.metrics.k8s.io", version: "v1beta1", versionPriority: 100 },
];

/** Makes the adapter's APIs those of the cluster. */
export function apiServices(
    name: string,
    { labels, service }: Answering,
    child: Child,
    dependsOn: pulumi.Resource[],
): pulumi.Resource[] {
    return apis.map(({ group, version, versionPriority }) => {
        const [first] = group.split(".");
        const spec = {
            group,
            version,
            groupPriorityMinimum: 100,
            versionPriority,
            // The adapter makes its certificate itself, so that nobody vouches for it.
            insecureSkipTLSVerify: true,
            service: { name: service.name, namespace: service.namespace },
        };
        const metadata = { name: `${version}.${group}`, labels };
        return new APIService(...child("adapterApi", `${name}-${first}-${version}`, { metadata, spec }, { dependsOn }));
    });
}
