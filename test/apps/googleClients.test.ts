import type { Inputs } from "../../local/simulator/rules/rules";
import { until } from "../clusters/until";
import { node, project, python, running } from "./runningFunction";

/** Clients of Google in the processes of functions, with addresses that cannot be configured. */

const email = "main-run@acme-dev.iam.gserviceaccount.com";
const secret = `projects/${project}/secrets/key`;
const grant = { secretId: "key", role: "roles/secretmanager.secretAccessor", member: `serviceAccount:${email}` };

/** What calls found, by what makes them. */
type Found = Record<string, string>;

const inPython = `import google.auth, requests
from google.auth.transport.requests import AuthorizedSession
from google.cloud import secretmanager

name = "${secret}/versions/latest"
url = f"https://secretmanager.googleapis.com/v1/{name}:access"

def tried(call):
    try:
        return call()
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def secret(transport):
    client = secretmanager.SecretManagerServiceClient(transport=transport)
    return client.access_secret_version(name=name).payload.data.decode()

def session():
    return AuthorizedSession(google.auth.default()[0]).get(url).text

@functions_framework.http
def main(request):
    return {
        "grpc": tried(lambda: secret("grpc")),
        "rest": tried(lambda: secret("rest")),
        "google-auth": tried(session),
        "requests": tried(lambda: requests.get(url).text),
        "other API": tried(lambda: requests.get("https://vision.googleapis.com/v1/files").text),
        "internet": tried(lambda: requests.get("https://service.example/a").text),
    }
`;

const inNode = `const { SecretManagerServiceClient } = require("@google-cloud/secret-manager");
const { GoogleAuth } = require("google-auth-library");

const name = "${secret}/versions/latest";
const url = \`https://secretmanager.googleapis.com/v1/\${name}:access\`;
const tried = async (call) => {
    try {
        return await call();
    } catch (error) {
        return String(error.message);
    }
};
const secret = async (options) => {
    const [version] = await new SecretManagerServiceClient(options).accessSecretVersion({ name });
    return version.payload.data.toString();
};

exports.main = async (request, response) => {
    response.json({
        grpc: await tried(() => secret({})),
        rest: await tried(() => secret({ fallback: true })),
        "google-auth": await tried(async () => JSON.stringify((await new GoogleAuth().request({ url })).data)),
        fetch: await tried(async () => (await fetch(url)).text()),
        "other API": await tried(async () => (await fetch("https://vision.googleapis.com/v1/files")).text()),
        internet: await tried(async () => (await fetch("https://service.example/a")).text()),
    });
};
`;

test.each([
    [
        "Python",
        {
            files: {
                ...python(inPython),
                "requirements.txt": "functions-framework==3.10.2\ngoogle-cloud-secret-manager\nrequests\n",
            },
            runtime: "python312",
        },
    ],
    [
        "Node.js",
        {
            files: {
                ...node(inNode),
                "package.json": JSON.stringify({
                    main: "index.js",
                    dependencies: { "@google-cloud/secret-manager": "6.1.3", "google-auth-library": "10.9.1" },
                }),
            },
            runtime: "nodejs22",
        },
    ],
])("clients in %s reach the APIs at Google's addresses, with the rights of their account", async (_, deployed) => {
    const { ask, world, printed } = await running({ ...deployed, account: email });
    const asked = async (): Promise<Found> => {
        const [, body] = await ask();
        return JSON.parse(body);
    };
    const { "other API": other, internet, ...denied } = await asked();
    const refused = Object.fromEntries(Object.keys(denied).map((client) => [client, expect.stringMatching(/denied/i)]));
    expect(denied).toEqual(refused);
    expect(other).toContain("The local Google Cloud does not support GET /v1/files of vision.googleapis.com.");
    expect(printed).toContain(`${email} calls vision.googleapis.com, an API that the local Google Cloud does not have`);
    expect(internet).not.toContain("tea");
    expect(printed.join("\n")).toMatch(
        /(main:|@acme-dev\.iam\.gserviceaccount\.com) calls service\.example, on the internet$/m,
    );

    world.make("SecretIamMember", grant);
    const { "other API": _other, internet: _internet, ...allowed } = await asked();
    const answered = Object.fromEntries(
        Object.keys(allowed).map((client) => [client, expect.stringMatching(/^lemon$|"data": ?"bGVtb24="/)]),
    );
    expect(allowed).toEqual(answered);
});

test("the client of Cloud Tasks adds a task at Google's address, which calls the function with a token", async () => {
    const code = `import os
from google.cloud import tasks_v2

seen = []

@functions_framework.http
def main(request):
    if request.path == "/seen":
        return seen
    if request.path == "/task":
        seen.append([request.headers["X-CloudTasks-TaskName"], request.get_data(as_text=True)])
        return "done"
    target = tasks_v2.HttpRequest(url=request.args["url"] + "/task", body=b"tea",
        oidc_token=tasks_v2.OidcToken(service_account_email="${email}"))
    try:
        queue = "projects/${project}/locations/europe-west1/queues/teas"
        return tasks_v2.CloudTasksClient().create_task(parent=queue, task=tasks_v2.Task(name=queue + "/tasks/one", http_request=target)).name
    except Exception as error:
        return str(error)
`;
    const { ask, world } = await running({
        files: {
            ...python(code),
            "requirements.txt": "functions-framework==3.10.2\ngoogle-cloud-tasks==2.19.3\n",
        },
        runtime: "python312",
        account: email,
    });
    world.enable("cloudtasks");
    world.make("Queue", { name: "teas", location: "europe-west1" });
    const service = world.cloud.store.read(
        "//run.googleapis.com/projects/acme-dev/locations/europe-west1/services/main",
    );
    const { uri }: Inputs = service?.state ?? {};
    const add = async () => (await ask(`/add?url=${uri}`))[1];
    const member = `serviceAccount:${email}`;
    expect(await add()).toMatch(/cloudtasks.tasks.create/);
    world.make("QueueIamMember", { name: "teas", location: "europe-west1", role: "roles/cloudtasks.enqueuer", member });
    expect(await add()).toMatch(/actAs/);
    world.make("AccountIAMMember", {
        serviceAccountId: `projects/${project}/serviceAccounts/${email}`,
        role: "roles/iam.serviceAccountUser",
        member,
    });
    world.make("RunServiceIamMember", { name: "main", role: "roles/run.invoker", member });
    expect(await add()).toBe(`projects/${project}/locations/europe-west1/queues/teas/tasks/one`);
    await until(
        async () => (await ask("/seen"))[1],
        (seen) => seen.includes("tea"),
        { seconds: 20 },
    );
    expect(JSON.parse((await ask("/seen"))[1])).toEqual([["one", "tea"]]);
});
