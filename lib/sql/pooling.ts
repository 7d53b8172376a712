import * as check from "../internal/check";
import type { Engine } from "./versions";

/** Managed connection pooling, of `ENTERPRISE_PLUS` alone ("Managed Connection Pooling overview"). */
export interface ConnectionPooling {
    /**
     * Its flags, such as `{ max_pool_size: 50, pool_mode: "transaction" }` ("Configuration options").
     * @default the engine's own
     */
    flags?: Record<string, string | number>;
}

/** Checks the pooling of connections. */
export const pooling: check.Check = check.either(
    (given) => typeof given === "boolean",
    check.flag(),
    check.options<ConnectionPooling>({
        flags: check.record(
            check.matching(/^[a-z][a-z0-9_]*$/, "must be the name of a flag, such as max_pool_size"),
            check.either((given) => typeof given === "number", check.whole(0, 2_147_483_647), check.text()),
        ),
    }),
);

/** What has no pooling. */
export function poolingProblems(
    given: boolean | ConnectionPooling,
    engine: Engine,
    edition: string,
): (check.Problem | undefined)[] {
    if (given === false) {
        return [];
    }
    return [
        engine === "sqlserver"
            ? { path: "connectionPooling", reason: "is for PostgreSQL and MySQL alone. Leave it out." }
            : edition !== "ENTERPRISE_PLUS"
              ? { path: "connectionPooling", reason: `needs the edition ENTERPRISE_PLUS (got ${edition}).` }
              : undefined,
    ];
}

/** The pooling in the form of the provider. */
export function connectionPoolConfig(given: boolean | ConnectionPooling) {
    if (given === false) {
        return undefined;
    }
    const flags = Object.entries(given === true ? {} : (given.flags ?? {}));
    return [
        {
            connectionPoolingEnabled: true,
            flags: flags.map(([name, value]) => ({ name, value: String(value) })),
        },
    ];
}
