import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { processOf } from "../../../../local/machine/daemon/processes";
import { releasePort, takePort } from "../../../../local/runtime/emulator/containers/ports";
import { cache } from "../../../../local/toolchain/paths";

const folder = join(dirname(cache()), "ports");

/** Takes a port as another process does. */
function takenBy(owner: object, port: number): string {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, String(port));
    writeFileSync(file, JSON.stringify(owner));
    return file;
}

test("a port is taken once, until it is released", async () => {
    const port = await takePort();
    const other = await takePort(port);
    expect(other).not.toBe(port);
    releasePort(port);
    expect(await takePort(port)).toBe(port);
    releasePort(port);
    releasePort(other);
});

test("a port that another running process has taken is not taken, also if nothing listens yet", async () => {
    const free = await takePort();
    releasePort(free);
    const file = takenBy(processOf(process.ppid) as object, free);
    const port = await takePort(free);
    expect([port === free, existsSync(file)]).toEqual([false, true]);
    releasePort(port);
    releasePort(free);
});

test("a port of a process that was killed is taken again", async () => {
    const free = await takePort();
    releasePort(free);
    takenBy({ pid: process.pid, started: "before" }, free);
    expect(await takePort(free)).toBe(free);
    releasePort(free);
});
