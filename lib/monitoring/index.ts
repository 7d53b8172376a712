export { Alerts, type AlertsArgs } from "./alerts/alerts";
export type { AlertOverride, AlertOverrides, ComponentAlerts } from "./alerts/arguments";
export type { AlertContact, AlertWebhook } from "./alerts/contact";
export { type AlertThreshold, alertThresholds, type SignalDefaults, type SignalName } from "./alerts/thresholds";
export { Dashboard, type DashboardArgs } from "./dashboard/dashboard";
export { ServiceObjective, type ServiceObjectiveArgs } from "./objective/objective";
export type { UptimeCheckArgs, UptimeContent, UptimeRegion, UptimeTarget } from "./uptime/arguments";
export { UptimeCheck } from "./uptime/check";
