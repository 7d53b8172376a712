export * from "./diskTypes";
export * from "./gpuZones";
export * from "./imageFamilies";
export * from "./series";
