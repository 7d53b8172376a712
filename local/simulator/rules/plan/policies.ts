/** A policy in JSON, as the provider reads it: `google-beta/tpgiamresource/iam.go`. */
interface Policy {
    bindings?: { role: string; members?: string[]; condition?: Record<string, string> }[];
    auditConfigs?: { service: string; auditLogConfigs?: { logType: string; exemptedMembers?: string[] }[] }[];
    etag?: string;
    version?: number;
}

/** Principals of federations, and all users, are the only ones whose case counts. */
export const isCaseSensitive = (member: string): boolean =>
    /allAuthenticatedUsers|allUsers|^(principalSet|principal|principalHierarchy):/.test(member);

/** The principal in the form of the API, whose part after the type is in lower case. */
export const spelled = (member: string): string =>
    isCaseSensitive(member.replace(/^(deleted|iamMember):/, ""))
        ? member
        : member.replace(/(?<=^((deleted|iamMember):)?[^:]*:).*$/s, (rest) => rest.toLowerCase());

/** The items by key, in one order, without those that are empty. */
function grouped(items: [key: string, members: string[]][]): string {
    const found = new Map<string, Set<string>>();
    for (const [key, members] of items) {
        found.set(key, new Set([...(found.get(key) ?? []), ...members]));
    }
    return JSON.stringify([...found].map(([key, members]) => [key, ...[...members].sort()].join("\n")).sort());
}

const bindingsOf = ({ bindings = [] }: Policy) =>
    grouped(
        bindings
            .filter(({ members = [] }) => members.length > 0)
            .map(({ role, members = [], condition: { title = "", description = "", expression = "" } = {} }) => [
                [role, title, description, expression].join("\n"),
                members.map(spelled),
            ]),
    );

const auditsOf = ({ auditConfigs = [] }: Policy) =>
    grouped(
        auditConfigs.flatMap(({ service, auditLogConfigs = [] }) =>
            auditLogConfigs.map(({ logType, exemptedMembers = [] }): [string, string[]] => [
                `${service}\n${logType}`,
                exemptedMembers,
            ]),
        ),
    );

/** The same bindings and audit configurations, in any order, of the same version. */
export function isSamePolicy(found: string, wanted: string): boolean {
    try {
        const [one, other] = [found, wanted].map((text): Policy => JSON.parse(text)) as [Policy, Policy];
        return (
            (one.etag ?? "") === (other.etag ?? "") &&
            (one.version ?? 0) === (other.version ?? 0) &&
            bindingsOf(one) === bindingsOf(other) &&
            auditsOf(one) === auditsOf(other)
        );
    } catch {
        return found === wanted;
    }
}
