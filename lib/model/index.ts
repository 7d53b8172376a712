export * from "./endpoint";
export type { ModelVersion } from "./version";
