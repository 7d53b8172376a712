import { setMaxListeners } from "node:events";
import { join } from "node:path";
import { Cloud } from "../cloud/cloud";
import type { Running, Start } from "../daemon/kinds";
import { startControllers } from "./controllers";
import { startControlPlane } from "./controlPlane/start";
import { Egress } from "./metrics/egress";
import { runMetrics } from "./metrics/metrics";
import { clusterFolder, parseClusterPath } from "./names";
import { installObjects } from "./objects/install";

/** A cluster: a real control plane, and the parts of GKE that stand around one. */
export async function start({ home, id, report }: Start): Promise<Running> {
    const cloud = new Cloud(join(home, "cloud"));
    const cluster = parseClusterPath(id);
    const folder = clusterFolder(cloud, cluster);
    const egress = new Egress();
    const issuer = `https://container.googleapis.com/v1/${id}`;
    const { identity, api, parts, metricsPort } = await startControlPlane(folder, issuer, report, egress);
    await installObjects(api, folder, metricsPort, report);
    const end = new AbortController();
    // Each thing that is watched listens for it.
    setMaxListeners(0, end.signal);
    const around = { cloud, cluster, folder, api, report, signal: end.signal };
    await runMetrics(around, egress);
    const stopped = await startControllers(around);
    return {
        note: {
            endpoint: `127.0.0.1:${identity.port}`,
            caCertificate: Buffer.from(identity.authority.certificate).toString("base64"),
        },
        ended: parts.ended,
        close: async () => {
            end.abort();
            await stopped();
            await parts.close();
            egress.close();
        },
    };
}
