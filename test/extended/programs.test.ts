import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Deployment } from "../deploy/deployment";

const files = readdirSync(join(__dirname, "..", "programs"));
// They deploy into a cluster, whose control plane is a simulation without a server here.
const withCluster = files.filter((file) => /^gke-|^names-short-more/.test(file));

test("programs with unusual combinations are created as previewed, and nothing changes afterwards", async () => {
    const programs = Deployment.programs(files.filter((file) => !withCluster.includes(file)));
    const planned = (await programs.preview("dev")).length;
    const { created } = await programs.up("dev");
    expect(created).toBe(planned);
    expect(await programs.again("dev")).toEqual({ unchanged: created });
    await programs.remove();
});
