import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { deployEachAs } from "../deploy/docs";

deployEachAs("dev", "gke");
deployEachAs("prod", "gke");

test("the pictures of clusters are up to date", async () => {
    const tool = join(__dirname, "..", "..", "dist", "docs", "tools", "main.js");
    await promisify(execFile)(process.execPath, [tool, "--check", "clusters"]);
});
