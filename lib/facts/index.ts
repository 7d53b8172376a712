export * from "./appEngineRuntimes";
export * from "./cloudSqlFlags";
export * from "./cloudSqlMachines";
export * from "./cloudSqlVersions";
export * from "./composerImages";
export * from "./composerLimits";
export * from "./facts";
export * from "./functionRuntimes";
