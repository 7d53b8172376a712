import type { Service } from "../rules/rules";
import { endpointTypes } from "./vertex/endpoints";
import { gardenTypes } from "./vertex/garden";
import { vertexApi } from "./vertex/names";

const service: Service = {
    titles: Object.fromEntries([vertexApi]),
    methods: {
        aiplatform: {
            operations: {
                "projects.locations.deploymentResourcePools":
                    "projects.locations.deploymentResourcePools.operations.get",
                "projects.locations.endpoints": "projects.locations.endpoints.operations.get",
            },
        },
    },
    types: { ...endpointTypes, ...gardenTypes },
};

export default service;
