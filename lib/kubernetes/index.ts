export type { GkeClusterArgs } from "./arguments";
export { GkeCluster } from "./cluster";
export type { NodePool } from "./nodePool";
