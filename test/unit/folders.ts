import fs, { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
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

/** A function that answers requests, as the programs with all components have it. */
export const answeringFolder = () => folderOf({ "main.py": "def answer(request):\n    return 'range'\n" });

/** Sets the modification times of a folder and of everything in it back by an hour. */
export function age(folder: string): void {
    const hourAgo = Date.now() / 1000 - 3600;
    for (const path of ["", ...readdirSync(folder, { recursive: true, encoding: "utf8" })]) {
        utimesSync(join(folder, path), hourAgo, hourAgo);
    }
}

/** The files and folders below a folder that an action reads, each as often as it is read. */
export async function readsIn(folder: string, action: () => unknown): Promise<string[]> {
    const spies = [jest.spyOn(fs, "readFileSync"), jest.spyOn(fs, "readdirSync")];
    await action();
    const paths = spies.flatMap(({ mock }) => mock.calls.map(([path]) => String(path)));
    for (const spy of spies) {
        spy.mockRestore();
    }
    return paths.filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length + 1));
}
