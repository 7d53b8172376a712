import type { Service } from "../rules/rules";
import { cluster } from "./gke/cluster";
import { engineVersions, getCluster } from "./gke/dataSources";
import { containerApi } from "./gke/names";
import { nodePool } from "./gke/pool";

export { machineOf } from "./gke/machines";

const service: Service = {
    titles: Object.fromEntries([containerApi]),
    methods: { container: { operations: { "": "projects.locations.operations.get" } } },
    types: {
        "gcp:container/cluster:Cluster": cluster,
        "gcp:container/nodePool:NodePool": nodePool,
    },
    functions: {
        "gcp:container/getCluster:getCluster": getCluster,
        "gcp:container/getEngineVersions:getEngineVersions": engineVersions,
    },
    functionMethods: {
        "gcp:container/getCluster:getCluster": ["container.projects.locations.clusters.get"],
        "gcp:container/getEngineVersions:getEngineVersions": ["container.projects.locations.getServerConfig"],
    },
};

export default service;
