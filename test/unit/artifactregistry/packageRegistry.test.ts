import * as pulumi from "@pulumi/pulumi";
import { ContainerRegistry, KmsKey, PackageRegistry, type PackageRegistryArgs, Secret } from "slipway";
import { use } from "../../../lib/internal/access/capability";
import { outcome, refused, registered } from "../registered";

/** What the lookup of a registry answers. */
const existing = () => ({ format: "PYTHON" });
const python = { repositoryId: "packages", location: "europe-west1", format: "PYTHON" };
const of = (args: Partial<PackageRegistryArgs>) => () => new PackageRegistry("packages", { format: "python", ...args });
const repositories = async (program: () => unknown) => {
    const made = await registered(program);
    return Object.fromEntries(Object.entries(made).filter(([key]) => key.startsWith("Repository ")));
};

test("a bare registry has packages of its own, which are not deleted", async () => {
    expect(await registered(of({}))).toEqual({ "Repository packages": python });
});

const remote = (config: object) => ({ mode: "REMOTE_REPOSITORY", remoteRepositoryConfig: config });
const options: [string, Partial<PackageRegistryArgs>, object][] = [
    ["another id", { name: pulumi.output("wheels") }, { repositoryId: "wheels" }],
    ["a multi-region", { region: "europe" }, { location: "europe" }],
    ["labels", { labels: { team: "forecast" } }, { labels: { team: "forecast" } }],
    ["a description", { description: "Wheels" }, { description: "Wheels" }],
    ["templates of pipelines", { format: "kfp" }, { format: "KFP" }],
    ["a transform", { transform: { repository: { deletionPolicy: "PREVENT" } } }, { deletionPolicy: "PREVENT" }],
    [
        "options of Maven",
        { format: "maven", maven: { versionPolicy: "release", allowSnapshotOverwrites: true } },
        { format: "MAVEN", mavenConfig: { versionPolicy: "RELEASE", allowSnapshotOverwrites: true } },
    ],
    [
        "a cleanup",
        { cleanup: { keep: 3, olderThan: "90 days", dryRun: true } },
        {
            cleanupPolicies: [
                { id: "keep-most-recent", action: "KEEP", mostRecentVersions: { keepCount: 3 } },
                { id: "delete-old", action: "DELETE", condition: { tagState: "ANY", olderThan: "7776000s" } },
            ],
            cleanupPolicyDryRun: true,
        },
    ],
    [
        "a cleanup by rules",
        {
            cleanup: {
                rules: {
                    stable: { keep: "all", versions: ["1."], newerThan: "30 days" },
                    tests: { olderThan: "1 day", packages: ["test-"] },
                    tools: { keep: 100, packages: ["tool-"] },
                },
            },
        },
        {
            cleanupPolicies: [
                { id: "keep-most-recent", action: "KEEP", mostRecentVersions: { keepCount: 10 } },
                {
                    id: "stable",
                    action: "KEEP",
                    condition: { tagState: "ANY", versionNamePrefixes: ["1."], newerThan: "2592000s" },
                },
                {
                    id: "tests",
                    action: "DELETE",
                    condition: { tagState: "ANY", packageNamePrefixes: ["test-"], olderThan: "86400s" },
                },
                {
                    id: "tools",
                    action: "KEEP",
                    mostRecentVersions: { keepCount: 100, packageNamePrefixes: ["tool-"] },
                },
            ],
            cleanupPolicyDryRun: false,
        },
    ],
    ["PyPI", { remote: "pypi" }, remote({ pythonRepository: { publicRepository: "PYPI" } })],
    [
        "npm's registry",
        { format: "npm", remote: "npmjs" },
        { format: "NPM", ...remote({ npmRepository: { publicRepository: "NPMJS" } }) },
    ],
    [
        "Docker Hub",
        { format: "docker", remote: "docker-hub" },
        { format: "DOCKER", ...remote({ dockerRepository: { publicRepository: "DOCKER_HUB" } }) },
    ],
    [
        "Maven Central",
        { format: "maven", remote: { source: "maven-central" } },
        { format: "MAVEN", ...remote({ mavenRepository: { publicRepository: "MAVEN_CENTRAL" } }) },
    ],
    [
        "a URL",
        { format: "go", remote: "https://proxy.golang.org" },
        { format: "GO", ...remote({ commonRepository: { uri: "https://proxy.golang.org" } }) },
    ],
    [
        "a source that is not tried",
        { remote: { source: "https://packages.acme.com/simple", validation: false } },
        remote({ commonRepository: { uri: "https://packages.acme.com/simple" }, disableUpstreamValidation: true }),
    ],
    [
        "a repository of Debian",
        { format: "apt", remote: { source: "debian", path: "debian/dists/bookworm" } },
        {
            format: "APT",
            ...remote({
                aptRepository: {
                    publicRepository: { repositoryBase: "DEBIAN", repositoryPath: "debian/dists/bookworm" },
                },
            }),
        },
    ],
    [
        "a repository of Rocky Linux, with a cleanup",
        { format: "yum", remote: { source: "rocky", path: "9/BaseOS/x86_64/os" }, cleanup: { olderThan: "30 days" } },
        {
            format: "YUM",
            ...remote({
                yumRepository: { publicRepository: { repositoryBase: "ROCKY", repositoryPath: "9/BaseOS/x86_64/os" } },
            }),
            cleanupPolicies: [
                { id: "keep-most-recent", action: "KEEP", mostRecentVersions: { keepCount: 10 } },
                { id: "delete-old", action: "DELETE", condition: { tagState: "ANY", olderThan: "2592000s" } },
            ],
            cleanupPolicyDryRun: false,
        },
    ],
];

test.each(options)("a registry takes %s", async (_, args, inputs) => {
    expect(await registered(of(args))).toEqual({ "Repository packages": { ...python, ...inputs } });
});

const path = (id: string) => `projects/acme-dev/locations/europe-west1/repositories/${id}`;

test("a virtual registry finds packages in others, the first one first", async () => {
    const made = await repositories(() => {
        const own = new PackageRegistry("own", { format: "python" });
        const pypi = new PackageRegistry("pypi", { format: "python", remote: "pypi" });
        of({ upstreams: [own, pypi] })();
    });
    expect(made["Repository packages"]).toEqual({
        ...python,
        mode: "VIRTUAL_REPOSITORY",
        virtualRepositoryConfig: {
            upstreamPolicies: [
                { id: "upstream-1", repository: path("own"), priority: 20 },
                { id: "upstream-2", repository: path("pypi"), priority: 10 },
            ],
        },
    });
});

test("images of a ContainerRegistry are found, and cached", async () => {
    const made = await repositories(() => {
        const images = new ContainerRegistry("images");
        new PackageRegistry("all", { format: "docker", upstreams: [images] });
        new PackageRegistry("cached", { format: "docker", region: "us", remote: images });
    });
    expect(made["Repository all"]).toMatchObject({
        virtualRepositoryConfig: { upstreamPolicies: [{ id: "upstream-1", repository: path("images"), priority: 10 }] },
    });
    expect(made["Repository cached"]).toMatchObject({
        location: "us",
        remoteRepositoryConfig: { commonRepository: { uri: path("images") } },
    });
});

test("the service agent reads the password of a source", async () => {
    const made = await registered(
        () => {
            const password = new Secret("token");
            of({ remote: { source: "https://packages.acme.com", credentials: { username: "acme", password } } })();
        },
        { environment: true },
    );
    expect(made["Repository packages"]).toMatchObject({
        remoteRepositoryConfig: {
            upstreamCredentials: {
                usernamePasswordCredentials: {
                    username: "acme",
                    passwordSecretVersion: expect.stringMatching(/^projects\/acme-dev\/secrets\/token\/versions\//),
                },
            },
        },
    });
    expect(made["SecretIamMember artifactregistry-agent-token-secret-accessor"]).toMatchObject({
        role: "roles/secretmanager.secretAccessor",
    });
});

test("the service agent reads upstreams that exist already, and those of the stack without a grant", async () => {
    const made = await registered(
        () => {
            const shared = PackageRegistry.existing("shared", { project: "acme-shared" });
            of({ upstreams: [shared, new PackageRegistry("pypi", { format: "python", remote: "pypi" })] })();
        },
        { environment: true, call: existing },
    );
    const grants = Object.keys(made).filter((key) => key.startsWith("RepositoryIamMember "));
    expect(grants).toEqual(["RepositoryIamMember artifactregistry-agent-shared-reader"]);
});

const urls: [PackageRegistryArgs, string, string?][] = [
    [
        { format: "python" },
        "https://europe-west1-python.pkg.dev/acme-dev/packages/",
        "https://europe-west1-python.pkg.dev/acme-dev/packages/simple/",
    ],
    [{ format: "npm", region: "europe" }, "https://europe-npm.pkg.dev/acme-dev/packages/"],
    [{ format: "docker", remote: "docker-hub" }, "europe-west1-docker.pkg.dev/acme-dev/packages"],
    [{ format: "apt" }, "https://europe-west1-apt.pkg.dev/projects/acme-dev"],
    [{ format: "yum" }, "https://europe-west1-yum.pkg.dev/projects/acme-dev/packages"],
    [{ format: "googet" }, "https://europe-west1-googet.pkg.dev/projects/acme-dev/repos/packages"],
];

test.each(urls)("a registry of %j has its URLs", async (args, url, indexUrl = url) => {
    let outputs: unknown;
    await registered(() => {
        const { url, indexUrl, reader, writer } = new PackageRegistry("packages", args);
        outputs = outcome(pulumi.all([url, indexUrl, reader.value, writer.value]));
    });
    expect(await outputs).toEqual([url, indexUrl, indexUrl, url]);
});

test("consumers receive the URL, and a role on the registry", async () => {
    const made = await registered(() => {
        const { reader, writer, role } = of({})() as PackageRegistry;
        const uses = { A: reader, B: writer, C: role("roles/artifactregistry.repoAdmin") };
        return use("run", uses, "serviceAccount:run@acme-dev.iam.gserviceaccount.com", {});
    });
    expect(Object.keys(made).filter((key) => key.startsWith("RepositoryIamMember"))).toEqual([
        "RepositoryIamMember run-packages-artifactregistry-repo-admin",
        "RepositoryIamMember run-packages-reader",
        "RepositoryIamMember run-packages-writer",
    ]);
});

const standard = () => new PackageRegistry("own", { format: "python" });
const cached = () => new PackageRegistry("pypi", { format: "python", remote: "pypi" });
const virtual = () => new PackageRegistry("virtual", { format: "python", upstreams: [standard()] });
const credentials = () => ({ username: "acme", password: new Secret("token") });
/** What is refused, the identifiers, and the other resources of the program. */
const refusals: [string, () => Partial<PackageRegistryArgs>, string[], string[]?][] = [
    ["images of its own", () => ({ format: "docker" }), ["artifactregistry/docker-packages"]],
    [
        "a source and upstreams",
        () => ({ remote: "pypi", upstreams: [standard()] }),
        ["artifactregistry/remote-and-virtual"],
        ["Repository own"],
    ],
    [
        "a virtual registry of files",
        () => ({ format: "generic", upstreams: [PackageRegistry.existing("a")] }),
        ["artifactregistry/virtual-format"],
    ],
    [
        "a remote registry of files",
        () => ({ format: "generic", remote: "https://acme.com" }),
        ["artifactregistry/remote-format"],
    ],
    ["a source of another format", () => ({ remote: "npmjs" }), ["artifactregistry/source-other-format"]],
    ["a source of apt without a path", () => ({ format: "apt", remote: "debian" }), ["artifactregistry/remote-path"]],
    ["a path of PyPI", () => ({ remote: { source: "pypi", path: "simple" } }), ["artifactregistry/remote-path"]],
    [
        "credentials of a registry",
        () => ({ remote: { source: standard(), credentials: credentials() } }),
        ["artifactregistry/remote-credentials"],
        ["Repository own", "Secret token", "SecretVersion token"],
    ],
    [
        "a remote source of a remote registry",
        () => ({ remote: cached() }),
        ["artifactregistry/upstream-mode"],
        ["Repository pypi"],
    ],
    [
        "a virtual upstream",
        () => ({ upstreams: [virtual()] }),
        ["artifactregistry/upstream-mode"],
        ["Repository own", "Repository virtual"],
    ],
    [
        "an upstream of another format",
        () => ({ upstreams: [new PackageRegistry("jars", { format: "maven" })] }),
        ["artifactregistry/upstream-other-format"],
        ["Repository jars"],
    ],
    [
        "images as packages",
        () => ({ upstreams: [new ContainerRegistry("images")] }),
        ["artifactregistry/upstream-other-format"],
        ["Repository images"],
    ],
    [
        "an upstream in another region",
        () => ({ upstreams: [new PackageRegistry("us", { format: "python", region: "us" })] }),
        ["artifactregistry/upstream-other-location"],
        ["Repository us"],
    ],
    [
        "a remote upstream before its own packages",
        () => ({ upstreams: [cached(), standard()] }),
        ["artifactregistry/remote-upstream-first"],
        ["Repository own", "Repository pypi"],
    ],
    ["Maven options of Python packages", () => ({ maven: {} }), ["artifactregistry/maven-options"]],
    [
        "Maven options of a remote registry",
        () => ({ format: "maven", maven: {}, remote: "maven-central" }),
        ["artifactregistry/maven-options"],
    ],
    [
        "a cleanup of a virtual registry",
        () => ({ upstreams: [standard()], cleanup: { olderThan: "1 day" } }),
        ["artifactregistry/cleanup-of-virtual"],
        ["Repository own"],
    ],
    [
        "a cleanup by tags without tags",
        () => ({ cleanup: { rules: { old: { olderThan: "1 day", tags: "none" } } } }),
        ["artifactregistry/cleanup-without-tags"],
    ],
    [
        "more policies than Google accepts",
        () => ({
            cleanup: {
                rules: Object.fromEntries("abcdefghij".split("").map((key) => [key, { keep: 1, packages: [key] }])),
            },
        }),
        ["artifactregistry/cleanup-policies"],
    ],
    [
        "a key in another location",
        () => ({ encryptionKey: new KmsKey("key", { location: "us" }) }),
        ["component/key-other-region"],
        ["CryptoKey key", "KeyRing key"],
    ],
];

test.each(refusals)("a registry is refused with %s", async (_, args, identifiers, others = []) => {
    const message = await refused(() => of(args())(), { call: existing }, others);
    expect([...message.matchAll(/\[([a-z]+\/[a-z-]+)\]/g)].map(([, id]) => id)).toEqual(identifiers);
});

const invalid: [string, object][] = [
    ["an unknown format", { format: "conda" }],
    ["an unknown source", { remote: "PYPI" }],
    ["a source without TLS", { remote: "http://packages.acme.com" }],
    ["a secret that is a text", { remote: { source: "pypi", credentials: { username: "a", password: "b" } } }],
    ["no upstream", { upstreams: [] }],
    ["a region that is an output", { region: pulumi.output("us") }],
    ["a rule without an age", { cleanup: { rules: { old: { packages: ["a"] } } } }],
    ["a rule that keeps recent versions by tag", { cleanup: { rules: { recent: { keep: 3, tags: ["a"] } } } }],
    ["a rule with the name of another policy", { cleanup: { rules: { "delete-old": { olderThan: "1 day" } } } }],
    ["a rule with an empty list", { cleanup: { rules: { old: { olderThan: "1 day", packages: [] } } } }],
];

test.each(invalid)("a registry is refused with %s", async (_, args) => {
    expect(await refused(() => of(args)())).toMatchSnapshot();
});

test("a remote upstream can be the first one if that is accepted", async () => {
    const made = await repositories(() => of({ upstreams: [cached(), standard()], insecure: true })());
    expect(Object.keys(made)).toContain("Repository packages");
});

test("the same upstream is refused twice, and more than 30", async () => {
    const own = (count: number) =>
        Array.from({ length: count }, (_, index) => new PackageRegistry(`own-${index}`, { format: "python" }));
    const all = Array.from({ length: 31 }, (_, index) => `Repository own-${index}`).sort();
    expect(await refused(() => of({ upstreams: own(31) })(), {}, all)).toMatchSnapshot();
    const twice = () => {
        const [one] = own(1) as [PackageRegistry];
        of({ upstreams: [one, one] })();
    };
    expect(await refused(twice, {}, ["Repository own-0"])).toMatchSnapshot();
});
