import { type Edition, hasEnterprisePlus } from "../facts/cloudSqlVersions";
import * as check from "../internal/arguments/check";
import { canCache } from "./tiers";
import type { Engine } from "./versions";

/** Checks an edition. */
export const edition = check.oneOf<Edition>("ENTERPRISE", "ENTERPRISE_PLUS");

interface EditionArgs {
    engine: Engine;
    version: string;
    edition: Edition;
    tier: string;
}

/**
 * The problems of an edition with the version, and of a data cache with the edition and the machine.
 *
 * @param dataCache the argument without its default
 */
export function editionProblems(
    { engine, edition, version, tier }: EditionArgs,
    dataCache: boolean | undefined,
): (check.Problem | undefined)[] {
    return [
        check.when(
            edition === "ENTERPRISE_PLUS" && !hasEnterprisePlus(engine, version),
            "edition",
            "sql/version-of-edition",
            `is ENTERPRISE_PLUS, which has no ${version}. Use a newer version or ENTERPRISE.`,
        ),
        check.when(
            dataCache && (edition !== "ENTERPRISE_PLUS" || engine === "sqlserver"),
            "dataCache",
            "sql/data-cache-of-edition",
            "is only available with the edition ENTERPRISE_PLUS, for PostgreSQL and MySQL. Remove it.",
        ),
        check.when(
            dataCache && edition === "ENTERPRISE_PLUS" && !canCache(tier),
            "dataCache",
            "sql/data-cache-of-tier",
            `is not available with ${tier}. Use a larger one, or remove it.`,
        ),
    ];
}
