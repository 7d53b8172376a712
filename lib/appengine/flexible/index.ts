export { type FlexibleService, flexibleChecks, flexibleRequired } from "./arguments";
export { buildFile, type FlexibleParts, flexibleDefinition } from "./definition";
export type { FlexibleHealth, LivenessCheck, ReadinessCheck } from "./health";
export {
    configuredNetwork,
    type FlexibleNetwork,
    type FlexibleNetworkSettings,
    type ForwardedPort,
    type NetworkReference,
    networkInRegion,
} from "./network";
export type { PhpSettings } from "./php";
export { flexibleProblems, flexibleWarning, type ResolvedFlexibleService, resolveFlexibleService } from "./resolveArgs";
export type { FlexibleResources, Volume } from "./resources";
export type { FlexibleRuntime } from "./runtime";
export type { FlexibleAutomaticScaling, FlexibleScaling } from "./scaling";
