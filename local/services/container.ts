import type { Service } from "../rules/rules";
import { cluster } from "./container/cluster";
import { engineVersions, getCluster } from "./container/dataSources";
import { containerApi } from "./container/names";
import { nodePool } from "./container/pool";

export { machineOf } from "./container/machines";

const service: Service = {
    titles: Object.fromEntries([containerApi]),
    types: {
        "gcp:container/cluster:Cluster": cluster,
        "gcp:container/nodePool:NodePool": nodePool,
    },
    functions: {
        "gcp:container/getCluster:getCluster": getCluster,
        "gcp:container/getEngineVersions:getEngineVersions": engineVersions,
    },
};

export default service;
