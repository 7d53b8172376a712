import { bucketLocations, type Facts, isPast, type Region, regions } from "../../../lib/facts";
import { agedFacts, ageWarning, tables as exported } from "../../../lib/facts/age";
import * as prices from "../../../local/commands/cost/tables";

/** All tables of the packages. */
const tables: Facts<object>[] = [...exported, ...Object.values(prices)];

const on = (date: string) => ({ now: () => Date.parse(date) });

const isDay = (text: string) => {
    const time = new Date(text);
    return !Number.isNaN(time.getTime()) && time.toISOString().slice(0, 10) === text;
};

/** All strings in a table that look like dates. */
const datesIn = (value: unknown): string[] => JSON.stringify(value).match(/(?<=")\d{4}-\d\d?-\d\d?(?=")/g) ?? [];

test("each subject has one table", () => {
    const subjects = tables.map(({ subject }) => subject);
    expect(subjects).toEqual(expect.arrayContaining(["Machines of Cloud SQL", "Regions and zones"]));
    expect(new Set(subjects).size).toBe(subjects.length);
});

test.each(tables.map((table) => [table.subject, table] as const))(
    "%s have rows, URLs as sources and valid dates",
    (_, { source, checked, rows }) => {
        const each = Object.values(rows);
        expect(each.length).toBeGreaterThan(0);
        const sources = [source, ...each.flatMap((row) => (row.source ? [row.source] : []))];
        expect(sources.filter((url) => !/^https:\/\/[a-z0-9.-]+\.[a-z]+\/\S+$/.test(url))).toEqual([]);
        expect(isDay(checked)).toBe(true);
        expect(datesIn(rows).filter((date) => !isDay(date))).toEqual([]);
    },
);

// "Auto mode VPC networks always have a subnet in every region": https://cloud.google.com/vpc/docs/subnets
test("each region has a range of its own in auto mode networks, and is no location of buckets besides regions", () => {
    const rows = Object.entries<Region>(regions.rows);
    const bytes = rows.map(([, { autoSubnet }]) => autoSubnet);
    expect(rows.filter(([, { autoSubnet = 1 }]) => autoSubnet % 2 !== 0 || autoSubnet < 128)).toEqual([]);
    expect(new Set(bytes).size).toBe(rows.length);
    expect(rows.map(([region]) => region).filter((region) => Object.hasOwn(bucketLocations.rows, region))).toEqual([]);
});

test.each([
    ["asia-southeast3", 232],
    ["europe-north2", 226],
    ["northamerica-south1", 224],
] as const)("the subnet of %s in auto mode networks is 10.%i.0.0/20", (region, byte) => {
    expect(regions.rows[region]).toMatchObject({ zones: "abc", autoSubnet: byte });
});

test("a day is past when it begins", () => {
    expect(isPast("2026-11-21", on("2026-11-20"))).toBe(false);
    expect(isPast("2026-11-21", on("2026-11-21"))).toBe(true);
    expect(isPast(undefined, on("2026-11-21"))).toBe(false);
});

const table = (subject: string, checked: string, rows: object = {}) =>
    ({ subject, source: `https://example.com/${subject}`, checked, rows }) as Facts<object>;

const some = [
    table("fresh", "2026-06-01", { old: { source: "https://example.com/old", checked: "2025-12-31" }, same: {} }),
    table("aged", "2026-01-31", { row: { checked: "2026-01-30" } }),
];

test("tables and rows older than 180 days are listed with their sources, oldest first", () => {
    expect(agedFacts(some, on("2026-08-02"))).toEqual([
        "2025-12-31 (214 days ago)  fresh: old  https://example.com/old",
        "2026-01-30 (184 days ago)  aged: row  https://example.com/aged",
        "2026-01-31 (183 days ago)  aged  https://example.com/aged",
    ]);
});

test("rows that were never compared with their sources are listed first", () => {
    const never = table("new", "2026-08-01", { one: { checked: "never" }, other: { checked: "never" } });
    expect(agedFacts([...some, never], on("2026-08-02")).slice(0, 3)).toEqual([
        "never compared  new: one  https://example.com/new",
        "never compared  new: other  https://example.com/new",
        "2025-12-31 (214 days ago)  fresh: old  https://example.com/old",
    ]);
});

test("newer tables and rows are not listed", () => {
    expect(agedFacts(some, on("2026-06-29"))).toEqual([]);
    expect(agedFacts(some, on("2026-06-30"))).toHaveLength(1);
});

test("all tables are listed when they are old", () => {
    const aged = agedFacts(tables, on("2036-01-01")).join("\n");
    for (const { subject, source } of tables) {
        expect(aged).toContain(`${subject}  ${source}`);
    }
});

test("a warning counts tables and rows that were compared long ago, and is printed for those of today", () => {
    expect(ageWarning(some, on("2026-06-29"))).toBeUndefined();
    expect(ageWarning(some, on("2026-08-02"))).toBe(
        "warning: 3 tables or rows of facts were compared with Google's pages more than 180 days ago, the oldest on 2025-12-31: npm run facts:age",
    );
    const never = table("new", "2026-08-01", { one: { checked: "never" } });
    expect(ageWarning([never], on("2026-08-02"))).toBeUndefined();
    // Whatever the day is, old facts only warn.
    process.stderr.write(`${ageWarning(tables) ?? ""}\n`);
});
