import * as pulumi from "@pulumi/pulumi";
import { withChangeWarning } from "../../../lib/internal/changeWarning";
import { errorHook } from "../../../lib/internal/hooks";
import { logged, startProgram } from "../engine";

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
