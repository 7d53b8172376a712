// Parsers of text formats that both the components and the local Google Cloud use.
export * from "./cidr";
export * from "./cron";
export * from "./duration";
export * from "./filter";
export * from "./loggingFilter";
export * from "./monitoringFilter";
export * from "./pipelineSpec";
export * from "./pythonVersion";
export * from "./schedule";
export * from "./version";
export * from "./zonedTime";
