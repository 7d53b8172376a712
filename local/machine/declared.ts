import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writePrivate } from "../../lib/privateFiles";
import type { Workspace } from "./workspace";

/** A resource that a file has declared, by its key. */
export interface Declared {
    type: string;
    id: string;
    /** The hash of its inputs, of which secrets are not stored here. */
    hash: string;
}

/** What files have declared, by file and key. */
export type Records = Record<string, Record<string, Declared>>;

const recordsOf = ({ home }: Workspace) => join(home, "declared.json");

export function readDeclared(place: Workspace): Records {
    const file = recordsOf(place);
    return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

/** The file that declares a resource, by type and ID, as `slipway local ls` lists it. */
export function declaredResources(place: Workspace): Map<string, string> {
    const all = Object.entries(readDeclared(place));
    return new Map(
        all.flatMap(([file, own]) =>
            Object.values(own).map(({ type, id }) => [`${type} ${id}`, `declared in ${file}`] as const),
        ),
    );
}

export const writeDeclared = (place: Workspace, records: Records): void =>
    writePrivate(recordsOf(place), JSON.stringify(records));
