import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import * as check from "../arguments/check";
import { filesOf } from "./listing";

/** Checks the path of an existing folder with files, relative to the program's working directory. */
export function folder(): check.Check<string> {
    return check.validText(problemOf);
}

/** Checks the path of an existing file, relative to the program's working directory. */
export function file(): check.Check<string> {
    return check.validText(fileProblem);
}

function fileProblem(path: string): string | undefined {
    const absolute = resolve(path);
    if (!existsSync(absolute)) {
        return `is not a file: ${absolute} does not exist\nThe path is relative to ${process.cwd()}.`;
    }
    return statSync(absolute).isFile() ? undefined : `is not a file: ${absolute} is a folder`;
}

function problemOf(path: string): string | undefined {
    const folder = resolve(path);
    if (!existsSync(folder)) {
        return `is not a folder: ${folder} does not exist\nThe path is relative to ${process.cwd()}.`;
    }
    if (!statSync(folder).isDirectory()) {
        return `is not a folder: ${folder} is a file\nSpecify the folder that contains the file.`;
    }
    try {
        const isEmpty = filesOf(path).length === 0;
        return isEmpty ? `has no files: ${folder} is empty, or .gcloudignore excludes all files` : undefined;
    } catch (error) {
        return `cannot be read: ${(error as Error).message}`;
    }
}
