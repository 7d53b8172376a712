import { basename } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, type PubSubTopicArgs } from "slipway";
import * as check from "../../../lib/internal/check";
import { registered, rejection } from "../registered";

const place = new RegExp(`^ {4}at test/unit/internal/${basename(__filename)}:\\d+:\\d+$`);
const invalid = { retention: "forever" } as unknown as PubSubTopicArgs;
const problem =
    'PubSubTopic "sales": retention: must be a duration such as "90 seconds" or "7 days" (got "forever"). [value/format]';

/** The error that a program throws. */
async function errorOf(program: () => unknown): Promise<Error> {
    let thrown: unknown;
    await registered(() => {
        try {
            program();
        } catch (error) {
            thrown = error;
        }
    });
    return thrown as Error;
}

/** The line that calls this. */
const currentLine = () => Number(/:(\d+):\d+\)?$/.exec(new Error().stack?.split("\n")[2] ?? "")?.[1]);

test("Pulumi prints only the message of an error of arguments, which ends with the line of the program", async () => {
    const error = await errorOf(() => new PubSubTopic("sales", invalid));
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    const [first, second] = error.message.split("\n");
    expect([first, second]).toEqual([problem, expect.stringMatching(place)]);
    expect(error.message).not.toMatch(/node_modules|node:|lib\//);
});

test("the first line is that of the component, and the next ones call it", async () => {
    let line = 0;
    const create = () => {
        line = currentLine();
        return new PubSubTopic("sales", invalid);
    };
    const { message } = await errorOf(() => create());
    const [, component, caller] = message.split("\n");
    expect([component, caller]).toEqual([expect.stringMatching(place), expect.stringMatching(place)]);
    expect(component).toContain(`:${line + 1}:`);
});

test("the error of a value that resolves later has the line of the program as well", async () => {
    const args = { name: pulumi.output("Sales") };
    const checks = check.options<{ name: pulumi.Input<string> }>({
        name: check.input(check.matching(/^[a-z]+$/, "must be in lower case")),
    });
    const { name } = check.checked("Job", args, checks);
    const error = await rejection(name);
    const [first, second] = error.message.split("\n");
    expect([first, second]).toEqual([
        'Job: name: must be in lower case (got "Sales"). [value/format]',
        expect.stringMatching(place),
    ]);
    expect(pulumi.RunError.isInstance(error)).toBe(true);
});
