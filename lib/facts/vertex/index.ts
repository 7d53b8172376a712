export * from "./batchPrediction";
export * from "./endpointLimits";
export * from "./modelLimits";
export * from "./pipelineLimits";
export * from "./regions";
export * from "./servingContainers";
export * from "./servingMachines";
export * from "./training";
