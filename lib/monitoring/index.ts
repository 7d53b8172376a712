import { exportTogether } from "../internal/arguments/reportTogether";

export type { AlertOverride, AlertOverrides } from "../component/alerts/overrides";
export {
    type AlertThreshold,
    alertThresholds,
    type SignalDefaults,
    type SignalName,
} from "../component/alerts/thresholds";
export { Alerts, type AlertsArgs } from "./alerts/alerts";
export type { ComponentAlerts } from "./alerts/componentAlerts";
export type { AlertContact, AlertWebhook } from "./alerts/contact";
export { Dashboard, type DashboardArgs } from "./dashboard/dashboard";
export { ServiceObjective, type ServiceObjectiveArgs } from "./objective/objective";
export type { UptimeCheckArgs } from "./uptime/check";
export { UptimeCheck } from "./uptime/check";
export type { UptimeContent } from "./uptime/content";
export type { UptimeRegion } from "./uptime/regions";
export type { UptimeTarget } from "./uptime/target";

exportTogether(module);
