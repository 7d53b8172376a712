import { allPermissions, permissionsOf } from "./permissions";

/** A suggested role. */
export interface SuggestedRole {
    role: string;
    /** The needed permissions that it contains. */
    used: string[];
    /** Its other permissions. */
    surplus: string[];
}

/** The roles that contain permissions, and the permissions that no role contains. */
export interface LeastRoles {
    roles: SuggestedRole[];
    missing: string[];
}

/**
 * Roles that are not suggested: basic roles, those of service agents, and those for access to everything of a kind that a person or a
 * project has, which Google Cloud names after jobs.
 */
const excluded = [
    /^roles\/(owner|editor|viewer|writer|reader|admin)$/,
    /service_?agent$/i,
    /^roles\/iam\.(admin|editor|viewer|cloudHubOperator|dataScientist|databasesAdmin|devOps|infrastructureAdmin|mlEngineer|networkAdmin|securityAuditor|siteReliabilityEngineer|supportUser)$/,
    // Reads audit logs of who read which data, too: https://cloud.google.com/logging/docs/access-control#considerations
    /^roles\/logging\.privateLogViewer$/,
    // Only for buckets: https://cloud.google.com/storage/docs/access-control/iam-roles
    /^roles\/storage\.legacy/,
    // Also reads and writes the objects of all buckets; dataflow.developer launches, updates and ends jobs.
    /^roles\/dataflow\.admin$/,
    // For features of Google that act in a project.
    /^roles\/storage\.(expressMode|\w+Service$)/,
    // Basic roles of one service, such as "Editor role for storage", which the service's own pages do not recommend.
    /^roles\/(appengine|artifactregistry|cloudbuild|cloudfunctions|cloudtasks|composer|compute|container|dns|eventarc|iap|run|secretmanager|servicenetworking|storage)\.editor$/,
    /^roles\/(appengine|cloudbuild|cloudtasks|servicenetworking)\.admin$/,
    // These can grant all others.
    /^roles\/(iam\.(securityAdmin|organizationRoleAdmin|roleAdmin)|resourcemanager\.(projectIamAdmin|projectOwner))$/,
];

/** Permissions with which a principal can get others: they set policies, act as accounts, or make keys and roles. */
const powerful =
    /\.setIamPolicy$|^iam\.serviceAccounts\.(actAs|getAccessToken|getOpenIdToken|implicitDelegation|signBlob|signJwt)$|(serviceAccount|hmac|api|Provider)Keys\.(create|regenerate)$|^iam\.(roles|denypolicies)\.(create|update)$/;

export const isPowerful = (permission: string): boolean => powerful.test(permission);

const weights = new Map<string, number>();

/** A surplus permission that is powerful counts as many others. */
function weight(permission: string): number {
    const known = weights.get(permission) ?? (isPowerful(permission) ? 100 : 1);
    weights.set(permission, known);
    return known;
}

/** Each role weighs something, so that of equal sets the one with fewer roles is found. */
const weightOfRole = 0.5;

interface Candidate {
    role: string;
    used: Set<string>;
    surplus: string[];
}

/** The set of predefined roles that contain all permissions, with the least surplus permissions. */
export function leastRoles(needed: Iterable<string>): LeastRoles {
    const wanted = new Set(needed);
    const candidates = withoutDominated(candidatesFor(wanted));
    const available = new Set(candidates.flatMap(({ used }) => [...used]));
    const missing = [...wanted].filter((permission) => !available.has(permission)).sort();
    const roles = improved(greedy(available, candidates), candidates, available);
    return {
        roles: roles
            .map(({ role, used, surplus }) => ({ role, used: [...used].sort(), surplus: [...surplus].sort() }))
            .sort((one, other) => (one.role < other.role ? -1 : 1)),
        missing,
    };
}

const serviceOf = (name: string) => name.replace(/^roles\//, "").split(".")[0] as string;

/** Only roles of the services that are used: those of others also contain permissions that the data lacks. */
function candidatesFor(wanted: Set<string>): Candidate[] {
    const services = new Set(["billing", "browser", ...[...wanted].map(serviceOf)]);
    return Object.keys(allPermissions().roles)
        .filter((role) => services.has(serviceOf(role)) && !excluded.some((pattern) => pattern.test(role)))
        .map((role) => {
            const all = [...(permissionsOf(role) ?? [])];
            const used = new Set(all.filter((permission) => wanted.has(permission)));
            return { role, used, surplus: all.filter((permission) => !wanted.has(permission)) };
        })
        .filter(({ used }) => used.size > 0);
}

const sum = (permissions: Iterable<string>) => [...permissions].reduce((total, each) => total + weight(each), 0);

/** Drops roles of which another one contains at least the same needed permissions, and only surplus that the first has too. */
function withoutDominated(candidates: Candidate[]): Candidate[] {
    // Of roles with the same permissions, the one that is not named after administrators.
    const rank = ({ role }: Candidate) => `${/admin|owner/i.test(role)} ${role}`;
    const bySurplus = [...candidates].sort(
        (one, other) => sum(one.surplus) - sum(other.surplus) || (rank(one) < rank(other) ? -1 : 1),
    );
    return bySurplus.filter(
        (each, index) =>
            !bySurplus.slice(0, index).some(({ used, surplus }) => {
                const own = new Set(each.surplus);
                return [...each.used].every((item) => used.has(item)) && surplus.every((item) => own.has(item));
            }),
    );
}

/** The weight of the surplus of roles together. */
function costOf(roles: Candidate[]): number {
    return sum(new Set(roles.flatMap(({ surplus }) => surplus))) + roles.length * weightOfRole;
}

const covers = (roles: Candidate[], wanted: Set<string>) => {
    const used = new Set(roles.flatMap((each) => [...each.used]));
    return [...wanted].every((permission) => used.has(permission));
};

/** Adds the role with the least additional surplus per needed permission until all are contained. */
function greedy(wanted: Set<string>, candidates: Candidate[]): Candidate[] {
    const chosen: Candidate[] = [];
    const left = new Set(wanted);
    const surplus = new Set<string>();
    while (left.size > 0) {
        const rated = candidates.flatMap((each) => {
            const gain = [...each.used].filter((permission) => left.has(permission)).length;
            const more = sum(each.surplus.filter((permission) => !surplus.has(permission)));
            return gain > 0 ? [{ each, rate: (more + weightOfRole) / gain }] : [];
        });
        const [best] = rated.sort((one, other) => one.rate - other.rate);
        if (!best) {
            break;
        }
        chosen.push(best.each);
        for (const permission of best.each.used) {
            left.delete(permission);
        }
        for (const permission of best.each.surplus) {
            surplus.add(permission);
        }
    }
    return chosen;
}

/** Drops and exchanges roles as long as the surplus gets less. */
function improved(start: Candidate[], candidates: Candidate[], wanted: Set<string>): Candidate[] {
    let best = start;
    for (;;) {
        const better = neighbours(best, candidates, wanted)
            .map((roles) => ({ roles, cost: costOf(roles) }))
            .sort((one, other) => one.cost - other.cost)[0];
        if (!better || better.cost >= costOf(best)) {
            return best;
        }
        best = better.roles;
    }
}

/** All sets with one role less, with one role instead of others, or with the greedy choice instead of one role. */
function neighbours(roles: Candidate[], candidates: Candidate[], wanted: Set<string>): Candidate[][] {
    const completed = (kept: Candidate[], allowed = candidates): Candidate[][] => {
        const used = new Set(kept.flatMap((each) => [...each.used]));
        const all = [...kept, ...greedy(new Set([...wanted].filter((item) => !used.has(item))), allowed)];
        return covers(all, wanted) ? [withoutRedundant(all, wanted)] : [];
    };
    return [
        ...roles.flatMap((removed) =>
            completed(
                roles.filter((each) => each !== removed),
                candidates.filter((each) => each !== removed),
            ),
        ),
        ...candidates.filter((each) => !roles.includes(each)).flatMap((added) => completed([added, ...roles])),
    ];
}

/** Drops roles, the most surplus first, that the others make superfluous. */
function withoutRedundant(roles: Candidate[], wanted: Set<string>): Candidate[] {
    return [...roles]
        .sort((one, other) => sum(other.surplus) - sum(one.surplus))
        .reduce((kept, each) => {
            const rest = kept.filter((other) => other !== each);
            return covers(rest, wanted) ? rest : kept;
        }, roles);
}
