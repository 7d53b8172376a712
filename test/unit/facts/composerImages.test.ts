import { type ComposerImage, composerImages, composerSupportEnd, discontinuedAirflow } from "slipway/facts";

const rows = Object.entries<ComposerImage>(composerImages.rows);
const isDay = (day: string) => /^\d{4}-\d{2}-\d{2}$/.test(day) && new Date(day).toISOString().startsWith(day);

/** The generation and the version numbers of an image, most significant first. */
function parsed(id: string): { generation: number; airflow: string; numbers: number[] } {
    const [, third, build] = /^composer-3-airflow-(\d+\.\d+\.\d+)-build\.(\d+)$/.exec(id) ?? [];
    const [, release, second] = /^composer-(2\.\d+\.\d+)-airflow-(\d+\.\d+\.\d+)$/.exec(id) ?? [];
    const numbers = `${third ?? release}.${build ?? second}`.split(".").map(Number);
    return { generation: third ? 3 : 2, airflow: (third ?? second) as string, numbers };
}

const compared = (one: number[], other: number[]): number => {
    const index = one.findIndex((number, at) => number !== other[at]);
    return index < 0 ? 0 : (one[index] as number) - (other[index] as number);
};

test("the tables have sources and dates", () => {
    for (const { source, checked } of [composerImages, discontinuedAirflow]) {
        expect(source).toMatch(/^https:\/\/\S+$/);
        expect(isDay(checked)).toBe(true);
    }
    expect(rows.filter(([, row]) => "source" in row && !/^https:\/\/\S+$/.test(String(row.source)))).toEqual([]);
});

test("every image has a valid Composer name, and valid dates", () => {
    expect(rows.length).toBeGreaterThan(200);
    expect(rows.filter(([id]) => parsed(id).numbers.some(Number.isNaN))).toEqual([]);
    expect(rows.filter(([, { released }]) => !isDay(released) || released > composerImages.checked)).toEqual([]);
    expect(rows.filter(([, { supportEnds }]) => supportEnds && !isDay(supportEnds))).toEqual([]);
});

test("images are in order, and a later one of a line was not released before an earlier one", () => {
    for (const generation of [3, 2]) {
        const own = rows.map(([id, row]) => ({ ...parsed(id), ...row })).filter((row) => row.generation === generation);
        expect(own).toEqual([...own].sort((one, other) => compared(one.numbers, other.numbers)));
        for (const airflow of new Set(own.map((row) => row.airflow))) {
            const days = own.filter((row) => row.airflow === airflow).map(({ released }) => released);
            expect(days).toEqual([...days].sort());
        }
    }
    // Composer 3 comes before Composer 2.
    expect(rows.map(([id]) => parsed(id).generation).join("")).toMatch(/^3+2+$/);
});

test("support ends a year after the release, or on the announced day", () => {
    expect(composerSupportEnd({ released: "2026-03-03" })).toBe("2027-03-03");
    expect(composerSupportEnd({ released: "2028-02-29" })).toBe("2029-03-01");
    expect(composerSupportEnd({ released: "2025-04-17", supportEnds: "2026-07-01" })).toBe("2026-07-01");
    expect(rows.filter(([, row]) => composerSupportEnd(row) <= row.released)).toEqual([]);
});

test("discontinued Airflow versions are in images, and none of these was released later", () => {
    for (const [airflow, { since }] of Object.entries(discontinuedAirflow.rows)) {
        const days = rows.filter(([id]) => parsed(id).airflow === airflow).map(([, { released }]) => released);
        expect(days.length).toBeGreaterThan(0);
        expect(days.filter((day) => day > since)).toEqual([]);
    }
});
