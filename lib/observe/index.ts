export { Alerts, type AlertsArgs } from "./alerts/alerts";
export type { AlertOverride, AlertOverrides, ComponentAlerts } from "./alerts/arguments";
export type { AlertContact, AlertWebhook } from "./alerts/contact";
export { type AlertThreshold, alertThresholds, type SignalDefaults, type SignalName } from "./alerts/thresholds";
