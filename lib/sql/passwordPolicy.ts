import { cloudSqlLimits } from "../facts/limits/cloudSql";
import * as check from "../internal/arguments/check";
import { type Duration, duration, inSeconds, wholeDays } from "../internal/arguments/duration";
import type { Engine } from "./versions";

/**
 * The {@link https://cloud.google.com/sql/docs/postgres/built-in-authentication requirements for passwords} of built-in users of
 * PostgreSQL and MySQL.
 */
export interface PasswordPolicy {
    /**
     * The minimum number of characters: 1 to 2,147,483,647.
     * @default 16
     */
    minLength?: number;
    /**
     * Requires lower-case letters, upper-case letters, digits and other characters.
     * @default true
     */
    complexity?: boolean;
    /**
     * The number of previous passwords that cannot be reused: 0 to 100.
     * @default 0
     */
    reuseInterval?: number;
    /**
     * Refuses passwords that contain the user's name.
     * @default true
     */
    disallowUsernameSubstring?: boolean;
    /**
     * The minimum time between two changes of a password; PostgreSQL only.
     * @default none
     */
    passwordChangeInterval?: Duration;
}

/** The password policy of one user. */
export interface UserPasswordPolicy {
    /**
     * The number of failed sign-ins after which the user is locked: 1 to 1,000.
     * @default the user is never locked
     */
    allowedFailedAttempts?: number;
    /**
     * How long a password is valid, in whole days.
     * @default passwords do not expire
     */
    passwordExpirationDuration?: Duration;
    /**
     * Requires the current password to set a new one; MySQL only.
     * @default false
     */
    enablePasswordVerification?: boolean;
}

export const passwordPolicy = check.switched(
    check.options<PasswordPolicy>({
        minLength: check.whole(1, 2_147_483_647, "characters"),
        complexity: check.flag(),
        reuseInterval: check.limit(cloudSqlLimits.rows.reuseInterval),
        disallowUsernameSubstring: check.flag(),
        passwordChangeInterval: duration("1 second", "3650 days"),
    }),
);

export const userPolicy = check.options<UserPasswordPolicy>({
    allowedFailedAttempts: check.whole(1, 1000),
    passwordExpirationDuration: wholeDays("1 day", "3650 days"),
    enablePasswordVerification: check.flag(),
});

/** The length of generated passwords. */
export const passwordLength = 32;

/** The problems of a policy with the engine and with generated passwords. */
export function passwordPolicyProblems(
    policy: false | PasswordPolicy | undefined,
    engine: Engine,
): (check.Problem | undefined)[] {
    if (!policy) {
        return [];
    }
    return [
        check.when(
            engine === "sqlserver",
            "passwordPolicy",
            "sql/password-policy-of-engine",
            "is only for PostgreSQL and MySQL. Remove it.",
        ),
        check.when(
            (policy.minLength ?? 0) > passwordLength,
            "passwordPolicy.minLength",
            "sql/password-length-above-generated",
            `must be at most ${passwordLength}, because generated passwords have that length (got ${policy.minLength}).`,
        ),
        check.when(
            policy.passwordChangeInterval !== undefined && engine === "mysql",
            "passwordPolicy.passwordChangeInterval",
            "sql/password-interval-of-engine",
            "is only for PostgreSQL. Remove it.",
        ),
    ];
}

/** The policy for the provider. Its defaults are strict. */
export function passwordValidationPolicy(policy: false | PasswordPolicy) {
    if (policy === false) {
        return undefined;
    }
    const { minLength = 16, complexity = true, disallowUsernameSubstring = true, ...others } = policy;
    return {
        enablePasswordPolicy: true,
        minLength,
        complexity: complexity ? "COMPLEXITY_DEFAULT" : undefined,
        disallowUsernameSubstring,
        reuseInterval: others.reuseInterval,
        passwordChangeInterval: others.passwordChangeInterval && inSeconds(others.passwordChangeInterval),
    };
}

/** A user's policy for the provider. */
export function userPasswordPolicy(policy: UserPasswordPolicy) {
    const { allowedFailedAttempts, passwordExpirationDuration, enablePasswordVerification } = policy;
    return {
        allowedFailedAttempts,
        enableFailedAttemptsCheck: allowedFailedAttempts !== undefined,
        passwordExpirationDuration: passwordExpirationDuration && inSeconds(passwordExpirationDuration),
        enablePasswordVerification,
    };
}
