import { readFileSync } from "node:fs";
import type * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../internal/arguments/check";
import * as check from "../../internal/arguments/check";
import type { SourceFile } from "../../internal/sources/listing";
import type { Runtime } from "../runtime";

/** The code of a function, and the arguments of its build. */
export interface Source {
    files: readonly SourceFile[];
    runtime: Runtime;
    entryPoint: string;
    /** The build variable `GOOGLE_FUNCTION_SOURCE`: the file or the folder of the function. */
    main?: pulumi.Input<string>;
}

/** The entry points that a source defines; undefined where only running it could show them. */
export type Names = string[] | undefined;

export function fileAt({ files }: Pick<Source, "files">, path: string): SourceFile | undefined {
    return files.find((file) => file.path === path.replace(/^\.\//, ""));
}

const texts = new WeakMap<SourceFile, string>();

/** The text of a file, which is read once: a changed one is another {@link SourceFile}. */
export function text(source: SourceFile): string {
    const found = texts.get(source) ?? readFileSync(source.file, "utf8");
    texts.set(source, found);
    return found;
}

/** Reports a file that the runtime needs and the source lacks. */
export function missingFile({ files, runtime }: Source, what: string): Problem {
    const paths = listNames(files.map(({ path }) => path));
    return check.problem(
        "source",
        "functions/source-lacks-file",
        `has no ${what}, which ${runtime} needs. It has ${paths}.`,
    );
}

/** Validates that the entry point is one of the names that the source defines. */
export function validateEntryPoint({ entryPoint }: Source, where: string, names: Names): Problem | undefined {
    const reason = `${where} does not define it (got "${entryPoint}"). It defines ${listNames(names ?? [])}.`;
    return check.when(
        names !== undefined && !names.includes(entryPoint),
        "entryPoint",
        "functions/entry-point-not-defined",
        reason,
    );
}

/** Joins the first ten names for an error message. */
export function listNames(names: string[]): string {
    const others = names.length - 10;
    return `${names.slice(0, 10).join(", ") || "nothing"}${others > 0 ? ` and ${others} more` : ""}`;
}
