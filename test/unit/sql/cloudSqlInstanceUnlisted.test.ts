import * as pulumi from "@pulumi/pulumi";
import { CloudSqlInstance } from "slipway";
import { refused, registered } from "../registered";
import { apps } from "../sqlInstances";

const sales = (args: object) => () => {
    new CloudSqlInstance("sales", { network: apps, ...args } as never);
};

const cases: [string, object, string, string][] = [
    [
        "a version",
        { version: "19" },
        'version: must be one of 9.6, 10, 11, 12, 13, 14, 15, 16, 17, 18 (got "19").',
        'databaseVersion: "POSTGRES_19"',
    ],
    [
        "a machine",
        { edition: "ENTERPRISE_PLUS", tier: "db-z9-highmem-8", storage: { type: "HYPERDISK_BALANCED" } },
        'tier: must be a machine such as db-g1-small, db-custom-2-8192 or db-perf-optimized-N-4 (got "db-z9-highmem-8").',
        'tier: "db-z9-highmem-8"',
    ],
    [
        "a flag",
        { flags: { "pg_future.level": "high" } },
        'flags.pg_future.level: unknown option "pg_future.level".',
        'name: "pg_future.level", value: "high"',
    ],
    [
        "a replica's flag",
        { replicas: { far: { region: "europe-west4", flags: { log_future_waits: true } } } },
        'replicas.far.flags.log_future_waits: unknown option "log_future_waits".',
        'name: "log_future_waits", value: "on"',
    ],
];

const flat = (value: unknown) =>
    JSON.stringify(value)
        .replaceAll(/"(\w+)":/g, "$1: ")
        .replaceAll('","', '", "')
        .replaceAll('",', '", ')
        .replaceAll(/, +/g, ", ");

test.each(cases)("%s that this release does not list is refused with a way out", async (_, args, expected) => {
    expect(await refused(sales(args))).toBe(
        `CloudSqlInstance "sales": ${expected} If Google Cloud added it since, update slipway or set allowUnlisted: true.`,
    );
});

test.each(cases)(
    "%s that this release does not list is accepted with a warning by allowUnlisted",
    async (_, args, expected, sent) => {
        const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
        const made = await registered(sales({ ...args, allowUnlisted: true }));
        const texts = warn.mock.calls.map(([text]) => text);
        warn.mockRestore();
        expect(texts).toEqual([`CloudSqlInstance "sales": ${expected} It is passed on because of allowUnlisted.`]);
        expect(flat(made)).toContain(sent);
    },
);

test.each<[object, string]>([
    [{ version: "nineteen" }, 'version: must be one of 9.6, 10, 11, 12, 13, 14, 15, 16, 17, 18 (got "nineteen").'],
    [{ flags: { "Future Flag": 1 } }, 'flags.Future Flag: unknown option "Future Flag".'],
    [{ flags: { future: { level: 1 } } }, 'flags.future: unknown option "future".'],
    [{ flags: { sort_buffer_size: 65_536 } }, "flags.sort_buffer_size: is a flag of MySQL, not of PostgreSQL"],
    [{ tier: "n2-standard-4" }, "tier: must be a machine such as"],
])("allowUnlisted does not accept %j, which cannot be a future value", async (args, expected) => {
    expect(await refused(sales({ ...args, allowUnlisted: true }))).toContain(`CloudSqlInstance "sales": ${expected}`);
});
