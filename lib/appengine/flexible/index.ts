export { buildFile } from "./code";
export {
    type FlexibleParts,
    type FlexibleService,
    flexibleChecks,
    flexibleDefinition,
    flexibleProblems,
    flexibleRequired,
    flexibleWarning,
    type ResolvedFlexibleService,
    resolveFlexibleService,
} from "./flexibleService";
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
export type { FlexibleResources, Volume } from "./resources";
export type { FlexibleRuntime } from "./runtime";
export type { FlexibleAutomaticScaling, FlexibleScaling } from "./scaling";
