import type { Service } from "../rules/rules";
import { endpointTypes } from "./vertex/endpoints";
import { gardenTypes } from "./vertex/garden";
import { vertexApi } from "./vertex/names";

const service: Service = {
    titles: Object.fromEntries([vertexApi]),
    types: { ...endpointTypes, ...gardenTypes },
};

export default service;
