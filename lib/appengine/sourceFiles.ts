import { readFileSync, statSync } from "node:fs";
import { posix } from "node:path";
import type { Problem } from "../internal/check";
import type { SourceFile } from "../internal/files";

/** A file by its path in the source. */
export function fileAt(files: SourceFile[], path: string): SourceFile | undefined {
    return files.find((file) => file.path === path);
}

/** The text of a file; nothing where there is none. */
export function textOf(files: SourceFile[], path: string): string | undefined {
    const found = fileAt(files, path);
    return found && readFileSync(found.file, "utf8");
}

/** What a source has, in an error, which stays readable for a large one. */
export function listed(files: SourceFile[]): string {
    const paths = files.map(({ path }) => path);
    const others = paths.length - 10;
    return `${paths.slice(0, 10).join(", ") || "nothing"}${others > 0 ? ` and ${others} more` : ""}`;
}

const mostFiles = 10_000;
const mostInFolder = 1000;
const megabyte = 1024 * 1024;
const mostBytes = 32 * megabyte;

/** "How requests are handled": quotas and limits of the files of a version. */
export function sizeProblems(files: SourceFile[]): Problem[] {
    const folders = new Map<string, number>();
    for (const { path } of files) {
        folders.set(posix.dirname(path), (folders.get(posix.dirname(path)) ?? 0) + 1);
    }
    const full = [...folders].find(([, count]) => count > mostInFolder);
    const large = files.find(({ file }) => statSync(file).size > mostBytes);
    const how = "Name in .gcloudignore what the application does not need.";
    const reasons = [
        files.length > mostFiles && `has ${files.length} files, and a version ${mostFiles} at most. ${how}`,
        full &&
            `has ${full[1]} files in ${full[0] === "." ? "its root" : full[0]}, and a folder of a version ${mostInFolder} at most. ${how}`,
        large &&
            `has the file ${large.path} of ${Math.ceil(statSync(large.file).size / megabyte)} MB, and files have 32 MB at most. Keep it in a bucket, or name it in .gcloudignore.`,
    ];
    return reasons.flatMap((reason) => (reason ? [{ path: "source", reason }] : []));
}
