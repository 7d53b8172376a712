import { chmodSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterSteps, type Operation, readResources, remaining } from "../../../local/commands/engine/stackResources";
import { folderOf } from "../folders";
import { printed } from "../printed";

const urn = (name: string) => `urn:pulumi:dev::sales::gcp:pubsub/topic:Topic::${name}`;
const topic = (name: string, retention?: string) => ({
    urn: urn(name),
    type: "gcp:pubsub/topic:Topic",
    inputs: { messageRetentionDuration: retention },
});

test.each<[string[], Operation]>([
    [["same"], "same"],
    [["read"], "same"],
    [["refresh"], "same"],
    [["create"], "create"],
    [["import"], "create"],
    [["update"], "update"],
    [["create-replacement", "replace", "delete-replaced"], "replace"],
    [["delete-replaced", "replace", "create-replacement"], "replace"],
])("the steps %j of a preview are the operation %s", (steps, operation) => {
    const states = { oldState: topic("sales", "60s"), newState: topic("sales", "120s") };
    const { operations, resources } = afterSteps(steps.map((op) => ({ op, urn: urn("sales"), ...states })));
    expect([...operations]).toEqual([[urn("sales"), operation]]);
    expect(resources).toEqual([topic("sales", "120s")]);
});

test("a resource that a preview deletes is last, as it is before", () => {
    const { operations, resources } = afterSteps([
        { op: "delete", urn: urn("old"), oldState: topic("old") },
        { op: "create", urn: urn("new"), newState: topic("new") },
    ]);
    expect(resources).toEqual([topic("new"), topic("old")]);
    expect([...operations.values()]).toEqual(["delete", "create"]);
    expect(remaining({ project: "sales", stack: "dev", resources, operations })).toEqual([topic("new")]);
});

describe("the stack of the user's own backend", () => {
    const before = process.env.PATH;
    afterEach(() => {
        process.env.PATH = before;
    });

    /** A program, and on PATH a `pulumi` that answers with a script. */
    function program(script: string): string {
        const folder = folderOf({ "Pulumi.yaml": "name: sales\nruntime: nodejs\n", pulumi: `#!/bin/sh\n${script}\n` });
        chmodSync(join(folder, "pulumi"), 0o755);
        process.env.PATH = [folder, before].join(delimiter);
        return folder;
    }

    test("is read with pulumi stack export, whose warnings are left out", async () => {
        const state = JSON.stringify({ deployment: { resources: [topic("sales")] } }, undefined, 4);
        const cwd = program(
            `[ "$*" = "stack export --stack dev --non-interactive" ] || exit 1\necho 'warning: {old}' >&2\ncat <<'END'\n${state}\nEND\necho 'warning: {new}' >&2`,
        );
        expect(await readResources({ cwd, stack: "dev", local: false })).toEqual({
            project: "sales",
            stack: "dev",
            resources: [topic("sales")],
        });
    });

    test.each([
        [false, ["reading dev…"]],
        [true, ["reading dev…", "previewing dev…"]],
    ])("is read with progress at a terminal, also with a preview: %j", async (preview, lines) => {
        const cwd = program(`echo '{"deployment":{"resources":[{}]},"steps":[]}'`);
        const { text } = await printed(() => readResources({ cwd, stack: "dev", local: false, preview }), true);
        expect(text).toBe(lines.map((line) => `${line}\n`).join(""));
    });

    test("is the selected one by default", async () => {
        const cwd = program(
            `[ "$2" = --show-name ] && echo acme/prod || echo '{"deployment":{"resources":[{}]}}' | grep prod --`,
        );
        await expect(readResources({ cwd, local: false })).rejects.toThrow("the stack acme/prod could not be read:");
    });

    test.each([
        [
            "no stack is selected",
            "exit 255",
            {},
            "no stack is selected. Name one with '-s dev', or select one with 'pulumi stack select dev'.",
        ],
        [
            "it is empty",
            "echo '{}'",
            { stack: "dev" },
            "the stack dev has no resources. Deploy it with 'pulumi up -s dev', or read what that would create with --preview.",
        ],
        [
            "it cannot be read",
            "echo 'error: no stack named dev' >&2; exit 255",
            { stack: "dev" },
            "the stack dev could not be read:\nerror: no stack named dev",
        ],
        [
            "its preview fails",
            `printf '%s' '{"diagnostics":[{"severity":"info","message":"started"},{"severity":"error","message":"no bucket"}]}'; exit 1`,
            { stack: "dev", preview: true },
            "the preview of the stack dev failed:\nno bucket",
        ],
    ])("is refused if %s", async (_, script, options, message) => {
        const cwd = program(script);
        await expect(readResources({ cwd, local: false, ...options })).rejects.toThrow(new Error(message));
    });

    test("is refused if there is no pulumi", async () => {
        const cwd = program("");
        process.env.PATH = join(cwd, "nothing");
        await expect(readResources({ cwd, stack: "dev", local: false })).rejects.toThrow(
            "pulumi is not on PATH, which reads the stack. Install it: https://www.pulumi.com/docs/install/",
        );
    });
});
