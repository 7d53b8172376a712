import { exportTogether } from "../internal/arguments/reportTogether";

export type { AnyTagValue, ResourceManagerTag, TaggedArgs } from "../component/tags";
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
export {
    type ExistingTagKey,
    type ExistingTagKeyArgs,
    type FirewallTag,
    TagKey,
    type TagKeyArgs,
    type TagKeyParent,
    type TagKeyValue,
    type TagValueOptions,
} from "./tagKey";

exportTogether(module);
