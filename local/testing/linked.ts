import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { type Workspace, workspace } from "../workspace";
import { yaml } from "../yaml";

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
    return workspace(folder, {});
}

/** Writes a stack file with the program's configuration, overridden by the given values. */
export function writeStackFile(source: Workspace, place: Workspace, stack: string, input: StackConfig): void {
    const { stackConfigDir = "." } = yaml().parse(readFileSync(source.file, "utf8"));
    const own = ["yaml", "yml"]
        .map((extension) => join(source.folder, stackConfigDir, `Pulumi.${stack}.${extension}`))
        .find(existsSync);
    // Only the configuration: secrets settings of the real stack do not apply.
    const { config } = (own && yaml().parse(readFileSync(own, "utf8"))) || {};
    const merged = Object.entries({ ...config, ...input }).filter(([, value]) => value !== undefined);
    writeFileSync(join(place.folder, `Pulumi.${stack}.yaml`), yaml().stringify({ config: Object.fromEntries(merged) }));
}
