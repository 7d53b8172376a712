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
