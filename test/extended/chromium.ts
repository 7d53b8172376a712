import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium } from "playwright-core";

/** Starts Debian's Chromium. */
export function startChromium(): Promise<Browser> {
    const found = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "chromium"));
    const executablePath = found.find((file) => existsSync(file));
    if (executablePath === undefined) {
        throw new Error("There is no 'chromium' on PATH. Install it: apt-get install chromium");
    }
    // Root has no sandbox.
    return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}
