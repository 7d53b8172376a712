import type { ComputedBy, Inputs } from "../computed";

export const computedBy: ComputedBy = {
    "gcp:container/cluster:Cluster": (inputs, project) => {
        const { name, location, controlPlaneEndpointsConfig, masterAuth } = inputs;
        return {
            id: `projects/${project}/locations/${location}/clusters/${name}`,
            endpoint: "10.0.0.2",
            controlPlaneEndpointsConfig: {
                ...(controlPlaneEndpointsConfig as object),
                dnsEndpointConfig: { endpoint: `gke-1a2b3c-123.${location}.gke.goog` },
            },
            masterAuth: { ...(masterAuth as object), clusterCaCertificate: "LS0tLS1CRUdJTg==" },
        };
    },
    "kubernetes:core/v1:Service": ({ spec }) => {
        const isBalanced = (spec as Inputs | undefined)?.type === "LoadBalancer";
        return { status: { loadBalancer: isBalanced ? { ingress: [{ ip: "203.0.113.9" }] } : {} } };
    },
};
