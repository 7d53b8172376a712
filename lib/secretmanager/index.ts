export type { Duration } from "../internal/duration";
export type { SecretExpiration } from "./expiration";
export type { SecretNotifications, SecretRotation } from "./notifications";
export { type ExistingSecret, type ExistingSecretArgs, Secret } from "./secret";
export type { SecretArgs } from "./secretArgs";
export type { ExternalValue, GeneratedValue, GivenValue } from "./value";
