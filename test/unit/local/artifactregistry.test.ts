import { join } from "node:path";
import { recordImage } from "../../../local/commands/manual/image";
import { artifactRegistryDigest } from "../../../local/runtime/docker/registryImage";
import { Cloud } from "../../../local/simulator/cloud/cloud";
import { Store } from "../../../local/simulator/cloud/store";
import { storedDigest, storeImage } from "../../../local/simulator/services/artifactregistry/images";
import { type ImageName, imageName } from "../../../local/simulator/services/artifactregistry/names";
import { type Made, newFolder, refusalOf, World } from "./world";

const location = "europe-west1";
const upstream = `projects/acme-dev/locations/${location}/repositories/app`;

function prepared(project = "acme-dev", folder?: string): World {
    const world = new World({ project, region: location }, { folder });
    world.enable("artifactregistry", "iam");
    return world;
}

const made = (world: World, inputs: object = {}): Made =>
    world.make("Repository", { repositoryId: "app", format: "DOCKER", ...inputs });
const remote = (uri = upstream) => ({
    mode: "REMOTE_REPOSITORY",
    remoteRepositoryConfig: { commonRepository: { uri } },
});
const creating = "Error creating Repository: googleapi: Error";

test("the first repository of a project creates Artifact Registry's service agent", () => {
    const world = prepared();
    const agent = `service-${world.number}@gcp-sa-artifactregistry.iam.gserviceaccount.com`;
    expect(world.cloud.iam.hasAccount(agent)).toBe(false);
    made(world);
    expect(world.cloud.iam.hasAccount(agent)).toBe(true);
});

const keep = { id: "keep", action: "KEEP", mostRecentVersions: { keepCount: 3 } };
test.each<[string, object[], string]>([
    [
        "with more than ten policies",
        Array.from({ length: 11 }, (_, index) => ({ ...keep, id: `keep-${index}` })),
        "a repository can have at most 10 cleanup policies.",
    ],
    ["with the same ID", [keep, keep], "policy IDs must be unique."],
    [
        "with both types of conditions",
        [{ ...keep, condition: {} }],
        "keep has both a condition and most recent versions.",
    ],
    ["without a condition", [{ id: "old", action: "DELETE" }], "old has neither a condition nor most recent versions."],
    [
        "that delete the most recent versions",
        [{ ...keep, action: "DELETE" }],
        "keep has most recent versions, which require the action KEEP.",
    ],
    [
        "with an invalid age",
        [{ id: "old", action: "DELETE", condition: { olderThan: "-30d" } }],
        "old has an invalid duration: -30d.",
    ],
])("cleanup policies %s are refused", (_, cleanupPolicies, words) => {
    expect(refusalOf(() => made(prepared(), { cleanupPolicies }))).toBe(
        `${creating} 400: Invalid cleanup policy: ${words}`,
    );
});

test.each([
    ["30 days", "unexpected value is not duration: 30 days"],
    ["2w", "unexpected duration has unknown unit: w"],
])("the age %s is refused by the provider", (olderThan, words) => {
    const cleanupPolicies = [{ id: "old", action: "DELETE", condition: { olderThan } }];
    expect(refusalOf(() => made(prepared(), { cleanupPolicies }))).toBe(words);
});

test("ten cleanup policies are accepted, and can be changed", () => {
    const world = prepared();
    const cleanupPolicies = Array.from({ length: 10 }, (_, index) => ({ ...keep, id: `keep-${index}` }));
    const repository = made(world, { cleanupPolicies });
    const fewer = { repositoryId: "app", format: "DOCKER", cleanupPolicies: cleanupPolicies.slice(1).reverse() };
    expect(world.changed(repository, { ...fewer, cleanupPolicies: [...cleanupPolicies].reverse() })).toEqual([]);
    expect(world.update(repository, fewer).state.cleanupPolicies).toHaveLength(9);
});

test("images are scanned if the API is enabled, unless the repository disables it", () => {
    const world = prepared();
    const scanned = made(world);
    const not = made(world, {
        repositoryId: "not",
        vulnerabilityScanningConfig: { enablementConfig: "DISABLED" },
    });
    expect(scanned.state.vulnerabilityScanningConfig).toEqual({
        enablementConfig: "",
        enablementState: "SCANNING_DISABLED",
        enablementStateReason: "API containerscanning.googleapis.com is not enabled.",
    });
    world.enable("containerscanning");
    expect(world.refreshed(scanned)?.state.vulnerabilityScanningConfig).toMatchObject({
        enablementState: "SCANNING_ACTIVE",
    });
    expect(world.refreshed(not)?.state.vulnerabilityScanningConfig).toMatchObject({
        enablementConfig: "DISABLED",
        enablementState: "SCANNING_DISABLED",
    });
});

test.each<[string, object, string]>([
    [
        "a remote repository without an upstream",
        { mode: "REMOTE_REPOSITORY" },
        "A repository of the mode REMOTE_REPOSITORY needs a remote repository config.",
    ],
    [
        "a standard repository with an upstream",
        { ...remote(), mode: "STANDARD_REPOSITORY" },
        "A repository of the mode STANDARD_REPOSITORY must not have a remote repository config.",
    ],
    [
        "a standard repository with upstream policies",
        { virtualRepositoryConfig: { upstreamPolicies: [] } },
        "A repository of the mode STANDARD_REPOSITORY must not have a virtual repository config.",
    ],
])("%s is refused", (_, inputs, words) => {
    expect(refusalOf(() => made(prepared(), inputs))).toBe(`${creating} 400: ${words}`);
});

describe("a remote repository of another project's repository", () => {
    const denied = `${creating} 403: Permission 'artifactregistry.repositories.downloadArtifacts' denied on resource '//artifactregistry.googleapis.com/${upstream}' (or it may not exist).`;

    /** Both projects, with the repository of one of them. */
    function both(): { dev: World; prod: World; agent: string } {
        const dev = prepared();
        const prod = dev.beside({ project: "acme-prod", region: location });
        prod.enable("artifactregistry");
        const { state } = prod.make("ServiceIdentity", { service: "artifactregistry.googleapis.com" });
        return { dev, prod, agent: state.member };
    }
    const grant = (world: World, member: string, role = "roles/artifactregistry.reader") =>
        world.make("RepositoryIamMember", { repository: "app", location, role, member });

    test("is refused if the repository does not exist, or the project's service agent cannot read it", () => {
        const { dev, prod, agent } = both();
        expect(refusalOf(() => made(prod, remote()))).toBe(denied);
        made(dev);
        expect(refusalOf(() => made(prod, remote()))).toBe(denied);
        grant(dev, agent);
        expect(made(prod, remote()).state.mode).toBe("REMOTE_REPOSITORY");
    });

    test.each([upstream, `https://${location}-docker.pkg.dev/acme-dev/app`])("can be created for %s", (uri) => {
        const { dev, prod, agent } = both();
        made(dev);
        expect(refusalOf(() => made(prod, remote(uri)))).toBe(denied);
        grant(dev, agent);
        expect(made(prod, remote(uri)).id).toBe(`projects/acme-prod/locations/${location}/repositories/app`);
    });

    test("can be created without validation, or for another registry", () => {
        const { prod } = both();
        const unseen = { commonRepository: { uri: upstream }, disableUpstreamValidation: true };
        made(prod, { ...remote(), remoteRepositoryConfig: unseen });
        made(prod, { ...remote("https://registry-1.docker.io"), repositoryId: "hub" });
    });

    test("can be changed when its upstream is deleted", () => {
        const { dev, prod, agent } = both();
        const standard = made(dev);
        grant(dev, agent);
        const repository = made(prod, remote());
        dev.remove(standard);
        const labels = { team: "forecast" };
        expect(
            prod.update(repository, { repositoryId: "app", format: "DOCKER", ...remote(), labels }).state,
        ).toMatchObject({ labels });
    });

    test("is refused for an upstream that is not a standard repository of the same format", () => {
        const { dev, prod, agent } = both();
        const words = (format: string) =>
            `${creating} 400: The upstream repository ${upstream} must be a standard repository of the format ${format}.`;
        made(dev);
        grant(dev, agent);
        expect(refusalOf(() => made(prod, { ...remote(), format: "MAVEN" }))).toBe(words("MAVEN"));
        const third = dev.beside({ project: "acme-third", region: location });
        third.enable("artifactregistry");
        const passedOn = made(prod, remote()).id;
        const { state } = third.make("ServiceIdentity", { service: "artifactregistry.googleapis.com" });
        grant(prod, state.member);
        expect(refusalOf(() => made(third, remote(passedOn)))).toBe(words("DOCKER").replace(upstream, passedOn));
    });
});

const virtual = (...repositories: string[]) => ({
    repositoryId: "all",
    mode: "VIRTUAL_REPOSITORY",
    virtualRepositoryConfig: {
        upstreamPolicies: repositories.map((repository, index) => ({ id: `one-${index}`, repository, priority: 1 })),
    },
});

describe("a virtual repository", () => {
    const inUs = upstream.replace(location, "us");

    test.each<[string, object, string]>([
        ["without upstreams", virtual(), "400: Virtual repository config is not specified"],
        [
            "of a format that has none",
            { ...virtual(upstream), format: "GENERIC" },
            "400: The mode VIRTUAL_REPOSITORY is not supported for repositories of the format GENERIC.",
        ],
        [
            "with cleanup policies",
            { ...virtual(upstream), cleanupPolicies: [keep] },
            "400: Cleanup policies are not supported for virtual repositories.",
        ],
        [
            "of one that does not exist",
            virtual(upstream),
            `403: Permission 'artifactregistry.repositories.downloadArtifacts' denied on resource '//artifactregistry.googleapis.com/${upstream}' (or it may not exist).`,
        ],
        [
            "with more than 30 upstreams",
            virtual(...Array.from({ length: 31 }, () => upstream)),
            "400: A virtual repository can have at most 30 upstream policies.",
        ],
    ])("%s is refused", (_, inputs, words) => {
        expect(refusalOf(() => made(prepared(), inputs))).toBe(`${creating} ${words}`);
    });

    test.each<[string, object, string]>([
        ["format", { format: "PYTHON" }, upstream],
        ["location", { location: "us" }, inUs],
    ])("is refused for an upstream of another %s", (_, other, path) => {
        const world = prepared();
        made(world, other);
        expect(refusalOf(() => made(world, virtual(path)))).toBe(
            `${creating} 400: The upstream repository ${path} must be a standard or remote repository of the format DOCKER in europe-west1.`,
        );
    });

    test("reads another project's repository once the service agent may", () => {
        const dev = prepared();
        made(dev);
        const prod = dev.beside({ project: "acme-prod", region: location });
        prod.enable("artifactregistry");
        const { state } = prod.make("ServiceIdentity", { service: "artifactregistry.googleapis.com" });
        expect(refusalOf(() => made(prod, virtual(upstream)))).toContain("downloadArtifacts");
        const reading = { role: "roles/artifactregistry.reader", member: state.member };
        dev.make("RepositoryIamMember", { repository: "app", location, ...reading });
        expect(made(prod, virtual(upstream)).state.mode).toBe("VIRTUAL_REPOSITORY");
    });
});

test.each<[string, object, string]>([
    [
        "Maven's settings of images",
        { mavenConfig: { versionPolicy: "RELEASE" } },
        "A repository of the format DOCKER must not have a MAVEN config.",
    ],
    [
        "a public source of another format",
        {
            mode: "REMOTE_REPOSITORY",
            remoteRepositoryConfig: { pythonRepository: { publicRepository: "PYPI" } },
        },
        "The remote source pythonRepository is not of the format DOCKER.",
    ],
    [
        "a format without remote repositories",
        { ...remote("https://acme.com"), format: "GENERIC" },
        "The mode REMOTE_REPOSITORY is not supported for repositories of the format GENERIC.",
    ],
])("%s are refused", (_, inputs, words) => {
    expect(refusalOf(() => made(prepared(), inputs))).toBe(`${creating} 400: ${words}`);
});

test("the service agent must be able to read the password of a source", () => {
    const world = prepared();
    world.enable("secretmanager");
    const { state } = world.make("ServiceIdentity", { service: "artifactregistry.googleapis.com" });
    world.make("Secret", { secretId: "token", replication: { auto: {} } });
    const passwordSecretVersion = "projects/acme-dev/secrets/token/versions/1";
    const config = {
        commonRepository: { uri: "https://ghcr.io" },
        upstreamCredentials: { usernamePasswordCredentials: { username: "acme", passwordSecretVersion } },
    };
    const inputs = { ...remote(), remoteRepositoryConfig: config };
    const denied = `${creating} 403: Permission 'secretmanager.versions.access' denied on resource '//secretmanager.googleapis.com/${passwordSecretVersion}' (or it may not exist).`;
    expect(refusalOf(() => made(world, inputs))).toBe(denied);
    world.make("SecretIamMember", {
        secretId: "token",
        role: "roles/secretmanager.secretAccessor",
        member: state.member,
    });
    expect(refusalOf(() => made(world, inputs))).toBe(denied);
    const untried = {
        ...inputs,
        repositoryId: "untried",
        remoteRepositoryConfig: { ...config, disableUpstreamValidation: true },
    };
    expect(made(world, untried).state.mode).toBe("REMOTE_REPOSITORY");
    world.make("SecretVersion", { secret: "projects/acme-dev/secrets/token", secretData: "s3cret" });
    const repository = made(world, inputs);
    const changed = structuredClone(inputs);
    changed.remoteRepositoryConfig.upstreamCredentials.usernamePasswordCredentials.passwordSecretVersion =
        passwordSecretVersion.replace("1", "2");
    expect(refusalOf(() => world.update(repository, { repositoryId: "app", format: "DOCKER", ...changed }))).toContain(
        "secretmanager.versions.access",
    );
});

test("two processes share a repository", () => {
    const folder = newFolder();
    made(prepared("acme-dev", folder));
    expect(refusalOf(() => made(prepared("acme-dev", folder)))).toBe(`${creating} 409: the repository already exists`);
});

test("tags that are explicitly mutable are a change forever, because the provider does not send that", () => {
    const world = prepared();
    const mutable = { repositoryId: "app", format: "DOCKER", dockerConfig: { immutableTags: false } };
    const repository = world.make("Repository", { ...mutable, location: "europe-west1" });
    expect(repository.state.dockerConfig).toBeUndefined();
    expect(world.changed(repository, mutable)).not.toEqual([]);
    const immutable = made(prepared(), { dockerConfig: { immutableTags: true } });
    expect(immutable.state.dockerConfig).toEqual({ immutableTags: true });
});

describe("cleanup policies", () => {
    const day = 86_400_000;
    const repository = `projects/acme-dev/locations/${location}/repositories/app`;

    /** A repository, and a clock that starts at its creation. */
    function cleaned(inputs: object) {
        let now = Date.parse("2026-01-01");
        const folder = join(newFolder(), "cloud");
        const cloud = new Cloud(folder, new Store(folder), () => new Date(now));
        const world = new World({ project: "acme-dev", region: location }, {}, cloud);
        world.enable("artifactregistry", "iam");
        made(world, inputs);
        const nameOf = (image: string, version: string) => ({ project: "acme-dev", repository, image, version });
        const push = (digest: string, { image = "predict", tag = "", parts = [] as string[] } = {}) =>
            storeImage(
                cloud,
                nameOf(image, tag || `sha256:${digest}`),
                `sha256:${digest}`,
                parts.map((part) => `sha256:${part}`),
            );
        const left = (...digests: string[]) =>
            digests.filter((digest) => storedDigest(cloud, nameOf("predict", `sha256:${digest}`)) !== undefined);
        const wait = (days: number) => {
            now += days * day;
        };
        return { cloud, world, nameOf, push, left, wait };
    }
    const old = { id: "old", action: "DELETE", condition: { tagState: "ANY", olderThan: "30d" } };
    const recent = (keepCount: number) => ({ id: "recent", action: "KEEP", mostRecentVersions: { keepCount } });

    test("that only keep versions delete none", () => {
        const { push, left, wait } = cleaned({ cleanupPolicies: [recent(1)] });
        push("a");
        push("b");
        wait(1000);
        expect(left("a", "b")).toEqual(["a", "b"]);
    });

    test("delete old versions, except the most recent ones of each image, with their tags", () => {
        const { cloud, nameOf, push, left, wait } = cleaned({ cleanupPolicies: [recent(2), old] });
        for (const digest of ["a", "b", "c"]) {
            push(digest, { tag: `v-${digest}` });
            wait(1);
        }
        push("d", { image: "other" });
        wait(26);
        expect(left("a", "b", "c")).toEqual(["a", "b", "c"]);
        wait(1);
        expect(left("a", "b", "c")).toEqual(["b", "c"]);
        expect(storedDigest(cloud, nameOf("predict", "v-a"))).toBeUndefined();
        expect(storedDigest(cloud, nameOf("predict", "v-b"))).toBe("sha256:b");
        wait(1000);
        expect(left("b", "c")).toEqual(["b", "c"]);
        expect(storedDigest(cloud, nameOf("other", "sha256:d"))).toBe("sha256:d");
    });

    test("delete no tagged version if tags are immutable", () => {
        const { push, left, wait } = cleaned({ cleanupPolicies: [old], dockerConfig: { immutableTags: true } });
        push("a", { tag: "1.4.0" });
        push("b");
        wait(30);
        expect(left("a", "b")).toEqual(["a"]);
    });

    test("delete nothing in a dry run", () => {
        const { push, left, wait } = cleaned({ cleanupPolicies: [old], cleanupPolicyDryRun: true });
        push("a");
        wait(30);
        expect(left("a")).toEqual(["a"]);
    });

    test("delete no image that another environment has pulled", async () => {
        const { cloud, world, nameOf, push, left, wait } = cleaned({ cleanupPolicies: [old] });
        const prod = world.beside({ project: "acme-prod", region: location });
        prod.enable("artifactregistry");
        const { state } = prod.make("ServiceIdentity", { service: "artifactregistry.googleapis.com" });
        const reading = { role: "roles/artifactregistry.reader", member: state.member };
        world.make("RepositoryIamMember", { repository: "app", location, ...reading });
        made(prod, remote());
        push("a");
        push("b");
        const inProd = (digest: string) => ({
            ...nameOf("predict", `sha256:${digest}`),
            project: "acme-prod",
            repository: repository.replace("acme-dev", "acme-prod"),
        });
        expect(await artifactRegistryDigest(inProd("a"), cloud)).toBe("sha256:a");
        wait(30);
        expect(left("a", "b")).toEqual([]);
        expect(await artifactRegistryDigest(inProd("a"), cloud)).toBe("sha256:a");
        await expect(artifactRegistryDigest(inProd("b"), cloud)).rejects.toThrow("404 Not Found");
    });

    test("delete the parts of an index with it, not before", () => {
        const untagged = { ...old, condition: { tagState: "UNTAGGED", olderThan: "30d" } };
        const { push, left, wait } = cleaned({ cleanupPolicies: [untagged] });
        push("a");
        push("b");
        push("index", { parts: ["a"], tag: "1.4.0" });
        wait(30);
        expect(left("a", "b", "index")).toEqual(["a", "index"]);
    });

    test.each<[string, object, string[]]>([
        ["a state", { tagState: "TAGGED" }, ["untagged"]],
        ["a tag's prefix", { tagState: "TAGGED", tagPrefixes: ["test-"] }, ["release", "untagged"]],
        ["a tag's prefix, which counts only with the state TAGGED", { tagState: "ANY", tagPrefixes: ["test-"] }, []],
        ["a digest's prefix", { versionNamePrefixes: ["sha256:t"] }, ["release", "untagged"]],
        ["an image's prefix", { packageNamePrefixes: ["team/"] }, ["release", "test", "untagged"]],
        ["an age that it is below", { newerThan: "1h" }, []],
        ["a minimum age in minutes", { olderThan: "1m" }, ["release", "test", "untagged"]],
    ])("match versions by %s", (_, condition, expected) => {
        const { push, left } = cleaned({ cleanupPolicies: [{ id: "some", action: "DELETE", condition }] });
        push("release", { tag: "1.4.0" });
        push("test", { tag: "test-1" });
        push("untagged");
        expect(left("release", "test", "untagged")).toEqual(expected);
    });
});

test("an image is recorded as pushed without content, by its tag or digest, in an existing repository", () => {
    const world = new World();
    world.enable("artifactregistry");
    const at = "europe-west1-docker.pkg.dev/acme-dev/app/predict";
    expect(refusalOf(() => recordImage(world.cloud, `${at}:1`))).toBe(
        "there is no repository projects/acme-dev/locations/europe-west1/repositories/app: deploy the stack first, which creates it.",
    );
    world.make("Repository", { repositoryId: "app", format: "DOCKER" });
    const digest = `sha256:${"a".repeat(64)}`;
    expect(recordImage(world.cloud, `${at}@${digest}`)).toBe(digest);
    const tagged = recordImage(world.cloud, `${at}:1`);
    expect(storedDigest(world.cloud, imageName(`${at}:1`) as ImageName)).toBe(tagged);
    expect(refusalOf(() => recordImage(world.cloud, "nginx:1"))).toContain('(got "nginx:1")');
});
