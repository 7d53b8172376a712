import { readFileSync, statSync } from "node:fs";
import { posix } from "node:path";
import { appEngineLimits } from "../facts/limits/appEngine";
import type { Problem } from "../internal/arguments/check";
import * as check from "../internal/arguments/check";
import type { SourceFile } from "../internal/sources/listing";

/** Finds a file by its path in the source. */
export function findFile(files: readonly SourceFile[], path: string): SourceFile | undefined {
    return files.find((file) => file.path === path);
}

/** Reads the text of a file; undefined if it does not exist. */
export function readText(files: readonly SourceFile[], path: string): string | undefined {
    const found = findFile(files, path);
    return found && readFileSync(found.file, "utf8");
}

/** Formats the paths of a source for an error, at most ten. */
export function formatPaths(files: readonly SourceFile[]): string {
    const paths = files.map(({ path }) => path);
    const others = paths.length - 10;
    return `${paths.slice(0, 10).join(", ") || "nothing"}${others > 0 ? ` and ${others} more` : ""}`;
}

const { files: inVersion, filesPerFolder, file: ofFile } = appEngineLimits.rows;
const megabyte = 1024 * 1024;

/** Checks the {@link https://cloud.google.com/appengine/docs/standard/how-requests-are-handled limits} of a version's files. */
export function sizeProblems(files: readonly SourceFile[]): Problem[] {
    const folders = new Map<string, number>();
    for (const { path } of files) {
        folders.set(posix.dirname(path), (folders.get(posix.dirname(path)) ?? 0) + 1);
    }
    const [folder, count] = [...folders].find(([, found]) => found > filesPerFolder.max) ?? [];
    const large = files.find(({ file }) => statSync(file).size > ofFile.max);
    const size = large && Math.ceil(statSync(large.file).size / megabyte);
    const hint = "List files that the application does not need in .gcloudignore.";
    return [
        check.when(
            files.length > inVersion.max,
            "source",
            "appengine/source-too-many-files",
            `has ${files.length} files, and a version can have ${inVersion.max}. ${hint}`,
        ),
        check.when(
            folder !== undefined,
            "source",
            "appengine/source-too-many-files-in-folder",
            `has ${count} files in ${folder === "." ? "its root" : folder}, and a folder of a version can have ${filesPerFolder.max}. ${hint}`,
        ),
        check.when(
            large,
            "source",
            "appengine/source-file-too-large",
            `has the file ${large?.path} of ${size} MB, and files have 32 MB at most. Keep it in a bucket, or list it in .gcloudignore.`,
        ),
    ].filter((problem) => problem !== undefined);
}
