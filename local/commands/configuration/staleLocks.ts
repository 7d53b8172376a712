import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { processOf, startTime } from "../../machine/daemon/processes";
import { stackName } from "../../machine/stacks";
import type { Workspace } from "../../machine/workspace";

/**
 * The content of a lock of Pulumi's file backend: `lockContent` in
 * https://github.com/pulumi/pulumi/blob/v3.259.0/pkg/backend/diy/lock.go
 */
interface Lock {
    pid: number;
    hostname: string;
    timestamp: string;
}

/** The folder with the locks of a stack. */
export const lockFolder = ({ home, project }: Workspace, stack: string) =>
    join(home, "stacks", ".pulumi", "locks", "organization", project, stackName(stack));

/** Whether a command changes a stack, or was killed on another machine before it removed its lock. */
export function isLocked(place: Workspace, stack: string): boolean {
    const folder = lockFolder(place, stack);
    return existsSync(folder) && readdirSync(folder).length > 0;
}

/**
 * Removes the locks that killed commands of this machine left on a local stack. The stack belongs to the local Google Cloud: backends of
 * users are never changed.
 */
export function removeStaleLocks(place: Workspace, stack: string): void {
    const folder = lockFolder(place, stack);
    for (const name of existsSync(folder) ? readdirSync(folder) : []) {
        const file = join(folder, name);
        if (isStale(file)) {
            rmSync(file, { force: true });
        }
    }
}

/** The precision of start times and of the lock's. */
const toleranceMs = 2000;

/** Whether the process that wrote a lock has ended. Another process that has its ID now started after the lock was written. */
function isStale(file: string): boolean {
    let lock: Lock;
    try {
        lock = JSON.parse(readFileSync(file, "utf8"));
    } catch {
        // It is being written or removed.
        return false;
    }
    if (lock.hostname !== hostname()) {
        return false;
    }
    const started = startTime(lock.pid);
    return processOf(lock.pid) === undefined || (started ?? 0) > Date.parse(lock.timestamp) + toleranceMs;
}
