import { cloudSqlLimits } from "../facts/limits/cloudSql";
import * as check from "../internal/arguments/check";

/** {@link https://cloud.google.com/sql/docs/postgres/using-query-insights Query insights}, which find slow queries. */
export interface QueryInsights {
    /**
     * The number of query plans sampled per minute: 0 to 20; up to 200 with the edition `ENTERPRISE_PLUS`.
     * @default 5
     */
    queryPlansPerMinute?: number;
    /**
     * The length to which queries are recorded, in bytes: 256 to 4,500; up to 1,048,576 with the edition `ENTERPRISE_PLUS`.
     * @default 1024
     */
    queryStringLength?: number;
    /**
     * Records the tags that the application adds to its queries.
     * @default true
     */
    recordApplicationTags?: boolean;
    /**
     * Records the IP addresses of clients.
     * @default false
     */
    recordClientAddress?: boolean;
}

const { queryLength, queryLengthOfPlus, queryPlans, queryPlansOfPlus } = cloudSqlLimits.rows;

export const insights = check.either(
    (value) => typeof value === "boolean",
    check.flag(),
    check.options<QueryInsights>({
        queryPlansPerMinute: check.limit(queryPlansOfPlus),
        queryStringLength: check.limit(queryLengthOfPlus),
        recordApplicationTags: check.flag(),
        recordClientAddress: check.flag(),
    }),
);

/** The problems of query insights with the edition. */
export function insightsProblems(insights: boolean | QueryInsights, edition: string): (check.Problem | undefined)[] {
    const { queryPlansPerMinute = 0, queryStringLength = 0 } = typeof insights === "object" ? insights : {};
    const above = (key: keyof QueryInsights, value: number, max: number) => {
        const reason = `must be at most ${max} with the edition ENTERPRISE (got ${value}).`;
        return check.when(
            edition === "ENTERPRISE" && value > max,
            `insights.${key}`,
            "sql/insights-of-edition",
            reason,
        );
    };
    return [
        above("queryPlansPerMinute", queryPlansPerMinute, queryPlans.max),
        above("queryStringLength", queryStringLength, queryLength.max),
    ];
}

/** Query insights for the provider. */
export function insightsConfig(insights: boolean | QueryInsights) {
    if (insights === false) {
        return { queryInsightsEnabled: false };
    }
    const options = insights === true ? {} : insights;
    return {
        queryInsightsEnabled: true,
        queryPlansPerMinute: options.queryPlansPerMinute ?? 5,
        queryStringLength: options.queryStringLength ?? 1024,
        recordApplicationTags: options.recordApplicationTags ?? true,
        recordClientAddress: options.recordClientAddress ?? false,
    };
}
