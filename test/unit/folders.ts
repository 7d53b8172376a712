import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const made: string[] = [];

afterAll(() => {
    for (const folder of made) {
        rmSync(folder, { recursive: true, force: true });
    }
});

/** A temporary folder with these files, by path, written in this order. */
export function folderOf(files: Record<string, string>): string {
    const folder = mkdtempSync(join(tmpdir(), "slipway-test-"));
    made.push(folder);
    for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), content);
    }
    return folder;
}
