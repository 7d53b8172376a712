import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isRunning, type Process, processOf, terminate, thisProcess } from "../../../machine/daemon/processes";

/** What a process has outside of its folder. */
interface Record {
    owner: Process;
    /** Child processes that do not end by themselves. */
    children: Process[];
    /** Temporary folders. */
    folders: string[];
}

/**
 * The files of a process that runs Cloud Run, and a record of what else it has on this machine: the next one removes what a killed process
 * leaves.
 */
export class RunFolder {
    readonly path: string;
    private readonly record: Record = { owner: thisProcess(), children: [], folders: [] };

    /** @param cloud the folder of the cloud */
    constructor(cloud: string) {
        removeLeftovers(cloud);
        this.path = join(parentOf(cloud), String(process.pid));
        mkdirSync(this.path, { recursive: true });
        this.write();
    }

    /** Creates a temporary folder, whose path is short enough for sockets. */
    temporary(): string {
        const folder = mkdtempSync(join(tmpdir(), "slipway-run-"));
        this.record.folders.push(folder);
        this.write();
        return folder;
    }

    /** Records a child process, which has to be ended. */
    add(pid: number | undefined): void {
        const child = pid === undefined ? undefined : processOf(pid);
        if (child) {
            this.record.children.push(child);
            this.write();
        }
    }

    /** Ends the child processes, and removes all files. */
    close(): void {
        remove(this.path, this.record);
    }

    private write(): void {
        writeFileSync(join(this.path, recordFile), JSON.stringify(this.record));
    }
}

const recordFile = "process.json";

const parentOf = (cloud: string) => join(dirname(cloud), "run");

/**
 * Removes what killed processes left, except for containers.
 *
 * @param cloud the folder of the cloud
 * @returns whether there was a killed process
 */
export function removeLeftovers(cloud: string): boolean {
    const parent = parentOf(cloud);
    const left = (existsSync(parent) ? readdirSync(parent) : []).filter((name) => {
        const record = readRecord(join(parent, name));
        return record ? !isRunning(record.owner) : !processOf(Number(name));
    });
    for (const name of left) {
        const path = join(parent, name);
        remove(path, readRecord(path));
    }
    return left.length > 0;
}

function readRecord(path: string): Record | undefined {
    try {
        return JSON.parse(readFileSync(join(path, recordFile), "utf8"));
    } catch {
        // Killed before it wrote its record.
        return undefined;
    }
}

function remove(path: string, { children, folders }: Omit<Record, "owner"> = { children: [], folders: [] }): void {
    children.filter(isRunning).forEach(terminate);
    for (const folder of [...folders, path]) {
        rmSync(folder, { recursive: true, force: true });
    }
}
