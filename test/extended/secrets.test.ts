import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { unzipSync } from "fflate";
import type { CommandResult } from "../../local/commands/engine/pulumiCommand";
import { cloudOf } from "../../local/simulator/cloudOf";
import { Deployment } from "../deploy/deployment";

const files = {
    "Pulumi.yaml": "name: shop\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml":
        'config:\n  gcp:project: acme-shop-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n  slipway:protection: "off"\n',
    "package.json": '{ "name": "shop", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": readFileSync(join(__dirname, "secrets", "program.js"), "utf8"),
};

const value = "Canary-of-the-test";
/** The forms in which the secret could be found. */
const forms = [
    value,
    value.toLowerCase(),
    encodeURIComponent(value),
    Buffer.from(value).toString("base64").slice(0, 22),
];

/** A deployment with a provider and a folder of its own, which records what commands print. */
class Overheard extends Deployment {
    readonly heard: [string, string][] = [];

    override async run(...args: Parameters<Deployment["run"]>): Promise<CommandResult> {
        const ended = await super.run(...args);
        this.heard.push([args[0].join(" "), ended.output]);
        return ended;
    }
}

const deployment = new Overheard(files, {}, { providers: undefined });
afterAll(() => deployment.remove());

/** All files below a folder, except packages and the engine's plugins. */
const filesIn = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        const isOthers = /[/\\](node_modules|engine[/\\]plugins)$/.test(path);
        return entry.isDirectory() && !isOthers ? filesIn(path) : entry.isFile() ? [path] : [];
    });

/** The parts of a zip archive, or what else a file contains, decompressed. */
function contents(bytes: Buffer): [path: string, bytes: Uint8Array][] {
    const magic = bytes.toString("hex", 0, 2);
    return magic === "504b" ? Object.entries(unzipSync(bytes)) : [["", magic === "1f8b" ? gunzipSync(bytes) : bytes]];
}

/** What the program has uploaded, which the local Google Cloud encrypts and Google Cloud does not. */
function uploads(): [path: string, text: string][] {
    const { store } = cloudOf(deployment.place);
    return store
        .list("//storage.googleapis.com")
        .flatMap(({ name, content }) =>
            content === undefined
                ? []
                : contents(store.content(content)).map(([path, bytes]): [string, string] => [
                      `${name} ${path}`,
                      Buffer.from(bytes).toString("latin1"),
                  ]),
        );
}

/** Where the secret is in what commands printed, in uploads and in all files of the deployment, with the text around it. */
function found(): string[] {
    const { folder } = deployment.place;
    const paths = filesIn(folder);
    for (const part of ["cloud/resources", "cloud/contents", "daemons", "stacks"]) {
        expect([part, paths.some((path) => path.startsWith(join(folder, ".slipway", part)))]).toEqual([part, true]);
    }
    const texts = paths.map((path) => [path.slice(folder.length), readFileSync(path, "latin1")] as const);
    return [...deployment.heard, ...uploads(), ...texts].flatMap(([where, text]) =>
        forms.flatMap((form) =>
            text
                .split(form)
                .slice(0, -1)
                .map((before) => `${where}: …${before.slice(-120)}${form}`),
        ),
    );
}

const stack = ["-s", "dev"];
const up = ["up", ...stack, "--yes", "--skip-preview"];

/** The commands that set the secrets are not recorded: they name them. */
async function setTo(text: string): Promise<void> {
    for (const key of ["canary", "gcp:accessToken", "gcp:credentials"]) {
        await deployment.succeed(["config", "set", "--secret", key, text, ...stack]);
        deployment.heard.pop();
    }
}

/** Types whose update fails once. */
const updated = [
    "gcp:cloudrunv2/service:Service",
    "gcp:cloudfunctionsv2/function:Function",
    "gcp:cloudscheduler/job:Job",
    "gcp:workflows/workflow:Workflow",
    "gcp:compute/instance:Instance",
    "gcp:monitoring/notificationChannel:NotificationChannel",
    "gcp:dns/recordSet:RecordSet",
    "gcp:bigquery/table:Table",
    "gcp:composer/environment:Environment",
];

test("secrets in all components are in clear neither in what commands print, nor in any file", async () => {
    for (const [path, text] of Object.entries({
        "source/main.py": "def answer(request):\n    return 'ok'\n",
        "source/requirements.txt": "functions-framework==3.10.1\ngunicorn==23.0.0\n",
        "start.sh": "#!/bin/sh\necho ready\n",
        "dags/empty.py": "",
        "flow.yaml": "main:\n  steps:\n    - done:\n        return: 1\n",
    })) {
        mkdirSync(join(deployment.file("."), path, ".."), { recursive: true });
        writeFileSync(deployment.file(path), text);
    }
    const examples = join(__dirname, "..", "..", "docs", "examples");
    cpSync(join(examples, "iris"), deployment.file("iris"), { recursive: true });
    cpSync(join(examples, "pipelines", "forecast.yaml"), deployment.file("pipeline.yaml"));
    await setTo(value);
    const plan = deployment.file("plan.json");
    await deployment.succeed(["preview", ...stack, "--diff", "--save-plan", plan]);
    await deployment.succeed(["preview", ...stack, "--json"]);
    await deployment.succeed([...up, "--debug", "--diff"]);
    expect(uploads().map(([path]) => path)).toContainEqual(expect.stringMatching(/ask.* main\.py$/));
    expect(found()).toEqual([]);

    await setTo(`${value}-2`);
    await deployment.succeed(["preview", ...stack, "--diff", "--debug"]);
    const { output } = await deployment.run([...up, "--diff", "--continue-on-error"], {
        SLIPWAY_LOCAL_FAULTS: JSON.stringify(updated.map((type) => ({ verb: "update", type, call: 1, answer: 400 }))),
    });
    expect(output).toContain(`${updated.length} errored`);
    await deployment.succeed([...up, "--json", "--refresh"]);
    await deployment.succeed(["stack", "export", ...stack]);
    await deployment.succeed(["stack", "output", ...stack, "--json"]);
    await deployment.succeed(["stack", "history", ...stack]);
    expect(found()).toEqual([]);

    // Google Cloud still uses the network of deleted services.
    await deployment.run(["destroy", ...stack, "--yes", "--skip-preview", "--debug", "--diff"]);
    await deployment.destroy("dev");
    expect(found()).toEqual([]);
}, 600_000);
