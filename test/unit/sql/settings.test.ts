import type { Problem } from "../../../lib/internal/arguments/argumentsError";
import { insights, insightsConfig, insightsProblems, type QueryInsights } from "../../../lib/sql/insights";
import { type Maintenance, maintenance, maintenanceProblems, maintenanceSettings } from "../../../lib/sql/maintenance";
import {
    passwordPolicy,
    passwordPolicyProblems,
    passwordValidationPolicy,
    userPasswordPolicy,
    userPolicy,
} from "../../../lib/sql/passwordPolicy";
import { connectionPoolConfig, pooling, poolingProblems } from "../../../lib/sql/pooling";
import { errorMessage } from "./errorMessage";

type Problems = (Problem | undefined)[];

const reasons = (problems: Problems) =>
    problems.flatMap((each) => (each ? [`${each.path}: ${each.reason} [${each.id}]`] : []));

describe("maintenance", () => {
    test("at any time needs no settings", () => {
        expect(maintenanceSettings()).toEqual({});
        expect(maintenanceSettings({})).toEqual({});
    });

    test("has a window and a deny period", () => {
        const args: Maintenance = {
            window: { day: "sunday", start: "00:00" },
            track: "week5",
            deny: { start: "2026-12-01", end: "2027-01-06", time: "23:30:00" },
        };
        expect(errorMessage(args, maintenance)).toBeUndefined();
        expect(reasons(maintenanceProblems(args))).toEqual([]);
        expect(maintenanceSettings(args)).toEqual({
            maintenanceWindow: { day: 7, hour: 0, updateTrack: "week5" },
            denyMaintenancePeriod: { startDate: "2026-12-01", endDate: "2027-01-06", time: "23:30:00" },
        });
    });

    test("can have a track without a window, and a window has the default track", () => {
        expect(maintenanceSettings({ track: "canary" }).maintenanceWindow).toEqual({ updateTrack: "canary" });
        const window: Maintenance["window"] = { day: "monday", start: "23:00" };
        expect(maintenanceSettings({ window }).maintenanceWindow).toEqual({ day: 1, hour: 23, updateTrack: "stable" });
    });

    test.each<[string, string]>([
        ["12-01", "02-28"],
        ["02-29", "02-29"],
        ["2026-10-03", "2026-12-31"],
    ])("is denied from %s to %s, at midnight", (start, end) => {
        const args = { deny: { start, end } };
        expect(errorMessage(args, maintenance)).toBeUndefined();
        expect(reasons(maintenanceProblems(args))).toEqual([]);
        expect(maintenanceSettings(args).denyMaintenancePeriod).toEqual({
            startDate: start,
            endDate: end,
            time: "00:00:00",
        });
    });

    test.each<[object, string]>([
        [
            { window: { day: "someday", start: "03:00" } },
            'window.day: must be a day of the week, such as monday, MONDAY or MON (got "someday").',
        ],
        [
            { window: { day: "monday", start: "24:00" } },
            'window.start: must be a full hour in UTC such as 02:00 (got "24:00").',
        ],
        [{ window: { day: "monday" } }, "window.start: is missing."],
        [{ track: "week1" }, 'track: must be one of canary, stable, week5 (got "week1").'],
        [
            { deny: { start: "1 December", end: "12-31" } },
            'deny.start: must be a date such as 2026-12-01, or 12-01 for every year (got "1 December").',
        ],
        [{ deny: { start: "13-01", end: "12-31" } }, 'deny.start: is not a valid date (got "13-01").'],
        [{ deny: { start: "12-01", end: "02-30" } }, 'deny.end: is not a valid date (got "02-30").'],
        [{ deny: { start: "2026-02-29", end: "12-31" } }, 'deny.start: is not a valid date (got "2026-02-29").'],
        [
            { deny: { start: "12-01", end: "12-31", time: "24:00:00" } },
            'deny.time: must be a time in UTC such as 23:30:00 (got "24:00:00").',
        ],
        [{ deny: { start: "12-01" } }, "deny.end: is missing."],
    ])("%j is refused", (args, expected) => {
        expect(errorMessage(args, maintenance)).toBe(expected);
    });

    test.each<[string, string, string]>([
        ["2026-12-01", "12-31", "maintenance.deny: must have a year in both dates, or in none. [sql/deny-years]"],
        [
            "2026-12-31",
            "2026-12-01",
            'maintenance.deny.end: must not be before start, 2026-12-31 (got "2026-12-01"). [sql/deny-end-before-start]',
        ],
        ["2026-10-02", "2026-12-31", "maintenance.deny: must have 90 days at most (got 91). [sql/deny-too-long]"],
        ["11-01", "02-28", "maintenance.deny: must have 90 days at most (got 120). [sql/deny-too-long]"],
    ])("a period from %s to %s is refused", (start, end, expected) => {
        expect(reasons(maintenanceProblems({ deny: { start, end } }))).toEqual([expected]);
    });
});

describe("query insights", () => {
    test("are enabled without client addresses, or disabled", () => {
        expect(insightsConfig(true)).toEqual({
            queryInsightsEnabled: true,
            queryPlansPerMinute: 5,
            queryStringLength: 1024,
            recordApplicationTags: true,
            recordClientAddress: false,
        });
        expect(insightsConfig(false)).toEqual({ queryInsightsEnabled: false });
    });

    test("are passed on as given", () => {
        const args = {
            queryPlansPerMinute: 0,
            queryStringLength: 256,
            recordApplicationTags: false,
            recordClientAddress: true,
        };
        expect(errorMessage(args, insights)).toBeUndefined();
        expect(insightsConfig(args)).toEqual({ queryInsightsEnabled: true, ...args });
    });

    test.each<[QueryInsights, string, string[]]>([
        [{ queryPlansPerMinute: 20, queryStringLength: 4500 }, "ENTERPRISE", []],
        [{ queryPlansPerMinute: 200, queryStringLength: 1_048_576 }, "ENTERPRISE_PLUS", []],
        [
            { queryPlansPerMinute: 21, queryStringLength: 4501 },
            "ENTERPRISE",
            [
                "insights.queryPlansPerMinute: must be at most 20 with the edition ENTERPRISE (got 21). [sql/insights-of-edition]",
                "insights.queryStringLength: must be at most 4500 with the edition ENTERPRISE (got 4501). [sql/insights-of-edition]",
            ],
        ],
    ])("%j with the edition %s", (args, edition, expected) => {
        expect(errorMessage(args, insights)).toBeUndefined();
        expect(reasons(insightsProblems(args, edition))).toEqual(expected);
    });

    test.each<[unknown, string]>([
        [{ queryStringLength: 255 }, "queryStringLength: must be a whole number from 256 to 1048576 bytes (got 255)."],
        [{ queryPlansPerMinute: -1 }, "queryPlansPerMinute: must be a whole number from 0 to 200 plans (got -1)."],
        [
            { recordClients: true },
            'recordClients: unknown option "recordClients"; the options are queryPlansPerMinute, queryStringLength, recordApplicationTags, recordClientAddress.',
        ],
    ])("%j are refused", (args, expected) => {
        expect(errorMessage(args, insights)).toBe(expected);
    });
});

describe("a password policy", () => {
    test("is strict by default, or disabled", () => {
        expect(passwordValidationPolicy({})).toEqual({
            enablePasswordPolicy: true,
            minLength: 16,
            complexity: "COMPLEXITY_DEFAULT",
            disallowUsernameSubstring: true,
        });
        expect(passwordValidationPolicy(false)).toBeUndefined();
        expect(errorMessage(false, passwordPolicy)).toBeUndefined();
    });

    test("is passed on as given", () => {
        const args = {
            minLength: 24,
            complexity: false,
            reuseInterval: 5,
            disallowUsernameSubstring: false,
            passwordChangeInterval: "1 day",
        } as const;
        expect(errorMessage(args, passwordPolicy)).toBeUndefined();
        expect(reasons(passwordPolicyProblems(args, "postgres"))).toEqual([]);
        expect(passwordValidationPolicy(args)).toEqual({
            enablePasswordPolicy: true,
            minLength: 24,
            disallowUsernameSubstring: false,
            reuseInterval: 5,
            passwordChangeInterval: "86400s",
        });
    });

    test.each<[object, "postgres" | "mysql" | "sqlserver", string[]]>([
        [
            { minLength: 33 },
            "postgres",
            [
                "passwordPolicy.minLength: must be at most 32, because generated passwords have that length (got 33). [sql/password-length-above-generated]",
            ],
        ],
        [
            { passwordChangeInterval: "1 day" },
            "mysql",
            [
                "passwordPolicy.passwordChangeInterval: is only for PostgreSQL. Remove it. [sql/password-interval-of-engine]",
            ],
        ],
        [
            {},
            "sqlserver",
            ["passwordPolicy: is only for PostgreSQL and MySQL. Remove it. [sql/password-policy-of-engine]"],
        ],
        [{ minLength: 32 }, "mysql", []],
    ])("%j of %s", (args, engine, expected) => {
        expect(reasons(passwordPolicyProblems(args, engine))).toEqual(expected);
    });

    test.each<[object, string]>([
        [{ minLength: 0 }, "minLength: must be a whole number from 1 to 2147483647 characters (got 0)."],
        [{ reuseInterval: 101 }, "reuseInterval: must be a whole number from 0 to 100 passwords (got 101)."],
        [
            { passwordChangeInterval: 60 },
            'passwordChangeInterval: must be a duration such as "90 seconds" or "7 days" (got 60).',
        ],
    ])("%j is refused", (args, expected) => {
        expect(errorMessage(args, passwordPolicy)).toBe(expected);
    });

    test("of a user locks the user and expires the password", () => {
        const args = { allowedFailedAttempts: 5, passwordExpirationDuration: "90 days" } as const;
        expect(errorMessage(args, userPolicy)).toBeUndefined();
        expect(userPasswordPolicy(args)).toEqual({
            allowedFailedAttempts: 5,
            enableFailedAttemptsCheck: true,
            passwordExpirationDuration: "7776000s",
        });
        expect(userPasswordPolicy({ enablePasswordVerification: true })).toEqual({
            enableFailedAttemptsCheck: false,
            enablePasswordVerification: true,
        });
    });

    test.each<[object, string]>([
        [{ allowedFailedAttempts: 0 }, "allowedFailedAttempts: must be a whole number from 1 to 1000 (got 0)."],
        [
            { passwordExpirationDuration: "36 hours" },
            'passwordExpirationDuration: must be whole days (got "36 hours").',
        ],
    ])("of a user: %j is refused", (args, expected) => {
        expect(errorMessage(args, userPolicy)).toBe(expected);
    });
});

describe("pooling", () => {
    test("is disabled, enabled, or enabled with flags", () => {
        expect(connectionPoolConfig(false)).toBeUndefined();
        expect(connectionPoolConfig(true)).toEqual([{ connectionPoolingEnabled: true, flags: [] }]);
        expect(connectionPoolConfig({})).toEqual([{ connectionPoolingEnabled: true, flags: [] }]);
        const args = { flags: { max_pool_size: 50, pool_mode: "session" } };
        expect(errorMessage(args, pooling)).toBeUndefined();
        expect(connectionPoolConfig(args)).toEqual([
            {
                connectionPoolingEnabled: true,
                flags: [
                    { name: "max_pool_size", value: "50" },
                    { name: "pool_mode", value: "session" },
                ],
            },
        ]);
    });

    test.each<[unknown, "postgres" | "mysql" | "sqlserver", string, string[]]>([
        [false, "sqlserver", "ENTERPRISE", []],
        [true, "mysql", "ENTERPRISE_PLUS", []],
        [
            {},
            "postgres",
            "ENTERPRISE",
            ["connectionPooling: needs the edition ENTERPRISE_PLUS (got ENTERPRISE). [sql/pooling-of-edition]"],
        ],
        [
            true,
            "sqlserver",
            "ENTERPRISE_PLUS",
            ["connectionPooling: is only for PostgreSQL and MySQL. Remove it. [sql/pooling-of-engine]"],
        ],
    ])("%j of %s with the edition %s", (args, engine, edition, expected) => {
        expect(reasons(poolingProblems(args as boolean, engine, edition))).toEqual(expected);
    });

    test.each<[unknown, string]>([
        [{ flags: { "max-pool": 5 } }, "flags.max-pool: must be the name of a flag, such as max_pool_size"],
        [
            { flags: { max_pool_size: -1 } },
            "flags.max_pool_size: must be a whole number from 0 to 2147483647 (got -1).",
        ],
        [{ flags: { max_pool_size: true } }, "flags.max_pool_size: must be a string (got true)."],
        ["yes", 'must be an object with flags (got "yes").'],
    ])("%j is refused", (args, expected) => {
        expect(errorMessage(args, pooling)).toContain(expected);
    });
});
