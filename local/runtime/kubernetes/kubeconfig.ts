import { existsSync, readFileSync } from "node:fs";
import { writePrivate } from "../../../lib/privateFiles";
import { type ClusterName, contextName } from "../../simulator/services/gke/clusterNames";
import type { ControlPlane } from "../../simulator/services/gke/clusters";

/**
 * Writes a kubeconfig with a context for each cluster, named as by `gcloud`. The current context is kept while its
 * cluster exists.
 */
export function writeKubeconfig(file: string, found: [ClusterName, ControlPlane][], token: string): void {
    const names = found.map(([cluster]) => contextName(cluster));
    const before = existsSync(file) ? JSON.parse(readFileSync(file, "utf8"))["current-context"] : undefined;
    const text = JSON.stringify(
        {
            apiVersion: "v1",
            kind: "Config",
            clusters: found.map(([cluster, { endpoint, caCertificate }]) => ({
                name: contextName(cluster),
                cluster: { server: `https://${endpoint}`, "certificate-authority-data": caCertificate },
            })),
            users: names.map((name) => ({ name, user: { token } })),
            contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
            "current-context": names.includes(before) ? before : names[0],
        },
        undefined,
        2,
    );
    writePrivate(file, `${text}\n`);
}
