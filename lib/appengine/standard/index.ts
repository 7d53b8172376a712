export type { Latency } from "../../internal/arguments/duration";
export type { StandardRuntime } from "../runtimes";
export type { Handler } from "./handlers";
export type { ExistingConnector, NewConnector, StandardNetwork } from "./network";
export { isAutomatic, type StandardAutomaticScaling, type StandardBasicScaling } from "./scaling";
export type { BundledService, InboundService } from "./services";
export {
    type ResolvedStandardService,
    resolveStandardService,
    type StandardParts,
    type StandardService,
    standardChecks,
    standardDefinition,
    standardProblems,
    standardRequired,
    standardWarning,
} from "./standardService";
