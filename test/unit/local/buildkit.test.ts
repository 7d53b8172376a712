import { chmodSync } from "node:fs";
import { delimiter, join } from "node:path";
import { findRunc } from "../../../local/runtime/docker/buildkitDaemon";
import { folderOf } from "../folders";

const machine = { platform: "linux", user: 0, path: "/nowhere", system: [] };

test("runc is found on PATH, or in Debian's folder", () => {
    const folder = folderOf({ runc: "" });
    const file = join(folder, "runc");
    chmodSync(file, 0o755);
    expect(findRunc({ ...machine, path: `/nowhere${delimiter}${folder}` })).toBe(file);
    expect(findRunc({ ...machine, system: [folder] })).toBe(file);
});

test.each([
    [
        "without runc",
        machine,
        "image builds use BuildKit, which requires 'runc' on PATH. Install it:\n    Debian, Ubuntu: apt-get install runc\n",
    ],
    [
        "for another user than root",
        { ...machine, user: 1000 },
        "image builds use BuildKit, which requires root: sudo --preserve-env slipway local …",
    ],
    [
        "on another system",
        { ...machine, platform: "darwin" },
        "image builds use BuildKit, which requires Linux. Build the image elsewhere, and set its digest.",
    ],
])("%s the error says what to do", (_, on, words) => {
    expect(() => findRunc(on)).toThrow(words);
});
