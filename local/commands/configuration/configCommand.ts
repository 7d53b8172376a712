import type { Workspace } from "../../machine/workspace";
import { flagValues, positionals } from "../flags";
import { hasSecure, parsePath } from "./merge";
import { namespaced, prepareOwnFile, qualified, readStackFile, type StackFiles } from "./stackFiles";

const reading = ["", "get"];
const changing = ["set", "set-all", "rm", "remove", "rm-all", "remove-all"];

/**
 * Returns the file that `slipway local config …` changes: that of the local Google Cloud for secrets, because the secrets provider of
 * the real stack is not called, and for values that are already in it or replace encrypted ones.
 *
 * @returns undefined if the command only reads
 */
export function changedFile(args: string[], files: StackFiles, { project }: Workspace): string | undefined {
    const [, name = "", ...names] = positionals(args);
    if (reading.includes(name)) {
        return undefined;
    }
    if (!changing.includes(name)) {
        throw new Error(
            `'slipway local config' has no '${name}', which needs the secrets provider of the real stack: run 'pulumi config ${name}'.`,
        );
    }
    const isSetting = name.startsWith("set");
    const assigned =
        name === "set-all" ? flagValues(args, "--plaintext").map((each) => each.split("=")[0] as string) : [];
    const keys = [...(name === "set" ? names.slice(0, 1) : names), ...assigned].map((key) =>
        qualified(args.includes("--path") ? String(parsePath(key)[0]) : key, project),
    );
    const [own, shared] = [configOf(files.own, project), configOf(files.shared, project)];
    const isOwn = (key: string) => key in own || (isSetting && hasSecure(shared[key]));
    if (!(isSetting && setsSecret(args)) && !keys.some(isOwn)) {
        return files.shared;
    }
    prepareOwnFile(files.own);
    return files.own;
}

/** `set` has a flag without a value; `set-all` has one with a value, and JSON. */
const setsSecret = (args: string[]) =>
    args.some((argument) => /^--secret(=(?!false$).*)?$/s.test(argument) || /"secret":\s*true/.test(argument));

const configOf = (file: string, project: string) => namespaced(readStackFile(file).config ?? {}, project);
