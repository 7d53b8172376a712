export type { StandardRuntime } from "../runtimes";
export { type StandardService, standardChecks, standardRequired } from "./arguments";
export { type DecidedStandard, decidedStandard, standardProblems, standardWarning } from "./decided";
export { type DeployedFile, type StandardParts, standardDefinition } from "./definition";
export type { Handler } from "./handlers";
export type { Latency } from "./latency";
export type { GivenConnector, OwnConnector, StandardNetwork } from "./network";
export type { StandardAutomaticScaling, StandardBasicScaling, StandardManualScaling } from "./scaling";
export type { BundledService, InboundService } from "./services";
