import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { lockFolder, removeStaleLocks } from "../../../local/commands/configuration/staleLocks";
import { startTime } from "../../../local/machine/daemon/processes";
import type { Workspace } from "../../../local/machine/workspace";

const home = mkdtempSync(join(tmpdir(), "slipway-locks-"));
afterAll(() => rmSync(home, { recursive: true }));
const place = { home, project: "shop" } as Workspace;

const started = startTime(process.pid) as number;
/** Larger than the largest ID of a process: https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html */
const gone = 2 ** 22 + 1;

test.each([
    ["whose process has ended is removed", { pid: gone, hostname: hostname() }, 0, []],
    ["of another machine stays", { pid: gone, hostname: "build-7" }, 0, ["lock.json"]],
    ["of a running process stays", { pid: process.pid, hostname: hostname() }, 1000, ["lock.json"]],
    ["whose ID another process has now is removed", { pid: process.pid, hostname: hostname() }, -60_000, []],
])("a lock %s", (_, lock, after, left) => {
    const folder = lockFolder(place, "dev");
    mkdirSync(folder, { recursive: true });
    const timestamp = new Date(started + after).toISOString();
    writeFileSync(join(folder, "lock.json"), JSON.stringify({ ...lock, username: "ada", timestamp }));
    removeStaleLocks(place, "dev");
    expect(readdirSync(folder)).toEqual(left);
});

test("a lock that is being written stays", () => {
    const folder = lockFolder(place, "prod");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "lock.json"), "");
    removeStaleLocks(place, "prod");
    expect(readdirSync(folder)).toEqual(["lock.json"]);
});
