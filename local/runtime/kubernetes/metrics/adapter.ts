import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { type KeyPair, newAuthority } from "../../../machine/certificates";
import { type Cloud, isAllowedOn, projectName } from "../../../simulator";
import { undeliveredMessages } from "../../services/pubsub/storedMessages";
import { watch } from "../api/watch";
import type { ControllerContext } from "../controllerContext";
import type { Egress } from "./egress";

/** A handler of a request. */
interface Answer {
    code: number;
    body: object;
}

/** The supported Pub/Sub metric, by its name in the metrics API. */
const backlog = "pubsub.googleapis.com|subscription|num_undelivered_messages";

const external = "external.metrics.k8s.io/v1beta1";
const groups = ["custom.metrics.k8s.io/v1beta1", "custom.metrics.k8s.io/v1beta2", external];

/**
 * Replaces the pods of Google's Custom Metrics Stackdriver Adapter: serves the metrics APIs with the number of
 * undelivered messages. Other metrics are not available.
 *
 * @param account the adapter's service account
 */
export async function startAdapter(
    cloud: Cloud,
    project: string,
    { certificate, key }: KeyPair,
    account: () => string | undefined,
): Promise<{ port: number; close: () => void }> {
    const server: Server = createServer({ cert: certificate, key }, (request, response) => {
        const { code, body } = answer(new URL(request.url ?? "/", "https://adapter"));
        response.writeHead(code, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    });
    const answer = ({ pathname, searchParams }: URL): Answer => {
        const group = groups.find((item) => pathname === `/apis/${item}`);
        if (group !== undefined) {
            return {
                code: 200,
                body: { kind: "APIResourceList", apiVersion: "v1", groupVersion: group, resources: [] },
            };
        }
        const [, name] =
            /^\/apis\/external\.metrics\.k8s\.io\/v1beta1\/namespaces\/[^/]+\/([^/]+)$/.exec(pathname) ?? [];
        return name === undefined
            ? failure(404, "NotFound", "the server could not find the requested resource")
            : measured(decodeURIComponent(name), searchParams.get("labelSelector") ?? "");
    };
    const measured = (name: string, selector: string): Answer => {
        const labels = Object.fromEntries(selector.split(",").map((item) => item.split("=")));
        const of = labels["resource.labels.project_id"] ?? project;
        const email = account();
        if (email === undefined || !isAllowedOn(cloud, email, "monitoring.timeSeries.list", projectName(of))) {
            const cause = `Permission monitoring.timeSeries.list denied (or the resource may not exist).`;
            return failure(403, "Forbidden", `googleapi: Error 403: ${cause}, forbidden`);
        }
        const subscription = `projects/${of}/subscriptions/${labels["resource.labels.subscription_id"]}`;
        const count = name === backlog ? undeliveredMessages(cloud, subscription) : undefined;
        return count === undefined ? failure(404, "NotFound", `Metric ${name} not found`) : found(name, labels, count);
    };
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { port: (server.address() as AddressInfo).port, close: () => server.close().closeAllConnections() };
}

const found = (metricName: string, labels: object, count: number): Answer => ({
    code: 200,
    body: {
        kind: "ExternalMetricValueList",
        apiVersion: external,
        metadata: {},
        items: [
            {
                metricName,
                metricLabels: { ...labels, "resource.type": "pubsub_subscription" },
                timestamp: new Date().toISOString(),
                value: String(count),
            },
        ],
    },
});

const failure = (code: number, reason: string, message: string): Answer => ({
    code,
    body: { kind: "Status", apiVersion: "v1", status: "Failure", message, reason, code },
});

/** The name of the adapter's Service and account in Google's manifest. */
const adapterName = "custom-metrics-stackdriver-adapter";
const selector = `fieldSelector=metadata.name%3D${adapterName}`;

/** Serves the Service of Google's metrics adapter with this process, in any namespace. */
export async function runMetrics(context: ControllerContext, egress: Egress): Promise<void> {
    const { api, cloud, cluster, signal } = context;
    const services = await watch(api, `/api/v1/services?${selector}`, signal);
    const accounts = await watch(api, `/api/v1/serviceaccounts?${selector}`, signal);
    const account = () => accounts.all()[0]?.metadata.annotations?.["iam.gke.io/gcp-service-account"];
    const { port, close } = await startAdapter(cloud, cluster.project, await newAuthority(adapterName), account);
    signal.addEventListener("abort", close, { once: true });
    egress.standsFor = (host) =>
        services.all().some(({ spec }) => spec.clusterIP === host) ? { host: "127.0.0.1", port } : undefined;
}
