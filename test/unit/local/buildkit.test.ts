import { chmodSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runcOn } from "../../../local/docker/buildkitDaemon";
import { folderOf } from "../folders";

const machine = { platform: "linux", user: 0, path: "/nowhere", system: [] };

test("runc is found on PATH, or where Debian has it", () => {
    const folder = folderOf({ runc: "" });
    const file = join(folder, "runc");
    chmodSync(file, 0o755);
    expect(runcOn({ ...machine, path: `/nowhere${delimiter}${folder}` })).toBe(file);
    expect(runcOn({ ...machine, system: [folder] })).toBe(file);
});

test.each([
    [
        "without runc",
        machine,
        "images are built by BuildKit, which needs runc, and there is no 'runc' on PATH. Install it:\n    Debian, Ubuntu: apt-get install runc\n",
    ],
    [
        "by another user than root",
        { ...machine, user: 1000 },
        "images are built by BuildKit, which needs root to run what a Dockerfile says: sudo --preserve-env slipway local …",
    ],
    [
        "on another system",
        { ...machine, platform: "darwin" },
        "images are built by BuildKit, which runs on Linux alone. Build the image elsewhere, and give its digest.",
    ],
])("%s it is said what to do", (_, on, words) => {
    expect(() => runcOn(on)).toThrow(words);
});
