import { createPublicKey, verify } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Entry } from "../../../../local/simulator/cloud/store";
import type { Inputs } from "../../../../local/simulator/rules/rules";
import { code } from "../functionCode";
import { upload, type World } from "../world";
import { type Arrived, Emulator, endpoint, eventually, project, reader, topic } from "./served";

const location = "europe-west1";
const quick = { minimumBackoff: "0.01s", maximumBackoff: "0.01s" };
const hook = "https://example.com/hook";

/** A local cloud with the push subscription `reader`, and the requests that its endpoint receives. */
async function pushing(pushConfig: Inputs, { statuses = [204], subscription = {} as Inputs, routed = true } = {}) {
    const world = project();
    const email = world.account("pusher").replace("serviceAccount:", "");
    const config = {
        pushEndpoint: hook,
        ...pushConfig,
        ...(pushConfig.oidcToken && { oidcToken: { serviceAccountEmail: email, ...pushConfig.oidcToken } }),
    };
    world.make("Subscription", {
        name: "reader",
        topic: "sales",
        retryPolicy: quick,
        ...subscription,
        pushConfig: config,
    });
    const { url, arrived } = await endpoint(...statuses);
    const emulator = await Emulator.of(world, routed ? { "https://example.com": url } : {});
    return { emulator, arrived, email };
}

const bodyOf = ({ body }: Arrived) => JSON.parse(body.toString());

describe("a push subscription", () => {
    test("sends each message wrapped by Pub/Sub", async () => {
        const { emulator, arrived } = await pushing({});
        const [messageId] = await emulator.publish({
            data: Buffer.from("2.2"),
            attributes: { season: "summer" },
            orderingKey: "tea",
        });
        await eventually(() => expect(arrived).toHaveLength(1));
        const publishTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
        expect([arrived[0]?.method, arrived[0]?.path, arrived[0]?.headers["content-type"]]).toEqual([
            "POST",
            "/hook",
            "application/json",
        ]);
        expect(bodyOf(arrived[0] as Arrived)).toEqual({
            message: {
                attributes: { season: "summer" },
                data: "Mi4y",
                messageId,
                message_id: messageId,
                orderingKey: "tea",
                publishTime,
                publish_time: publishTime,
            },
            subscription: reader,
        });
    });

    test.each([
        [
            "with metadata in headers",
            { writeMetadata: true },
            {
                season: "summer",
                "x-goog-pubsub-subscription-name": reader,
                "x-goog-pubsub-message-id": expect.stringMatching(/^\d{16}$/),
                "x-goog-pubsub-publish-time": expect.stringMatching(/Z$/),
            },
        ],
        ["without metadata", { writeMetadata: false }, {}],
    ])("without wrapping sends the data %s", async (_, noWrapper, headers) => {
        const { emulator, arrived } = await pushing({ noWrapper });
        await emulator.publish({ data: Buffer.from("2.2"), attributes: { season: "summer" } });
        await eventually(() => expect(arrived).toHaveLength(1));
        expect(arrived[0]?.body.toString()).toBe("2.2");
        const about = Object.entries(arrived[0]?.headers ?? {}).filter(([name]) => /^(season|x-goog)/.test(name));
        expect(Object.fromEntries(about)).toEqual(headers);
    });

    test.each([
        ["its own audience", { audience: "forecast" }, "forecast"],
        ["its endpoint as the audience", {}, hook],
    ])("sends a token with %s, which can be verified with the published key", async (_, oidcToken, aud) => {
        const { emulator, arrived, email } = await pushing({ oidcToken });
        await emulator.publish("a");
        await eventually(() => expect(arrived).toHaveLength(1));
        const [, token = ""] = /^Bearer (.+)$/.exec(arrived[0]?.headers.authorization ?? "") ?? [];
        const [head = "", claims = "", signature = ""] = token.split(".");
        const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
        const now = Math.floor(Date.now() / 1000);
        const { iat, exp, ...rest } = read(claims);
        const id = emulator.world.cloud.store.read(`//iam.googleapis.com/serviceAccounts/${email}`)?.state.uniqueId;
        expect(rest).toEqual({
            aud,
            azp: id,
            sub: id,
            email,
            email_verified: true,
            iss: "https://accounts.google.com",
        });
        expect([now - iat < 5, exp - iat]).toEqual([true, 3600]);
        const { keys } = (await (await fetch(`${emulator.url}/oauth2/v3/certs`)).json()) as Inputs;
        const key = keys.find(({ kid }: Inputs) => kid === read(head).kid);
        const publicKey = createPublicKey({ key, format: "jwk" });
        expect(
            verify("RSA-SHA256", Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, "base64url")),
        ).toBe(true);
    });

    test.each([200, 201, 202, 204])("treats the status %d as an acknowledgment", async (status) => {
        const { emulator, arrived } = await pushing({}, { statuses: [status, 204] });
        await emulator.publish("a");
        await eventually(() => expect(arrived).toHaveLength(1));
        await emulator.publish("b");
        await eventually(() => expect(arrived.map((each) => bodyOf(each).message.data)).toEqual(["YQ==", "Yg=="]));
    });

    test.each([203, 302, 400, 500])(
        "redelivers a message after the status %d, and reports each attempt",
        async (status) => {
            const { emulator, arrived } = await pushing({}, { statuses: [status, status, 204] });
            const [id] = await emulator.publish("a");
            await eventually(() => expect(arrived).toHaveLength(3));
            const again = expect.stringMatching(
                `^${reader}: message ${id} will be redelivered: ${status} from http://127`,
            );
            const delivered = `${reader}: message ${id} was delivered to ${hook}`;
            await eventually(() => expect(emulator.lines).toEqual([again, again, delivered]));
        },
    );

    test("has no query of its endpoint in the terminal, as it can contain a token", async () => {
        const pushEndpoint = `${hook}?token=canary`;
        const { emulator, arrived } = await pushing({ pushEndpoint }, { statuses: [500, 204] });
        await emulator.publish("a");
        await eventually(() => expect(emulator.lines).toHaveLength(2));
        expect(arrived.map(({ path }) => path)).toEqual(["/hook?token=canary", "/hook?token=canary"]);
        expect(emulator.lines).toEqual([
            expect.stringMatching(/: 500 from http:\/\/127\.0\.0\.1:\d+\/hook\?…$/),
            expect.stringMatching(/ was delivered to https:\/\/example\.com\/hook\?…$/),
        ]);
        const unrouted = await pushing({ pushEndpoint }, { routed: false });
        await unrouted.emulator.publish("a");
        await eventually(() => expect(unrouted.emulator.lines[0]).toContain(`no route for ${hook}?…: run its code`));
    });

    test("with an endpoint without route reports the missing route once, and retries", async () => {
        const { emulator, arrived } = await pushing({}, { routed: false });
        const [id] = await emulator.publish("a");
        const again = `${reader}: message ${id} will be redelivered: no route`;
        await eventually(() =>
            expect(emulator.lines.slice(0, 3)).toEqual([
                `no route for ${hook}: run its code, and add --route https://example.com=http://127.0.0.1:<port>`,
                again,
                again,
            ]),
        );
        expect(arrived).toEqual([]);
    });

    test("is not retried after it is deleted", async () => {
        const { emulator, arrived } = await pushing(
            {},
            { statuses: [500], subscription: { retryPolicy: { minimumBackoff: "0.2s" } } },
        );
        await emulator.publish("a");
        await eventually(() => expect(arrived).toHaveLength(1));
        emulator.world.cloud.store.remove(`//pubsub.googleapis.com/${reader}`);
        await sleep(400);
        expect(arrived).toHaveLength(1);
    });

    test("reflects its deployment: a changed endpoint receives messages that are published afterwards", async () => {
        const { emulator, arrived } = await pushing({});
        const entry = emulator.world.cloud.store.read(`//pubsub.googleapis.com/${reader}`);
        emulator.world.cloud.store.write({
            ...(entry as NonNullable<typeof entry>),
            state: { ...entry?.state, pushConfig: { pushEndpoint: "https://example.com/new" } },
        });
        await emulator.publish("a");
        await eventually(() => expect(arrived.map(({ path }) => path)).toEqual(["/new"]));
    });
});

const email = (account: string) => `${account}@acme-dev.iam.gserviceaccount.com`;

/** A project with the function `predict`, and an account that can build it. */
function withFunction(eventTrigger?: Inputs, { invoker = true } = {}): World {
    const world = project();
    world.enable("artifactregistry", "cloudbuild", "cloudfunctions", "eventarc", "run");
    world.make("ServiceIdentity", { service: "eventarc.googleapis.com" });
    world.make("ProjectIAMMember", {
        project: "acme-dev",
        role: "roles/eventarc.serviceAgent",
        member: `serviceAccount:service-${world.number}@gcp-sa-eventarc.iam.gserviceaccount.com`,
    });
    world.make("ProjectIAMMember", {
        project: "acme-dev",
        role: "roles/pubsub.publisher",
        member: `serviceAccount:${storageAgentOf(world)}`,
    });
    world.account("predict-trigger");
    world.make("ProjectIAMMember", {
        project: "acme-dev",
        role: "roles/eventarc.eventReceiver",
        member: `serviceAccount:${email("predict-trigger")}`,
    });
    world.make("Bucket", { name: "acme-files", location });
    upload(world, "acme-files", "code.zip", { "main.py": "" });
    world.make("Function", {
        name: "predict",
        location,
        ...code,
        ...(eventTrigger && { eventTrigger: { serviceAccountEmail: email("predict-trigger"), ...eventTrigger } }),
    });
    if (invoker) {
        world.make("ServiceIamMember", {
            name: "predict",
            location,
            role: "roles/run.invoker",
            member: `serviceAccount:${email("predict-trigger")}`,
        });
    }
    return world;
}

function storageAgentOf(world: World): string {
    const agent = `service-${world.number}@gs-project-accounts.iam.gserviceaccount.com`;
    world.cloud.iam.admitAgent("acme-dev", agent);
    return agent;
}

describe("a service of Cloud Run with a trigger", () => {
    /** A project whose trigger sends the messages of `sales` to the service `web`. */
    function withService({ invoker = true, ...more }: Inputs & { invoker?: boolean } = {}): World {
        const world = withFunction(undefined, { invoker: false });
        world.make("Repository", { repositoryId: "images", format: "DOCKER" });
        const image = "europe-west1-docker.pkg.dev/acme-dev/images/app:1";
        world.push(image);
        world.make("RunService", { name: "web", location, template: { timeout: "30s", containers: [{ image }] } });
        world.make("Trigger", {
            name: "sales",
            location,
            serviceAccount: email("predict-trigger"),
            matchingCriterias: [{ attribute: "type", value: "google.cloud.pubsub.topic.v1.messagePublished" }],
            destination: { cloudRunService: { service: "web", path: "/messages" } },
            transport: { pubsub: { topic } },
            ...more,
        });
        if (invoker) {
            const member = `serviceAccount:${email("predict-trigger")}`;
            world.make("ServiceIamMember", { name: "web", location, role: "roles/run.invoker", member });
        }
        return world;
    }

    test("is called at the path with each message as an event", async () => {
        const { url, arrived } = await endpoint(204);
        const emulator = await Emulator.of(withService(), { web: url });
        const [id] = await emulator.publish("a");
        await eventually(() => expect(arrived).toHaveLength(1));
        const { method, path, headers, body } = arrived[0] as Arrived;
        expect([method, path, headers["ce-id"]]).toEqual(["POST", "/messages", id]);
        expect(bodyOf({ body } as Arrived).message.data).toBe("YQ==");
        expect(headers.authorization).toMatch(/^Bearer /);
    });

    test("is called once if the trigger makes one attempt", async () => {
        const { url, arrived } = await endpoint(500, 204);
        const emulator = await Emulator.of(withService({ retryPolicy: { maxAttempts: 1 } }), { web: url });
        await emulator.publish("a");
        await eventually(() => expect(emulator.lines).toEqual([expect.stringContaining(" was dropped: 500")]));
        expect(arrived).toHaveLength(1);
    });

    test("is not called as an account without the invoker role", async () => {
        const { url, arrived } = await endpoint(204);
        const world = withService({ invoker: false, retryPolicy: { maxAttempts: 1 } });
        const emulator = await Emulator.of(world, { web: url });
        await emulator.publish("a");
        const service = "projects/acme-dev/locations/europe-west1/services/web";
        const words = `403: ${email("predict-trigger")} lacks roles/run.invoker on the service ${service}`;
        await eventually(() => expect(emulator.lines).toEqual([expect.stringContaining(words)]));
        expect(arrived).toEqual([]);
    });
});

describe("a function with a topic trigger", () => {
    const messages = {
        eventType: "google.cloud.pubsub.topic.v1.messagePublished",
        pubsubTopic: topic,
        retryPolicy: "RETRY_POLICY_RETRY",
    };

    test("is called with each message as an event", async () => {
        const { url, arrived } = await endpoint(200);
        const emulator = await Emulator.of(withFunction(messages), { predict: url });
        const [id] = await emulator.publish({ data: Buffer.from("2.2"), attributes: { season: "summer" } });
        await eventually(() => expect(arrived).toHaveLength(1));
        const { method, path, headers, body } = arrived[0] as Arrived;
        const about = Object.fromEntries(Object.entries(headers).filter(([name]) => /^(ce-|content-type)/.test(name)));
        const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
        expect([method, path]).toEqual(["POST", "/"]);
        expect(about).toEqual({
            "content-type": "application/json",
            "ce-id": id,
            "ce-source": `//pubsub.googleapis.com/${topic}`,
            "ce-specversion": "1.0",
            "ce-time": time,
            "ce-type": messages.eventType,
        });
        expect(JSON.parse(body.toString())).toEqual({
            message: {
                attributes: { season: "summer" },
                data: "Mi4y",
                messageId: id,
                message_id: id,
                publishTime: time,
                publish_time: time,
            },
            subscription: expect.stringMatching(
                /^projects\/acme-dev\/subscriptions\/eventarc-europe-west1-predict-\d{6}-sub-\d{3}$/,
            ),
        });
        expect(headers.authorization).toMatch(/^Bearer /);
        // Closes the connection, because a later call would fail when the server has closed it.
        expect(headers.connection).toBe("close");
    });

    test("is not called as an account without the invoker role, and the terminal names the account", async () => {
        const { url, arrived } = await endpoint(200);
        const emulator = await Emulator.of(
            withFunction({ ...messages, retryPolicy: "RETRY_POLICY_DO_NOT_RETRY" }, { invoker: false }),
            { predict: url },
        );
        const [id] = await emulator.publish("a");
        const service = "projects/acme-dev/locations/europe-west1/services/predict";
        await eventually(() =>
            expect(emulator.lines).toEqual([
                expect.stringMatching(
                    `: message ${id} was dropped: 403: ${email("predict-trigger")} lacks roles/run.invoker on the service ${service}$`,
                ),
            ]),
        );
        expect(arrived).toEqual([]);
    });

    test("is called by everybody if its service does not check callers", async () => {
        const { url, arrived } = await endpoint(200);
        const world = withFunction(messages, { invoker: false });
        const service = "//run.googleapis.com/projects/acme-dev/locations/europe-west1/services/predict";
        const entry = world.cloud.store.read(service);
        world.cloud.store.write({ ...entry, state: { ...entry?.state, invokerIamDisabled: true } } as Entry);
        const emulator = await Emulator.of(world, { predict: url });
        await emulator.publish("a");
        await eventually(() => expect(arrived).toHaveLength(1));
    });

    test("reports its name if its route is missing", async () => {
        const emulator = await Emulator.of(withFunction(messages));
        await emulator.publish("a");
        await eventually(() =>
            expect(emulator.lines[0]).toMatch(
                /^no route for https:\/\/predict-\w+-ew\.a\.run\.app: run its code, and add --route predict=http:\/\/127\.0\.0\.1:<port>$/,
            ),
        );
    });
});

describe("written objects", () => {
    const finalized = {
        eventType: "google.cloud.storage.object.v1.finalized",
        eventFilters: [{ attribute: "bucket", value: "acme-files" }],
    };

    const insert = (emulator: Emulator, name: string) =>
        fetch(`${emulator.url}/upload/storage/v1/b/acme-files/o?uploadType=media&name=${encodeURIComponent(name)}`, {
            method: "POST",
            body: "2.2",
        });

    test("call the function of a bucket trigger if a client writes them", async () => {
        const { url, arrived } = await endpoint(200);
        const emulator = await Emulator.of(withFunction(finalized), { predict: url });
        await insert(emulator, "a/ü.csv");
        await eventually(() => expect(arrived).toHaveLength(1));
        const { headers, body } = arrived[0] as Arrived;
        expect(headers).toMatchObject({
            "ce-type": "google.cloud.storage.object.v1.finalized",
            "ce-source": "//storage.googleapis.com/projects/_/buckets/acme-files",
            "ce-subject": "objects/a/%C3%BC.csv",
            "ce-bucket": "acme-files",
            "content-type": "application/json",
        });
        expect(JSON.parse(body.toString())).toMatchObject({
            kind: "storage#object",
            bucket: "acme-files",
            name: "a/ü.csv",
            size: "3",
        });
    });

    test("call the function if a deployment writes them, and existing objects do not", async () => {
        const { url, arrived } = await endpoint(200);
        const emulator = await Emulator.of(withFunction(finalized), { predict: url });
        emulator.world.make("BucketObject", { bucket: "acme-files", name: "b", content: "1" });
        await eventually(() => expect(arrived.map((each) => bodyOf(each).name)).toEqual(["b"]));
    });

    test("are published as the bucket's notifications configure", async () => {
        const world = withFunction();
        world.make("Subscription", { name: "reader", topic: "sales" });
        world.make("Notification", {
            bucket: "acme-files",
            topic,
            payloadFormat: "NONE",
            objectNamePrefix: "a",
            customAttributes: { season: "summer" },
        });
        const emulator = await Emulator.of(world);
        await insert(emulator, "a");
        await insert(emulator, "b");
        await insert(emulator, "a");
        await fetch(`${emulator.url}/storage/v1/b/acme-files/o/a`, { method: "DELETE" });
        const received = await emulator.pull();
        const time = expect.stringMatching(/Z$/);
        const generation = expect.stringMatching(/^\d{16}$/);
        const common = {
            season: "summer",
            bucketId: "acme-files",
            objectId: "a",
            objectGeneration: generation,
            eventTime: time,
            payloadFormat: "NONE",
            notificationConfig: "projects/_/buckets/acme-files/notificationConfigs/1",
        };
        expect(received.map(({ message }) => message.attributes)).toEqual([
            { ...common, eventType: "OBJECT_FINALIZE" },
            { ...common, eventType: "OBJECT_DELETE", overwrittenByGeneration: generation },
            { ...common, eventType: "OBJECT_FINALIZE", overwroteGeneration: generation },
            { ...common, eventType: "OBJECT_DELETE" },
        ]);
        expect(received.map(({ message }) => message.data)).toEqual(Array(4).fill(Buffer.alloc(0)));
    });
});

test("a route with an invalid target is refused", async () => {
    await expect(Emulator.of(project(), { predict: "8081" })).rejects.toThrow(
        "the target of a route must be a URL such as http://127.0.0.1:8081 (got 8081).",
    );
});
