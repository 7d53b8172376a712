/** All tables of prices, for `npm run facts:age`. */
export { bigQueryPrices } from "./bigquery";
export { gkePrices } from "./gke";
export { pubSubPrices, schedulerPrices } from "./messages";
export { dnsPrices, loadBalancingPrices } from "./networks";
export { observabilityPrices } from "./operations";
export { appEnginePrices, composerPrices } from "./platforms";
export { runPrices } from "./run";
export { keyPrices, secretPrices } from "./secrets";
export { sqlPrices } from "./sql";
export { registryPrices } from "./storage";
