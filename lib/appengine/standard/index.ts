export type { Latency } from "../../internal/duration";
export type { StandardRuntime } from "../runtimes";
export { type StandardService, standardChecks, standardRequired } from "./arguments";
export { type DeployedFile, type StandardParts, standardDefinition } from "./definition";
export type { Handler } from "./handlers";
export type { ExistingConnector, NewConnector, StandardNetwork } from "./network";
export { type ResolvedStandardService, resolveStandardService, standardProblems, standardWarning } from "./resolveArgs";
export { isAutomatic, type StandardAutomaticScaling, type StandardBasicScaling } from "./scaling";
export type { BundledService, InboundService } from "./services";
