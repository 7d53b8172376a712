import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Exported } from "./exported";
import type { Workspace } from "./workspace";

/** The last part of a stack's name, which can start with `organization/project/`. */
export const stackName = (stack: string): string => stack.split("/").at(-1) as string;

/** The file with the state of a stack. */
export const stateFile = ({ home, project }: Workspace, stack: string) =>
    join(home, "stacks", ".pulumi", "stacks", project, `${stackName(stack)}.json`);

/** Whether a stack contains resources that Pulumi protects from deletion. */
export function hasProtected(place: Workspace, stack: string): boolean {
    const file = stateFile(place, stack);
    const { checkpoint } = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
    const resources: { protect?: boolean }[] = checkpoint?.latest?.resources ?? [];
    return resources.some(({ protect }) => protect);
}

/** The names of the stacks that were created. */
export function existingStacks(place: Workspace): string[] {
    const folder = dirname(stateFile(place, ""));
    const files = existsSync(folder) ? readdirSync(folder) : [];
    return files.filter((name) => name.endsWith(".json")).map((name) => basename(name, ".json"));
}

/**
 * The resources of a stack after its last deployment; empty if it was not deployed. Reading the state is faster than
 * `pulumi stack export`.
 */
export function resourcesOf(place: Workspace, stack: string): Exported[] {
    const file = stateFile(place, stack);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")).checkpoint.latest?.resources ?? []) : [];
}
