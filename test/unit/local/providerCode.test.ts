import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suppressionsOf, withPlanRules } from "../../../local/simulator/provider/plan";
import { types } from "../../../local/simulator/rules/catalogue";
import { type Code, providerCode } from "../../../local/simulator/rules/plan/code";
import { withoutRule } from "../../../local/simulator/rules/plan/reasons";
import { belowBlocks, suppressionOf, suppressions } from "../../../local/simulator/rules/plan/suppressions";
import { installed, root } from "./world";

const code = Object.entries(providerCode());

/** The tokens of the resources that the library constructs, by the imports of their classes. */
function created(): string[] {
    const lib = join(root, "lib");
    const files = readdirSync(lib, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const found = files.flatMap((file) => {
        const text = readFileSync(join(lib, file), "utf8");
        return [...text.matchAll(/^import \{([^}]*)\} from "@pulumi\/gcp\/([^"]+)";$/gm)].flatMap(
            ([, names = "", path]) =>
                names
                    .split(",")
                    .map((name) => name.trim())
                    .filter((name) => /^[A-Z]/.test(name) && path !== "provider")
                    .map(() => readFileSync(join(installed.folder, `${path}.js`), "utf8"))
                    .map((source) => /__pulumiType = '([^']+)'/.exec(source)?.[1] ?? `no token in ${path}`),
        );
    });
    return [...new Set(found)].sort();
}

/** All functions of a type, with the path of the property that they are for. */
const functionsOf = ({ customizeDiff = [], suppress = {}, state = {}, validate = {} }: Code) => ({
    customizeDiff: customizeDiff.map((name) => ({ path: "", name })),
    suppress: Object.entries(suppress).map(([path, name]) => ({ path, name })),
    state: Object.entries(state).map(([path, name]) => ({ path, name })),
    validate: Object.entries(validate).flatMap(([path, names]) => names.map((name) => ({ path, name }))),
});

test("all types that have rules or that components create are in the list of the provider's functions", () => {
    expect(code.map(([token]) => token)).toEqual([...new Set([...Object.keys(types), ...created()])].sort());
});

describe.each(code)("%s", (token, functions) => {
    const { plan = {}, normalize = {}, same = {}, validators = {} } = types[token] ?? {};
    const all = functionsOf(functions);

    test("has a rule, or a reason why it needs none, for each function that checks or changes its plan", () => {
        const names = all.customizeDiff.map(({ name }) => name).filter((name) => !(name in plan));
        expect(names.filter((name) => withoutRule[name] === undefined)).toEqual([]);
        // A rule for a function that the type does not have is a mistake.
        const own = functions.customizeDiff ?? [];
        expect(Object.keys(plan).filter((name) => !own.includes(name))).toEqual([]);
    });

    test("has a rule, or a reason why it needs none, for each function that compares, normalizes or validates a value", () => {
        const has = {
            suppress: ({ name }: { name: string }) => suppressionOf(name) !== undefined || belowBlocks(name).length > 0,
            state: ({ path }: { path: string }) => path in normalize || path in same,
            validate: ({ path }: { path: string }) => path in validators,
        };
        const missing = (["suppress", "state", "validate"] as const).flatMap((kind) =>
            all[kind].filter((row) => !has[kind](row)).map(({ path, name }) => `${kind} ${path}: ${name}`),
        );
        expect(missing.filter((row) => withoutRule[row.replace(/^.*?: /, "")] === undefined)).toEqual([]);
    });
});

test("no rule and no reason is left over", () => {
    const names = new Set(
        code.flatMap(([, functions]) =>
            Object.values(functionsOf(functions)).flatMap((rows) => rows.map(({ name }) => name)),
        ),
    );
    const functions = suppressions.map((name) => (names.has(name) ? name : name.replace(/\.[\w-]+$/, "")));
    expect([...functions, ...Object.keys(withoutRule)].filter((name) => !names.has(name))).toEqual([]);
    const withBoth = code.flatMap(([token]) => Object.keys(types[token]?.plan ?? {}));
    expect([...suppressions, ...withBoth].filter((name) => withoutRule[name] !== undefined)).toEqual([]);
});

test("no type has a comparison that the provider's own one replaces", () => {
    const rows = Object.entries(types).flatMap(([token, rules]) => {
        const { normalize = {}, same = {} } = withPlanRules(rules);
        const replaced = Object.keys(suppressionsOf(token)).filter((path) => path in normalize || path in same);
        return replaced.map((path) => `${token} ${path}`);
    });
    expect(rows).toEqual([]);
});

test("each reason is a sentence", () => {
    for (const reason of Object.values(withoutRule)) {
        expect(reason).toMatch(/^[A-Z].{20,}\.$/);
    }
});
