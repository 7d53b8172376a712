import { exportTogether } from "../internal/reportTogether";

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
export type { Existing, ExistingArgs, ExistingLocationArgs, ExistingRegionalArgs } from "./existing";
export type { AdoptedProject } from "./project/adoptedProject";
export type { AuditLogs, ExemptAuditLog } from "./project/auditLogs";
export type { ProjectBudget } from "./project/budget";
export type { CreatedProject, ProjectParent } from "./project/createdProject";
export type { CustomRole } from "./project/customRoles";
export type {
    ConditionalRule,
    PolicyCondition,
    PolicyDryRun,
    PolicyRule,
    PolicyRules,
    PolicyValues,
} from "./project/policies";
export { EnvironmentProject, type ExistingProject } from "./project/project";
export type { EnvironmentProjectArgs } from "./project/projectArgs";
export type { SharedVpc, SharedVpcService } from "./project/sharedVpc";

exportTogether(module);
