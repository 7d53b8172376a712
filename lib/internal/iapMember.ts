import * as check from "./check";

/** A principal that may sign in with Identity-Aware Proxy. */
export type IapMember = `${"user" | "group" | "serviceAccount" | "domain"}:${string}`;

const member: check.Check<IapMember> = check.pipe(
    check.text(),
    check.refine(
        (value) => memberProblem(String(value)) === undefined,
        ({ input }) => memberProblem(String(input)) ?? "",
    ),
);

function memberProblem(value: string): string | undefined {
    if (/^all(Authenticated)?Users$/.test(value)) {
        return "would allow everyone\nName the members, such as group:shop@acme.dev, or remove iap.";
    }
    return /^((user|group|serviceAccount):[^@\s:]+@[^@\s:]+\.[^@\s:]+|domain:[^@\s:]+\.[^@\s:]+)$/.test(value)
        ? undefined
        : "must be a member such as user:ada@acme.dev, group:shop@acme.dev, serviceAccount:… or domain:acme.dev";
}

/** Checks the members of Identity-Aware Proxy. */
export const iapMembers = check.list(member);

/**
 * Reports personal accounts, and members that are listed twice.
 *
 * @param at the path of the list: `iap.members`
 * @param hint what to do about a personal account; undefined if they are allowed
 */
export function iapMemberProblems(
    at: string,
    members: readonly IapMember[],
    hint: string | undefined,
): check.Problem[] {
    return members.flatMap((value, index) => {
        const path = `${at}.${index}`;
        const isPersonal = /@(gmail|googlemail)\.com$/i.test(value);
        const duplicate = { path, reason: `is already a member (got "${value}"). Remove it.` };
        return [
            ...(isPersonal && hint !== undefined
                ? [{ path, reason: `is a personal account (got "${value}"). ${hint}` }]
                : []),
            ...(members.indexOf(value) < index ? [duplicate] : []),
        ];
    });
}
