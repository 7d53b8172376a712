import * as check from "../internal/arguments/check";

/** A principal that Identity-Aware Proxy lets in. */
export type IapMember = `${"user" | "group" | "serviceAccount" | "domain"}:${string}`;

/** The role of members. */
export const iapRole = "roles/iap.httpsResourceAccessor";

/** Checks a member. */
export const iapMember: check.Check<IapMember> = check.validText(memberProblem);

function memberProblem(value: string): string | undefined {
    if (/^all(Authenticated)?Users$/.test(value)) {
        return "would allow everyone\nName the members, such as group:shop@acme.dev, or remove iap.";
    }
    return /^((user|group|serviceAccount):[^@\s:]+@[^@\s:]+\.[^@\s:]+|domain:[^@\s:]+\.[^@\s:]+)$/.test(value)
        ? undefined
        : "must be a member such as user:ada@acme.dev, group:shop@acme.dev, serviceAccount:… or domain:acme.dev";
}

/** What is wrong with a list of members: the same one twice. */
export function duplicateMembers(path: string, members: readonly string[]): check.Problem[] {
    return members.flatMap((value, index) => {
        const reason = `is already a member (got "${value}"). Remove it.`;
        return members.indexOf(value) < index ? [check.problem(`${path}.${index}`, "iam/member-twice", reason)] : [];
    });
}
