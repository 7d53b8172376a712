import { Command } from "commander";
import { ended, examples, hasColors, prepared, progress, UsageError } from "../../lib/commandLine";
import { printed } from "./printed";

/** A command whose action fails with an error, or has an option that refuses its value. */
function failing(error?: Error): Command {
    const command = new Command("sales").option("--port <number>", "port", () => {
        throw new UsageError("--port must be a number.");
    });
    command.command("list").action(() => {
        if (error) {
            throw error;
        }
    });
    return prepared(command);
}

const parsed = (command: Command, ...args: string[]) =>
    printed(() => ended(command.parseAsync(args, { from: "user" })));

test.each<[string, string[], Error | undefined, number | undefined, string]>([
    ["succeeds", ["list"], undefined, undefined, ""],
    ["fails", ["list"], new Error("no program."), 1, "slipway: no program.\n"],
    ["is used in a wrong way", ["list"], new UsageError("no ID."), 2, "slipway: no ID.\n"],
    ["has a wrong value of an option", ["--port", "x"], undefined, 2, "slipway: --port must be a number.\n"],
    [
        "has an unknown option",
        ["list", "--all"],
        undefined,
        2,
        "slipway: unknown option '--all'\nRun 'sales list --help' for its options and arguments.\n",
    ],
])("a command that %s has its exit code, and its error on stderr", async (_, args, error, code, text) => {
    expect(await parsed(failing(error), ...args)).toEqual({ code, text });
});

test.each([
    [true, {}, true],
    [true, { NO_COLOR: "" }, true],
    [true, { NO_COLOR: "1" }, false],
    [undefined, {}, false],
])("colors of a stream with isTTY %j and the environment %j: %j", (isTTY, env, expected) => {
    expect(hasColors({ isTTY }, env)).toBe(expected);
});

test("progress is printed at a terminal only", async () => {
    const call = () => progress("packing…");
    expect([(await printed(call, true)).text, (await printed(call, false)).text]).toEqual(["packing…\n", ""]);
});

test("examples are aligned", () => {
    expect(examples({ "slipway ls": "list", "slipway show x": "show" })).toBe(
        "\nExamples:\n  slipway ls      list\n  slipway show x  show",
    );
});
