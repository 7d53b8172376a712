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
    const readOn = (id: string) =>
        (composerImages.rows as Record<string, { checked?: string }>)[id]?.checked ?? composerImages.checked;
    expect(rows.filter(([id, { released }]) => !isDay(released) || released > readOn(id))).toEqual([]);
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

// From the release notes, which say when each build became available and until when the first ones were supported.
test.each([
    ["composer-3-airflow-2.7.3-build.6", "2024-06-20", "2025-07-17"],
    ["composer-3-airflow-2.7.3-build.23", "2024-11-13", "2025-11-13"],
    ["composer-3-airflow-2.9.1-build.0", "2024-07-17", "2025-09-18"],
    ["composer-3-airflow-2.9.1-build.9", "2024-10-08", "2025-10-08"],
    ["composer-3-airflow-2.9.3-build.6", "2024-11-06", "2025-11-13"],
    ["composer-3-airflow-2.9.3-build.12", "2025-01-10", "2026-01-10"],
    ["composer-3-airflow-2.10.2-build.7", "2025-01-28", "2026-04-17"],
    ["composer-3-airflow-2.10.5-build.48", "2026-08-10", "2027-08-10"],
    ["composer-3-airflow-2.11.1-build.3", "2026-04-28", "2027-04-28"],
    ["composer-3-airflow-2.11.1-build.15", "2026-08-10", "2027-08-10"],
    ["composer-3-airflow-3.1.7-build.5", "2026-04-10", "2027-04-10"],
    ["composer-3-airflow-3.1.8-build.4", "2026-08-10", "2027-08-10"],
    ["composer-3-airflow-3.3.1-build.10", "2026-11-20", "2027-11-20"],
    ["composer-2.10.2-airflow-2.9.3", "2025-01-10", "2026-01-10"],
    ["composer-2.17.0-airflow-2.11.1", "2026-04-28", "2027-04-28"],
    ["composer-2.17.10-airflow-2.10.5", "2026-08-10", "2027-08-10"],
])("%s was released on %s and is supported until %s", (id, released, end) => {
    const image = Object.fromEntries(rows)[id] as ComposerImage;
    expect(image).toMatchObject({ released });
    expect(image.isEstimated).toBeUndefined();
    expect(composerSupportEnd(image)).toBe(end);
});

test("only builds that no release note names have an estimated day", () => {
    expect(rows.filter(([, { isEstimated }]) => isEstimated).map(([id]) => id)).toEqual([
        "composer-3-airflow-2.10.5-build.35",
        "composer-3-airflow-2.11.1-build.2",
        "composer-3-airflow-2.11.1-build.16",
        "composer-3-airflow-2.11.1-build.17",
        "composer-3-airflow-2.11.1-build.18",
        "composer-3-airflow-3.1.7-build.6",
        "composer-3-airflow-3.3.1-build.1",
        "composer-3-airflow-3.3.1-build.2",
    ]);
});

test.each([
    ["2.7.3", "2024-12-05"],
    ["2.9.1", "2024-10-16"],
    ["2.9.3", "2026-04-28"],
    ["2.10.2", "2025-05-07"],
    ["3.1.0", "2026-03-03"],
    ["3.1.7", "2026-07-16"],
] as const)("Airflow %s is in no new image since %s", (airflow, since) => {
    expect(discontinuedAirflow.rows[airflow].since).toBe(since);
});

test("discontinued Airflow versions are in images, and none of these was released later", () => {
    for (const [airflow, { since }] of Object.entries(discontinuedAirflow.rows)) {
        const days = rows.filter(([id]) => parsed(id).airflow === airflow).map(([, { released }]) => released);
        expect(days.length).toBeGreaterThan(0);
        expect(days.filter((day) => day > since)).toEqual([]);
    }
});
