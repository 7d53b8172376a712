export * from "./appEngineRuntimes";
export * from "./composerImages";
export * from "./facts";
export * from "./functionRuntimes";
