export type { ModelVersion } from "./version";
