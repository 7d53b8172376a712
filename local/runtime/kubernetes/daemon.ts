import { setMaxListeners } from "node:events";
import { join } from "node:path";
import type { RunningDaemon, StartOptions } from "../../machine/daemon/kinds";
import { Cloud } from "../../simulator";
import { clusterFolder, parseClusterPath } from "../../simulator/services/gke/clusterNames";
import { runWarden } from "./autopilot/webhooks";
import { startControllers } from "./controllers";
import { serveAccess } from "./controlPlane/access";
import { identityOf } from "./controlPlane/identity";
import { startControlPlane } from "./controlPlane/start";
import { runMetrics } from "./metrics/adapter";
import { Egress } from "./metrics/egress";
import { installObjects } from "./objects/install";

/** Runs a cluster: a Kubernetes control plane and GKE's controllers. */
export async function start({ home, id, report }: StartOptions): Promise<RunningDaemon> {
    const cloud = new Cloud(join(home, "cloud"));
    const cluster = parseClusterPath(id);
    const folder = clusterFolder(cloud, cluster);
    const egress = new Egress();
    const issuer = `https://container.googleapis.com/v1/${id}`;
    const identity = await identityOf(folder);
    const access = await serveAccess(cloud, cluster, identity.authority);
    const { api, parts, metricsPort } = await startControlPlane(folder, identity, issuer, report, egress, access.port);
    await installObjects(api, folder, metricsPort, report);
    const end = new AbortController();
    // Each watch adds a listener.
    setMaxListeners(0, end.signal);
    const context = { cloud, cluster, folder, api, report, signal: end.signal };
    await runMetrics(context, egress);
    await runWarden(context, identity.authority);
    const stopped = await startControllers(context);
    return {
        info: {
            endpoint: `127.0.0.1:${identity.port}`,
            caCertificate: Buffer.from(identity.authority.certificate).toString("base64"),
        },
        ended: parts.ended,
        close: async () => {
            end.abort();
            await stopped();
            await parts.close();
            egress.close();
            access.close();
        },
    };
}
