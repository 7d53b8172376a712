import { watch } from "../api/watch";
import type { ControllerContext } from "../controllers";
import { newAuthority } from "../controlPlane/certificates";
import { startAdapter } from "./adapter";
import type { Egress } from "./egress";

/** The name of the adapter's Service and account in Google's manifest. */
const adapter = "custom-metrics-stackdriver-adapter";
const named = `fieldSelector=metadata.name%3D${adapter}`;

/** Serves the Service of Google's metrics adapter with this process, in any namespace. */
export async function runMetrics(context: ControllerContext, egress: Egress): Promise<void> {
    const { api, cloud, cluster, signal } = context;
    const services = await watch(api, `/api/v1/services?${named}`, signal);
    const accounts = await watch(api, `/api/v1/serviceaccounts?${named}`, signal);
    const account = () => accounts.all()[0]?.metadata.annotations?.["iam.gke.io/gcp-service-account"];
    const { port, close } = await startAdapter(cloud, cluster.project, await newAuthority(adapter), account);
    signal.addEventListener("abort", close, { once: true });
    egress.standsFor = (host) =>
        services.all().some(({ spec }) => spec.clusterIP === host) ? { host: "127.0.0.1", port } : undefined;
}
