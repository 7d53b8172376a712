import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { Cloud } from "../../cloud/cloud";
import { projectName } from "../../cloud/projects";
import { undeliveredMessages } from "../../emulator/pubsub/undelivered";
import type { KeyPair } from "../controlPlane/certificates";

/** A handler of a request. */
interface Answer {
    code: number;
    body: object;
}

/** "Cloud Monitoring roles": roles that include reading metrics. */
const viewers = ["monitoring.viewer", "monitoring.editor", "monitoring.admin", "viewer", "editor", "owner"];

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
        const may = cloud.iam.has(
            projectName(of),
            viewers.map((role) => `roles/${role}`),
            `serviceAccount:${email}`,
        );
        if (!may) {
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
