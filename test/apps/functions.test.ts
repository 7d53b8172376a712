import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../clusters/until";
import { ends, location, node, project, python, running } from "./runningFunction";

test("a function in Python has its variables and secrets, and nothing of this machine", async () => {
    process.env.SLIPWAY_TEST_OWN = "of this machine";
    const code =
        "import json, os\n\n@functions_framework.http\ndef main(request):\n    return json.dumps(dict(os.environ))\n";
    const { ask } = await running({
        files: python(code),
        runtime: "python312",
        service: {
            environmentVariables: { REGION: "north" },
            secretEnvironmentVariables: [{ key: "KEY", projectId: project, secret: "key", version: "latest" }],
        },
    });
    const [status, body] = await ask();
    const variables = JSON.parse(body);
    expect([status, variables]).toMatchObject([
        200,
        {
            ...{ REGION: "north", KEY: "lemon", K_SERVICE: "main", FUNCTION_TARGET: "main" },
            ...{ FUNCTION_SIGNATURE_TYPE: "http", STORAGE_EMULATOR_HOST: expect.any(String) },
            GCE_METADATA_HOST: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        },
    ]);
    expect(variables.SLIPWAY_TEST_OWN).toBeUndefined();
    expect(variables.HOME).not.toBe(process.env.HOME);
    delete process.env.SLIPWAY_TEST_OWN;
});

test("a function in Node.js without the framework answers, on this machine only, with the next code after an update", async () => {
    const saying = (word: string) => node(`exports.main = (request, response) => response.send("${word}");`);
    const { ask, update, printed, served } = await running({ files: saying("tea"), runtime: "nodejs22" });
    expect(await ask()).toEqual([200, "tea"]);
    const ports = printed.flatMap((line) => /main: listening on (\d+)/.exec(line)?.[1] ?? []);
    for (const port of [...ports, new URL(served.services.main as string).port]) {
        expect(await isOpen(ownAddress(), Number(port))).toBe(false);
    }
    update({ files: saying("juice"), runtime: "nodejs22" });
    expect(await ask()).toEqual([200, "juice"]);
});

/** An address of this machine for others, or one that nobody has. */
function ownAddress(): string {
    const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    return addresses.find(({ internal, family }) => !internal && family === "IPv4")?.address ?? "192.0.2.1";
}

function isOpen(host: string, port: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect({ host, port, timeout: 1000 }, () => end(true));
        const end = (found: boolean) => {
            socket.destroy();
            resolve(found);
        };
        socket.on("error", () => end(false)).on("timeout", () => end(false));
    });
}

test("a function in Go answers on this machine only, with an edit, and an error of the compiler keeps the code before it", async () => {
    const program = mkdtempSync(join(tmpdir(), "slipway-edited-"));
    ends.push(async () => rmSync(program, { recursive: true, force: true }));
    const go = (expression: string, register = 'functions.HTTP("main", tea)'): Record<string, string> => ({
        "go.mod":
            "module acme.dev/tea\n\ngo 1.25.0\n\nrequire github.com/GoogleCloudPlatform/functions-framework-go v1.9.2\n",
        "tea.go": `package tea

import (
    "net/http"
    "os"
    "strings"

    "github.com/GoogleCloudPlatform/functions-framework-go/functions"
)

func init() { ${register} }

func tea(w http.ResponseWriter, r *http.Request) { w.Write([]byte(${expression})) }

var _ = strings.Join(os.Environ(), " ")
`,
    });
    const write = (files: Record<string, string>) => {
        for (const [path, text] of Object.entries(files)) {
            writeFileSync(join(program, path), text);
        }
    };
    const environment = 'strings.Join(os.Environ(), " ")';
    write(go(environment));
    const { ask, printed } = await running({ files: go(environment), runtime: "go125", program });
    const [status, variables] = await ask();
    expect([status, variables]).toEqual([200, expect.stringContaining("FUNCTION_TARGET=main")]);
    expect(variables).not.toContain("GOPATH");
    const [, port = ""] = / ?PORT=(\d+)/.exec(variables) ?? [];
    expect(await isOpen("127.0.0.1", Number(port))).toBe(true);
    expect(await isOpen(ownAddress(), Number(port))).toBe(false);
    write(go('"green"'));
    expect(await ask()).toEqual([200, "green"]);
    write(go('"white'));
    expect(await ask()).toEqual([200, "green"]);
    const error = `${join(program, "tea.go")}:13:77: newline in string`;
    expect(printed.join("\n")).toContain(`main cannot be built: # acme.dev/tea\n${error}`);
    expect(printed.join("\n")).toContain("main: the code before it answers");
});

test("a function in Go that does not declare itself is served", async () => {
    const files = {
        "go.mod": "module tea\n\ngo 1.25.0\n",
        "tea.go":
            'package tea\n\nimport "net/http"\n\nfunc Main(w http.ResponseWriter, r *http.Request) { w.Write([]byte("mint")) }\n',
    };
    const { ask } = await running({ files, runtime: "go125", entryPoint: "Main" });
    expect(await ask("/any")).toEqual([200, "mint"]);
});

test("code that does not start is named with its error, and other languages are refused", async () => {
    const wrong = await running({ files: python("def main(request:\n    return 1\n"), runtime: "python312" });
    expect((await wrong.ask())[0]).toBe(503);
    expect(wrong.printed.join("\n")).toMatch(
        /main\.py", line 3.*SyntaxError.*is not ready and cannot serve traffic[^\n]*\nContainer called exit\(1\)\.\nmain: 503/s,
    );
    const java = await running({ files: { "Main.java": "" }, runtime: "java21" });
    expect((await java.ask())[0]).toBe(503);
    expect(java.printed.join("\n")).toContain(
        "the runtime java21 does not run on this machine, only Python, Node.js, and functions in Go: run the code yourself, and add --route main=http://127.0.0.1:<port>",
    );
});

test("a function that uses more memory than it has is ended with the line of Cloud Run", async () => {
    const code = `all = []\n\n@functions_framework.http
def main(request):
    all.append(b"x" * int(request.args["bytes"]))
    import time; time.sleep(3)
    return "done"\n`;
    const service = { availableMemory: "256M" };
    const { ask, printed } = await running({ files: python(code), runtime: "python312", service });
    expect((await ask("/?bytes=1"))[0]).toBe(200);
    expect((await ask("/?bytes=400000000"))[0]).toBe(503);
    await until(
        () => printed.join("\n"),
        (all) => all.includes("Memory limit of 256 MiB exceeded with 256 MiB used."),
        { seconds: 20 },
    );
    expect((await ask("/?bytes=1"))[0]).toBe(200);
});

test("a secret as a file is where a variable says, and is refused without one", async () => {
    const read =
        "import os, pathlib\n\n@functions_framework.http\ndef main(request):\n    return pathlib.Path(os.environ['KEY_FILE']).read_text()\n";
    const mountPath = "/etc/keys";
    const secretVolumes = [
        { mountPath, projectId: project, secret: "key", versions: [{ version: "latest", path: "key" }] },
    ];
    const deployed = (KEY_FILE: string) => {
        return {
            files: python(read),
            runtime: "python312",
            service: { secretVolumes, environmentVariables: { KEY_FILE } },
        };
    };
    const { ask, printed, update } = await running(deployed("/etc/keys.txt"));
    expect((await ask())[0]).toBe(503);
    expect(printed.join("\n")).toContain(
        "a process of this machine has the volume /etc/keys in another folder, whose path it only gets by variables with /etc/keys: add one",
    );
    update(deployed(`${mountPath}/key`));
    expect(await ask()).toEqual([200, "lemon"]);
});

test("edited files answer before they are deployed, and not if they do not start", async () => {
    const program = mkdtempSync(join(tmpdir(), "slipway-edited-"));
    ends.push(async () => rmSync(program, { recursive: true, force: true }));
    const saying = (text: string) => python(`@functions_framework.http\ndef main(request):\n    return ${text}\n`);
    const write = (files: Record<string, string>) => {
        for (const [path, text] of Object.entries(files)) {
            writeFileSync(join(program, "tea", path), text);
        }
    };
    mkdirSync(join(program, "tea"));
    write(saying('"black"'));
    const { ask, printed, update } = await running({ files: saying('"black"'), runtime: "python312", program });
    expect(await ask()).toEqual([200, "black"]);
    write(saying('"green"'));
    expect(await ask()).toEqual([200, "green"]);
    write(saying('"white'));
    expect(await ask()).toEqual([200, "green"]);
    expect(printed.join("\n")).toContain(`File "${join(program, "tea", "main.py")}", line 5`);
    expect(printed.at(-1)).toBe("main: the code before it answers");
    write({ ...saying("chosen()"), "other.py": "" });
    write({
        "main.py": `${saying("chosen()")["main.py"]}\nfrom other import chosen\n`,
        "other.py": 'def chosen(): return "mint"\n',
    });
    expect(await ask()).toEqual([200, "mint"]);
    const started = () => printed.filter((line) => line === "main: new code answers, which is not deployed yet").length;
    expect(started()).toBe(2);
    update({
        files: {
            ...saying("chosen()"),
            ...{ "main.py": `${saying("chosen()")["main.py"]}\nfrom other import chosen\n` },
            ...{ "other.py": 'def chosen(): return "mint"\n' },
        },
        runtime: "python312",
    });
    expect([await ask(), started()]).toEqual([[200, "mint"], 2]);
    expect(printed).toContain("main: the code that answers is deployed");
});

/** The status of a request, whose headers browsers would set. */
const statusOf = (url: string, headers: { host?: string; origin?: string }) =>
    new Promise<number | undefined>((resolve, reject) =>
        request(url, { headers, agent: false }, (answer) => resolve(answer.resume().statusCode))
            .on("error", reject)
            .end(),
    );

test("websites reach neither a public function nor the APIs through the browser of a developer", async () => {
    const code = python('@functions_framework.http\ndef main(request):\n    return "tea"\n');
    const { world, served, printed } = await running({ files: code, runtime: "python312" });
    world.override("iam.allowedPolicyMemberDomains", { allowAll: "TRUE" });
    world.make("RunServiceIamMember", { name: "main", role: "roles/run.invoker", member: "allUsers" });
    const { services, url } = served;
    for (const address of [services.main as string, `${url}/storage/v1/b/acme-files`]) {
        const { host, port } = new URL(address);
        for (const own of [
            {},
            { host: `localhost:${port}` },
            { host: "main-x7ab.europe-west1-4711.prediction.vertexai.goog" },
            { origin: "http://localhost:3000" },
            { origin: "http://192.168.1.7:3000" },
            { origin: `http://${host}` },
        ]) {
            expect([own, await statusOf(address, own)]).toEqual([own, 200]);
        }
        const foreign = [
            { host: `rebound.example:${port}` },
            { origin: "https://website.example" },
            { origin: "https://website-x7ab-ew.a.run.app" },
            { origin: "http://203.0.113.5" },
            { origin: "null" },
        ];
        for (const sent of foreign) {
            expect([sent, await statusOf(address, sent)]).toEqual([sent, 403]);
        }
    }
    expect(printed).toContain(
        'main: 403: The header Origin is "https://website.example": pages of websites are refused. Open the page from this machine.',
    );
});

test("calls need the roles of the account, as the function's own error says, and a grant is enough", async () => {
    const code = python(`from google.cloud import bigquery, pubsub_v1, secretmanager, storage

def tried(call):
    try:
        call()
        return "done"
    except Exception as error:
        return f"{type(error).__name__}: {error}"

@functions_framework.http
def main(request):
    bucket = storage.Client(project="acme-dev").bucket("acme-results")
    topic = "projects/acme-dev/topics/sales"
    table = "acme-dev.sales.units"
    client = bigquery.Client(project="acme-dev")
    return [
        tried(lambda: bucket.blob("one.txt").upload_from_string("1")),
        tried(lambda: bucket.blob("there.txt").download_as_bytes()),
        tried(lambda: list(bucket.list_blobs())),
        tried(lambda: pubsub_v1.PublisherClient().publish(topic, b"1").result(timeout=10)),
        tried(lambda: client.insert_rows_json(table, [{"units": 1}])),
    ]
`);
    const requirements =
        "functions-framework==3.10.2\ngoogle-cloud-bigquery\ngoogle-cloud-pubsub\ngoogle-cloud-secret-manager\ngoogle-cloud-storage\n";
    const email = "main-run@acme-dev.iam.gserviceaccount.com";
    const { ask, world, printed } = await running({
        files: { ...code, "requirements.txt": requirements },
        runtime: "python312",
        account: email,
    });
    const [, denied] = await ask();
    expect(JSON.parse(denied)).toEqual([
        expect.stringContaining(
            `${email} does not have storage.objects.create access to the Google Cloud Storage object. Permission 'storage.objects.create' denied on resource (or it may not exist).`,
        ),
        expect.stringContaining(`${email} does not have storage.objects.get access`),
        expect.stringContaining(`${email} does not have storage.objects.list access`),
        expect.stringMatching(/^PermissionDenied: 403 User not authorized to perform this action\.$/),
        expect.stringContaining(
            "Access Denied: Table acme-dev:sales.units: Permission bigquery.tables.updateData denied on table acme-dev:sales.units (or it may not exist).",
        ),
    ]);
    expect(printed).toContain(
        `${email} lacks storage.objects.create on buckets/acme-results/objects/one.txt: grant it in the program, by \`uses\``,
    );
    const member = `serviceAccount:${email}`;
    world.make("BucketIAMMember", { bucket: "acme-results", role: "roles/storage.objectUser", member });
    world.make("TopicIAMMember", { project, topic: "sales", role: "roles/pubsub.publisher", member });
    world.make("DatasetIamMember", { project, datasetId: "sales", role: "roles/bigquery.dataEditor", member });
    expect(JSON.parse((await ask())[1])).toEqual(Array(5).fill("done"));
});

test("one trace goes from a request through a message to the function that receives it, and to the row that it writes", async () => {
    const code = python(`import logging, os
from google.cloud import bigquery, pubsub_v1

@functions_framework.http
def main(request):
    if request.method == "GET":
        pubsub_v1.PublisherClient().publish("projects/acme-dev/topics/sales", b"1").result(timeout=10)
        return request.headers["traceparent"]
    print("received " + request.headers["x-cloud-trace-context"], flush=True)
    errors = bigquery.Client(project="acme-dev").insert_rows_json("acme-dev.sales.units", [{"units": 1}])
    return str(errors)
`);
    const requirements = "functions-framework==3.10.2\ngoogle-cloud-bigquery\ngoogle-cloud-pubsub\n";
    const email = "main-run@acme-dev.iam.gserviceaccount.com";
    const files = { ...code, "requirements.txt": requirements };
    const { ask, served, world } = await running({ files, runtime: "python312", account: email });
    const member = `serviceAccount:${email}`;
    world.make("TopicIAMMember", { project, topic: "sales", role: "roles/pubsub.publisher", member });
    world.make("DatasetIamMember", { project, datasetId: "sales", role: "roles/bigquery.dataEditor", member });
    world.make("ServiceIamMember", { name: "main", location, role: "roles/run.invoker", member });
    const service = `//run.googleapis.com/projects/${project}/locations/${location}/services/main`;
    const pushEndpoint = world.cloud.store.read(service)?.state.uri;
    const pushConfig = { pushEndpoint, oidcToken: { serviceAccountEmail: email } };
    world.make("Subscription", { name: "pushed", topic: "sales", pushConfig, ackDeadlineSeconds: 60 });
    const events: string[] = [];
    served.listen(({ kind, component = "", text, status = "", trace = "" }) =>
        events.push([kind, component, text.replaceAll(/\d{10,}/g, "N"), status, trace].join(" ")),
    );
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    const [, sent] = await ask("/", { headers: { "x-cloud-trace-context": `${trace}/1;o=1` } });
    expect(sent).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
    const traced = () => events.filter((event) => event.includes(trace));
    await until(traced, (all) => all.some((event) => event.includes("was delivered to")), { seconds: 60 });
    expect(traced()).toEqual([
        `call main google.pubsub.v1.Publisher/Publish OK ${trace}`,
        `request main GET / 200 ${trace}`,
        expect.stringMatching(`^log main received ${trace}/N;o=1  ${trace}$`),
        `call main POST /bigquery/v2/projects/acme-dev/datasets/sales/tables/units/insertAll 200 ${trace}`,
        `request main POST / 200 ${trace}`,
        expect.stringMatching(
            `^event  projects/acme-dev/subscriptions/pushed: message N was delivered to .* ${trace}$`,
        ),
    ]);
});
