import * as check from "../internal/arguments/check";
import type { Engine } from "./versions";

/**
 * {@link https://cloud.google.com/sql/docs/postgres/managed-connection-pooling Managed Connection Pooling}; requires `ENTERPRISE_PLUS`.
 */
export interface ConnectionPooling {
    /**
     * The configuration options, such as `{ max_pool_size: 50, pool_mode: "transaction" }`.
     * @default the defaults of Cloud SQL
     */
    flags?: Record<string, string | number>;
}

export const pooling = check.either(
    (value) => typeof value === "boolean",
    check.flag(),
    check.options<ConnectionPooling>({
        flags: check.record(
            check.matching(/^[a-z][a-z0-9_]*$/, "must be the name of a flag, such as max_pool_size"),
            check.either((value) => typeof value === "number", check.whole(0, 2_147_483_647), check.text()),
        ),
    }),
);

/** The problems of connection pooling with the engine and the edition. */
export function poolingProblems(
    pooling: boolean | ConnectionPooling,
    engine: Engine,
    edition: string,
): (check.Problem | undefined)[] {
    if (pooling === false) {
        return [];
    }
    return [
        engine === "sqlserver"
            ? check.problem(
                  "connectionPooling",
                  "sql/pooling-of-engine",
                  "is only for PostgreSQL and MySQL. Remove it.",
              )
            : edition !== "ENTERPRISE_PLUS"
              ? check.problem(
                    "connectionPooling",
                    "sql/pooling-of-edition",
                    `needs the edition ENTERPRISE_PLUS (got ${edition}).`,
                )
              : undefined,
    ];
}

/** Connection pooling for the provider. */
export function connectionPoolConfig(pooling: boolean | ConnectionPooling) {
    if (pooling === false) {
        return undefined;
    }
    const flags = Object.entries(pooling === true ? {} : (pooling.flags ?? {}));
    return [
        {
            connectionPoolingEnabled: true,
            flags: flags.map(([name, value]) => ({ name, value: String(value) })),
        },
    ];
}
