/**
 * Previews every starter, every page's example and the programs of `test/programs` with Google's real provider, in each of their stacks,
 * and prints what it refuses. The provider's own checks run at preview; nothing is deployed: the token is never used, and no network is
 * needed. What programs look up is answered as for a new project, which has its own service accounts and nothing else.
 *
 *     npm run test:provider -- <folder of the plugin> [--only load-balancer,platform] [--stacks dev,prod]
 *
 * With `--state`, starters and examples are first deployed to the local Google Cloud, and the real provider says what it would update in
 * these states: nothing but the rows of `updates.json`.
 *
 * The folder is that of an installed plugin, `~/.pulumi/plugins/resource-gcp-v9.35.0`, or another one with `pulumi-resource-gcp`.
 */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, stripVTControlCharacters } from "node:util";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const require = createRequire(import.meta.url);
const { install, pulumi } = require(join(root, "dist", "local", "toolchain"));
const plugins = require(join(root, "dist", "local", "commands", "engine", "plugins.js"));

const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
        only: { type: "string", default: "" },
        stacks: { type: "string", default: "" },
        state: { type: "boolean", default: false },
    },
});
const plugin = resolve(positionals[0] ?? "");
if (positionals.length !== 1 || !existsSync(join(plugin, "pulumi-resource-gcp"))) {
    console.error(
        "usage: npm run test:provider -- <folder with pulumi-resource-gcp> [--state] [--only names] [--stacks names]\n" +
            "'pulumi plugin install resource gcp 9.35.0' installs it into ~/.pulumi/plugins/resource-gcp-v9.35.0",
    );
    process.exit(2);
}

const list = (text) => text.split(",").filter(Boolean);
const isSelected = (selection, name) => selection.length === 0 || selection.includes(name);

if (values.state) {
    const { compareStates } = await import("./state.mjs");
    process.exit((await compareStates(plugin, list(values.only), list(values.stacks))) ? 0 : 1);
}

/** All programs: their folder, and the variables that select one of a folder. */
function programs() {
    const starters = readdirSync(join(root, "examples")).map((name) => ({ name, folder: join("examples", name) }));
    const pages = readdirSync(join(root, "docs", "examples"), { recursive: true })
        .filter((file) => file.endsWith(".ts") && !/^tested\b|node_modules/.test(file))
        .map((file) => ({
            name: file.replace(/\.ts$/, ""),
            folder: join("docs", "examples"),
            variables: { SLIPWAY_DOCS_EXAMPLE: file },
        }));
    const unusual = readdirSync(join(root, "test", "programs")).map((file) => ({
        name: file.replace(/\.ts$/, ""),
        folder: join("docs", "examples"),
        variables: { SLIPWAY_DOCS_EXAMPLE: join("programs", file) },
    }));
    return [...starters, ...pages, ...unusual].filter(({ name }) => isSelected(list(values.only), name));
}

const stacksOf = (folder) =>
    readdirSync(join(root, folder))
        .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
        .filter((stack) => isSelected(list(values.stacks), stack));

/** A home of Pulumi with the real providers; only that of `@pulumi/docker`, which is asked for digests, is the local one. */
async function createHome(folder) {
    const home = join(folder, "home");
    const version = (name) => plugins.packageVersion(root, name);
    const folders = {
        gcp: plugin,
        "docker-build": await install("pulumi-resource-docker-build", console.error),
        kubernetes: await install("pulumi-resource-kubernetes", console.error),
    };
    for (const [name, built] of Object.entries(folders)) {
        // Pulumi does not follow links to folders of plugins.
        const installed = join(home, "plugins", `resource-${name}-v${version(`@pulumi/${name}`)}`);
        mkdirSync(installed, { recursive: true });
        symlinkSync(join(built, `pulumi-resource-${name}`), join(installed, `pulumi-resource-${name}`));
    }
    plugins.installPlugin(home, "docker", version("@pulumi/docker"), "runtime/docker/main.js");
    plugins.installDynamicPlugin(home);
    return home;
}

/** What a new project has: itself, and the service accounts of services. */
const lookups = [
    [/\/v1\/projects\/[^/]+\/billingInfo$/, () => ({ billingEnabled: true })],
    [
        /\/v1\/projects\/([^/]+)$/,
        (projectId) => ({ projectId, name: projectId, projectNumber: "123456789012", lifecycleState: "ACTIVE" }),
    ],
    [
        /\/bigquery\/v2\/projects\/[^/]+\/serviceAccount$/,
        () => ({ email: "bq-123456789012@bigquery-encryption.iam.gserviceaccount.com" }),
    ],
    [
        /\/storage\/v1\/projects\/[^/]+\/serviceAccount$/,
        () => ({ email_address: "service-123456789012@gs-project-accounts.iam.gserviceaccount.com" }),
    ],
    [/\/compute\/v1\/projects\/[^/]+\/global\/networks$/, () => ({ items: [] })],
    [
        /\/compute\/v1\/projects\/([^/]+)$/,
        () => ({ defaultServiceAccount: "123456789012-compute@developer.gserviceaccount.com" }),
    ],
    [/\/compute\/v1\/projects\/([^/]+)\/regions$/, () => ({ items: [] })],
];

/** Answers the lookups of the provider on loopback. */
async function serveLookups() {
    const server = createServer(({ url = "" }, response) => {
        const path = url.replace(/\?.*$/, "");
        const [pattern, answer] = lookups.find(([each]) => each.test(path)) ?? [];
        const missing = { error: { code: 404, message: `${path} was not found`, status: "NOT_FOUND" } };
        response.writeHead(answer ? 200 : 404, { "content-type": "application/json" });
        response.end(JSON.stringify(answer ? answer(pattern.exec(path)[1]) : missing));
    });
    await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
    return server;
}

/** The provider's variables for the addresses of the services in which programs look something up. */
const endpoints = (port) =>
    Object.fromEntries(
        Object.entries({
            ARTIFACT_REGISTRY: "v1",
            BIG_QUERY: "bigquery/v2",
            CLOUDFUNCTIONS2: "v2",
            CLOUD_BILLING: "v1",
            CLOUD_RUN_V2: "v2",
            COMPUTE: "compute/v1",
            IAM: "v1",
            PUBSUB: "v1",
            RESOURCE_MANAGER: "v1",
            SECRET_MANAGER: "v1",
            STORAGE: "storage/v1",
        }).map(([service, path]) => [`GOOGLE_${service}_CUSTOM_ENDPOINT`, `http://127.0.0.1:${port}/${path}/`]),
    );

/** The exit code and the output of a Pulumi command. */
function run(folder, environment, ...args) {
    return new Promise((done) => {
        const child = spawn("pulumi", [...args, "--non-interactive", "--color=never"], {
            cwd: folder,
            env: environment,
            stdio: ["ignore", "pipe", "pipe"],
        });
        let output = "";
        for (const stream of [child.stdout, child.stderr]) {
            stream.setEncoding("utf8").on("data", (text) => {
                output += text;
            });
        }
        child.on("close", (code) => done({ code, output: stripVTControlCharacters(output) }));
    });
}

/** Errors of a preview, each with the resource that it is about. */
const errorsOf = (output) => {
    const diagnostics = output.slice(output.indexOf("Diagnostics:"));
    return diagnostics.split(/\n(?= {2}\S)/).filter((each) => /\berror: /.test(each));
};

const server = await serveLookups();
const folder = mkdtempSync(join(tmpdir(), "slipway-provider-"));
const failures = [];
let count = 0;
try {
    const { path } = await pulumi({ pinned: true, report: console.error });
    const environment = {
        ...process.env,
        PATH: [path, join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter),
        PULUMI_HOME: await createHome(folder),
        PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        GOOGLE_OAUTH_ACCESS_TOKEN: "never-used",
        SLIPWAY_LOCAL_CLOUD: join(folder, "cloud"),
        SLIPWAY_LOCAL_DOCKER: plugins.packageVersion(root, "@pulumi/docker"),
        ...endpoints(server.address().port),
    };
    mkdirSync(join(folder, "state"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    console.log("| program | stack | resources | result |\n|---|---|---:|---|");
    for (const program of programs()) {
        const copy = join(folder, basename(program.folder));
        if (!existsSync(copy)) {
            cpSync(join(root, program.folder), copy, {
                recursive: true,
                filter: (file) => !/^(node_modules|\.slipway)$/.test(basename(file)),
            });
            cpSync(join(root, "test", "programs"), join(copy, "programs"), { recursive: true });
        }
        for (const stack of stacksOf(program.folder)) {
            const variables = { ...environment, ...program.variables };
            await run(copy, variables, "stack", "init", stack, "--no-select");
            const { code, output } = await run(copy, variables, "preview", "--stack", stack);
            const created = /\+ (\d+) to create/.exec(output)?.[1] ?? "";
            const errors = code === 0 ? [] : errorsOf(output);
            count++;
            console.log(`| ${program.name} | ${stack} | ${created} | ${code === 0 ? "accepted" : "**refused**"} |`);
            if (code !== 0) {
                failures.push(`${program.name} as ${stack}:\n${errors.join("\n") || output}`);
            }
        }
    }
} finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
}
console.log(`\n${count - failures.length} of ${count} previews accepted by the real provider`);
console.log(failures.join("\n\n"));
process.exitCode = failures.length > 0 ? 1 : 0;
