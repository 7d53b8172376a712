import type { Context, Inputs, Service } from "../rules/rules";
import { cluster } from "./container/cluster";
import { containerApi } from "./container/names";
import { nodePool } from "./container/pool";
import { foundVersions } from "./container/versions";

/** The versions that clusters of a project can have. */
function engineVersions(inputs: Inputs, { cloud, project: own, zone }: Context): Inputs {
    const { project = own, location = zone, versionPrefix = "" } = inputs;
    if (!location) {
        throw new Error("Cannot determine zone: set in this resource, or set provider-level zone.");
    }
    cloud.projects.requireApi(project as string, ...containerApi);
    return { id: cloud.now().toISOString(), project, location, versionPrefix, ...foundVersions(versionPrefix) };
}

const service: Service = {
    titles: Object.fromEntries([containerApi]),
    types: {
        "gcp:container/cluster:Cluster": cluster,
        "gcp:container/nodePool:NodePool": nodePool,
    },
    functions: { "gcp:container/getEngineVersions:getEngineVersions": engineVersions },
};

export default service;
