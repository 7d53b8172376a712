import * as pulumi from "@pulumi/pulumi";
import { resourcesInState } from "../../../../lib/internal/engine/stackState";

const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();

const resources = { "urn:of:bucket": { outputs: { name: "sales" } } };

/** Starts a program whose backend fails so many times. */
async function startProgram(
    failures: number,
    answer: object = { outputs: resources },
    organization: string | undefined = "acme",
): Promise<() => number> {
    let reads = 0;
    const mocks: pulumi.runtime.Mocks = {
        newResource: ({ name }) => ({ id: name, state: {} }),
        call: () => {
            reads++;
            if (reads <= failures) {
                throw new Error("the backend is busy");
            }
            return answer;
        },
    };
    await pulumi.runtime.setMocks(mocks, "shop", "dev", false, organization);
    return () => reads;
}

beforeEach(() => warn.mockClear());

test("the state is read once in a program", async () => {
    const reads = await startProgram(0);
    const [first, second] = [resourcesInState(), resourcesInState()];
    expect(await first).toEqual(new Map([["urn:of:bucket", { name: "sales" }]]));
    expect(await second).toBe(await first);
    expect(reads()).toBe(1);
});

test("a failed read of the state is repeated", async () => {
    const reads = await startProgram(2);
    expect((await resourcesInState())?.size).toBe(1);
    expect([reads(), warn.mock.calls]).toEqual([3, []]);
});

test("a state that cannot be read is said once", async () => {
    const reads = await startProgram(9);
    expect(await resourcesInState()).toBe(undefined);
    expect(await resourcesInState()).toBe(undefined);
    expect(reads()).toBe(3);
    expect(warn.mock.calls).toEqual([
        [expect.stringMatching(/^The stack's state cannot be read, .*\. the backend is busy$/)],
    ]);
});

test("a new stack has nothing in its state", async () => {
    await startProgram(0, {});
    expect(await resourcesInState()).toEqual(new Map());
});

test("an engine without an answer has no state", async () => {
    await startProgram(0);
    const invoke = (_: object, callback: (error: null, answer: object) => void) =>
        callback(null, { getReturn: () => undefined });
    Object.assign(pulumi.runtime.getMonitor() ?? {}, { invoke });
    expect(await resourcesInState()).toBe(undefined);
    expect(warn.mock.calls).toEqual([]);
});

test("mocks without an organization have no state", async () => {
    const reads = await startProgram(0, {}, "");
    expect(await resourcesInState()).toBe(undefined);
    expect([reads(), warn.mock.calls]).toEqual([0, []]);
});
