import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { source as axe } from "axe-core";
import { type Browser, chromium, type Page } from "playwright-core";

/** Debian's Chromium without a window. */
export function openBrowser(): Promise<Browser> {
    const found = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "chromium"));
    const executablePath = found.find((file) => existsSync(file));
    if (executablePath === undefined) {
        throw new Error("There is no 'chromium' on PATH. Install it: apt-get install chromium");
    }
    // Root has no sandbox.
    return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}

/** What axe finds on a page, as lines. */
export async function findings(page: Page, rules?: string[]): Promise<string[]> {
    await page.evaluate(axe);
    return page.evaluate(async (runOnly) => {
        const { violations } = await (window as unknown as { axe: typeof import("axe-core") }).axe.run(
            runOnly ? { runOnly } : {},
        );
        return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} ${target.join(" ")}`));
    }, rules);
}
