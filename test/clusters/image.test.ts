import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ensureDaemon, stopDaemon } from "../../local/machine/daemon/client";
import { projectName } from "../../local/simulator/cloud/projects";
import { Promoted } from "../deploy/promoted";

const canary = "canary-5f1c7a20";

const program = `"use strict";
const pulumi = require("@pulumi/pulumi");
const { Service } = require("@pulumi/gcp/cloudrunv2/service");
const { ContainerImage, ContainerRegistry, Environment } = require("slipway");
const environment = Environment.current();
const registry = new ContainerRegistry("app");
const base = new ContainerImage("base", { registry, source: "./base", build: { platforms: ["linux/amd64", "linux/arm64"] } });
const image = new ContainerImage("predict", {
    registry,
    image: "team/predict",
    source: "./app",
    build: {
        target: "serve",
        args: { BASE: base.reference },
        secrets: { index: pulumi.secret(process.env.INDEX) },
    },
});
const service = new Service("predict", {
    name: "predict",
    location: environment.region,
    deletionProtection: false,
    template: { containers: [{ image: image.reference }] },
}, { provider: environment.provider, dependsOn: environment.enable("run.googleapis.com") });
base.ranBy(service);
image.ranBy(service);
exports.base = base.reference;
exports.reference = image.reference;
`;

/** The content of the images: a program that fails without the secret. */
const tool = `package main

import "os"

func main() {
	secret, _ := os.ReadFile("/run/secrets/index")
	if len(secret) != ${canary.length} || os.Args[1] != "check" {
		os.Exit(1)
	}
}
`;

const dockerfile = `ARG BASE
FROM $BASE AS serve
WORKDIR /app
COPY . .
RUN --mount=type=secret,id=index ["/tool", "check"]
USER 10001
FROM serve AS other
`;

const deployment = new Promoted("built", program, { INDEX: canary });

/** Builds the static program that the images consist of. */
beforeAll(() => {
    for (const folder of ["base", "app"]) {
        mkdirSync(deployment.file(folder));
    }
    writeFileSync(deployment.file("tool.go"), tool);
    const env = { ...process.env, CGO_ENABLED: "0" };
    execFileSync("go", ["build", "-o", "base/tool", "tool.go"], { cwd: deployment.place.folder, env });
    writeFileSync(deployment.file("base/Dockerfile"), "FROM scratch\nCOPY tool /tool\n");
    writeFileSync(deployment.file("app/Dockerfile"), dockerfile);
    writeFileSync(deployment.file("app/.dockerignore"), "notes\n");
    writeFileSync(deployment.file("app/model.txt"), "20\n");
    deployment.admit("staging", "prod");
});
afterAll(() => deployment.remove());

const home = () => deployment.place.home;
const run = (...args: string[]) => deployment.run(args);

/** The response of the registry for an image name. */
async function pulled(name: string): Promise<{ status: number; manifest: Manifest }> {
    const { address } = await ensureDaemon(home(), "registry");
    const [, image, version] = /^([^@]+)[:@]((?:sha256:)?[^:@]+)$/.exec(name) ?? [];
    const response = await fetch(`http://${address}/v2/${image}/manifests/${version}`);
    return { status: response.status, manifest: (await response.json()) as Manifest };
}

interface Manifest {
    manifests?: { platform: { architecture: string } }[];
    layers?: { digest: string }[];
    config?: { digest: string };
}

/** All contents of a folder, decompressed. */
function contents(folder: string): Buffer[] {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
        .map((path) => join(folder, path))
        .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
        .map((path) => readFileSync(path))
        .map((bytes) => (bytes.subarray(0, 2).toString("hex") === "1f8b" ? gunzipSync(bytes) : bytes));
}

let first: Record<string, string>;
let log = "";

test("up builds the folders' images, also for two platforms and based on one another, and pushes them", async () => {
    const { code, output } = await run("up", "-s", "dev", "--yes", "--skip-preview");
    log = output;
    expect([code, output]).toEqual([0, expect.stringContaining("created")]);
    first = await deployment.outputs("dev");
    const at = "europe-west1-docker.pkg.dev/acme-built-dev/app";
    expect(first.reference).toMatch(new RegExp(`^${at}/team/predict@sha256:[0-9a-f]{64}$`));
    const base = await pulled(first.base as string);
    expect(base.manifest.manifests?.map(({ platform }) => platform.architecture).sort()).toEqual(["amd64", "arm64"]);
    const { manifest } = await pulled(first.reference as string);
    expect(manifest.layers).toHaveLength(4);
    const cache = await pulled("europe-west1-docker.pkg.dev/acme-built-dev/app-cache/team/predict:cache");
    expect(cache.status).toBe(200);
});

test("a second up builds nothing, even if files are rewritten or ignored files change", async () => {
    writeFileSync(deployment.file("app/model.txt"), "20\n");
    mkdirSync(deployment.file("app/notes"));
    writeFileSync(deployment.file("app/notes/plan.md"), "soon\n");
    expect(Object.keys(await deployment.again("dev"))).toEqual(["unchanged"]);
});

test("images persist when the registry and BuildKit restart", async () => {
    await stopDaemon(home(), "buildkit");
    await stopDaemon(home(), "registry");
    expect((await pulled(first.reference as string)).status).toBe(200);
});

test("another environment uses the image that ran, by its digest, and builds nothing", async () => {
    for (const name of ["staging", "prod"]) {
        await deployment.up(name);
        const { reference = "" } = await deployment.outputs(name);
        expect(reference).toBe(first.reference?.replace("acme-built-dev", `acme-built-${name}`));
        expect((await deployment.exported(name)).filter(({ type }) => type === "docker-build:index:Image")).toEqual([]);
        expect((await pulled(reference)).status).toBe(200);
        expect(Object.keys(await deployment.up(name))).toEqual(["unchanged"]);
    }
});

test("a changed file builds only its image, and not in environments that promote another one", async () => {
    writeFileSync(deployment.file("app/model.txt"), "30\n");
    expect(await deployment.preview("dev")).toEqual([
        "replace BucketObject predict-release",
        "replace Image predict",
        "update Service predict",
    ]);
    const { code, output } = await run("preview", "-s", "staging");
    expect([code === 0, output.replaceAll(/\s+/g, " ")]).toEqual([
        false,
        expect.stringMatching(
            /ContainerImage "predict": source: has not run in dev, which staging takes its images from \(got build [0-9a-f]{12}…\)\. Run 'pulumi up -s dev' with this code first, or check out the commit that runs there\./,
        ),
    ]);
    await deployment.up("dev");
    const second = await deployment.outputs("dev");
    expect(second.base).toBe(first.base);
    expect(second.reference).not.toBe(first.reference);
    expect((await pulled(first.reference as string)).status).toBe(200);
});

/** The ID of an image's build, a label. */
async function buildOf(reference: string): Promise<string> {
    const { address } = await ensureDaemon(home(), "registry");
    const { manifest } = await pulled(reference);
    const response = await fetch(`http://${address}/v2/${reference.split("@")[0]}/blobs/${manifest.config?.digest}`);
    return (
        ((await response.json()) as { config: { Labels: Record<string, string> } }).config.Labels["slipway.build"] ?? ""
    );
}

test("built again from earlier inputs, an image is a new version without a tag, so that it is the most recent one", async () => {
    writeFileSync(deployment.file("app/model.txt"), "20\n");
    await deployment.up("dev");
    const { reference = "" } = await deployment.outputs("dev");
    expect((await pulled(reference)).status).toBe(200);
    expect(reference).not.toBe(first.reference);
    const [id, before] = [await buildOf(reference), await buildOf(first.reference as string)];
    expect([id, id.slice(0, 12)]).toEqual([expect.stringMatching(/^[0-9a-f]{12}-[0-9a-f]{6}$/), before.slice(0, 12)]);
    const { address } = await ensureDaemon(home(), "registry");
    const list = `http://${address}/v2/europe-west1-docker.pkg.dev/acme-built-dev/app/team/predict/tags/list`;
    expect(((await (await fetch(list)).json()) as { tags: string[] }).tags).toEqual([]);
});

test("a deployer without the role to push is refused", async () => {
    const email = "deployer@acme-built-dev.iam.gserviceaccount.com";
    const roles = ["roles/viewer", "roles/storage.admin"];
    deployment.addAccount(email, projectName("acme-built-dev"), { roles, grantable: [] });
    writeFileSync(deployment.file("app/model.txt"), "40\n");
    const { code, output } = await deployment.run(["up", "-s", "dev", "--yes", "--skip-preview"], {
        SLIPWAY_LOCAL_AS: email,
    });
    log += output;
    expect([code === 0, output]).toEqual([
        false,
        expect.stringContaining(
            'denied: Permission "artifactregistry.repositories.uploadArtifacts" denied on resource "projects/acme-built-dev/locations/europe-west1/repositories/app" (or it may not exist)',
        ),
    ]);
    writeFileSync(deployment.file("app/model.txt"), "20\n");
});

test("a failed build reports the reason, and the running image remains", async () => {
    deployment.edit("app/Dockerfile", (text) => text.replace('"check"', '"fail"'));
    const before = await deployment.outputs("dev");
    const { code, output } = await run("up", "-s", "dev", "--yes", "--skip-preview");
    log += output;
    expect([code === 0, output]).toEqual([
        false,
        expect.stringContaining('process "/tool fail" did not complete successfully'),
    ]);
    const service = deployment
        .resources()
        .find(({ type, project }) => type === "gcp:cloudrunv2/service:Service" && project === "acme-built-dev");
    expect(JSON.stringify(service?.properties.template)).toContain(before.reference);
    deployment.edit("app/Dockerfile", (text) => text.replace('"fail"', '"check"'));
});

test("a build secret is in no state, layer, log or other stored file", async () => {
    // It deletes what a failed build left while it runs.
    await stopDaemon(home(), "buildkit");
    const kept = contents(home());
    expect(kept.some((bytes) => bytes.includes("20\n"))).toBe(true);
    expect(kept.filter((bytes) => bytes.includes(canary))).toEqual([]);
    expect(log).not.toContain(canary);
});

test("destroy deletes the images with their repository, and promoted images remain", async () => {
    expect((await run("destroy", "-s", "dev", "--yes", "--skip-preview")).code).toBe(0);
    const passedOn = first.reference?.replace("acme-built-dev", "acme-built-prod") as string;
    expect([(await pulled(first.reference as string)).status, (await pulled(passedOn)).status]).toEqual([404, 200]);
    const kept = deployment.existing("acme-built-dev");
    expect(kept.filter((each) => /^(Repository|Image|artifactregistry)/.test(each))).toEqual([]);
});
