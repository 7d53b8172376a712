import type { Service } from "../rules/rules";
import { vertexApi } from "./vertex/names";

const service: Service = {
    titles: Object.fromEntries([vertexApi]),
    types: {},
};

export default service;
