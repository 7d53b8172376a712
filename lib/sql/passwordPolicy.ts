import * as check from "../internal/check";
import { type Duration, duration, inSeconds } from "../internal/duration";
import type { Engine } from "./versions";

/** What passwords of built-in users must be ("Built-in database authentication"): of PostgreSQL and MySQL. */
export interface PasswordPolicy {
    /**
     * Characters at least: 1 to 2,147,483,647.
     * @default 16
     */
    minLength?: number;
    /**
     * Whether there must be small letters, capitals, digits and others.
     * @default true
     */
    complexity?: boolean;
    /**
     * How many of the last passwords cannot be taken again: 0 to 100.
     * @default 0
     */
    reuseInterval?: number;
    /**
     * Whether a password must not have the user's name in it.
     * @default true
     */
    disallowUsernameSubstring?: boolean;
    /**
     * How long a password stays before it can be changed again, for PostgreSQL alone.
     * @default none
     */
    passwordChangeInterval?: Duration;
}

/** What becomes of one user after wrong passwords, and of an old password. */
export interface UserPasswordPolicy {
    /**
     * After how many wrong passwords the user is locked out: 1 to 1,000.
     * @default never
     */
    allowedFailedAttempts?: number;
    /**
     * How long a password is valid: whole days.
     * @default for ever
     */
    passwordExpirationDuration?: Duration;
    /**
     * Whether the old password must be given with a new one, for MySQL alone.
     * @default false
     */
    enablePasswordVerification?: boolean;
}

/** Checks the policy of an instance. */
export const passwordPolicy: check.Check = check.literalOr(
    false,
    check.options<PasswordPolicy>({
        minLength: check.whole(1, 2_147_483_647, "characters"),
        complexity: check.flag(),
        reuseInterval: check.whole(0, 100, "passwords"),
        disallowUsernameSubstring: check.flag(),
        passwordChangeInterval: duration("1 second", "3650 days"),
    }),
);

/** Checks the policy of a user. */
export const userPolicy: check.Check = check.options<UserPasswordPolicy>({
    allowedFailedAttempts: check.whole(1, 1000),
    passwordExpirationDuration: check.pipe(
        duration("1 day", "3650 days"),
        check.refine((given) => Number.parseInt(inSeconds(given as Duration), 10) % 86_400 === 0, "must be whole days"),
    ),
    enablePasswordVerification: check.flag(),
});

/** How long the passwords are that the component makes. */
export const passwordLength = 32;

/** What an engine has no policy for, and what the component's own passwords would break. */
export function passwordPolicyProblems(
    policy: false | PasswordPolicy | undefined,
    engine: Engine,
): (check.Problem | undefined)[] {
    if (!policy) {
        return [];
    }
    return [
        engine === "sqlserver"
            ? { path: "passwordPolicy", reason: "is for PostgreSQL and MySQL alone. Leave it out." }
            : undefined,
        (policy.minLength ?? 0) > passwordLength
            ? {
                  path: "passwordPolicy.minLength",
                  reason: `must be at most ${passwordLength}, as passwords are generated with that length (got ${policy.minLength}).`,
              }
            : undefined,
        policy.passwordChangeInterval !== undefined && engine === "mysql"
            ? { path: "passwordPolicy.passwordChangeInterval", reason: "is for PostgreSQL alone. Leave it out." }
            : undefined,
    ];
}

/** The policy in the form of the provider; what is left out is strict. */
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

/** A user's policy in the form of the provider. */
export function userPasswordPolicy(policy: UserPasswordPolicy) {
    const { allowedFailedAttempts, passwordExpirationDuration, enablePasswordVerification } = policy;
    return {
        allowedFailedAttempts,
        enableFailedAttemptsCheck: allowedFailedAttempts !== undefined,
        passwordExpirationDuration: passwordExpirationDuration && inSeconds(passwordExpirationDuration),
        enablePasswordVerification,
    };
}
