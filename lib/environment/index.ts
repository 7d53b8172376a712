export type { ComponentArgs } from "./component";
export { crossing } from "./crossing";
export {
    type AuditLogType,
    type EnvironmentDefaults,
    type EnvironmentKind,
    environmentDefaults,
    type PolicyPreset,
} from "./defaults";
export type { EnvironmentEntry } from "./entries";
export { Environment } from "./environment";
export type {
    AdoptedProject,
    CreatedProject,
    EnvironmentProjectArgs,
    ProjectBudget,
    ProjectParent,
} from "./project/arguments";
export type { PolicyRule, PolicyValues } from "./project/policies";
export { EnvironmentProject } from "./project/project";
