import { cloudSqlLimits } from "../facts/limits";
import * as check from "../internal/check";

/** What is kept of queries, for finding slow ones ({@link https://cloud.google.com/sql/docs/postgres/using-query-insights}). */
export interface QueryInsights {
    /**
     * How many plans of queries are kept a minute: 0 to 20, with the edition `ENTERPRISE_PLUS` to 200.
     * @default 5
     */
    queryPlansPerMinute?: number;
    /**
     * How many bytes of a query are kept: 256 to 4,500, with the edition `ENTERPRISE_PLUS` to 1,048,576.
     * @default 1024
     */
    queryStringLength?: number;
    /**
     * Whether the tags that an application puts into its queries are kept.
     * @default true
     */
    recordApplicationTags?: boolean;
    /**
     * Whether clients' addresses are kept.
     * @default false
     */
    recordClientAddress?: boolean;
}

const { queryLength, queryLengthOfPlus } = cloudSqlLimits.rows;

/** Checks query insights. */
export const insights: check.Check = check.either(
    (given) => typeof given === "boolean",
    check.flag(),
    check.options<QueryInsights>({
        queryPlansPerMinute: check.whole(0, 200, "plans"),
        queryStringLength: check.whole(queryLengthOfPlus.min, queryLengthOfPlus.max, queryLengthOfPlus.unit),
        recordApplicationTags: check.flag(),
        recordClientAddress: check.flag(),
    }),
);

/** What the edition does not keep. */
export function insightsProblems(given: boolean | QueryInsights, edition: string): (check.Problem | undefined)[] {
    const { queryPlansPerMinute = 0, queryStringLength = 0 } = typeof given === "object" ? given : {};
    const above = (key: keyof QueryInsights, value: number, most: number) => {
        const reason = `must be at most ${most} with the edition ENTERPRISE (got ${value}).`;
        return edition === "ENTERPRISE" && value > most ? { path: `insights.${key}`, reason } : undefined;
    };
    return [
        above("queryPlansPerMinute", queryPlansPerMinute, 20),
        above("queryStringLength", queryStringLength, queryLength.max),
    ];
}

/** Query insights in the form of the provider. */
export function insightsConfig(given: boolean | QueryInsights) {
    if (given === false) {
        return { queryInsightsEnabled: false };
    }
    const chosen = given === true ? {} : given;
    return {
        queryInsightsEnabled: true,
        queryPlansPerMinute: chosen.queryPlansPerMinute ?? 5,
        queryStringLength: chosen.queryStringLength ?? 1024,
        recordApplicationTags: chosen.recordApplicationTags ?? true,
        recordClientAddress: chosen.recordClientAddress ?? false,
    };
}
