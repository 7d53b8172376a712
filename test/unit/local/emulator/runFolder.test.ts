import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processOf, thisProcess } from "../../../../local/machine/daemon/processes";
import { RunFolder, removeLeftovers } from "../../../../local/runtime/emulator/containers/runFolder";

let home: string;
beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "slipway-run-folder-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const cloud = () => join(home, "cloud");

/** A process that ends only by a signal. */
function sleeping(): { pid: number; ended: Promise<unknown> } {
    const child = spawn("sleep", ["60"], { stdio: "ignore" });
    return {
        pid: child.pid as number,
        ended: new Promise((resolve) => child.on("close", (_, signal) => resolve(signal))),
    };
}

test("a closed folder leaves neither files nor child processes", async () => {
    const folder = new RunFolder(cloud());
    const temporary = folder.temporary();
    const { pid, ended } = sleeping();
    folder.add(pid);
    expect(removeLeftovers(cloud())).toBe(false);
    expect([existsSync(temporary), existsSync(folder.path)]).toEqual([true, true]);
    folder.close();
    expect(await ended).toBe("SIGTERM");
    expect([existsSync(temporary), existsSync(folder.path)]).toEqual([false, false]);
});

test("the next process removes what a killed one left, and nothing of other processes", async () => {
    const [left, other] = [sleeping(), sleeping()];
    const temporary = join(home, "temporary");
    mkdirSync(temporary);
    const record = (name: string, owner: object, children: object[]) => {
        mkdirSync(join(home, "run", name), { recursive: true });
        writeFileSync(
            join(home, "run", name, "process.json"),
            JSON.stringify({ owner, children, folders: [temporary] }),
        );
    };
    // The ID of the killed process, and that of a child that has ended, belong to other processes now.
    const reused = { pid: other.pid, started: "before" };
    record(String(other.pid), reused, [processOf(left.pid) as object, reused]);
    mkdirSync(join(home, "run", "999999999"));
    const folder = new RunFolder(cloud());
    expect(await left.ended).toBe("SIGTERM");
    expect(readdirSync(join(home, "run"))).toEqual([String(thisProcess().pid)]);
    expect([existsSync(temporary), processOf(other.pid) !== undefined]).toEqual([false, true]);
    folder.close();
    process.kill(other.pid);
    expect(await other.ended).toBe("SIGTERM");
});
