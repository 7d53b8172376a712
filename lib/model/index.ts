export * from "./endpoint";
export type { ModelExplanation, ModelSchemata, VertexModelArgs } from "./model/arguments";
export type { ModelFolder } from "./model/artifacts";
export type { Framework, ModelContainer, PrebuiltContainer } from "./model/containers";
export { VertexModel } from "./model/model";
export type { ModelVersion } from "./version";
