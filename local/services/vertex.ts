import type { Service } from "../rules/rules";
import { endpointTypes } from "./vertex/endpoints";
import { vertexApi } from "./vertex/names";

const service: Service = {
    titles: Object.fromEntries([vertexApi]),
    types: endpointTypes,
};

export default service;
