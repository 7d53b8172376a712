import * as pulumi from "@pulumi/pulumi";
import { safeParse } from "valibot";
import * as check from "../../../../lib/internal/arguments/check";
import { rejection } from "../../registered";

const runtimes = ["python313", "python314"];
const runtime = check.listed(
    (value) => runtimes.includes(value),
    /^python\d+$/,
    `must be one of ${runtimes.join(", ")}`,
);
const checked = (args: object) =>
    check.checked(
        'Job "nightly"',
        args,
        check.options({ ...check.allowUnlistedArgs, runtime: check.input(runtime) } as never),
    ) as { runtime: pulumi.Output<string> };

const warnings = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
beforeEach(() => warnings.mockClear());

const hint = "If Google Cloud added it since, update slipway or set allowUnlisted: true.";
const refusal = `Job "nightly": runtime: must be one of python313, python314 (got "python399"). ${hint}`;
const warning =
    'Job "nightly": runtime: must be one of python313, python314 (got "python399"). It is passed on because of allowUnlisted.';

test("a listed value passes without a warning", () => {
    expect(checked({ runtime: "python314" })).toEqual({ runtime: "python314" });
    expect(warnings).not.toHaveBeenCalled();
});

test.each([undefined, false])(
    "an unlisted value is refused, with a way out, when allowUnlisted is %p",
    (allowUnlisted) => {
        expect(() => checked({ runtime: "python399", allowUnlisted })).toThrow(refusal);
    },
);

test("allowUnlisted accepts an unlisted value in a valid format with a warning", () => {
    expect(checked({ runtime: "python399", allowUnlisted: true })).toMatchObject({ runtime: "python399" });
    expect(warnings.mock.calls).toEqual([[warning]]);
});

test("allowUnlisted does not accept a value in another format", () => {
    expect(() => checked({ runtime: "cobol", allowUnlisted: true })).toThrow(
        /^Job "nightly": runtime: must be one of python313, python314 \(got "cobol"\)\. \[value\/not-one-of\]$/m,
    );
});

test("a value that is no text has one problem", () => {
    expect(safeParse(runtime, 399).issues?.map(({ message }) => message)).toEqual(["must be a string"]);
});

test("what no check changes stays the same object", () => {
    const size = { cpu: [1, 2] };
    const args = check.options<{ size: object }>({ size: check.custom(() => true, "") });
    expect(check.checked("Job", { size }, args).size).toBe(size);
});

test("the error of an unknown option names the others, up to twelve of them", () => {
    const known = (count: number) => Array.from({ length: count }, (_, index) => `option${index}`);
    expect(check.unknownOption("x", [])).toBe('unknown option "x"; there are none');
    expect(check.unknownOption("x", known(1))).toBe('unknown option "x"; the only option is option0');
    expect(check.unknownOption("x", known(12))).toBe(`unknown option "x"; the options are ${known(12).join(", ")}`);
    expect(check.unknownOption("x", known(13))).toBe('unknown option "x"');
});

test.each([
    ["topic", 'unknown option "topic"\nPass it to the subscription.'],
    ["constructor", 'unknown option "constructor"; the only option is size'],
])("the unknown option %s has its own hint, if there is one", (name, problem) => {
    const args = check.explainedOptions<{ size?: number }>(
        { topic: "Pass it to the subscription." },
        { size: check.whole(1, 3) },
    );
    expect(safeParse(args, { [name]: 1 }).issues?.map(({ message }) => message)).toEqual([problem]);
});

test("an output is checked in the same way once its value is known", async () => {
    const resolved = checked({ runtime: pulumi.output("python399"), allowUnlisted: true });
    const value = await new Promise((resolve) => resolved.runtime.apply(resolve));
    expect(value).toBe("python399");
    expect(warnings.mock.calls).toEqual([[warning]]);
});

test("the value of an output that is a secret is not in the error", async () => {
    const resolved = checked({ runtime: pulumi.secret("canary") });
    const { message } = await rejection(resolved.runtime);
    expect(message).toContain("runtime: must be one of python313, python314 (got a secret).");
    expect(message).not.toContain("canary");
    expect((await rejection(checked({ runtime: pulumi.output("cobol") }).runtime)).message).toContain('(got "cobol")');
});

test.each<[number, "characters" | "bytes", string, string | undefined]>([
    [3, "characters", "äöü", undefined],
    [3, "characters", "💡💡💡", undefined],
    [3, "characters", "abcd", 'name: must have 3 characters at most (got "abcd").'],
    [4, "bytes", "äö", undefined],
    [3, "bytes", "äö", 'name: must have 3 bytes at most (got "äö").'],
])("a text of %d %s at most can be %s: %s", (max, unit, name, problem) => {
    const args = check.options<{ name: string }>({ name: check.pipe(check.text(), check.longest(max, unit)) });
    const run = () => check.checked("Job", { name }, args);
    if (problem === undefined) {
        expect(run()).toEqual({ name });
    } else {
        expect(run).toThrow(problem);
    }
});

test.each([
    [check.percentage(), [0, 0.5, 100], [-0.1, 100.1, "50", true, null], "must be a percentage, from 0 to 100"],
    [check.whole(1, 3), [1, 3], [0, 4, 1.5, "2"], "must be a whole number from 1 to 3"],
    [check.whole(1, 3, "CPUs"), [1, 3], [0, 4], "must be a whole number from 1 to 3 CPUs"],
    [check.limit({ max: 3, unit: "CPUs" }), [0, 3], [-1, 4], "must be a whole number from 0 to 3 CPUs"],
])("a number is within bounds, which are allowed themselves", (bounds, valid, invalid, problem) => {
    const problems = (values: unknown[]) => values.map((value) => safeParse(bounds, value).issues?.[0]?.message);
    expect(problems(valid)).toEqual(valid.map(() => undefined));
    expect(problems(invalid)).toEqual(invalid.map(() => problem));
});

test("a list and an object have a largest number of items", () => {
    const most = check.atMost({ max: 2, unit: "queues" });
    const problem = (value: object) =>
        safeParse(
            check.pipe(
                check.custom(() => true, ""),
                most as never,
            ),
            value,
        ).issues?.[0]?.message;
    expect([problem([1, 2]), problem({ a: 1, b: 2 })]).toEqual([undefined, undefined]);
    expect([problem([1, 2, 3]), problem({ a: 1, b: 2, c: 3 })]).toEqual(Array(2).fill("there can be 2 queues at most"));
});

test("unknown options are refused together with a choice of several that is missing, and with combinations of what is valid", async () => {
    const shape = check.options<{ min: number; max: number; inner?: { a?: string } }>(
        {
            min: check.whole(1, 9),
            max: check.whole(1, 9),
            inner: check.options<{ a?: string }>({ a: check.text() }),
        },
        "min",
        "max",
    );
    const together = ({ min, max }: { min: number; max: number }) => [
        check.when(min > max, "min", "value/refused", `must not be above ${max}.`),
    ];
    const made = (args: object) => () =>
        check.checked('Job "j"', args as { min: number; max: number }, shape, together);
    const lines = (use: () => unknown) => {
        try {
            use();
        } catch (error) {
            return (error as Error).message.split("\n").filter((line) => !/^ +at /.test(line));
        }
        return [];
    };
    const unknown = 'Job "j": inner.b: unknown option "b"; the only option is a. [value/unknown-option]';
    expect(lines(made({ min: 3, max: 2, inner: { a: "x", b: 1 } }))).toEqual([
        unknown,
        'Job "j": min: must not be above 2. [value/refused]',
    ]);
    expect(lines(made({ min: 1, max: 2, inner: { b: 1 } }))).toEqual([unknown]);
    const choice = check.variant({
        one: check.options<{ one: string; size?: number }>({ one: check.text(), size: check.whole(1, 2) }, "one"),
        other: check.options<{ other: string }>({ other: check.text() }, "other"),
    });
    expect(lines(() => check.checked('Job "j"', { sizes: 1, sort: "b" } as never, choice))).toEqual([
        'Job "j": must have exactly one of one, other (got { sizes: 1, sort: "b" }). [value/refused]',
        'Job "j": sizes: unknown option "sizes"; did you mean "size"? [value/unknown-option]',
        'Job "j": sort: unknown option "sort"; the options are one, size, other. [value/unknown-option]',
    ]);
});
