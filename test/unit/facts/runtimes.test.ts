import { appEngineRuntimes, type Day, functionRuntimes } from "slipway/facts";

const isDay = (day: string) => /^\d{4}-\d{2}-\d{2}$/.test(day) && new Date(day).toISOString().startsWith(day);

/** The dates in a table, by row and field. */
const daysOf = (rows: Record<string, object>) =>
    Object.entries(rows).flatMap(([id, row]) =>
        Object.entries(row)
            .filter(([field]) => !["system", "environments", "source"].includes(field))
            .map(([field, day]): [string, Day] => [`${id}.${field}`, day]),
    );

const tables = { appEngineRuntimes, functionRuntimes };

test.each(Object.entries(tables))("%s has a source and a date", (_, table) => {
    expect(table.source).toMatch(/^https:\/\/\S+$/);
    expect(isDay(table.checked)).toBe(true);
});

test.each(Object.entries(tables))("%s has only valid dates", (_, { rows }) => {
    const days = daysOf(rows);
    expect(days.length).toBeGreaterThan(40);
    expect(days.filter(([, day]) => !isDay(day))).toEqual([]);
});

test.each(Object.entries(tables))("%s names each runtime by language and version", (_, { rows }) => {
    const ids = Object.keys(rows);
    expect(ids.filter((id) => !/^(dotnet|go|java|nodejs|php|python|ruby)\d+$/.test(id))).toEqual([]);
});

test.each(Object.entries(tables))("%s lists the runtimes of a language from old to new", (_, { rows }) => {
    const number = (id: string) => {
        const [, language = "", digits = ""] = /^([a-z]+)(\d+)$/.exec(id) ?? [];
        // Go 1.9 is older than Go 1.10, as Node.js 8 is older than Node.js 10.
        return /^(dotnet|java|nodejs)$/.test(language)
            ? Number(digits)
            : Number(digits[0]) * 100 + Number(digits.slice(1));
    };
    const ids = Object.keys(rows);
    for (const language of ["dotnet", "go", "java", "nodejs", "php", "python", "ruby"]) {
        const versions = ids.filter((id) => id.replace(/\d+$/, "") === language).map(number);
        expect(versions.length).toBeGreaterThan(1);
        expect(versions).toEqual([...versions].sort((one, other) => one - other));
    }
});

test("a runtime of functions is decommissioned after it is deprecated", () => {
    const both = Object.entries(functionRuntimes.rows).flatMap(([id, row]) =>
        "deprecated" in row && "decommissioned" in row ? [{ id, ...row }] : [],
    );
    expect(both.length).toBeGreaterThan(10);
    expect(both.filter(({ deprecated, decommissioned }) => deprecated >= decommissioned)).toEqual([]);
});

test("a runtime of App Engine has an operating system while it can be deployed", () => {
    const without = Object.entries(appEngineRuntimes.rows).filter(([, row]) => !("system" in row));
    expect(without.length).toBeGreaterThan(0);
    expect(without.filter(([, row]) => !("supportEnds" in row) || row.supportEnds > appEngineRuntimes.checked)).toEqual(
        [],
    );
});
