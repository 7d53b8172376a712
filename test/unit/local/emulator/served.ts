import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ClientDuplexStream, credentials, type ServiceError, status } from "@grpc/grpc-js";
import { serviceType } from "../../../../local/runtime/emulator/protos";
import type { Routes } from "../../../../local/runtime/emulator/routes";
import { type RunningServer, serve } from "../../../../local/runtime/emulator/server";
import type { ServeOptions } from "../../../../local/runtime/emulator/serving";
import type { KeySet } from "../../../../local/runtime/services/iam/token";
import type { SqlServers } from "../../../../local/runtime/services/sql/proxies";
import type { Inputs } from "../../../../local/simulator/rules/rules";
import { World } from "../world";

const running: { close(): unknown }[] = [];
afterEach(async () => {
    for (const each of running.splice(0).reverse()) {
        await each.close();
    }
});

export const topic = "projects/acme-dev/topics/sales";
export const reader = "projects/acme-dev/subscriptions/reader";

/** A project with the topic `sales`. */
export function project(): World {
    const world = new World().grantEditors();
    world.enable("iam", "pubsub");
    world.make("Topic", { name: "sales" });
    return world;
}

/** A running local Google Cloud, with its terminal output. */
export class Emulator {
    readonly lines: string[] = [];
    private served!: RunningServer;
    private readonly clients = new Map<string, Client>();

    private constructor(readonly world: World) {}

    static async of(
        world: World,
        routes: Routes = {},
        issuers: Record<string, KeySet> = {},
        sql: SqlServers = {},
        more: Pick<ServeOptions, "alertSpeed" | "console"> = {},
    ): Promise<Emulator> {
        const emulator = new Emulator(world);
        const report = (line: string) => emulator.lines.push(line);
        emulator.served = await serve(world.cloud, { routes, issuers, sql, report, ...more });
        running.push(emulator);
        return emulator;
    }

    async close(): Promise<void> {
        for (const client of this.clients.values()) {
            client.close();
        }
        await this.served.close();
    }

    /** The addresses of load balancers. */
    get loadBalancers(): Record<string, string> {
        return this.served.loadBalancers;
    }

    /** The address of the console, with its token. */
    get console(): string {
        return String(this.served.console);
    }

    get url(): string {
        return this.served.url;
    }

    get listen(): RunningServer["listen"] {
        return this.served.listen;
    }

    /** Calls a method with gRPC; errors are thrown as `NOT_FOUND: …`. */
    call(method: string, request: object): Promise<Inputs> {
        const [client, { path, requestSerialize, responseDeserialize }] = this.method(method);
        return new Promise((resolve, reject) => {
            client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, answer) =>
                error ? reject(new Error(`${status[error.code]}: ${error.details}`)) : resolve(answer as Inputs),
            );
        });
    }

    /** Opens a streaming pull, and returns received messages. */
    stream(first: object): { received: Inputs[]; errors: string[]; call: ClientDuplexStream<object, Inputs> } {
        const [client, { path, requestSerialize, responseDeserialize }] = this.method("Subscriber.StreamingPull");
        const call = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
        const received: Inputs[] = [];
        const errors: string[] = [];
        call.on("data", (answer: Inputs) => received.push(answer));
        call.on("error", (error: ServiceError) => errors.push(`${status[error.code]}: ${error.details}`));
        call.write(first);
        return { received, errors, call: call as ClientDuplexStream<object, Inputs> };
    }

    private method(name: string) {
        const [service = "", method = ""] = name.split(".");
        const client = this.clients.get(service) ?? new Client(this.served.pubsubHost, credentials.createInsecure());
        this.clients.set(service, client);
        const found = serviceType(
            {
                Secrets: "google.cloud.secretmanager.v1.SecretManagerService",
                Tasks: "google.cloud.tasks.v2.CloudTasks",
            }[service] ?? `google.pubsub.v1.${service}`,
        )[method];
        return [client, found as NonNullable<typeof found>] as const;
    }

    async publish(...messages: (string | Inputs)[]): Promise<string[]> {
        const all = messages.map((each) => (typeof each === "string" ? { data: Buffer.from(each) } : each));
        return (await this.call("Publisher.Publish", { topic, messages: all })).messageIds;
    }

    /** Pulls the available messages. */
    async pull(subscription = reader, maxMessages = 100): Promise<Inputs[]> {
        const request = { subscription, maxMessages, returnImmediately: true };
        return (await this.call("Subscriber.Pull", request)).receivedMessages;
    }

    acknowledge(received: Inputs[], subscription = reader): Promise<Inputs> {
        return this.call("Subscriber.Acknowledge", { subscription, ackIds: received.map(({ ackId }) => ackId) });
    }

    /** Sends negative acknowledgments, so that the messages are redelivered. */
    refuse(received: Inputs[], subscription = reader): Promise<Inputs> {
        const ackIds = received.map(({ ackId }) => ackId);
        return this.call("Subscriber.ModifyAckDeadline", { subscription, ackIds, ackDeadlineSeconds: 0 });
    }
}

export const textOf = ({ message }: Inputs): string => message.data.toString();

/** A request that an endpoint received. */
export interface Arrived {
    method: string;
    path: string;
    headers: IncomingHttpHeaders;
    body: Buffer;
}

/** A local endpoint that responds with these statuses in order, and then with the last one. */
export async function endpoint(...statuses: number[]): Promise<{ url: string; arrived: Arrived[] }> {
    const arrived: Arrived[] = [];
    const server = createServer(async (request, response) => {
        const { method = "", url = "", headers } = request;
        arrived.push({ method, path: url, headers, body: await buffer(request) });
        response.writeHead(statuses[arrived.length - 1] ?? statuses.at(-1) ?? 204).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    running.push({
        close: () => {
            server.closeAllConnections();
            server.close();
        },
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, arrived };
}

/** Waits until a condition is true; otherwise fails with the last value, after a time that busy machines take. */
export async function eventually(assertion: () => unknown): Promise<void> {
    for (const started = Date.now(); ; await sleep(10)) {
        try {
            await assertion();
            return;
        } catch (error) {
            if (Date.now() - started > 60_000) {
                throw error;
            }
        }
    }
}
