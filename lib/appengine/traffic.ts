import * as check from "../internal/check";

/** Which versions of a service answer its requests. */
export interface StandardTraffic {
    /**
     * The percentage of each version: of `latest`, which the program deploys, of `previous`, which served before it, or of one by
     * its id. They sum to 100. By `cookie` and `random` a percentage may have one decimal, by `ip` none ("Splitting traffic").
     * Where there is no previous version yet, the latest has its share.
     * @default { latest: 100 }
     */
    split?: Record<string, number>;
    /**
     * What decides which version answers: a cookie of the browser, the address of the caller, which may change, or chance
     * ("Splitting traffic").
     * @default "cookie"; "ip" where traffic migrates
     */
    by?: "cookie" | "ip" | "random";
    /**
     * Whether traffic moves to the new division gradually and not at once, while the new version starts instances: only for a
     * standard service with automatic scaling and `warmup` ("Migrating traffic").
     * @default false
     */
    migrate?: boolean;
}

/** The same of a flexible service, whose traffic cannot migrate. */
export type FlexibleTraffic = Omit<StandardTraffic, "migrate">;

/** "REST Resource: apps.services.versions": what an id is, and which are taken. */
const version = check.matching(
    /^(?!ah-|default$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "must be latest, previous or the id of a version: up to 63 lower-case letters, digits and -",
);

const percentage = check.custom(
    (value) => typeof value === "number" && value >= 0 && value <= 100,
    "must be a percentage, from 0 to 100",
);

const both = {
    split: check.record(version, percentage),
    by: check.oneOf("cookie", "ip", "random"),
};

/** Checks the traffic of a service. */
export const traffic: check.Check = check.options<StandardTraffic>({ ...both, migrate: check.flag() });
export const flexibleTraffic: check.Check = check.options<FlexibleTraffic>(both);

/** The traffic with all decided. */
export function decidedTraffic({
    split = { latest: 100 },
    migrate = false,
    by = migrate ? "ip" : "cookie",
}: StandardTraffic) {
    const shards = { cookie: "COOKIE", ip: "IP", random: "RANDOM" } as const;
    return { split, shardBy: shards[by], migrate };
}

/** What traffic depends on. */
interface Serving {
    traffic?: StandardTraffic;
    keep?: number;
    /** Why it cannot migrate; nothing where it can. */
    immobile?: string;
}

/** Why traffic cannot be divided so. */
export function trafficProblems({ traffic: given, keep, immobile }: Serving): check.Problem[] {
    if (given === undefined) {
        return [];
    }
    const { split, shardBy, migrate } = decidedTraffic(given);
    const values = Object.values(split);
    const sum = Math.round(values.reduce((one, other) => one + other, 0) * 1e6) / 1e6;
    const decimals = shardBy === "IP" ? 0 : 1;
    const fine = Object.entries(split).filter(([, value]) => Math.abs(value * 10 ** decimals) % 1 > 1e-9);
    const digits =
        decimals === 0 ? "a whole number, as addresses are told apart by the hundredth" : "of one decimal at most";
    const isRest = split.previous !== undefined && keep === 1;
    return [
        ...(sum === 100 ? [] : [{ path: "traffic.split", reason: `must sum to 100 (got ${sum}).` }]),
        ...fine.map(([key, value]) => ({ path: `traffic.split.${key}`, reason: `must be ${digits} (got ${value}).` })),
        ...(migrate && immobile ? [{ path: "traffic.migrate", reason: immobile }] : []),
        ...(isRest
            ? [{ path: "keep", reason: "must be 2 at least, as traffic.split has the previous version (got 1)." }]
            : []),
    ];
}
