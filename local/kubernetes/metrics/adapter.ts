import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import type { Cloud } from "../../cloud/cloud";
import { projectName } from "../../cloud/projects";
import { waiting } from "../../emulator/pubsub/waiting";
import type { Certified } from "../controlPlane/certificates";

/** How a request is answered. */
interface Answer {
    code: number;
    body: object;
}

/** "Cloud Monitoring roles": those with which metrics are read. */
const viewers = ["monitoring.viewer", "monitoring.editor", "monitoring.admin", "viewer", "editor", "owner"];

/** The metric of Pub/Sub that is known here, by the name that it has in the metrics API. */
const backlog = "pubsub.googleapis.com|subscription|num_undelivered_messages";

const external = "external.metrics.k8s.io/v1beta1";
const groups = ["custom.metrics.k8s.io/v1beta1", "custom.metrics.k8s.io/v1beta2", external];

/**
 * Stands for the pods of Google's Custom Metrics Stackdriver Adapter, which do not really run: it answers the metrics APIs with
 * what Cloud Monitoring would have of the messages that wait in subscriptions. Other metrics nobody writes here.
 *
 * @param account the account of Google Cloud as which the adapter is
 */
export async function startAdapter(
    cloud: Cloud,
    project: string,
    { certificate, key }: Certified,
    account: () => string | undefined,
): Promise<{ port: number; close: () => void }> {
    const server: Server = createServer({ cert: certificate, key }, (request, response) => {
        const { code, body } = answer(new URL(request.url ?? "/", "https://adapter"));
        response.writeHead(code, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    });
    const answer = ({ pathname, searchParams }: URL): Answer => {
        const group = groups.find((each) => pathname === `/apis/${each}`);
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
        const labels = Object.fromEntries(selector.split(",").map((each) => each.split("=")));
        const of = labels["resource.labels.project_id"] ?? project;
        const email = account();
        const may = cloud.iam.has(
            projectName(of),
            viewers.map((role) => `roles/${role}`),
            `serviceAccount:${email}`,
        );
        if (!may) {
            const why = `Permission monitoring.timeSeries.list denied (or the resource may not exist).`;
            return failure(403, "Forbidden", `googleapi: Error 403: ${why}, forbidden`);
        }
        const subscription = `projects/${of}/subscriptions/${labels["resource.labels.subscription_id"]}`;
        const count = name === backlog ? waiting(cloud, subscription) : undefined;
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
