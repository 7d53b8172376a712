import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { splitProblems } from "../internal/arguments/traffic";

/** The traffic of a service's versions. */
export interface StandardTraffic {
    /**
     * The {@link https://cloud.google.com/appengine/docs/standard/splitting-traffic traffic split}: percentages of `latest`,
     * the version that the program deploys, of `previous`, the one that served before it, or of a version by its id. They
     * must sum to 100. With `cookie` and `random` a percentage may have one decimal, with `ip` none. While there is no
     * previous version, its share goes to the latest.
     * @default { latest: 100 }
     */
    split?: Record<string, number>;
    /**
     * How requests are {@link https://cloud.google.com/appengine/docs/standard/splitting-traffic split}: by a cookie of the
     * browser, by the client's IP address, which may change, or at random.
     * @default "cookie"; "ip" with `migrate`
     */
    by?: "cookie" | "ip" | "random";
    /**
     * Whether traffic {@link https://cloud.google.com/appengine/docs/standard/migrating-traffic migrates gradually} while the
     * new version starts instances. Only for standard services with automatic scaling and `warmup`.
     * @default false
     */
    migrate?: boolean;
}

/** The traffic of a flexible service, which does not support gradual migration. */
export type FlexibleTraffic = Omit<StandardTraffic, "migrate">;

/**
 * Checks the {@link https://cloud.google.com/appengine/docs/admin-api/reference/rest/v1/apps.services.versions id of a
 * version}; some names are reserved.
 */
const version = check.matching(
    new RegExp(`^latest$|${nameFormats.rows.appEngineVersion.pattern.source}`),
    `must be latest, previous or the ID of a version: up to ${nameFormats.rows.appEngineVersion.max} lower-case letters, digits and -`,
);

const commonChecks = {
    split: check.record(version, check.percentage()),
    by: check.oneOf("cookie", "ip", "random"),
};

/** Checks the traffic of a service. */
export const traffic = check.options<StandardTraffic>({ ...commonChecks, migrate: check.flag() });
export const flexibleTraffic = check.options<FlexibleTraffic>(commonChecks);

/** The traffic with its defaults. */
export type ResolvedTraffic = ReturnType<typeof resolveTraffic>;

/** Completes the traffic with its defaults. */
export function resolveTraffic({
    split = { latest: 100 },
    migrate = false,
    by = migrate ? "ip" : "cookie",
}: StandardTraffic) {
    const shards = { cookie: "COOKIE", ip: "IP", random: "RANDOM" } as const;
    return { split, shardBy: shards[by], migrate };
}

/** What the traffic depends on. */
interface TrafficContext {
    traffic: ResolvedTraffic;
    keep: number;
    /** Why traffic cannot migrate gradually; undefined if it can. */
    migrationProblem?: check.Problem;
}

/** Checks combinations of the traffic's options. */
export function trafficProblems({ traffic: resolved, keep, migrationProblem }: TrafficContext): check.Problem[] {
    const { split, shardBy, migrate } = resolved;
    const isByAddress = shardBy === "IP";
    const dropsPrevious = split.previous !== undefined && keep === 1;
    return [
        ...splitProblems(
            split,
            isByAddress ? 0 : 1,
            isByAddress ? ", because traffic is split by address in hundredths" : "",
        ),
        ...(migrate && migrationProblem ? [migrationProblem] : []),
        ...(dropsPrevious
            ? [
                  check.problem(
                      "keep",
                      "appengine/keep-without-previous-version",
                      "must be 2 at least, because traffic.split has the previous version (got 1).",
                  ),
              ]
            : []),
    ];
}
