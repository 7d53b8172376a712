import type { Service } from "../rules/rules";
import { dataflowApi } from "./dataflow/names";

const service: Service = { titles: Object.fromEntries([dataflowApi]), types: {} };

export default service;
