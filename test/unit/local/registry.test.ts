import { createHash } from "node:crypto";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { registryServer } from "../../../local/runtime/docker/registry";
import { registryImage } from "../../../local/runtime/docker/registryImage";
import { Cloud } from "../../../local/simulator/cloud/cloud";
import { World } from "./world";

const location = "europe-west1";
const host = `${location}-docker.pkg.dev`;
const digestOf = (content: string) => `sha256:${createHash("sha256").update(content).digest("hex")}`;

const closing: (() => void)[] = [];
afterAll(() => {
    for (const close of closing) {
        close();
    }
});

/** A project with a repository, and its registry. */
async function served(repository: object = { dockerConfig: { immutableTags: true } }) {
    const world = new World({ project: "acme-dev", region: location });
    world.enable("artifactregistry", "iam");
    const made = world.make("Repository", { repositoryId: "app", format: "DOCKER", ...repository });
    const server = registryServer(world.cloud, join(world.cloud.folder, "images"), "whole");
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => {
        server.closeAllConnections();
        server.close();
    });
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ask = async (method: string, path: string, body?: string) => {
        const response = await fetch(path.startsWith("http") ? path : `${at}/v2/${host}/${path}`, {
            method,
            body,
        });
        const text = await response.text();
        const { errors } = text.startsWith("{") && !response.ok ? JSON.parse(text) : {};
        return { status: response.status, text, error: errors?.[0], headers: response.headers };
    };
    /** Pushes a layer, in one or two parts. */
    const layer = async (content: string, image = "acme-dev/app/predict", inParts = false) => {
        const begun = await ask("POST", `${image}/blobs/uploads/`, "");
        let to = `${at}${begun.headers.get("location")}`;
        if (inParts) {
            const half = content.length / 2;
            to = `${at}${(await ask("PATCH", to, content.slice(0, half))).headers.get("location")}`;
            await ask("PATCH", to, content.slice(half));
        }
        return ask("PUT", `${to}?digest=${digestOf(content)}`, inParts ? "" : content);
    };
    const manifestOf = (content: string) => {
        const part = { digest: digestOf(content), size: content.length };
        return JSON.stringify({
            schemaVersion: 2,
            config: { ...part, mediaType: "a/b" },
            layers: [{ ...part, mediaType: "c/d" }],
        });
    };
    const push = async (content: string, tag: string, image = "acme-dev/app/predict") => {
        await layer(content, image);
        return ask("PUT", `${image}/manifests/${tag}`, manifestOf(content));
    };
    return { world, made, ask, layer, push, manifestOf, at };
}

test("a pushed image can be pulled by tag and by digest, and deployments find it", async () => {
    const { world, ask, layer, push, manifestOf, at } = await served();
    expect((await ask("GET", `${at}/v2/`)).status).toBe(200);
    expect((await layer("in two parts", undefined, true)).status).toBe(201);
    const { status, headers } = await push("range", "1.4.0");
    const digest = digestOf(manifestOf("range"));
    expect([status, headers.get("docker-content-digest")]).toEqual([201, digest]);
    for (const version of ["1.4.0", digest]) {
        const got = await ask("GET", `acme-dev/app/predict/manifests/${version}`);
        expect([got.status, got.text]).toEqual([200, manifestOf("range")]);
        expect(got.headers.get("content-type")).toBe("application/vnd.oci.image.manifest.v1+json");
        expect(
            (await ask("HEAD", `acme-dev/app/predict/manifests/${version}`)).headers.get("docker-content-digest"),
        ).toBe(digest);
    }
    expect((await ask("GET", `acme-dev/app/predict/blobs/${digestOf("in two parts")}`)).text).toBe("in two parts");
    expect(JSON.parse((await ask("GET", "acme-dev/app/predict/tags/list")).text).tags).toEqual(["1.4.0"]);
    expect(await registryImage(`${host}/acme-dev/app/predict:1.4.0`, world.cloud)).toBe(digest);
});

test("an immutable tag can neither be moved nor deleted, and neither can its image", async () => {
    const { ask, push, manifestOf } = await served();
    await push("range", "1.4.0");
    expect((await push("range", "1.4.0")).status).toBe(201);
    expect(await push("another", "1.4.0")).toMatchObject({
        status: 400,
        error: {
            code: "MANIFEST_INVALID",
            message: "cannot update tag 1.4.0. The repository has enabled tag immutability",
        },
    });
    expect((await ask("DELETE", "acme-dev/app/predict/manifests/1.4.0")).status).toBe(400);
    expect(await ask("DELETE", `acme-dev/app/predict/manifests/${digestOf(manifestOf("range"))}`)).toMatchObject({
        status: 400,
        error: { code: "GOOGLE_MANIFEST_DANGLING_TAG", message: "Manifest is still referenced by tag: 1.4.0" },
    });
    expect((await push("another", "1.5.0")).status).toBe(201);
});

test("a mutable tag can be moved, and is deleted with its image", async () => {
    const { ask, push, manifestOf } = await served({});
    await push("range", "main");
    await push("another", "main");
    const digest = digestOf(manifestOf("another"));
    expect((await ask("HEAD", "acme-dev/app/predict/manifests/main")).headers.get("docker-content-digest")).toBe(
        digest,
    );
    expect((await ask("DELETE", "acme-dev/app/predict/manifests/main")).status).toBe(202);
    expect((await ask("HEAD", "acme-dev/app/predict/manifests/main")).status).toBe(404);
    expect((await ask("DELETE", `acme-dev/app/predict/manifests/${digest}`)).status).toBe(202);
    expect((await ask("HEAD", `acme-dev/app/predict/manifests/${digest}`)).status).toBe(404);
});

test("images are deleted with their repository", async () => {
    const { world, made, ask, push } = await served();
    await push("range", "1.4.0");
    world.remove(made);
    expect(await ask("GET", "acme-dev/app/predict/manifests/1.4.0")).toMatchObject({
        status: 404,
        error: { code: "NAME_UNKNOWN", message: 'Repository "app" not found' },
    });
    world.make("Repository", { repositoryId: "app", format: "DOCKER" });
    expect((await ask("GET", "acme-dev/app/predict/manifests/1.4.0")).status).toBe(404);
});

test.each([
    ["a missing repository", "acme-dev/other/predict", 404, "NAME_UNKNOWN", 'Repository "other" not found'],
    [
        "a missing project",
        "acme-none/app/predict",
        403,
        "DENIED",
        'Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/acme-none/locations/europe-west1/repositories/app" (or it may not exist)',
    ],
    [
        "a name outside of Artifact Registry",
        "predict",
        404,
        "NAME_UNKNOWN",
        `image names must have the form europe-west1-docker.pkg.dev/<project>/<repository>/<image> (got ${host}/predict)`,
    ],
])("pushing to %s is refused", async (_, image, status, code, message) => {
    const { ask } = await served();
    expect(await ask("POST", `${image}/blobs/uploads/`, "")).toMatchObject({ status, error: { code, message } });
    expect(await ask("PUT", `${image}/manifests/1`, "{}")).toMatchObject({ status, error: { code, message } });
});

test("a manifest with missing layers is refused, and a layer with a wrong digest", async () => {
    const { ask, at, manifestOf } = await served();
    expect(await ask("PUT", "acme-dev/app/predict/manifests/1", manifestOf("range"))).toMatchObject({
        status: 400,
        error: { code: "MANIFEST_BLOB_UNKNOWN", message: `blob unknown to registry: ${digestOf("range")}` },
    });
    const { headers } = await ask("POST", "acme-dev/app/predict/blobs/uploads/", "");
    expect(await ask("PUT", `${at}${headers.get("location")}?digest=${digestOf("range")}`, "other")).toMatchObject({
        status: 400,
        error: { code: "DIGEST_INVALID" },
    });
    expect((await ask("GET", `acme-dev/app/predict/blobs/${digestOf("other")}`)).status).toBe(404);
});

test("a remote repository provides the images of its upstream, stores them, and refuses pushes", async () => {
    const { world, ask, push, manifestOf } = await served();
    await push("range", "1.4.0");
    const prod = world.beside({ project: "acme-prod", region: location });
    prod.enable("artifactregistry");
    const { state } = prod.make("ServiceIdentity", { service: "artifactregistry.googleapis.com" });
    world.make("RepositoryIamMember", {
        repository: "app",
        location,
        role: "roles/artifactregistry.reader",
        member: state.member,
    });
    const uri = `projects/acme-dev/locations/${location}/repositories/app`;
    const remote = { mode: "REMOTE_REPOSITORY", remoteRepositoryConfig: { commonRepository: { uri } } };
    prod.make("Repository", { repositoryId: "app", format: "DOCKER", ...remote });
    const digest = digestOf(manifestOf("range"));
    const pulled = () => ask("GET", `acme-prod/app/predict/manifests/${digest}`);
    expect((await pulled()).text).toBe(manifestOf("range"));
    world.cloud.store.removeBelow(`//artifactregistry.googleapis.com/${uri}`);
    world.cloud.store.remove(`//artifactregistry.googleapis.com/${uri}`);
    expect((await pulled()).text).toBe(manifestOf("range"));
    expect(await ask("POST", "acme-prod/app/predict/blobs/uploads/", "")).toMatchObject({
        status: 405,
        error: {
            code: "UNSUPPORTED",
            message: 'Repository "app" has the mode REMOTE_REPOSITORY, which does not support pushes',
        },
    });
});

describe("at the hosts of Artifact Registry", () => {
    const repository = "projects/acme-dev/locations/europe-west1/repositories/app";
    const digest = digestOf("range");

    /** Sends requests with a token, and returns the status and the message. */
    async function behind() {
        const { world, push, made } = await served();
        await push("range", "1.4.0");
        const server = registryServer(world.cloud, join(world.cloud.folder, "images"), "by host");
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        closing.push(() => server.close());
        const { port } = server.address() as AddressInfo;
        const ask = (method: string, path: string, token?: string) =>
            new Promise<[number | undefined, string | undefined, string | undefined]>((resolve, reject) => {
                const auth = token && `oauth2accesstoken:${token}`;
                request({ port, method, path: `/v2/${path}`, auth, headers: { host }, agent: false }, (response) => {
                    text(response).then((body) => {
                        const message = body.includes("errors") ? JSON.parse(body).errors[0].message : undefined;
                        resolve([response.statusCode, message, response.headers["www-authenticate"]]);
                    }, reject);
                })
                    .on("error", reject)
                    .end();
            });
        return { world, made, ask };
    }

    test("requests need a token", async () => {
        const { ask } = await behind();
        const refused = [401, "Unauthenticated request.", 'Basic realm="Artifact Registry"'];
        expect(await ask("GET", "")).toEqual(refused);
        expect(await ask("GET", "acme-dev/app/predict/manifests/1.4.0")).toEqual(refused);
        expect((await ask("GET", "acme-dev/app/predict/manifests/1.4.0", "slipway-local"))[0]).toBe(200);
        expect((await ask("POST", "acme-dev/app/predict/blobs/uploads/", "slipway-local"))[0]).toBe(202);
    });

    test("callers need permissions on the repository", async () => {
        const { world, made, ask } = await behind();
        const { email, member } = world.make("Account", { accountId: "deployer" }).state;
        const token = `slipway-local.${email}`;
        const denied = (verb: string) => [
            403,
            `Permission "artifactregistry.repositories.${verb}" denied on resource "${repository}" (or it may not exist)`,
            undefined,
        ];
        const calls = [
            ["GET", `acme-dev/app/predict/blobs/${digest}`, "downloadArtifacts", 200],
            ["GET", "acme-dev/app/predict/manifests/1.4.0", "downloadArtifacts", 200],
            ["GET", "acme-dev/app/predict/tags/list", "downloadArtifacts", 200],
            ["POST", "acme-dev/app/predict/blobs/uploads/", "uploadArtifacts", 202],
        ] as const;
        for (const [method, path, verb] of calls) {
            expect(await ask(method, path, token)).toEqual(denied(verb));
        }
        const grant = { location, repository: made.state.repositoryId, member };
        world.make("RepositoryIamMember", { ...grant, role: "roles/artifactregistry.writer" });
        for (const [method, path, , status] of calls) {
            expect((await ask(method, path, token))[0]).toBe(status);
        }
        expect(await ask("DELETE", `acme-dev/app/predict/manifests/1.4.0`, token)).toEqual(denied("deleteArtifacts"));
    });

    test("looking up an image needs the permission to pull it", async () => {
        const { world } = await behind();
        const { email } = world.make("Account", { accountId: "viewer" }).state;
        const caller = new Cloud(world.cloud.folder, world.cloud.store, world.cloud.now, { as: email });
        const name = `${host}/acme-dev/app/predict:1.4.0`;
        await expect(registryImage(name, world.cloud)).resolves.toMatch(/^sha256:/);
        await expect(registryImage(name, caller)).rejects.toThrow(
            `403 Forbidden: denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "${repository}"`,
        );
    });
});
