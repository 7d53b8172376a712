import type { Inputs } from "../../rules/rules";
import { invalid } from "./names";

/** "Set a password policy": requirements of `COMPLEXITY_DEFAULT`. */
const complexity = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z0-9]/];

/** Why a password does not comply with an instance's policy. */
function refusal(policy: Inputs | undefined, user: string, password: string): string | undefined {
    if (!policy?.enablePasswordPolicy) {
        return undefined;
    }
    if (password.length < (policy.minLength ?? 0)) {
        return `Length of password cannot be less than ${policy.minLength}.`;
    }
    if (policy.complexity === "COMPLEXITY_DEFAULT" && !complexity.every((item) => item.test(password))) {
        return "password should contain at least one lowercase, one uppercase, one number and one non-alphanumeric characters.";
    }
    if (policy.disallowUsernameSubstring && password.toLowerCase().includes(user.toLowerCase())) {
        return "password should not contain the username.";
    }
    return undefined;
}

export function verifyPassword(policy: Inputs | undefined, user: string, password: string | undefined): void {
    const reason = password !== undefined && refusal(policy, user, password);
    if (reason) {
        throw invalid(`INVALID_PASSWORD: ${reason}`);
    }
}

/** The policy also applies to the default user of a new instance, whose password is empty by default. */
export function verifyRootPassword({ settings, rootPassword, rootPasswordWo }: Inputs, user: string): void {
    const reason = refusal(settings.passwordValidationPolicy, user, rootPassword ?? rootPasswordWo ?? "");
    if (reason) {
        throw invalid(`Root user's password is not policy compliant: ${reason} .`);
    }
}
