import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { install } from "../../local/toolchain";
import { agentOf, Promoted } from "../deploy/promoted";

const slipway = join(__dirname, "..", "..", "dist", "local", "commands", "main.js");

const program = `"use strict";
const { Service } = require("@pulumi/gcp/cloudrunv2/service");
const { ContainerImage, ContainerRegistry, Environment } = require("slipway");
const environment = Environment.current();
const registry = new ContainerRegistry("app", { immutableTags: false });
const image = new ContainerImage("predict", { registry, tag: "1.4.0" });
const service = new Service("predict", {
    name: "predict",
    location: environment.region,
    deletionProtection: false,
    template: { containers: [{ image: image.reference }] },
}, { provider: environment.provider, dependsOn: environment.enable("run.googleapis.com") });
image.ranBy(service);
exports.reference = image.reference;
exports.digest = image.digest;
`;

/** Credentials that would give access if a command used them. */
const credentials = { GOOGLE_OAUTH_ACCESS_TOKEN: "canary-token", DOCKER_REGISTRY_PASS: "canary-password" };

const name = "europe-west1-docker.pkg.dev/acme-image-dev/app/predict:1.4.0";
const deployment = new Promoted("image", program, credentials);
let address: string;
let crane: string;
let digest: string;

beforeAll(async () => {
    crane = join(await install("crane", () => undefined), "crane");
    address = output(process.execPath, slipway, "local", "registry");
    deployment.admit("prod");
});
afterAll(async () => {
    await deployment.remove();
});

const output = (program: string, ...args: string[]) =>
    execFileSync(program, args, {
        cwd: deployment.place.folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
    }).trim();
const digestOf = (image: string) => output(crane, "digest", `${address}/${image}`);

/** Builds and pushes an image with one file, with crane; returns its digest. */
function push(content: string): string {
    const layer = deployment.file("layer.tar");
    writeFileSync(deployment.file("content"), content);
    output("tar", "--create", "--file", layer, "--directory", deployment.place.folder, "--mtime=@0", "content");
    output(crane, "append", "--new_layer", layer, "--new_tag", `${address}/${name}`);
    return digestOf(name);
}

const up = (to: string) => deployment.up(to);
const run = (...args: string[]) => deployment.run(args);

/** The image of the service in a project. */
function runs(project: string): string | undefined {
    const service = deployment.resources().find((each) => {
        return each.project === project && each.type === "gcp:cloudrunv2/service:Service";
    });
    const template = service?.properties.template as { containers: { image: string }[] } | undefined;
    return template?.containers[0]?.image;
}

const reference = (project: string, of = digest) => `europe-west1-docker.pkg.dev/${project}/app/predict@${of}`;

test("a following environment is refused before it has access to the first one's images, and has its account by then", async () => {
    const { code, output } = await run("up", "-s", "staging", "--yes", "--skip-preview");
    expect(code).not.toBe(0);
    expect(output).toContain(
        "Error creating Repository: googleapi: Error 403: Permission 'artifactregistry.repositories.downloadArtifacts' denied on resource '//artifactregistry.googleapis.com/projects/acme-image-dev/locations/europe-west1/repositories/app' (or it may not exist).",
    );
    const accounts = deployment.existing("acme-image-staging").filter((each) => each.startsWith("ServiceIdentity"));
    expect(accounts).toEqual(["ServiceIdentity projects/acme-image-staging/services/artifactregistry.googleapis.com"]);
});

test("the first environment runs the tag's image by its digest, and a second up and a refresh change nothing", async () => {
    expect(() => push("range")).toThrow("403 Forbidden");
    const image = program.slice(program.indexOf("const image"));
    deployment.edit("index.js", (text) => text.replace(image, ""));
    await up("dev");
    digest = push("range");
    deployment.edit("index.js", (text) => `${text}${image}`);
    await up("dev");
    expect(await deployment.outputs("dev")).toEqual({ reference: reference("acme-image-dev"), digest });
    expect(runs("acme-image-dev")).toBe(reference("acme-image-dev"));
    expect(Object.keys(await deployment.again("dev"))).toEqual(["unchanged"]);
    const grants = deployment.existing("acme-image-dev").filter((each) => each.startsWith("RepositoryIamMember"));
    const path = "projects/acme-image-dev/locations/europe-west1/repositories/app/roles/artifactregistry.reader";
    expect(grants).toEqual(
        ["acme-image-staging", "acme-image-prod"]
            .map((each) => `RepositoryIamMember ${path}/serviceAccount:${agentOf(each)}`)
            .sort(),
    );
});

test("what ran is promoted to the next environment, by the same digest and from its own registry", async () => {
    for (const [name, project] of [
        ["staging", "acme-image-staging"],
        ["prod", "acme-image-prod"],
    ] as const) {
        await up(name);
        expect(await deployment.outputs(name)).toEqual({ reference: reference(project), digest });
        expect(runs(project)).toBe(reference(project));
        expect(Object.keys(await up(name))).toEqual(["unchanged"]);
    }
});

test("a moved tag is refused if the image did not run before, and promoted after it ran", async () => {
    const moved = push("another range");
    expect(moved).not.toBe(digest);
    const { code, output } = await run("preview", "-s", "staging");
    expect([code === 0, output.replaceAll(/\s+/g, " ")]).toEqual([
        false,
        expect.stringContaining(
            `ContainerImage "predict": tag: has not run in dev, which staging takes its images from (got image ${moved.slice(7, 19)}…). Run 'pulumi up -s dev' with this image first, or take the image that runs there.`,
        ),
    ]);
    expect(runs("acme-image-staging")).toBe(reference("acme-image-staging"));
    await up("dev");
    await up("staging");
    expect(runs("acme-image-staging")).toBe(reference("acme-image-staging", moved));
});

test("a registry that does not respond is reported", async () => {
    const { code, output } = await deployment.run(["preview", "-s", "dev"], { SLIPWAY_REGISTRY: "127.0.0.1:4" });
    expect([code === 0, output]).toEqual([
        false,
        expect.stringContaining(
            "Error during registry request: connect ECONNREFUSED 127.0.0.1:4. Push the image, and sign in to the registry as",
        ),
    ]);
});

test("after the first environment is destroyed, its images are gone, and the others keep theirs", async () => {
    expect((await run("destroy", "-s", "dev", "--yes", "--skip-preview")).code).toBe(0);
    expect(deployment.existing("acme-image-dev").filter((each) => /^Repository|^Service projects/.test(each))).toEqual(
        [],
    );
    expect(() => digestOf(name)).toThrow("404 Not Found");
    expect(Object.keys(await up("prod"))).toEqual(["unchanged"]);
    expect(await deployment.outputs("prod")).toEqual({ reference: reference("acme-image-prod"), digest });
});

test("no state contains Docker's credentials, and a registry is authenticated only by its address", async () => {
    const folder = deployment.file(".slipway/stacks");
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path));
    const texts = files.filter((path) => statSync(path).isFile()).map((path) => readFileSync(path, "utf8"));
    expect(texts.some((text) => text.includes(digest))).toBe(true);
    for (const credential of Object.values(credentials)) {
        expect(texts.filter((text) => text.includes(credential))).toEqual([]);
    }
    const docker = (await deployment.exported("prod")).filter(({ type }) => type === "pulumi:providers:docker");
    const given = docker.map(({ inputs: { __internal, ...inputs } = {} }) => inputs);
    const registryAuth = '[{"address":"europe-west1-docker.pkg.dev"}]';
    expect(given).toEqual([{ disableDockerDaemonCheck: "true", registryAuth, version: "5.2.0" }]);
});
