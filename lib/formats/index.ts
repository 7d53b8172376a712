// Parsers of text formats that both the components and the local Google Cloud use.
export * from "./cidr";
export * from "./cron";
export * from "./duration";
export * from "./filter";
export * from "./importIds";
export * from "./pipelineSpec";
export * from "./pythonVersion";
export * from "./query";
export * from "./schedule";
export * from "./secretName";
export { FilterSyntaxError } from "./tokens";
export * from "./version";
export * from "./zonedTime";
