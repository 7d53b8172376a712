import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { type Workspace, workspace } from "../workspace";
import { yaml } from "../yaml";

/** Values of a stack's configuration by their key, such as `gcp:project`. */
export type StackConfig = Record<string, unknown>;

/**
 * A workspace of its own for a program that stays where it is: its project file is written anew, its code is linked. So
 * several of them deploy one program at the same time, and none leaves a trace in the program's folder.
 */
export function linked(source: Workspace, folder: string): Workspace {
    const { main = ".", stackConfigDir: _, ...project } = yaml().parse(readFileSync(source.file, "utf8"));
    mkdirSync(folder, { recursive: true });
    // Pulumi wants the program below its project file. On Windows a junction needs no rights.
    symlinkSync(source.folder, join(folder, "program"), "junction");
    const below = posix.join("program", main.split(sep).join("/"));
    writeFileSync(join(folder, "Pulumi.yaml"), yaml().stringify({ ...project, main: below }));
    return workspace(folder, {});
}

/** Writes the file of a stack: the configuration that the program has for it and, over that, what is given. */
export function writeStackFile(source: Workspace, place: Workspace, stack: string, given: StackConfig): void {
    const { stackConfigDir = "." } = yaml().parse(readFileSync(source.file, "utf8"));
    const own = ["yaml", "yml"]
        .map((extension) => join(source.folder, stackConfigDir, `Pulumi.${stack}.${extension}`))
        .find(existsSync);
    // Nothing but the configuration: how the real stack keeps its secrets is no matter of this one.
    const { config } = (own && yaml().parse(readFileSync(own, "utf8"))) || {};
    const merged = Object.entries({ ...config, ...given }).filter(([, value]) => value !== undefined);
    writeFileSync(join(place.folder, `Pulumi.${stack}.yaml`), yaml().stringify({ config: Object.fromEntries(merged) }));
}
