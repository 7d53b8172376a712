import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { deployTogetherAs } from "../deploy/docs";

deployTogetherAs("dev", "kubernetes");
deployTogetherAs("prod", "kubernetes");

test("the pictures of clusters are up to date", async () => {
    const tool = join(__dirname, "..", "..", "dist", "docs", "tools", "main.js");
    await promisify(execFile)(process.execPath, [tool, "--check", "clusters"]);
});
