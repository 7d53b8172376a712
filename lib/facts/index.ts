export * from "./appEngineRuntimes";
export * from "./composerImages";
export * from "./composerLimits";
export * from "./facts";
export * from "./functionRuntimes";
