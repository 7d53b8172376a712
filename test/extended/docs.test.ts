import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

test("the pages and pictures are up to date", async () => {
    const tool = join(__dirname, "..", "..", "dist", "docs", "tools", "main.js");
    await promisify(execFile)(process.execPath, [tool, "--check", "pages", "pictures"]);
});
