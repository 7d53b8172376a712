import { exportTogether } from "../internal/arguments/reportTogether";

export { crossing } from "../stack/crossing";
export {
    type AuditLogType,
    type EnvironmentDefaults,
    type EnvironmentKind,
    environmentDefaults,
    type PolicyPreset,
} from "../stack/settings/defaults";
export type { EnvironmentEntry } from "../stack/settings/entries";
export { Environment } from "./environment";
export type { Existing, ExistingArgs, ExistingLocationArgs, ExistingRegionalArgs } from "./existing";

exportTogether(module);
