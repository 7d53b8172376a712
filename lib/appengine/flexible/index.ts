export { type FlexibleService, flexibleChecks, flexibleRequired } from "./arguments";
export { type DecidedFlexible, decidedFlexible, flexibleProblems, flexibleWarning } from "./decided";
export { buildFile, type FlexibleParts, flexibleDefinition } from "./definition";
export type { LivenessCheck, ReadinessCheck } from "./health";
export {
    type FlexibleNetwork,
    type FlexibleNetworkSettings,
    type ForwardedPort,
    type NetworkPlace,
    placeIn,
    placeOf,
} from "./network";
export type { PhpSettings } from "./php";
export type { FlexibleResources, Gibibytes, Volume } from "./resources";
export type { FlexibleRuntime } from "./runtime";
export type { FlexibleAutomaticScaling, FlexibleManualScaling, FlexibleScaling } from "./scaling";
