import type { Inputs } from "../../rules/rules";
import { invalid } from "./names";

/** "Set a password policy": what the complexity `COMPLEXITY_DEFAULT` asks for. */
const complexity = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z0-9]/];

/** Why an instance's policy refuses a password, if it does. */
function refusal(policy: Inputs | undefined, user: string, password: string): string | undefined {
    if (!policy?.enablePasswordPolicy) {
        return undefined;
    }
    if (password.length < (policy.minLength ?? 0)) {
        return `Length of password cannot be less than ${policy.minLength}.`;
    }
    if (policy.complexity === "COMPLEXITY_DEFAULT" && !complexity.every((each) => each.test(password))) {
        return "password should contain at least one lowercase, one uppercase, one number and one non-alphanumeric characters.";
    }
    if (policy.disallowUsernameSubstring && password.toLowerCase().includes(user.toLowerCase())) {
        return "password should not contain the username.";
    }
    return undefined;
}

export function verifyPassword(policy: Inputs | undefined, user: string, password: string | undefined): void {
    const why = password !== undefined && refusal(policy, user, password);
    if (why) {
        throw invalid(`INVALID_PASSWORD: ${why}`);
    }
}

/** A new instance has a user of its own, whose password the policy is about too: an empty one where none is given. */
export function verifyRootPassword({ settings, rootPassword, rootPasswordWo }: Inputs, user: string): void {
    const why = refusal(settings.passwordValidationPolicy, user, rootPassword ?? rootPasswordWo ?? "");
    if (why) {
        throw invalid(`Root user's password is not policy compliant: ${why} .`);
    }
}
