export { type AdapterTransforms, adapterParts, metricsAdapter } from "./adapter";
