import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { gaxios } from "google-auth-library";
import {
    AdminApi,
    AdminError,
    cloudFunctions,
    cloudRun,
    dataflow,
    isUncertain,
    logging,
    resourceManager,
    vertexAi,
} from "../../../../lib/internal/adminApi/adminApi";
import { simulatedClock } from "../../clock";
import { folderOf } from "../../folders";

type Answer = [status: number, body: object];

/** An API whose calls have these answers, one after the other and then the last one again, and its calls. */
function answering(answers: (Answer | "none")[], variables: object = {}, endpoint?: ReturnType<typeof vertexAi>) {
    const calls: string[] = [];
    const fetchImplementation = async (url: unknown, { method, body }: { method?: string; body?: unknown } = {}) => {
        calls.push([method, url, body].filter(Boolean).join(" "));
        const answer = answers[Math.min(calls.length, answers.length) - 1] as Answer | "none";
        if (answer === "none") {
            throw new Error("socket hang up");
        }
        const [status, content] = answer;
        return new Response(JSON.stringify(content), { status, headers: { "content-type": "application/json" } });
    };
    const environment = { GOOGLE_OAUTH_ACCESS_TOKEN: "token", ...variables };
    const api = new AdminApi(environment, fetchImplementation as typeof fetch, endpoint);
    return { api, calls };
}

const root = "https://appengine.googleapis.com/v1";
const service = "apps/acme-dev/services/shop";
const refused = (status: number, message: string): Answer => [status, { error: { message } }];
const busy = refused(
    409,
    `Cannot operate on ${service} because an operation is already in progress for ${service} by 5e1f.`,
);
const unavailable = refused(503, "The service is currently unavailable.");
const operation = { name: "apps/acme-dev/operations/1" };

test("a change waits until another operation on the service is done", async () => {
    const waited = simulatedClock();
    const done = { ...operation, done: true, response: { id: "shop" } };
    const { api, calls } = answering([busy, unavailable, [200, operation], [200, operation], [200, done]]);
    expect(await api.change("PATCH", service, { body: { split: 1 } })).toEqual({ id: "shop" });
    expect(calls).toEqual([
        ...Array(3).fill(`PATCH ${root}/${service} {"split":1}`),
        ...Array(2).fill(`GET ${root}/${operation.name}`),
    ]);
    expect(waited()).toBe(500 + 500 + 250 + 375);
});

test("a running operation is asked for every five seconds at most, and its failure has the call and the reason", async () => {
    const waited = simulatedClock();
    const failed = { ...operation, done: true, error: { code: 9, message: "The runtime has ended." } };
    const { api } = answering([...Array(12).fill([200, operation]), [200, failed]]);
    const error = { status: 9, message: `DELETE ${service}: The runtime has ended.` };
    await expect(api.change("DELETE", service)).rejects.toMatchObject(error);
    const pauses = Array.from({ length: 12 }, (_, index) => Math.min(250 * 1.5 ** index, 5000));
    expect(waited()).toBe(pauses.reduce((sum, pause) => sum + pause));
});

test.each([
    ["20 minutes", undefined, "20"],
    ["its timeout", 60_000, "1"],
])("an operation that does not end fails after %s", async (_, timeout, minutes) => {
    const waited = simulatedClock();
    const { api } = answering([[200, operation]]);
    const text = `${operation.name} is not done after ${minutes} minutes.`;
    await expect(api.wait(operation.name, timeout)).rejects.toMatchObject({ status: 504, message: text });
    expect(waited() - Number(minutes) * 60_000).toBeGreaterThan(0);
    expect(waited() - Number(minutes) * 60_000).toBeLessThanOrEqual(5000);
});

const unknown = "App Engine Admin API has not been used in project 123456 before or it is disabled.";

test.each([
    [400, "The request has errors."],
    [403, "The caller does not have permission"],
    [403, unknown],
    [409, "The version exists."],
    [428, "A precondition is required."],
    [499, "The request was cancelled."],
])("a refused change fails immediately: %d %s", async (status, message) => {
    const waited = simulatedClock();
    const { api, calls } = answering([refused(status, message)]);
    const error = { status, message: `PATCH ${service}: ${message}` };
    await expect(api.change("PATCH", service, { body: {} })).rejects.toMatchObject(error);
    expect([calls.length, waited()]).toEqual([1, 0]);
});

test.each([429, 500, 502, 503])("a call that fails with %d is repeated for three minutes", async (status) => {
    const waited = simulatedClock();
    const { api } = answering([refused(status, "Try again later.")]);
    await expect(api.get(service)).rejects.toMatchObject({ status, message: `GET ${service}: Try again later.` });
    expect(waited()).toBe(500 + 500 + 1500 + 3500 + 7500 + 12 * 15_000);
});

test("a change to a busy service is repeated for twenty minutes", async () => {
    const waited = simulatedClock();
    const { api } = answering([busy]);
    await expect(api.change("PATCH", service)).rejects.toMatchObject({ status: 409 });
    expect(waited()).toBeGreaterThan(1_200_000);
    expect(waited()).toBeLessThanOrEqual(1_215_000);
});

test("a call without an answer is repeated five times", async () => {
    const waited = simulatedClock();
    const { api, calls } = answering(["none"]);
    const error = await api.get(service).then(undefined, (error: Error) => error);
    expect([String(error), error instanceof AdminError]).toEqual([expect.stringContaining("socket hang up"), false]);
    expect([calls.length, waited()]).toEqual([6, 500 + 500 + 1500 + 3500 + 7500]);
});

test.each([unavailable, busy, "none" as const])("a call is made once on request: %j", async (answer) => {
    const waited = simulatedClock();
    const { api, calls } = answering([answer, [200, {}]]);
    await expect(api.post(service, { retry: false })).rejects.toThrow();
    expect([calls.length, waited()]).toEqual([1, 0]);
});

test.each([
    [429, true],
    [428, false],
    [430, false],
    [499, false],
    [500, true],
    [503, true],
    [409, false],
])("whether a call that failed with %d may have had an effect: %p", (status, isPossible) => {
    expect(isUncertain(new AdminError(status, "refused"))).toBe(isPossible);
});

test("a call without an answer may have had an effect, and what was never sent has none", async () => {
    const { api } = answering(["none"]);
    const error = await api.post(service, { retry: false }).catch((error: Error) => error);
    expect([isUncertain(error), isUncertain(new Error("no credentials"))]).toEqual([true, false]);
});

test("each method sends its body, and returns the answer", async () => {
    const { api, calls } = answering([[200, { id: "shop" }]]);
    const body = { split: 1 };
    const query = { updateMask: "split" };
    const answers = [
        await api.get(service, query),
        await api.post(service, { body }),
        await api.patch(service, { body, query }),
        await api.put(service, { body }),
        await api.find(service),
    ];
    expect(answers).toEqual(Array(5).fill({ id: "shop" }));
    expect(calls).toEqual([
        `GET ${root}/${service}?updateMask=split`,
        `POST ${root}/${service} {"split":1}`,
        `PATCH ${root}/${service}?updateMask=split {"split":1}`,
        `PUT ${root}/${service} {"split":1}`,
        `GET ${root}/${service}`,
    ]);
});

test("what does not exist is not found, and what may not be read is an error", async () => {
    expect(await answering([refused(404, "Not found.")]).api.find(service)).toBe(undefined);
    await expect(answering([refused(403, "No.")]).api.find(service)).rejects.toMatchObject({ status: 403 });
});

test("a list has the items of all pages", async () => {
    const pages = [{ services: [1, 2], nextPageToken: "b" }, { nextPageToken: "c" }, { services: [3] }];
    const { api, calls } = answering(pages.map((page) => [200, page]));
    expect(await api.list("services", "services", { filter: "new" })).toEqual([1, 2, 3]);
    const first = `GET ${root}/services?filter=new&pageSize=100`;
    expect(calls).toEqual([first, `${first}&pageToken=b`, `${first}&pageToken=c`]);
});

test.each([
    [cloudFunctions, "GOOGLE_CLOUDFUNCTIONS2_CUSTOM_ENDPOINT", "https://cloudfunctions.googleapis.com/v2/"],
    [cloudRun, "GOOGLE_CLOUD_RUN_V2_CUSTOM_ENDPOINT", "https://run.googleapis.com/v2/"],
    [dataflow, "GOOGLE_DATAFLOW_CUSTOM_ENDPOINT", "https://dataflow.googleapis.com/v1b3/"],
    [logging, "GOOGLE_LOGGING_CUSTOM_ENDPOINT", "https://logging.googleapis.com/v2/"],
    [resourceManager, "GOOGLE_RESOURCE_MANAGER_CUSTOM_ENDPOINT", "https://cloudresourcemanager.googleapis.com/v1/"],
])("the address of an API is that of its variable, or Google's: %j", async (endpoint, name, url) => {
    const [own, other] = [
        answering([[200, {}]], { [name]: "http://local/v9/" }, endpoint),
        answering([[200, {}]], {}, endpoint),
    ];
    await Promise.all([own.api.get("shop"), other.api.get("shop")]);
    expect([own.calls, other.calls]).toEqual([["GET http://local/v9/shop"], [`GET ${url}shop`]]);
});

const variable = "GOOGLE_VERTEX_AI_CUSTOM_ENDPOINT";

test.each([
    ["its own", undefined, {}, `${root}/shop`],
    [
        "that of App Engine",
        undefined,
        { GOOGLE_APP_ENGINE_CUSTOM_ENDPOINT: "http://local/v2/" },
        "http://local/v2/shop",
    ],
    ["that of a region", vertexAi("europe-west1"), {}, "https://europe-west1-aiplatform.googleapis.com/v1/shop"],
    [
        "with features in preview",
        vertexAi("europe-west1", "v1beta1"),
        {},
        "https://europe-west1-aiplatform.googleapis.com/v1beta1/shop",
    ],
    [
        "the configured one with the version of the call",
        vertexAi("europe-west1", "v1beta1"),
        { [variable]: "http://local/v1/" },
        "http://local/v1beta1/shop",
    ],
])("the address of an API: %s", async (_, endpoint, variables, url) => {
    const { api, calls } = answering([[200, {}]], variables, endpoint);
    await api.get("shop");
    expect(calls).toEqual([`GET ${url}`]);
});

/** The calls of a request for a service, with these environment variables. */
async function callsWith(environment: Record<string, string>) {
    const calls: string[] = [];
    const request = jest.spyOn(gaxios.Gaxios.prototype, "request").mockImplementation(async (options = {}) => {
        const { url, method = "GET", data, headers } = options as Record<string, unknown>;
        const authorization = new Headers(headers as HeadersInit).get("authorization");
        const isForm = data instanceof URLSearchParams;
        calls.push([authorization, method, url, isForm ? data : JSON.stringify(data)].filter(Boolean).join(" "));
        const body = { access_token: "own", accessToken: "impersonated", expireTime: "2099-01-01T00:00:00Z" };
        return { data: body, headers: new Headers(), status: 200, config: {} } as never;
    });
    try {
        await new AdminApi(environment).get(service);
    } finally {
        request.mockRestore();
    }
    return calls;
}

const user = { type: "authorized_user", client_id: "gcloud", client_secret: "public", refresh_token: "renewed" };
const renewal = expect.stringMatching(
    /^POST https:\/\/oauth2\.googleapis\.com\/token .*(renewed.*refresh_token|refresh_token.*renewed)/,
);
const call = (token: string) => `Bearer ${token} GET ${root}/${service}`;

test("an access token is used as it is", async () => {
    expect(await callsWith({ GOOGLE_OAUTH_ACCESS_TOKEN: "token", GOOGLE_CREDENTIALS: "{}" })).toEqual([call("token")]);
});

test.each(["GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON"])(
    "%s has credentials, or the path of their file",
    async (name) => {
        const json = JSON.stringify(user);
        const file = join(folderOf({ "key.json": json }), "key.json");
        expect(await callsWith({ [name]: json })).toEqual([renewal, call("own")]);
        expect(await callsWith({ [name]: file })).toEqual([renewal, call("own")]);
    },
);

test.each([
    ["directly", {}, []],
    ["through others", { GOOGLE_IMPERSONATE_SERVICE_ACCOUNT_DELEGATES: "a@acme,b@acme" }, ["a@acme", "b@acme"]],
])("a service account is impersonated %s", async (_, variables, delegates) => {
    const deployer = "deployer@acme-dev.iam.gserviceaccount.com";
    const given = { GOOGLE_OAUTH_ACCESS_TOKEN: "token", GOOGLE_IMPERSONATE_SERVICE_ACCOUNT: deployer, ...variables };
    const token = {
        delegates,
        scope: ["https://www.googleapis.com/auth/cloud-platform"],
        lifetime: "3600s",
    };
    const url = `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${deployer}:generateAccessToken`;
    expect(await callsWith(given)).toEqual([`Bearer token POST ${url} ${JSON.stringify(token)}`, call("impersonated")]);
});

test("Application Default Credentials are used otherwise, and nothing looks for a project", async () => {
    const folder = folderOf({ "key.json": JSON.stringify(user), gcloud: '#!/bin/sh\ntouch "$0.called"\n' });
    chmodSync(join(folder, "gcloud"), 0o700);
    for (const name of ["GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "gcloud_project", "google_cloud_project"]) {
        delete process.env[name];
    }
    process.env.GOOGLE_APPLICATION_CREDENTIALS = join(folder, "key.json");
    process.env.METADATA_SERVER_DETECTION = "none";
    const { PATH } = process.env;
    process.env.PATH = `${folder}:${PATH}`;
    try {
        expect(await callsWith({})).toEqual([renewal, call("own")]);
    } finally {
        process.env.PATH = PATH;
    }
    expect(existsSync(join(folder, "gcloud.called"))).toBe(false);
});
