import { basename } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { withChangeWarning } from "../../../../lib/internal/engine/changeWarning";
import { childrenOf } from "../../../../lib/internal/engine/children";
import { noted } from "../../../../lib/internal/engine/creationNote";
import { errorHook } from "../../../../lib/internal/engine/hooks";
import { logged, startProgram } from "../../engine";

const own = { name: "own" } as pulumi.ResourceHook;
const change = { urn: "urn", id: "", name: "", type: "", oldInputs: { size: 1 }, newInputs: { size: 2 } };

/** The hook of a resource without others. */
function hookOf(warning: Parameters<typeof withChangeWarning<pulumi.ResourceOptions, object>>[2]): pulumi.ResourceHook {
    const { hooks } = withChangeWarning<pulumi.ResourceOptions, object>({}, 'Disk "data"', warning);
    const [hook, ...others] = hooks?.beforeUpdate ?? [];
    expect(others).toEqual([]);
    return hook as pulumi.ResourceHook;
}

test("a change is warned of after the hooks of the program, with its old and new inputs", async () => {
    await startProgram();
    const warn = logged("warn");
    const { hooks, protect } = withChangeWarning<pulumi.ResourceOptions, object>(
        { protect: true, hooks: { beforeUpdate: [own], beforeCreate: [own] } },
        'Disk "data"',
        (component, before, now) => `${component}: ${JSON.stringify([before, now])}`,
    );
    expect([protect, hooks?.beforeCreate, hooks?.beforeUpdate?.[0]]).toEqual([true, [own], own]);
    const [, hook] = hooks?.beforeUpdate ?? [];
    await (hook as pulumi.ResourceHook).callback(change);
    expect([warn, Reflect.get(Object(hook), "opts")]).toEqual([
        ['Disk "data": [{"size":1},{"size":2}]'],
        { onDryRun: true },
    ]);
});

test("a change without a warning is not mentioned", async () => {
    await startProgram();
    const warn = logged("warn");
    await hookOf(() => undefined).callback(change);
    expect(warn).toEqual([]);
});

test("a change that is refused fails the update", async () => {
    await startProgram();
    const hook = hookOf(() => {
        throw new pulumi.RunError("a disk cannot shrink");
    });
    await expect(hook.callback(change)).rejects.toThrow("a disk cannot shrink");
});

test("a change that is refused at preview fails the program, with the line of the component", async () => {
    await startProgram({ preview: true });
    const failures: string[] = [];
    jest.spyOn(Promise, "reject").mockImplementation(async (error) => void failures.push(error.message) as never);
    await hookOf(() => {
        throw new pulumi.RunError("a disk cannot shrink");
    }).callback(change);
    const place = `at test/unit/internal/engine/${basename(__filename)}:`;
    expect(failures).toEqual([expect.stringMatching(new RegExp(`^a disk cannot shrink\n    ${place}`))]);
});

test("an unexpected error fails the preview with its stack", async () => {
    await startProgram({ preview: true });
    const hook = hookOf(() => {
        throw new TypeError("size is not a function");
    });
    await expect(hook.callback(change)).rejects.toThrow(TypeError);
});

test("a component that had no inputs is compared with an empty one", async () => {
    await startProgram();
    const warn = logged("warn");
    const hook = hookOf((_, before, now) => JSON.stringify([before, now]));
    await hook.callback({ ...change, oldInputs: undefined, newInputs: undefined });
    expect(warn).toEqual(["[{},{}]"]);
});

describe("a note of what a default creates", () => {
    const own = { protect: true };
    /** The hooks of two children with a note, and of one with another note. */
    async function hooksOf(preview: boolean, notes: (string | undefined)[]) {
        const { shop } = await startProgram({ preview });
        return notes.map((note) => {
            const [name, args, { parent, protect, hooks }] = noted(childrenOf(shop), note)("topic", "sales", {}, own);
            expect([name, args, parent, protect]).toEqual(["sales", {}, shop, true]);
            return hooks?.beforeCreate as pulumi.ResourceHook[] | undefined;
        });
    }

    test("is printed by a preview, once for all of its resources", async () => {
        const info = logged("info");
        const hooks = await hooksOf(true, ["creates a topic", "creates a topic", "creates a queue"]);
        for (const hook of hooks.flatMap((each) => each ?? [])) {
            await hook.callback(change);
        }
        expect([hooks.map((each) => each?.length), info]).toEqual([
            [1, 1, 1],
            ["creates a topic", "creates a queue"],
        ]);
        expect(hooks[0]?.[0]).toBe(hooks[1]?.[0]);
    });

    test("is not printed by an update, or if there is none", async () => {
        expect([...(await hooksOf(false, ["creates a topic"])), ...(await hooksOf(true, [undefined]))]).toEqual([
            undefined,
            undefined,
        ]);
    });
});

test("components with the same name have hooks with different names", async () => {
    await startProgram();
    const names = [1, 2].map(() => hookOf(() => undefined).name);
    const [first, second] = names.map((name) => Number(/^Disk "data": change (\d+)$/.exec(name)?.[1]));
    expect(Number(second) - Number(first)).toBe(1);
});

test("a hook of errors gets all errors, and the operation is not repeated", async () => {
    await startProgram();
    const got: string[][] = [];
    const hook = errorHook("explain", (errors) => void got.push(errors));
    expect(await hook?.callback({ ...change, errors: ["new", "old"], failedOperation: "create" })).toBe(false);
    expect([got, hook?.name]).toEqual([[["new", "old"]], expect.stringMatching(/^explain \d+$/)]);
});
