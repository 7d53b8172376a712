export * from "./agents";
export * from "./diskTypes";
export * from "./gpuZones";
export * from "./imageFamilies";
export * from "./instanceGroups";
export * from "./limits";
export * from "./machineTypes";
export * from "./series";
