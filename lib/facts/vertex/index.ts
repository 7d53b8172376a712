export * from "./endpointLimits";
export * from "./regions";
export * from "./servingMachines";
