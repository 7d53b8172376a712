import { readdirSync } from "node:fs";
import { join } from "node:path";
import {
    cloudRunLimits,
    cloudRunMemory,
    type DurationLimit,
    type Facts,
    functionCpus,
    type Limit,
    memoryOfCpus,
} from "slipway/facts";
import { composerEnvironmentLimits } from "../../../lib/facts";
import { tables } from "../../../lib/facts/age";
import * as limits from "../../../lib/facts/limits";
import { secondsIn } from "../../../lib/formats";

const isTable = (value: unknown): value is Facts<Limit | DurationLimit> => Reflect.has(Object(value), "rows");

/** All tables whose rows have a minimum and a maximum; the CPUs of functions have another format. */
const ofLimits: [string, Facts<Limit | DurationLimit>][] = Object.entries({ ...limits, composerEnvironmentLimits })
    .filter(([name]) => name.endsWith("Limits"))
    .map(([name, table]) => [name, table as Facts<Limit | DurationLimit>]);

const folder = join(__dirname, "..", "..", "..", "lib", "facts", "limits");

test("each file of limits has tables, all of which are exported and listed by age", () => {
    const files = readdirSync(folder).filter((file) => !["index.ts", "limit.ts"].includes(file));
    const exported = Object.values<unknown>(limits).filter(isTable);
    for (const file of files) {
        const own = Object.values<unknown>(require(join(folder, file))).filter(isTable);
        expect(own.length).toBeGreaterThan(0);
        expect(own.filter((table) => !exported.includes(table))).toEqual([]);
    }
    expect(exported.filter((table) => !tables.includes(table))).toEqual([]);
    expect(ofLimits.length).toBeGreaterThan(20);
});

test.each(ofLimits)("%s have limits with a unit, and no minimum exceeds its maximum", (_, { rows }) => {
    const wrong = Object.entries(rows).filter(([, { min, max, unit }]) => {
        const isDuration = typeof (min ?? max) === "string";
        const [least, most] = [min ?? 0, max ?? Number.POSITIVE_INFINITY].map((bound) =>
            typeof bound === "string" ? secondsIn(bound) : bound,
        ) as [number, number];
        return !(least <= most) || (min === undefined && max === undefined) || isDuration === (unit !== undefined);
    });
    expect(wrong).toEqual([]);
});

test.each(ofLimits)("%s have pages of Google Cloud or files of GitHub as sources, with dates", (_, table) => {
    const rows = Object.values(table.rows);
    const sources = [table.source, ...rows.flatMap(({ source }) => source ?? [])];
    const form = /^https:\/\/(cloud\.google\.com|github\.com\/[\w-]+\/[\w-]+\/blob)\/[a-z0-9][\w/.-]*$/;
    expect(sources.filter((url) => !form.test(url))).toEqual([]);
    const days = [table.checked, ...rows.flatMap(({ checked }) => checked ?? [])];
    expect(days.filter((day) => !/^(20\d\d-\d\d-\d\d|never)$/.test(day))).toEqual([]);
});

test.each([
    [0.07, undefined],
    [0.083, { min: 128, max: 512 }],
    [0.49, { min: 128, max: 512 }],
    [0.5, { min: 128, max: 1024 }],
    [1, { min: 128, max: 4096 }],
    [6, { min: 4096, max: 24_576 }],
    [8, { min: 4096, max: 32_768 }],
])("an instance with %d CPUs can have the memory of the lower row", (cpus, memory) => {
    expect(memoryOfCpus(cpus)).toEqual(memory);
});

test("more CPUs can have more memory, within the limits of Cloud Run", () => {
    const rows = Object.entries(cloudRunMemory.rows).sort(([one], [other]) => Number(one) - Number(other));
    const [least, most] = [rows.map(([, { min }]) => min), rows.map(([, { max }]) => max)];
    expect([least, most]).toEqual([[...least].sort((a, b) => a - b), [...most].sort((a, b) => a - b)]);
    expect([least[0], most.at(-1)]).toEqual([cloudRunLimits.rows.memory.min, cloudRunLimits.rows.memory.max]);
});

test("the default CPUs of a function support the memory that they are the default for", () => {
    for (const [cpus, row] of Object.entries(functionCpus.rows)) {
        const memory = memoryOfCpus(Number(cpus));
        expect(memory).toBeDefined();
        expect("defaultUpTo" in row ? row.defaultUpTo : 0).toBeLessThanOrEqual(memory?.max ?? 0);
    }
});
