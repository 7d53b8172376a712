import { readFileSync } from "node:fs";
import type * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../internal/check";
import type { SourceFile } from "../../internal/files";
import type { Runtime } from "../runtime";

/** The code of a function, and how it is built. */
export interface Source {
    files: SourceFile[];
    runtime: Runtime;
    entryPoint: string;
    /** What `GOOGLE_FUNCTION_SOURCE` names among the build's variables: the file or the folder of the function. */
    main?: pulumi.Input<string>;
}

/** The names that a source offers as entry points; `undefined` where only running it could tell. */
export type Names = string[] | undefined;

export function fileAt({ files }: Pick<Source, "files">, path: string): SourceFile | undefined {
    return files.find((file) => file.path === path.replace(/^\.\//, ""));
}

export function text({ file }: SourceFile): string {
    return readFileSync(file, "utf8");
}

/** The problem of a source that lacks what its runtime starts with. */
export function missing({ files, runtime }: Source, what: string): Problem {
    const paths = listed(files.map(({ path }) => path));
    return { path: "source", reason: `has no ${what}, which ${runtime} needs. It has ${paths}.` };
}

/** The problem of an entry point that is none of those which the source offers. */
export function undefinedEntryPoint({ entryPoint }: Source, where: string, names: Names): Problem | undefined {
    const reason = `${where} does not define it (got "${entryPoint}"). It defines ${listed(names ?? [])}.`;
    return names === undefined || names.includes(entryPoint) ? undefined : { path: "entryPoint", reason };
}

/** Names in an error, which stays readable for a large source. */
export function listed(names: string[]): string {
    const others = names.length - 10;
    return `${names.slice(0, 10).join(", ") || "nothing"}${others > 0 ? ` and ${others} more` : ""}`;
}
