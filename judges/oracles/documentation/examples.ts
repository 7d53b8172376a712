import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runInNewContext } from "node:vm";
import { transformSync } from "@swc/core";
import ts from "typescript";
import { functions, lookups, types } from "../../../local/simulator/rules/catalogue";
import type { Inputs } from "../../../local/simulator/rules/rules";
import type { Case } from "../judge";

const gcp = require("@pulumi/gcp");
const packageFolder = dirname(require.resolve("@pulumi/gcp/package.json"));

/** An example of the provider's documentation. */
export interface Example extends Case {
    /** The code as the documentation has it. */
    code: string;
    /** The tokens of the resources and functions that it uses, and other packages that it imports. */
    uses: string[];
}

/** The examples in the doc comments of a file of declarations, with their titles. */
function examplesIn(file: string): { title: string; code: string }[] {
    const text = readFileSync(join(packageFolder, file), "utf8");
    const comments = [...text.matchAll(/^\/\*\*\n([\s\S]*?)^ \*\/\n/gm)].map(([, comment]) => comment as string);
    return comments.flatMap((comment) => {
        const lines = comment.replaceAll(/^ \* ?/gm, "").replaceAll("*&#47;", "*/");
        return [...lines.matchAll(/^(?:#+ (.*)\n+)?```typescript\n([\s\S]*?)^```/gm)].map(
            ([, title = "", code = ""]) => ({
                title: title.trim(),
                // The generator escapes backslashes in template literals twice.
                code: code.replaceAll(/`[^`]*`/g, (literal) => literal.replaceAll("\\\\", "\\")),
            }),
        );
    });
}

/** The token of a class or function such as `gcp.pubsub.Topic`. */
function tokenOf(path: string): string {
    const inside = (value: Inputs | undefined, name: string): Inputs | undefined => value?.[name];
    const member = path.split(".").reduce(inside, { gcp });
    return member?.__pulumiType ?? /"(gcp:[^"]+)"/.exec(String(member))?.[1] ?? path;
}

function usedBy(code: string): string[] {
    const packages = [...code.matchAll(/^import .* from "(.*)";$/gm)].map(([, name]) => name as string);
    const members = [...code.matchAll(/\bgcp(?:\.\w+)+(?=[(<])/g)].map(([path]) => tokenOf(path));
    const others = packages.filter((name) => !["@pulumi/pulumi", "@pulumi/gcp"].includes(name));
    return [...new Set([...others, ...members])].sort();
}

const isProvider = (token: string) => token === "pulumi:providers:gcp";

const isKnown = (token: string) => isProvider(token) || token in types || token in functions || token in lookups;

/** All examples, the same ones only once. */
export function allExamples(): Example[] {
    const known = new Set<string>();
    const files = readdirSync(packageFolder, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".d.ts") && !/^(types|node_modules)\//.test(file))
        .sort();
    return files.flatMap((file) => {
        const names = new Map<string, number>();
        return examplesIn(file)
            .filter(({ code }) => !known.has(code) && known.add(code))
            .map(({ title, code }) => {
                const path = file.replace(".d.ts", "");
                const count = (names.get(title) ?? 0) + 1;
                names.set(title, count);
                const name = `${path} ${title}${count > 1 ? ` ${count}` : ""}`.trim();
                return { name, unit: path, service: path.split("/")[0] as string, code, uses: usedBy(code) };
            });
    });
}

/** The examples with resources, of which the local Google Cloud has every type and function. */
export const simulated = (): Example[] =>
    allExamples().filter(({ uses }) => uses.some((token) => token in types) && uses.every(isKnown));

/** The names that each program has. */
const globals = new Set<string>([
    ...runInNewContext("Object.getOwnPropertyNames(globalThis)"),
    "console",
    "process",
    "require",
]);

/** Those that are programs: others refer to resources that they do not declare, or are not TypeScript. */
export function programs(): Example[] {
    const files = new Map(simulated().map((example, index) => [`example${index}.ts`, example]));
    const options: ts.CompilerOptions = { noLib: true, noResolve: true, target: ts.ScriptTarget.ES2022 };
    const host = ts.createCompilerHost(options);
    host.getSourceFile = (name) => {
        const example = files.get(name);
        return example && ts.createSourceFile(name, example.code, ts.ScriptTarget.ES2022);
    };
    const program = ts.createProgram([...files.keys()], options, host);
    // "Cannot find name", "… Did you mean", and "… Do you need to install type definitions for a test runner".
    const cannotFindName = [2304, 2552, 2582];
    const isProgram = (name: string) => {
        const file = program.getSourceFile(name);
        const missing = program.getSemanticDiagnostics(file).filter(({ code, start = 0, length = 0 }) => {
            const text = file?.text.slice(start, start + length) ?? "";
            return cannotFindName.includes(code) && !globals.has(text);
        });
        return program.getSyntacticDiagnostics(file).length === 0 && missing.length === 0;
    };
    return [...files].filter(([name]) => isProgram(name)).map(([, example]) => example);
}

/** The example as a function that runs it. */
export function programOf({ code }: Example): () => unknown {
    const { code: compiled } = transformSync(code, {
        jsc: { parser: { syntax: "typescript" }, target: "es2022" },
        module: { type: "commonjs" },
        isModule: true,
    });
    const run = new Function("exports", "require", "module", compiled);
    return () => {
        const module = { exports: {} as unknown };
        run(module.exports, require, module);
        return typeof module.exports === "function" ? module.exports() : undefined;
    };
}
