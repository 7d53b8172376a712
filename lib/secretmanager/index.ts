export type { Duration } from "../internal/duration";
export type {
    ExternalValue,
    GeneratedValue,
    GivenValue,
    SecretArgs,
    SecretExpiration,
    SecretNotifications,
} from "./arguments";
export { type ExistingSecret, type ExistingSecretArgs, Secret } from "./secret";
