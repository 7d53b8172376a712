import { execFile, execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { Deployment } from "../deploy/deployment";

const deployment = new Deployment({
    "Pulumi.yaml": "name: shop\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.js\n",
    "Pulumi.dev.yaml":
        "config:\n  gcp:project: acme-shop-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    ".dockerignore": ".slipway\n",
    "package.json": '{ "name": "shop", "main": "index.js" }\n',
    Dockerfile: "FROM scratch\nCOPY Pulumi.yaml /\n",
    "index.js": `
const { ContainerImage, ContainerRegistry } = require("slipway");
new ContainerImage("web", { registry: new ContainerRegistry("app"), source: "." });
`,
});
afterAll(() => deployment.remove());

/** Runs `slipway local` on a machine whose `runc` cannot be run. */
function run(command: string, ...options: string[]): Promise<{ code: number; output: string }> {
    const runc = realpathSync(execFileSync("which", ["runc"], { encoding: "utf8" }).trim());
    const slipway = join(__dirname, "..", "..", "dist", "local", "commands", "main.js");
    const script = `mount --bind /dev/null ${runc} && exec "$@"`;
    const words = [process.execPath, slipway, "local", command, "-s", "dev", "--color=never", ...options];
    const { folder } = deployment.place;
    return new Promise((resolve) => {
        execFile("unshare", ["-m", "sh", "-c", script, "sh", ...words], { cwd: folder }, (error, stdout, stderr) => {
            resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr });
        });
    });
}

test("an image is previewed without runc, and up says how to install it before anything is created", async () => {
    const preview = await run("preview");
    expect(preview).toEqual({ code: 0, output: expect.not.stringContaining("error") });
    const up = await run("up", "--yes");
    expect(up.code).not.toBe(0);
    expect(up.output).toContain("requires 'runc' on PATH. Install it:");
    expect(deployment.existing()).toEqual(["projects projects/acme-shop-dev"]);
});
