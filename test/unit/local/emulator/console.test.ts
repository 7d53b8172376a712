import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { foreignRequest, wrongToken } from "../../../../local/runtime/console/access";
import { hidden, Mask } from "../../../../local/runtime/console/mask";
import type { Inputs } from "../../../../local/simulator/rules/rules";
import type { World } from "../world";
import { Emulator, eventually, project, topic } from "./served";

const place = (world: World) => {
    const { folder } = world.cloud;
    const content = { name: "sales" };
    return { folder, file: "", project: "sales", stackFolder: folder, program: folder, content, home: folder };
};

/** The console of a local cloud. */
class Console {
    private constructor(
        readonly emulator: Emulator,
        readonly address = new URL(emulator.console),
        readonly token = address.searchParams.get("token") ?? "",
    ) {}

    static async of(world: World): Promise<Console> {
        return new Console(await Emulator.of(world, {}, {}, {}, { console: place(world) }));
    }

    /** Sends a request with any headers, as a page or another program could. */
    send(path: string, headers: Record<string, string> = {}, body?: string): Promise<IncomingMessage> {
        const { hostname, port } = this.address;
        return new Promise((resolve, reject) => {
            const sent = request(
                { hostname, port, path, headers, method: body === undefined ? "GET" : "POST" },
                resolve,
            );
            sent.on("error", reject).end(body);
        });
    }

    async ask(path: string, headers: Record<string, string> = {}, body?: string) {
        const answer = await this.send(path, headers, body);
        return { status: answer.statusCode, type: answer.headers["content-type"], body: await text(answer) };
    }

    private get credentials() {
        return { authorization: `Bearer ${this.token}` };
    }

    async get(name: string): Promise<Inputs> {
        return JSON.parse((await this.ask(`/api/${name}`, this.credentials)).body);
    }

    async post(name: string, body: object) {
        const json = { ...this.credentials, "content-type": "application/json" };
        const answer = await this.ask(`/api/${name}`, json, JSON.stringify(body));
        return { status: answer.status, body: JSON.parse(answer.body) };
    }

    /** The stream of events. */
    events(): Promise<IncomingMessage> {
        return this.send("/api/events", this.credentials);
    }
}

describe("a request", () => {
    const access = { port: 8085, token: "right" };

    test.each([
        [{ host: "127.0.0.1:8085" }],
        [{ host: "localhost:8085", origin: "http://localhost:8085", "sec-fetch-site": "same-origin" }],
        [{ host: "127.0.0.1:8085", "sec-fetch-site": "none" }],
    ])("with the headers %j is accepted", (headers) => {
        expect(foreignRequest({ headers }, access)).toBeUndefined();
    });

    test.each([
        [
            { host: "evil.example:8085" },
            'The header Host must be 127.0.0.1:8085 or localhost:8085 (got "evil.example:8085")',
        ],
        [{ host: "127.0.0.1:8086" }, 'got "127.0.0.1:8086"'],
        [{}, 'The header Host must be 127.0.0.1:8085 or localhost:8085 (got "")'],
        [{ host: "127.0.0.1:8085", origin: "https://evil.example" }, "The header Origin must be http://127.0.0.1:8085"],
        [{ host: "127.0.0.1:8085", origin: "http://127.0.0.1:8086" }, 'got "http://127.0.0.1:8086"'],
        [{ host: "127.0.0.1:8085", origin: "http://localhost:8085" }, 'got "http://localhost:8085"'],
        [{ host: "127.0.0.1:8085", origin: "null" }, 'got "null"'],
        [
            { host: "127.0.0.1:8085", "sec-fetch-site": "cross-site" },
            "The header Sec-Fetch-Site must be same-origin or none",
        ],
        [{ host: "127.0.0.1:8085", "sec-fetch-site": "same-site" }, 'got "same-site"'],
    ])("with the headers %j is refused", (headers, message) => {
        expect(foreignRequest({ headers }, access)).toContain(message);
    });

    test.each([
        [undefined, "The request has no token. Open the address that 'slipway local serve' printed"],
        ["", "The request has no token."],
        ["wrong", "The token is wrong. Open the address that 'slipway local serve' printed"],
        ["right and more", "The token is wrong."],
    ])("with the token %j is refused", (token, message) => {
        expect(wrongToken(token, access)).toContain(message);
    });
});

describe("the console", () => {
    test("listens only on 127.0.0.1, with another token at each start", async () => {
        const [one, two] = [await Console.of(project()), await Console.of(project())];
        expect(one.address.hostname).toBe("127.0.0.1");
        expect(one.token).toMatch(/^[\w-]{43}$/);
        expect(one.token).not.toBe(two.token);
        expect(one.address.port).not.toBe(new URL(one.emulator.url).port);
    });

    test("answers its page with a policy that lets only its own scripts run", async () => {
        const console_ = await Console.of(project());
        const { statusCode, headers } = await console_.send(`/${console_.address.search}`);
        expect(statusCode).toBe(200);
        expect(headers).toMatchObject({
            "content-type": "text/html; charset=utf-8",
            "content-security-policy":
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html",
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "cache-control": "no-store",
        });
        for (const file of ["main.mjs", "lit.mjs", "style.css"]) {
            expect((await console_.ask(`/${file}`)).status).toBe(200);
        }
    });

    test.each(["/", "/api/resources", "/api/events", "/nothing"])("refuses %s without the token", async (path) => {
        const console_ = await Console.of(project());
        const refused = { status: 403, type: "text/plain; charset=utf-8" };
        expect(await console_.ask(path)).toEqual({
            ...refused,
            body: expect.stringMatching(/^The request has no token\. /),
        });
        const wrong =
            path === "/" ? console_.ask("/?token=wrong") : console_.ask(path, { authorization: "Bearer wrong" });
        expect(await wrong).toEqual({ ...refused, body: expect.stringMatching(/^The token is wrong\. /) });
    });

    test.each([
        ["Host", { host: "evil.example" }],
        ["Origin", { origin: "https://evil.example" }],
        ["Sec-Fetch-Site", { "sec-fetch-site": "cross-site" }],
    ])("refuses a wrong %s also with the token, and sends nothing", async (name, headers) => {
        const console_ = await Console.of(project());
        const { authorization, ...rest } = {
            authorization: `Bearer ${console_.token}`,
            "content-type": "application/json",
        };
        const body = JSON.stringify({ topic, text: "1" });
        const refused = {
            status: 403,
            type: "text/plain; charset=utf-8",
            body: expect.stringContaining(`The header ${name} must be`),
        };
        expect(await console_.ask("/api/messages", { authorization, ...rest, ...headers }, body)).toEqual(refused);
        expect(await console_.ask("/api/messages", { authorization, ...headers })).toEqual(refused);
        expect((await console_.get("messages")).messages).toEqual([]);
    });

    test("refuses a message that a form of another page can send, and one that is no message", async () => {
        const console_ = await Console.of(project());
        const form = { authorization: `Bearer ${console_.token}`, "content-type": "text/plain" };
        expect((await console_.ask("/api/messages", form, "{}")).status).toBe(415);
        expect(await console_.post("messages", { topic })).toMatchObject({
            status: 400,
            body: { error: { message: expect.stringContaining("A message has the form") } },
        });
        expect(await console_.post("messages", { topic: "projects/acme-dev/topics/other", text: "" })).toMatchObject({
            status: 404,
            body: { error: { message: "Resource not found (resource=other)." } },
        });
    });

    test("sends a message, and shows what became of it", async () => {
        const world = project();
        world.make("Subscription", { name: "reader", topic: "sales" });
        world.make("Subscription", { name: "winter", topic: "sales", filter: 'attributes.season = "winter"' });
        const console_ = await Console.of(world);
        const sent = { topic, text: "2.2", attributes: { season: "summer" } };
        const { id } = (await console_.post("messages", sent)).body;
        const shown = (state: string) => ({
            topics: [
                {
                    id: topic,
                    project: "acme-dev",
                    subscriptions: [
                        {
                            id: "projects/acme-dev/subscriptions/reader",
                            delivery: "pull",
                            backlog: state === "acknowledged" ? 0 : 1,
                        },
                        { id: "projects/acme-dev/subscriptions/winter", delivery: "pull", backlog: 0 },
                    ],
                },
            ],
            messages: [
                {
                    ...{ id, topic, text: "2.2", attributes: { season: "summer" }, orderingKey: "" },
                    published: expect.stringMatching(/^\d{4}-/),
                    subscriptions: [
                        { id: "projects/acme-dev/subscriptions/reader", state },
                        { id: "projects/acme-dev/subscriptions/winter", state: "filtered out" },
                    ],
                },
            ],
        });
        expect(await console_.get("messages")).toEqual(shown("not acknowledged"));
        await console_.emulator.acknowledge(await console_.emulator.pull());
        expect(await console_.get("messages")).toEqual(shown("acknowledged"));
    });

    test("streams requests of REST and gRPC, messages and deliveries as they come", async () => {
        const world = project();
        world.make("Subscription", {
            name: "pushed",
            topic: "sales",
            pushConfig: { pushEndpoint: "https://sales.example/" },
        });
        const console_ = await Console.of(world);
        const events = await console_.events();
        let streamed = "";
        events.setEncoding("utf8").on("data", (part) => {
            streamed += part;
        });
        await console_.emulator.publish("2.2");
        await fetch(`${console_.emulator.url}/v1/projects/acme-dev/topics/other`);
        await eventually(() => {
            const found = streamed
                .split("\n\n")
                .filter(Boolean)
                .map((frame) => JSON.parse(frame.replace(/^data: /, "")))
                .map(({ kind, text, status = "", isFailed = false }) => `${kind} ${text} ${status} ${isFailed}`);
            expect(found).toEqual(
                expect.arrayContaining([
                    expect.stringMatching(
                        /^message projects\/acme-dev\/topics\/sales: message \d+ was published: 2\.2 {2}false$/,
                    ),
                    "call google.pubsub.v1.Publisher/Publish OK false",
                    "call GET /v1/projects/acme-dev/topics/other 404 true",
                    expect.stringMatching(
                        /^event projects\/acme-dev\/subscriptions\/pushed: message \d+ will be redelivered/,
                    ),
                ]),
            );
        });
        events.destroy();
    });

    test("shows resources, and hides the values of secrets", async () => {
        const world = project();
        world.enable("secretmanager", "run");
        world.make("Secret", { secretId: "password", replication: { auto: {} } });
        world.make("SecretVersion", { secret: "projects/acme-dev/secrets/password", secretData: "correct-horse" });
        const console_ = await Console.of(world);
        world.make("Topic", { name: "labelled", labels: { api_key: "k1", team: "forecast" } });
        const resources: Inputs[] = (await console_.get("resources")) as never;
        const { component, type, id } = resources.find((each) => each.id.endsWith("/labelled")) ?? {};
        expect([component, type]).toEqual(["", "gcp:pubsub/topic:Topic"]);
        const { properties } = await console_.get(`resource?${new URLSearchParams({ type, id })}`);
        expect(properties).toMatchObject({ name: "labelled", labels: { api_key: hidden, team: "forecast" } });
        // A program can print or publish a secret.
        await console_.emulator.publish("the password is correct-horse");
        const { messages } = await console_.get("messages");
        expect(messages[0].text).toBe(`the password is ${hidden}`);
    });

    test("advances the minutes of alerts, and refuses other numbers", async () => {
        const console_ = await Console.of(project());
        const before = await console_.get("clock");
        const { body } = await console_.post("clock", { minutes: 5 });
        expect(Date.parse(body.metrics) - Date.parse(before.metrics)).toBe(5 * 60_000);
        expect(await console_.post("clock", { minutes: 0 })).toMatchObject({
            status: 400,
            body: { error: { message: "minutes must be an integer from 1 to 120 (got 0)." } },
        });
    });
});

describe("hidden are", () => {
    const mask = new Mask(project().cloud);
    const service = "gcp:cloudrunv2/service:Service";
    const instance = "gcp:sql/databaseInstance:DatabaseInstance";
    const containers = (...envs: Inputs[]) => ({ template: { containers: [{ image: "web", envs }] } });

    test.each([
        [
            "variables with the name of a secret",
            service,
            containers({ name: "API_KEY", value: "k" }),
            containers({ name: "API_KEY", value: hidden }),
        ],
        [
            "other variables with a doubtful name",
            service,
            containers({ name: "DB_PASS", value: "p" }),
            containers({ name: "DB_PASS", value: hidden }),
        ],
        [
            "variables of a map",
            "gcp:cloudfunctionsv2/function:Function",
            { serviceConfig: { environmentVariables: { TOKEN: "t", SEASON: "summer" } } },
            { serviceConfig: { environmentVariables: { TOKEN: hidden, SEASON: "summer" } } },
        ],
        [
            "properties that the provider declares as secret",
            instance,
            { rootPassword: "p", region: "europe-west1" },
            { rootPassword: hidden, region: "europe-west1" },
        ],
        [
            "properties of what Google Cloud creates",
            "run.googleapis.com/services",
            { env: [{ name: "A_SECRET", value: "s" }] },
            { env: [{ name: "A_SECRET", value: hidden }] },
        ],
    ])("%s", (_, type, properties, shown) => {
        expect(mask.properties(type, properties)).toEqual(shown);
    });

    test("values that the program made secret, wherever they are", () => {
        const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:…" };
        const outputs = { ...containers({ name: "SEASON", value: secret }), labels: secret };
        const properties = { ...containers({ name: "SEASON", value: "summer" }), labels: { team: "forecast" } };
        expect(mask.properties(service, properties, outputs)).toEqual({
            ...containers({ name: "SEASON", value: hidden }),
            labels: hidden,
        });
    });

    test.each([
        [
            "a reference to a secret",
            containers({ name: "API_KEY", valueSource: { secretKeyRef: { secret: "api-key", version: "1" } } }),
        ],
        ["the path of a secret", containers({ name: "API_KEY", value: "projects/acme-dev/secrets/api-key" })],
        ["other variables", containers({ name: "MONKEYS", value: "2" })],
    ])("not %s", (_, properties) => {
        expect(mask.properties(service, properties)).toEqual(properties);
    });

    test.each([
        ["postgres://sales:hunter2@db.example/sales", `postgres://sales:${hidden}@db.example/sales`],
        [
            "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n",
            `-----BEGIN PRIVATE KEY-----${hidden}-----END PRIVATE KEY-----\n`,
        ],
        ["http://127.0.0.1:8081/a@b", "http://127.0.0.1:8081/a@b"],
    ])("secrets in the text %j", (text, shown) => {
        expect(JSON.parse(mask.json({ text }))).toEqual({ text: shown });
    });

    test.each([
        ["as it is", 'p"ss\nword'],
        ["in JSON", JSON.stringify({ a: 'p"ss\nword' })],
        ["in a URL", encodeURIComponent('p"ss\nword')],
        ["in Base64", Buffer.from('p"ss\nword').toString("base64")],
    ])("values of Secret Manager %s", (_, text) => {
        const world = project();
        world.enable("secretmanager");
        world.make("Secret", { secretId: "password", replication: { auto: {} } });
        world.make("SecretVersion", { secret: "projects/acme-dev/secrets/password", secretData: 'p"ss\nword' });
        const shown = new Mask(world.cloud).json({ log: `before ${text} after` });
        expect(shown).toContain(hidden);
        expect(shown).not.toMatch(/word|cCJz/);
        expect(shown).toMatch(/before .* after/);
    });
});
