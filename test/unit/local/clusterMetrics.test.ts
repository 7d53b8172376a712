import { request as httpRequest } from "node:http";
import { request } from "node:https";
import { type AddressInfo, createServer, type Server } from "node:net";
import { newAuthority } from "../../../local/machine/certificates";
import { serve } from "../../../local/runtime/emulator/server";
import { startAdapter } from "../../../local/runtime/kubernetes/metrics/adapter";
import { Egress } from "../../../local/runtime/kubernetes/metrics/egress";
import { projectName } from "../../../local/simulator/cloud/projects";
import { World } from "./world";

const account = "main-metrics@acme-dev.iam.gserviceaccount.com";
const metric = "pubsub.googleapis.com|subscription|num_undelivered_messages";

describe("the metrics adapter of a local cluster", () => {
    const world = new World();
    let port: number;
    let close: () => void;

    beforeAll(async () => {
        world.enable("iam", "pubsub");
        world.make("Topic", { name: "sales" });
        world.make("Subscription", { name: "reader", topic: "sales" });
        ({ port, close } = await startAdapter(world.cloud, "acme-dev", await newAuthority("adapter"), () => account));
    });
    afterAll(() => close());

    const get = (path: string): Promise<{ code?: number; body: Record<string, unknown> }> =>
        new Promise((resolve, reject) => {
            request({ host: "127.0.0.1", port, path, rejectUnauthorized: false }, async (answer) => {
                let text = "";
                for await (const part of answer) {
                    text += part;
                }
                resolve({ code: answer.statusCode, body: JSON.parse(text) });
            })
                .on("error", reject)
                .end();
        });
    const value = (name = metric, subscription = "reader") => {
        const selector = `resource.labels.project_id=acme-dev,resource.labels.subscription_id=${subscription}`;
        const query = `labelSelector=${encodeURIComponent(selector)}`;
        return get(`/apis/external.metrics.k8s.io/v1beta1/namespaces/echo/${encodeURIComponent(name)}?${query}`);
    };

    test.each(["custom.metrics.k8s.io/v1beta1", "custom.metrics.k8s.io/v1beta2", "external.metrics.k8s.io/v1beta1"])(
        "responds to %s",
        async (groupVersion) => {
            expect(await get(`/apis/${groupVersion}`)).toEqual({
                code: 200,
                body: { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources: [] },
            });
        },
    );

    test("refuses requests if its account cannot read the metric", async () => {
        expect(await value()).toMatchObject({
            code: 403,
            body: {
                kind: "Status",
                message:
                    "googleapi: Error 403: Permission monitoring.timeSeries.list denied (or the resource may not exist)., forbidden",
            },
        });
    });

    test("returns the number of undelivered messages of a subscription, also after the process that serves it has ended", async () => {
        const member = `serviceAccount:${account}`;
        world.cloud.iam.grant("acme-dev", projectName("acme-dev"), { role: "roles/monitoring.viewer", member });
        const items = async () => (await value()).body.items as { value: string }[];
        expect(await items()).toMatchObject([{ metricName: metric, value: "0" }]);

        const served = await serve(world.cloud);
        const messages = Array.from({ length: 250 }, () => ({ data: "YQ==" }));
        const published = await fetch(`${served.url}/v1/projects/acme-dev/topics/sales:publish`, {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ messages }),
        });
        expect(published.status).toBe(200);
        expect(await value()).toMatchObject({
            code: 200,
            body: {
                kind: "ExternalMetricValueList",
                apiVersion: "external.metrics.k8s.io/v1beta1",
                items: [
                    {
                        metricName: metric,
                        metricLabels: {
                            "resource.type": "pubsub_subscription",
                            "resource.labels.project_id": "acme-dev",
                            "resource.labels.subscription_id": "reader",
                        },
                        value: "250",
                    },
                ],
            },
        });
        await served.close();
        expect(await items()).toMatchObject([{ value: "250" }]);
    });

    test("has no other metrics, and no missing subscriptions", async () => {
        expect(await value("custom.googleapis.com|size")).toMatchObject({
            code: 404,
            body: { message: "Metric custom.googleapis.com|size not found" },
        });
        expect(await value(metric, "other")).toMatchObject({ code: 404 });
        expect(await get("/openapi/v2")).toMatchObject({ code: 404, body: { reason: "NotFound" } });
    });
});

describe("connections to the services of a local cluster", () => {
    const egress = new Egress();
    let server: Server;

    beforeAll(async () => {
        await egress.listen();
        server = createServer((socket) => socket.end("here"));
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    });
    afterAll(() => {
        egress.close();
        server.close();
    });

    /** The response of an address through the proxy, or the error. */
    const connectTo = (to: string): Promise<string> =>
        new Promise((resolve, reject) => {
            const call = httpRequest({ socketPath: egress.socket, method: "CONNECT", path: to });
            call.on("connect", async (answer, socket, head) => {
                let text = String(head);
                for await (const part of socket) {
                    text += part;
                }
                resolve(`${answer.statusCode} ${text}`.trim());
            })
                .on("error", reject)
                .end();
        });
    const place = () => server.address() as AddressInfo;

    test("go to the address of a server", async () => {
        expect(await connectTo(`127.0.0.1:${place().port}`)).toBe("200 here");
    });

    test("go to the server that replaces an unreachable address", async () => {
        egress.standsFor = (host, port) =>
            host === "34.118.224.9" && port === 443 ? { host: "127.0.0.1", port: place().port } : undefined;
        expect(await connectTo("34.118.224.9:443")).toBe("200 here");
    });

    test("fail with status 502 if the address is unreachable", async () => {
        const { port } = place();
        await new Promise((resolve) => server.close(resolve));
        expect(await connectTo(`127.0.0.1:${port}`)).toMatch(/^502 connect ECONNREFUSED/);
    });

    test("are configured in the API server", () => {
        expect(JSON.parse(egress.configuration)).toEqual({
            apiVersion: "apiserver.k8s.io/v1beta1",
            kind: "EgressSelectorConfiguration",
            egressSelections: [
                {
                    name: "cluster",
                    connection: { proxyProtocol: "HTTPConnect", transport: { uds: { udsName: egress.socket } } },
                },
            ],
        });
        // Some systems limit socket paths to 104 characters.
        expect(egress.socket.length).toBeLessThan(104);
    });
});
