export { Alerts, type AlertsArgs } from "./alerts/alerts";
export type { ComponentAlerts } from "./alerts/componentAlerts";
export type { AlertContact, AlertWebhook } from "./alerts/contact";
export type { AlertOverride, AlertOverrides } from "./alerts/overrides";
export { type AlertThreshold, alertThresholds, type SignalDefaults, type SignalName } from "./alerts/thresholds";
export { Dashboard, type DashboardArgs } from "./dashboard/dashboard";
export { ServiceObjective, type ServiceObjectiveArgs } from "./objective/objective";
export type { UptimeCheckArgs, UptimeContent, UptimeRegion, UptimeTarget } from "./uptime/arguments";
export { UptimeCheck } from "./uptime/check";
