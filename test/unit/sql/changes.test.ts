import { changeWarning, type TrackedArgs } from "../../../lib/sql/changes";
import { identified } from "../registered";

const tracked = {
    name: "sales",
    engine: "postgres",
    version: "17",
    databases: "sales",
    users: "",
    promoted: "",
    from: "",
    flags: "[]",
    protection: "none",
} as TrackedArgs;

test("a promoted replica cannot replicate the primary again", () => {
    let message = "";
    try {
        changeWarning(
            'CloudSqlInstance "sales"',
            { ...tracked, promoted: "far, near" },
            { ...tracked, promoted: "near" },
        );
    } catch (error) {
        ({ message } = error as Error);
    }
    expect(message).toContain("replicas: far cannot replicate");
    expect(identified(message)).toBe('CloudSqlInstance "sales": replicas: [sql/change-demotes-replica]');
});

test.each([
    [20, 30, true],
    [20, 20, false],
    [0, 30, false],
    [20, 0, false],
])(
    "a disk that was asked for with %d GB, and then with %d, warns that the size has no effect: %s",
    (before, now, warns) => {
        const sized = (size: number) => ({ ...tracked, "storage.size": size });
        const warning = changeWarning('CloudSqlInstance "sales"', sized(before), sized(now)) ?? "";
        expect(warning.includes("storage.size has no effect")).toBe(warns);
    },
);
