import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { stacksWithFile } from "../../lib/project";
import { hasSecure } from "../commands/configuration/merge";
import { readStackFile, stackFiles } from "../commands/configuration/stackFiles";
import { type Workspace, workspace } from "../machine/workspace";
import { yaml } from "../machine/yaml";

/** Configuration values of a stack by key, such as `gcp:project`. */
export type StackConfig = Record<string, unknown>;

/**
 * Creates a workspace for a program in another folder, with a new project file and a link to the code, so that several
 * workspaces can deploy a program in parallel without changing its folder.
 */
export function linkProgram(source: Workspace, folder: string): Workspace {
    const { main = ".", stackConfigDir: _, ...project } = yaml().parse(readFileSync(source.file, "utf8"));
    mkdirSync(folder, { recursive: true });
    // Pulumi requires the program below its project file. On Windows, junctions need no permissions.
    symlinkSync(source.folder, join(folder, "program"), "junction");
    const below = posix.join("program", main.split(sep).join("/"));
    writeFileSync(join(folder, "Pulumi.yaml"), yaml().stringify({ ...project, main: below }));
    const place = workspace(folder, {});
    // A stack reads the projects of the others in their files.
    for (const stack of stacksWithFile(source)) {
        copyFileSync(stackFiles(source, stack).shared, stackFiles(place, stack).shared);
    }
    return place;
}

/**
 * Writes a stack file with the program's configuration, overridden by the given values. Values that replace encrypted ones are written
 * to the file for the local Google Cloud, so that they are secret as well.
 */
export function writeStackFile(source: Workspace, place: Workspace, stack: string, input: StackConfig): void {
    const { config = {}, ...settings } = readStackFile(stackFiles(source, stack).shared);
    const given = Object.entries(input).filter(([, value]) => value !== undefined);
    const replaces = ([key]: [string, unknown]) => hasSecure(config[key]);
    const kept = Object.entries(config).filter(
        ([key]) => !(key in input) || (replaces([key, 0]) && input[key] !== undefined),
    );
    const shared = { ...Object.fromEntries(kept), ...Object.fromEntries(given.filter((each) => !replaces(each))) };
    const files = stackFiles(place, stack);
    // The secrets settings are those of the real stack, and tell how its values are encrypted.
    writeFileSync(files.shared, yaml().stringify({ ...(hasSecure(shared) && settings), config: shared }));
    writeFileSync(files.own, yaml().stringify({ config: Object.fromEntries(given.filter(replaces)) }));
}
