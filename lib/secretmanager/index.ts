import { exportTogether } from "../internal/arguments/reportTogether";

export type { Duration } from "../internal/arguments/duration";
export type { SecretExpiration } from "./expiration";
export type { SecretNotifications, SecretRotation } from "./notifications";
export { type ExistingRegionalSecret, type ExistingRegionalSecretArgs, RegionalSecret } from "./regionalSecret";
export { type ExistingSecret, type ExistingSecretArgs, Secret } from "./secret";
export type { CommonSecretArgs, RegionalSecretArgs, SecretArgs, SecretReplica } from "./secretArgs";
export type { ExternalValue, GeneratedValue, GivenValue } from "./value";
export type { NamedSecretVersion, ReplacedVersion, SecretValues, SeveralVersions } from "./versions";

exportTogether(module);
