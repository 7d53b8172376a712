import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Deployment } from "../../deploy/deployment";

test("a server that is not stopped", async () => {
    const { place } = Deployment.raw('new gcp.pubsub.Topic("orders", { name: "orders" });');
    const command = join(__dirname, "..", "..", "..", "dist", "lib", "cli.js");
    const served = spawn(process.execPath, [command, "local", "serve"], { cwd: place.folder });
    await once(served.stdout, "data");
});
