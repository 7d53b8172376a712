import { creations } from "../../../lib/facts";
import { AdminApi, cloudFunctions, cloudRun } from "../../../lib/internal/adminApi/adminApi";
import { deleteFailed } from "../../../lib/stack/failedCreation";

const place = { project: "acme-dev", location: "europe-west1", name: "web" };

/** An API with what it finds, and its deletions. */
function apiWith(found: object | undefined) {
    const deleted: string[] = [];
    const api = {
        find: async () => found,
        change: async (method: string, path: string) => void deleted.push(`${method} ${path}`),
    };
    return { api: () => api as unknown as AdminApi, deleted };
}

const failed = { state: "FAILED", terminalCondition: { state: "CONDITION_FAILED" } };
const ready = { state: "ACTIVE", terminalCondition: { state: "CONDITION_SUCCEEDED" } };

const deletable = Object.entries(creations.rows).flatMap(([type, row]) =>
    "leaves" in row && row.leaves === "deletable" ? type : [],
);

test.each(deletable)("what a failed creation of %s has left is deleted", async (type) => {
    const { api, deleted } = apiWith(failed);
    expect(await deleteFailed(type, place, api)).toBe(true);
    expect(deleted).toEqual([
        expect.stringMatching(
            /^DELETE projects\/acme-dev\/locations\/europe-west1\/(functions|services|jobs|workerPools)\/web$/,
        ),
    ]);
});

test.each(deletable)("what works is not deleted, and the creation of %s is not repeated", async (type) => {
    const { api, deleted } = apiWith(ready);
    expect([await deleteFailed(type, place, api), deleted]).toEqual([false, []]);
});

test("a creation is repeated if it has left nothing", async () => {
    const { api, deleted } = apiWith(undefined);
    expect([await deleteFailed("gcp:cloudrunv2/service:Service", place, api), deleted]).toEqual([true, []]);
});

test.each(deletable)("what a failed creation of %s has left is looked for in the API of its service", async (type) => {
    const find = jest.spyOn(AdminApi.prototype, "find").mockResolvedValue(undefined);
    expect(await deleteFailed(type, place)).toBe(true);
    const endpoints = find.mock.contexts.map((api) => Reflect.get(api as object, "endpoint"));
    find.mockRestore();
    expect(endpoints).toEqual([type.startsWith("gcp:cloudfunctionsv2/") ? cloudFunctions : cloudRun]);
});

test("nothing is deleted of other types, or in an unknown project", async () => {
    const { api, deleted } = apiWith(failed);
    const { project: _, ...elsewhere } = place;
    expect(await deleteFailed("gcp:sql/databaseInstance:DatabaseInstance", place, api)).toBe(false);
    expect(await deleteFailed("gcp:cloudrunv2/service:Service", elsewhere, api)).toBe(false);
    expect(deleted).toEqual([]);
});
