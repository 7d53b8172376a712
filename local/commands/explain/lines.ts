import type { Exported } from "../../machine/exported";

/**
 * The line of the program that a resource is there for, such as `index.ts:12`; undefined if the state does not tell, as after an import.
 * A resource that a component creates when something else is known has no line of its own, but its component has one.
 */
export function lineOf(resource: Exported, byUrn: ReadonlyMap<string, Exported>): string | undefined {
    const { sourcePosition, stackTrace = [], parent } = resource;
    const positions = [sourcePosition, ...stackTrace.map((frame) => frame.sourcePosition)];
    const own = positions.map(inProgram).find((line) => line !== undefined);
    const owner = byUrn.get(parent ?? "");
    return own ?? (owner && lineOf(owner, byUrn));
}

/** The line of a position in the folder of the program, and not in a package. */
function inProgram(position: string | undefined): string | undefined {
    const [, file = "", line] = /^project:\/\/\/(.+)#(\d+)/.exec(position ?? "") ?? [];
    const isPackage = file === "" || file.startsWith("../") || /(^|\/)node_modules\//.test(file);
    return isPackage ? undefined : `${decodeURI(file)}:${line}`;
}
