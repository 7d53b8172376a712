import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { registryImage } from "../../../local/runtime/docker/registryImage";
import { storeImage } from "../../../local/simulator/services/artifactregistry/images";
import { type ImageName, imageName } from "../../../local/simulator/services/artifactregistry/names";
import { refusalOf, World } from "./world";

const location = "europe-west1";
const host = `${location}-docker.pkg.dev`;
const digest = `sha256:${"0a".repeat(32)}`;
const other = `sha256:${"0b".repeat(32)}`;

/** A registry with these manifests, which records requests. */
class Answering {
    readonly requests: string[] = [];
    private readonly server: Server;

    readonly stop = () => new Promise((resolve) => this.server.close(resolve));

    static async start(manifests: Record<string, string>): Promise<Answering> {
        const started = new Answering(manifests);
        await once(started.server, "listening");
        return started;
    }

    private constructor(private readonly manifests: Record<string, string>) {
        this.server = createServer((request, response) => {
            this.requests.push(`${request.method} ${request.url}`);
            const found = this.manifests[request.url as string];
            if (!request.headers.accept?.includes("application/vnd.oci.image.index.v1+json")) {
                response.statusCode = 406;
            } else if (found === undefined) {
                response.statusCode = request.url?.includes("/secret/") ? 401 : 404;
            } else if (found.startsWith("sha256:")) {
                response.setHeader("Docker-Content-Digest", found);
            }
            response.end(request.method === "GET" ? found : undefined);
        });
        this.server.listen(0, "127.0.0.1");
        servers.push(this.server);
    }

    get address(): string {
        return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    }
}

const servers: Server[] = [];
afterAll(() => {
    for (const server of servers) {
        server.close();
    }
});

const at = (image: string, version: string) => `/v2/${host}/${image}/manifests/${version}`;
const failure = (image: string, why: string) =>
    `Got error when attempting to fetch image version ${image} from registry: ${why}`;

function prepared(): World {
    const world = new World({ project: "acme-dev", region: location });
    world.enable("artifactregistry", "iam", "run");
    world.make("Repository", { repositoryId: "app", format: "DOCKER" });
    return world;
}

/** The digest, or the error. */
const outcome = (image: Promise<string>) => image.catch((error: Error) => error.message);

describe("an image of Artifact Registry", () => {
    test.each([
        ["a tag", `${host}/acme-dev/app/predict:1`, "predict", "1"],
        ["a digest", `${host}/acme-dev/app/predict@${digest}`, "predict", digest],
        ["a tag and a digest", `${host}/acme-dev/app/predict:1@${digest}`, "predict", digest],
        ["neither", `${host}/acme-dev/app/predict`, "predict", "latest"],
        ["a folder", `${host}/acme-dev/app/team/predict:1`, "team/predict", "1"],
    ])("is looked up in the registry of this machine, by %s", async (_, name, image, version) => {
        const registry = await Answering.start({ [at(`acme-dev/app/${image}`, version)]: digest });
        expect(await registryImage(name, prepared().cloud, registry.address)).toBe(digest);
        expect(registry.requests).toEqual([`HEAD ${at(`acme-dev/app/${image}`, version)}`]);
    });

    test("is hashed if the registry does not return its digest", async () => {
        const registry = await Answering.start({ [at("acme-dev/app/predict", "1")]: "{}" });
        expect(await registryImage(`${host}/acme-dev/app/predict:1`, prepared().cloud, registry.address)).toBe(
            "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        );
    });

    test("is refused like by the real provider if it does not exist", async () => {
        const registry = await Answering.start({});
        const { cloud } = prepared();
        const lookUp = (name: string) => outcome(registryImage(`${host}/${name}`, cloud, registry.address));
        expect(await lookUp("acme-dev/app/predict:1")).toBe(
            failure("acme-dev/app/predict:1", "got bad response from registry: 404 Not Found"),
        );
        expect(await lookUp("acme-dev/app/secret/predict:1")).toBe(
            failure("acme-dev/app/secret/predict:1", "bad credentials: 401 Unauthorized"),
        );
    });

    test("is refused without a request if its repository or its project does not exist", async () => {
        const registry = await Answering.start({});
        const { cloud } = prepared();
        const lookUp = (name: string) => outcome(registryImage(`${host}/${name}`, cloud, registry.address));
        expect(await lookUp("acme-dev/other/predict:1")).toBe(
            failure(
                "acme-dev/other/predict:1",
                'got bad response from registry: 404 Not Found: name unknown: Repository "other" not found',
            ),
        );
        expect(await lookUp("acme-none/app/predict:1")).toBe(
            failure(
                "acme-none/app/predict:1",
                `got bad response from registry: 403 Forbidden: denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/acme-none/locations/${location}/repositories/app" (or it may not exist)`,
            ),
        );
        expect(registry.requests).toEqual([]);
    });

    test("is looked up in the local Google Cloud if no registry is configured", async () => {
        const { cloud } = prepared();
        const name = `${host}/acme-dev/app/predict:1`;
        expect(await outcome(registryImage(name, cloud))).toBe(
            failure("acme-dev/app/predict:1", "got bad response from registry: 404 Not Found"),
        );
        storeImage(cloud, imageName(name) as ImageName, digest);
        expect(await registryImage(name, cloud)).toBe(digest);
    });

    test("is refused if the registry does not respond", async () => {
        const registry = await Answering.start({});
        const { address } = registry;
        await registry.stop();
        expect(await outcome(registryImage(`${host}/acme-dev/app/predict:1`, prepared().cloud, address))).toBe(
            failure("acme-dev/app/predict:1", `Error during registry request: connect ECONNREFUSED ${address}`),
        );
    });
});

test("of another registry is looked up there", async () => {
    const registry = await Answering.start({ "/v2/team/predict/manifests/1": digest });
    expect(await registryImage(`${registry.address}/team/predict:1`, prepared().cloud)).toBe(digest);
});

describe("an image of a remote repository", () => {
    const image = "europe-west1-docker.pkg.dev/acme-prod/app/predict";
    const upstream = at("acme-dev/app/predict", "1");

    /** Two projects: a repository of the second is a remote repository of the first's, which the function deletes. */
    async function chained(manifests: Record<string, string> = { [upstream]: digest }) {
        const dev = prepared();
        const prod = dev.beside({ project: "acme-prod", region: location });
        prod.enable("artifactregistry", "run");
        const { state } = prod.make("ServiceIdentity", { service: "artifactregistry.googleapis.com" });
        const role = "roles/artifactregistry.reader";
        const grant = dev.make("RepositoryIamMember", { repository: "app", location, role, member: state.member });
        const commonRepository = { uri: `projects/acme-dev/locations/${location}/repositories/app` };
        const passedOn = prod.make("Repository", {
            repositoryId: "app",
            format: "DOCKER",
            mode: "REMOTE_REPOSITORY",
            remoteRepositoryConfig: { commonRepository },
        });
        const registry = await Answering.start(manifests);
        const lookUp = (version: string) => outcome(registryImage(`${image}${version}`, prod.cloud, registry.address));
        const gone = () => dev.cloud.store.remove(`//artifactregistry.googleapis.com/${commonRepository.uri}`);
        return { dev, prod, grant, passedOn, registry, lookUp, gone };
    }
    const denied = failure(
        "acme-prod/app/predict:1",
        `got bad response from registry: 403 Forbidden: denied: Permission "artifactregistry.repositories.downloadArtifacts" denied on resource "projects/acme-dev/locations/${location}/repositories/app" (or it may not exist)`,
    );

    test("is its upstream's, and remains when the upstream is deleted", async () => {
        const { registry, lookUp, gone } = await chained();
        expect(await lookUp(":1")).toBe(digest);
        expect(registry.requests).toEqual([`HEAD ${upstream}`]);
        gone();
        expect([await lookUp(":1"), await lookUp(`@${digest}`)]).toEqual([digest, digest]);
        expect(registry.requests).toHaveLength(1);
    });

    test("is gone with the upstream if it was not pulled before", async () => {
        const { lookUp, gone } = await chained();
        gone();
        expect(await lookUp(":1")).toBe(denied);
    });

    test("cannot be read without the grant", async () => {
        const { dev, grant, lookUp } = await chained();
        dev.remove(grant);
        expect(await lookUp(":1")).toBe(denied);
    });

    test("is looked up again by tag while the upstream exists, but never by digest", async () => {
        const manifests = { [upstream]: digest };
        const { registry, lookUp } = await chained(manifests);
        await lookUp(":1");
        manifests[upstream] = other;
        expect(await lookUp(":1")).toBe(other);
        expect(await lookUp(`@${digest}`)).toBe(digest);
        expect(registry.requests).toEqual([`HEAD ${upstream}`, `HEAD ${upstream}`]);
    });

    test("is deleted with the remote repository", async () => {
        const { prod, passedOn, lookUp } = await chained();
        await lookUp(":1");
        prod.remove(passedOn);
        expect(prod.cloud.store.list("//artifactregistry.googleapis.com/projects/acme-prod")).toEqual([]);
    });

    test("runs on Cloud Run, and keeps running when the upstream is deleted", async () => {
        const { prod, gone } = await chained();
        const service = (name: string, version: string) =>
            prod.make("RunService", {
                name,
                location,
                deletionProtection: false,
                template: { containers: [{ image: `${image}@${version}` }] },
            });
        service("before", digest);
        gone();
        service("after", digest);
        expect(refusalOf(() => service("never", other))).toContain(`Image '${image}@${other}' not found.`);
    });
});

test("images of a virtual repository are not simulated", async () => {
    const world = prepared();
    const repository = `projects/acme-dev/locations/${location}/repositories/app`;
    world.make("Repository", {
        repositoryId: "all",
        format: "DOCKER",
        mode: "VIRTUAL_REPOSITORY",
        virtualRepositoryConfig: { upstreamPolicies: [{ id: "app", repository, priority: 1 }] },
    });
    expect(await outcome(registryImage(`${host}/acme-dev/all/predict:1`, world.cloud, "127.0.0.1:1"))).toContain(
        "the local Google Cloud does not simulate images of repositories with mode VIRTUAL_REPOSITORY, except remote repositories of a standard one",
    );
});
