import type { SourceFile } from "../internal/files";
import { currentOf, languageOf, type StandardRuntime } from "./runtimes";
import { textOf } from "./sourceFiles";

/** The languages that a source shows by a file. */
const shown: [file: RegExp, runtime: StandardRuntime][] = [
    [/^(main\.py|requirements\.txt)$/, "python313"],
    [/^package\.json$/, "nodejs22"],
    [/^go\.mod$/, "go125"],
    [/^(pom\.xml|build\.gradle(\.kts)?)$/, "java21"],
    [/^(composer\.json|index\.php|public\/index\.php)$/, "php84"],
    [/^(Gemfile|config\.ru)$/, "ruby34"],
];

/**
 * The runtime of a source of which none is told; nothing where its files do not show the language. Where they ask for another
 * version than the usual one, it is the first that they take.
 */
export function detectedRuntime(files: SourceFile[]): StandardRuntime | undefined {
    const usual = shown.find(([file]) => files.some(({ path }) => file.test(path)))?.[1];
    const all = usual ? [usual, ...currentOf(languageOf(usual))] : [];
    return (all.find((id) => takes(id, files)) as StandardRuntime | undefined) ?? usual;
}

function takes(id: string, files: SourceFile[]): boolean {
    const version = Number(id.slice(languageOf(id).length));
    if (id.startsWith("nodejs")) {
        return allows(enginesOf(files), version) !== false;
    }
    const [, minor] = /^go\s+1\.(\d+)/m.exec(textOf(files, "go.mod") ?? "") ?? [];
    return !id.startsWith("go") || !(Number(`1${minor}`) > version);
}

/** Which Node.js a package.json asks for; nothing where it does not, or cannot be read. */
export function enginesOf(files: SourceFile[]): string | undefined {
    try {
        return JSON.parse(textOf(files, "package.json") ?? "{}").engines?.node;
    } catch {
        return undefined;
    }
}

/** Whether a simple range has a version of Node.js; nothing of other ranges, which App Engine reads by itself. */
export function allows(range: string | undefined, version: number): boolean | undefined {
    const form = /^(>=|\^|~|=)?\s*v?(\d+)(?:\.[\dxX*]+){0,2}$/;
    const [, operator, asked] = form.exec(String(range).trim()) ?? [];
    return asked === undefined ? undefined : operator === ">=" ? version >= Number(asked) : version === Number(asked);
}
