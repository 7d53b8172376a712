import * as pulumi from "@pulumi/pulumi";
import { adviceIn, followed, isPlain, linesOf, literalValue } from "./advice";
import type { Case } from "./advisedBalancers";
import { cases } from "./advisedPrograms";
import { registered } from "./registered";

/** Arguments with the components of this run in the place of those of an earlier one. */
function ofThisRun(others: unknown, args: unknown): unknown {
    if (pulumi.Resource.isInstance(others)) {
        return pulumi.Resource.isInstance(args) ? args : others;
    }
    return isPlain(others)
        ? Object.fromEntries(Object.entries(others).map(([key, part]) => [key, ofThisRun(part, Object(args)[key])]))
        : others;
}

/** Runs a program with other arguments of a component, and returns its error, with the arguments that its components had. */
async function attempt({ program, stack }: Case, title = "", others?: unknown) {
    const seen = new Map<string, unknown>();
    let error: unknown;
    const given = (component: string, args: object) => {
        const used = component === title ? (ofThisRun(others, args) as object) : args;
        seen.set(component, used);
        return used;
    };
    const run = () =>
        program((Component, name, args = {}) => {
            const used = given(`${Component.name} "${name}"`, args);
            return new Component(name, used as never);
        });
    await registered(run, stack).catch((caught: unknown) => {
        error = caught;
    });
    if (error !== undefined && !pulumi.RunError.isInstance(error)) {
        throw error;
    }
    return { seen, lines: error ? linesOf(error.message) : [] };
}

beforeEach(() => {
    jest.spyOn(pulumi.log, "warn").mockResolvedValue();
});
afterEach(() => jest.restoreAllMocks());

test.each(Object.entries(cases))("%s is not refused again by who follows it", async (id, each) => {
    const { lines, seen } = await attempt(each);
    const line = lines.find((one) => one.id === id);
    expect(line).toBeDefined();
    const { component, path, text } = line as NonNullable<typeof line>;
    const followable = adviceIn(text).filter(
        ({ literal }) => literal === undefined || literalValue(literal) !== undefined,
    );
    expect(followable).not.toEqual([]);
    for (const advice of followable) {
        const title = advice.literal === undefined ? component : (each.of ?? component);
        const problems: string[] = [];
        let isAccepted = false;
        for (const args of followed(seen.get(title), title === component ? path : "", advice)) {
            const next = await attempt(each, title, args);
            // What was refused before, elsewhere, is not about this.
            const again = next.lines.filter(
                (one) => (one.id === id && one.path === path) || !lines.some((old) => old.id === one.id),
            );
            isAccepted = again.length === 0;
            if (isAccepted) {
                break;
            }
            problems.push(...again.map((one) => `${one.path}: ${one.text}`));
        }
        expect({ advice: advice.words, problems: isAccepted ? [] : problems, isAccepted }).toEqual({
            advice: advice.words,
            problems: [],
            isAccepted: true,
        });
    }
});
