import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writePrivate } from "../../../lib/privateFiles";
import { isRunning, type Process, thisProcess } from "../../machine/daemon/processes";
import type { Workspace } from "../../machine/workspace";

/** What a running `slipway dev` or `slipway local serve` leaves for other commands of this user. */
export interface Served extends Process {
    /** The address of its console, with the token. */
    console: string;
}

const folderOf = ({ home }: Pick<Workspace, "home">) => join(home, "served");

/** Records that this process serves a program; returns the function that removes the record. */
export function recordServed(place: Pick<Workspace, "home">, console: string): () => void {
    const file = join(folderOf(place), `${process.pid}.json`);
    writePrivate(file, JSON.stringify({ ...thisProcess(), console } satisfies Served));
    return () => rmSync(file, { force: true });
}

/** The processes that serve a program. The records of killed ones are removed. */
export function servedOf(place: Pick<Workspace, "home">): Served[] {
    const folder = folderOf(place);
    const files = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => name.endsWith(".json"));
    return files.flatMap((name) => {
        const file = join(folder, name);
        const served = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Served) : undefined;
        if (served && !isRunning(served)) {
            rmSync(file, { force: true });
        }
        return served && isRunning(served) ? [served] : [];
    });
}
