import * as pulumi from "@pulumi/pulumi";
import {
    CloudRunService,
    type CloudRunServiceArgs,
    ContainerRegistry,
    Network,
    PubSubTopic,
    StorageBucket,
} from "slipway";
import { apps, client, routeBy, subnetwork } from "../databaseClient";
import { folderOf } from "../folders";
import { refused, registered, told } from "../registered";
import { image, serving } from "../serving";

const other = `docker.io/acme/proxy@sha256:${"0c".repeat(32)}`;
const tagged = "docker.io/acme/web:1.2.0";
const give =
    'Use a ContainerImage, or append the digest: @sha256:…. Guide: "From gcr.io, latest and a JSON key". To accept it nevertheless, set insecure: true.';

const secret = (path: string, of = "key") => ({
    value: path,
    grants: [],
    attachments: [{ kind: "secret-file", path, secret: `projects/acme-dev/secrets/${of}`, version: "1" }],
});
const database = (more: object = {}) => ({ grants: [], attachments: [client("sales", more)] });

/** https://cloud.google.com/run/docs/configuring/services/memory-limits */
test.each([
    ["513Mi", '"500m"'],
    ["1Gi", '"500m"'],
    ["1025Mi", 1],
    ["4Gi", 1],
    ["4097Mi", 2],
    ["8Gi", 2],
    ["8193Mi", 4],
    ["16Gi", 4],
    ["16385Mi", 6],
    ["24Gi", 6],
    ["24577Mi", 8],
    ["32Gi", 8],
])("%s of memory need at least %s CPUs, which the error says", async (memory, cpu) => {
    expect(await told(() => serving({ memory, cpu: "80m" }))).toContain(
        `cpu: must be at least ${cpu} with ${memory} of memory (got "80m").`,
    );
});

test.each([
    ["512Mi", "80m"],
    ["1Gi", "500m"],
    ["4Gi", 1],
    ["8Gi", 2],
    ["2Gi", 4],
    ["16Gi", 4],
    ["4Gi", 6],
    ["24Gi", 6],
    ["4Gi", 8],
    ["32Gi", 8],
])("%s of memory with %s CPUs are accepted", async (memory, cpu) => {
    const all = await registered(() => serving({ memory, cpu }));
    expect(all["Service web"]).toMatchObject({ template: { containers: [{ resources: { limits: { memory } } }] } });
});

const refusals: [object, string][] = [
    [
        { image: tagged },
        `image: names an image by a tag, which can later refer to another image (got "${tagged}"). ${give}`,
    ],
    [
        { image: "docker.io/acme/web" },
        `image: has neither a tag nor a digest, and can later refer to another image (got "docker.io/acme/web"). ${give}`,
    ],
    [
        { image: `ghcr.io/acme/web@sha256:${"0a".repeat(32)}` },
        `image: is in a registry from which Cloud Run does not pull (got "ghcr.io/acme/web@sha256:${"0a".repeat(27)}…). Push it to Artifact Registry or Docker Hub, or read it through a remote repository.`,
    ],
    [{ image: undefined }, "[run/image-or-source]"],
    [{ source: "." }, "[run/image-or-source]"],
    [{ image: undefined, source: "." }, "registry: [run/registry-missing]"],
    [
        { name: "Web" },
        'name: must have up to 49 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen (got "Web").',
    ],
    [{ port: 0 }, "port: must be a whole number from 1 to 65535 (got 0)."],
    [{ cpu: 3 }, 'cpu: must be 1, 2, 4, 6 or 8, or less than one as thousandths, from "80m" to "999m" (got 3).'],
    [
        { cpu: "1500m" },
        'cpu: must be 1, 2, 4, 6 or 8, or less than one as thousandths, from "80m" to "999m" (got "1500m").',
    ],
    [
        { cpu: "79m" },
        'cpu: must be 1, 2, 4, 6 or 8, or less than one as thousandths, from "80m" to "999m" (got "79m").',
    ],
    [
        { cpu: ["2"] },
        'cpu: must be 1, 2, 4, 6 or 8, or less than one as thousandths, from "80m" to "999m" (got ["2"]).',
    ],
    [{ cpu: 20 }, "cpu: [run/cpu-without-gpu]"],
    [{ memory: "64Mi" }, 'memory: must be at least 128 MiB (got "64Mi").'],
    [{ memory: "1GB" }, 'memory: must be a size such as "512 MiB" or "20 GB" (got "1GB").'],
    [{ memory: "8Gi" }, "cpu: [run/cpu-of-memory]"],
    [{ memory: "1Gi", cpu: "400m" }, "cpu: [run/cpu-of-memory]"],
    [{ memory: "64Gi", cpu: 8 }, "memory: [run/memory-without-gpu]"],
    [{ memory: "1Gi", cpu: 4 }, "memory: [run/memory-of-cpu]"],
    [{ memory: "2Gi", cpu: 6 }, "memory: [run/memory-of-cpu]"],
    [{ cpu: "500m", scaling: { concurrency: 2 } }, "scaling.concurrency: [run/concurrency-of-cpu]"],
    [{ cpu: "500m", cpuAlways: true }, "cpuAlways: [run/cpu-always-of-cpu]"],
    [{ memory: "256Mi", cpuAlways: true }, "memory: [run/memory-of-cpu-always]"],
    [{ cpu: "500m", executionEnvironment: "gen2" }, "cpu: [run/cpu-of-generation]"],
    [{ memory: "256Mi", executionEnvironment: "gen2" }, "memory: [run/memory-of-generation]"],
    [{ gpu: "nvidia-t4" }, 'gpu: must be one of nvidia-l4, nvidia-rtx-pro-6000 (got "nvidia-t4").'],
    [{ gpu: "nvidia-l4", cpu: 2, memory: "8Gi" }, "cpu: [run/cpu-of-gpu]\nmemory: [run/memory-of-gpu]"],
    [{ gpu: "nvidia-rtx-pro-6000", cpu: 8, memory: "32Gi" }, "cpu: [run/cpu-of-gpu]\nmemory: [run/memory-of-gpu]"],
    [{ gpu: "nvidia-l4", cpuAlways: false }, "cpuAlways: [run/cpu-always-of-gpu]"],
    [{ gpu: "nvidia-l4", executionEnvironment: "gen1" }, "executionEnvironment: [run/generation-required]"],
    [{ gpu: "nvidia-l4", regions: ["europe-west3"] }, "gpu: [run/gpu-in-region]"],
    [{ scaling: { min: 5, max: 3 } }, "scaling.min: [range/min-above-max]"],
    [{ scaling: { max: 10, revision: { min: 5, max: 3 } } }, "scaling.revision.min: [range/min-above-max]"],
    [{ scaling: { max: 3, revision: { max: 5 } } }, "scaling.revision.max: [range/min-above-max]"],
    [{ scaling: { max: 1001 } }, "scaling.max: must be a whole number from 1 to 1000 (got 1001)."],
    [{ scaling: { concurrency: 0 } }, "scaling.concurrency: must be a whole number from 1 to 1000 (got 0)."],
    [
        { scaling: { instances: 2, max: 3 } },
        'scaling.max: unknown option "max"; the options are instances, concurrency.',
    ],
    [{ timeout: "3601 seconds" }, 'timeout: must be from 1 second to 3600 seconds (got "3601 seconds").'],
    [{ health: "ready" }, 'health: must be a path such as /healthz (got "ready").'],
    [
        { health: { startup: { tcp: 8080, grpc: "" } } },
        'health.startup: must have exactly one of path, grpc, tcp (got { tcp: 8080, grpc: "" }).',
    ],
    [
        { health: { liveness: { tcp: 8080 } } },
        'health.liveness: must have exactly one of path, grpc (got { tcp: 8080 }).\nhealth.liveness.tcp: unknown option "tcp"; the options are initialDelay, interval, timeout, unhealthyThreshold, path, port, headers, grpc.',
    ],
    [
        { health: { startup: { path: "/", timeout: "11 seconds" } } },
        "health.startup.timeout: [health/timeout-above-interval]",
    ],
    [
        { health: { startup: { path: "/", unhealthyThreshold: 25 } } },
        "health.startup.unhealthyThreshold: [run/startup-too-long]",
    ],
    [
        { health: { startup: { path: "/", interval: "81 seconds" } } },
        "health.startup.unhealthyThreshold: [run/startup-too-long]",
    ],
    [
        { health: { startup: { path: "/", initialDelay: "241 seconds" } } },
        'health.startup.initialDelay: must be from 0 seconds to 240 seconds (got "241 seconds").',
    ],
    [
        { health: { readiness: { path: "/", initialDelay: "1 second" } } },
        'health.readiness.initialDelay: unknown option "initialDelay"; the options are interval, timeout, unhealthyThreshold, path, port.',
    ],
    [{ env: { API_KEY: "abc" } }, "env.API_KEY: [iam/secret-in-env]"],
    [{ env: { PORT: "80" } }, 'env.PORT: is set by Cloud Run itself (got "PORT"). Choose another name.'],
    [{ uses: { KEY: secret("/secrets/key") }, env: { KEY: pulumi.output("1") } }, "env.KEY: [iam/env-also-in-uses]"],
    [{ uses: { KEY: secret("/cloudsql/key") } }, "uses.KEY: [iam/secret-file-hides-folder]"],
    [
        { uses: { KEY: secret("/secrets/key"), PIN: secret("/secrets/pin", "pin") } },
        "uses.PIN: [iam/secret-file-beside-other-secret]",
    ],
    [
        { uses: { DATABASE: database() }, env: { DATABASE_INSTANCE: "x" } },
        "env.DATABASE_INSTANCE: [iam/env-variable-twice]",
    ],
    [{ uses: { DATABASE: database() }, regions: ["europe-west4"] }, "network: [iam/network-without-subnet]"],
    [
        {
            uses: { ONE: database(), OTHER: database({ route: routeBy("projects/acme-dev/global/networks/other") }) },
        },
        "uses.OTHER: [iam/databases-in-several-networks]",
    ],
    [
        { network: { subnet: "projects/acme-dev/regions/us-central1/subnetworks/apps" } },
        "network.subnet: [place/other-region]",
    ],
    [
        { encryptionKey: "projects/acme-dev/locations/europe/keyRings/data/cryptoKeys/sales" },
        "encryptionKey: [place/other-region]",
    ],
    [
        { volumes: { cache: { path: "/proc/cache", memory: "64Mi" } } },
        'volumes.cache.path: would hide a folder of the system (got "/proc/cache").',
    ],
    [
        { volumes: { one: { path: "/cache", memory: "64Mi" }, two: { path: "/cache", memory: "64Mi" } } },
        "volumes.two.path: [run/volume-path-twice]",
    ],
    [
        { volumes: { share: { path: "/share", nfs: { server: "10.0.0.2", path: "/share" } } } },
        "volumes.share.nfs: [run/nfs-without-network]",
    ],
    [
        {
            network: { subnet: "apps" },
            volumes: { share: { path: "/share", nfs: { server: "10.0.0.2", path: "/share" } } },
            executionEnvironment: "gen1",
        },
        "executionEnvironment: [run/generation-required]",
    ],
    [
        { uses: { KEY: secret("/secrets/key") }, volumes: { cache: { path: "/secrets", memory: "64Mi" } } },
        "volumes.cache.path: [run/volume-path-of-secret]",
    ],
    [{ sidecars: { web: { image: other } } }, "sidecars.web: [run/sidecar-name-taken]"],
    [
        { sidecars: { proxy: { image: other } }, startAfter: ["proxy"] },
        "sidecars.proxy.health.startup: [run/startup-probe-missing]",
    ],
    [{ startAfter: ["proxy"] }, "startAfter: [run/start-after-unknown]"],
    [
        {
            sidecars: { proxy: { image: other, health: { startup: { tcp: 1 } }, startAfter: ["gone"] } },
            startAfter: ["proxy"],
        },
        "sidecars.proxy.startAfter: [run/start-after-unknown]",
    ],
    [{ startAfter: ["web"] }, "startAfter: [run/start-after-unknown]"],
    [
        {
            sidecars: {
                one: { image: other, health: { startup: { tcp: 1 } }, startAfter: ["two"] },
                two: { image: other, health: { startup: { tcp: 2 } }, startAfter: ["one"] },
            },
            startAfter: ["one"],
        },
        "sidecars.one.startAfter: [run/start-after-circle]\nsidecars.two.startAfter: [run/start-after-circle]",
    ],
    [
        {
            sidecars: { proxy: { image: other, health: { startup: { tcp: 1 } }, startAfter: ["web"] } },
            startAfter: ["proxy"],
        },
        "startAfter: [run/start-after-circle]\nsidecars.proxy.startAfter: [run/start-after-circle]",
    ],
    [
        { sidecars: { proxy: { image: other, health: { liveness: "/live" } } } },
        "sidecars.proxy.health.liveness: [run/probe-without-port]",
    ],
    [{ sidecars: { proxy: { image: other, volumes: ["cache"] } } }, "sidecars.proxy.volumes: [run/volume-unknown]"],
    [{ sidecars: { proxy: { image: other, memory: "8Gi" } } }, "sidecars.proxy.cpu: [run/cpu-of-memory]"],
    [{ sidecars: { proxy: { image: other, env: { TOKEN: "x" } } } }, "sidecars.proxy.env.TOKEN: [iam/secret-in-env]"],
    [
        { sidecars: { proxy: { image: other, uses: { DATABASE: database() }, env: { DATABASE_INSTANCE: "x" } } } },
        "sidecars.proxy.env.DATABASE_INSTANCE: [iam/env-variable-twice]",
    ],
    [
        { sidecars: { proxy: { image: other, uses: { DATABASE: database() } } }, regions: ["europe-west4"] },
        "network: [iam/network-without-subnet]",
    ],
    [
        {
            sidecars: {
                proxy: {
                    image: other,
                    uses: {
                        ONE: database(),
                        OTHER: database({ route: routeBy("projects/acme-dev/global/networks/other") }),
                    },
                },
            },
        },
        "sidecars.proxy.uses.OTHER: [iam/databases-in-several-networks]",
    ],
    [
        {
            uses: { ONE: database() },
            sidecars: {
                proxy: {
                    image: other,
                    uses: { OTHER: database({ route: routeBy("projects/acme-dev/global/networks/other") }) },
                },
            },
        },
        "sidecars.proxy.uses.OTHER: [iam/databases-in-several-networks]",
    ],
    [
        { sidecars: Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`side${at}`, { image: other }])) },
        "sidecars: [run/too-many-sidecars]",
    ],
    [{ public: true, iap: ["group:shop@acme.dev"] }, "public: [run/public-with-iap]"],
    [
        { iap: ["allUsers"] },
        'iap.0: would allow everyone (got "allUsers"). Name the members, such as group:shop@acme.dev, or remove iap.',
    ],
    [{ iap: [] }, "iap: [run/iap-empty]"],
    [{ iap: ["user:ada@gmail.com"] }, "iap.0: [run/iap-personal-account]"],
    [{ iap: ["group:shop@acme.dev", "group:shop@acme.dev"] }, "iap.1: [iam/member-twice]"],
    [{ ingress: "private" }, 'ingress: must be one of internal, load-balancer, all (got "private").'],
    [{ traffic: { split: { latest: 10, previous: 80 } } }, "traffic.split: [traffic/split-sum]"],
    [
        { traffic: { split: { latest: 0.5, previous: 99.5 } } },
        "traffic.split.latest: [traffic/split-too-fine]\ntraffic.split.previous: [traffic/split-too-fine]",
    ],
    [{ traffic: { tags: { previous: "latest" } } }, "traffic.tags.previous: [run/tag-of-previous]"],
    [{ traffic: { tags: { ["a".repeat(44)]: "latest" } } }, `traffic.tags.${"a".repeat(44)}: [run/tag-too-long]`],
    [{ defaultUrl: false, traffic: { tags: { candidate: "latest" } } }, "traffic.tags: [run/default-url-of-tags]"],
    [{ region: "us-central1", regions: ["europe-west1"] }, "region: [run/region-and-regions]"],
    [{ regions: [] }, "regions: [run/regions-empty]"],
    [{ regions: ["europe-west1", "europe-west1"] }, "regions: [run/regions-twice]"],
    [{ description: "x".repeat(513) }, `description: must have 512 characters at most (got "${"x".repeat(78)}…).`],
    [{ timeoutSeconds: 60 }, 'timeoutSeconds: unknown option "timeoutSeconds"; did you mean "timeout"?'],
];

test.each(refusals)("%j is refused", async (args, reason) => {
    const lines = reason.split("\n").map((line) => `CloudRunService "web": ${line}`);
    const got = (await refused(() => serving(args))).replace('"web": timeout: unknown', '"web": unknown');
    expect(got).toBe(lines.join("\n"));
});

test.each([
    [
        "beside a database in another network",
        { route: routeBy("projects/acme-dev/global/networks/other") },
        {},
        "sidecars.proxy.uses.OTHER: is in a different network than uses.ONE, and a service can only be in one.",
    ],
    [
        "in an unknown network",
        { route: undefined },
        {},
        "network: is missing, because the network of the database in sidecars.proxy.uses.OTHER is not known.",
    ],
    [
        "outside of the service's network",
        { route: routeBy("projects/acme-dev/global/networks/other") },
        { network: { network: apps, subnet: subnetwork } },
        `network: must be the network of sidecars.proxy.uses.OTHER, "projects/acme-dev/global/networks/other" (got "${apps}").`,
    ],
])("a sidecar's database %s is refused by its place in the arguments", async (_, more, args, words) => {
    const sidecars = { proxy: { image: other, uses: { OTHER: database(more) } } };
    expect(await told(() => serving({ uses: { ONE: database() }, sidecars, ...args }))).toContain(
        `CloudRunService "web": ${words}`,
    );
});

test("the network of a sidecar's database without a subnet in the region is named by its place", async () => {
    const sidecars = { proxy: { image: other, uses: { OTHER: database() } } };
    expect(await told(() => serving({ sidecars, regions: ["europe-west4"] }))).toContain(
        'CloudRunService "web": network: is missing, and the network of sidecars.proxy.uses.OTHER has no known subnet in europe-west4, the region of the service.',
    );
});

test("a bucket volume is refused in the first generation", async () => {
    const program = () => {
        const models = new StorageBucket("models");
        return serving({ volumes: { models: { path: "/models", bucket: models } }, executionEnvironment: "gen1" });
    };
    expect(await refused(program, {}, ["Bucket models"])).toBe(
        'CloudRunService "web": executionEnvironment: [run/generation-required]',
    );
});

test("a bucket volume is refused with half a CPU", async () => {
    const program = () => {
        const models = new StorageBucket("models");
        return serving({ volumes: { models: { path: "/models", bucket: models } }, cpu: "500m" });
    };
    expect(await refused(program, {}, ["Bucket models"])).toBe('CloudRunService "web": cpu: [run/cpu-of-generation]');
});

test("a network without a subnet in the region of the service is refused", async () => {
    const program = () => {
        const network = new Network("apps", { subnets: { apps: { region: "us-central1", range: "10.0.0.0/20" } } });
        return serving({ network });
    };
    expect(await refused(program, {}, ["Network apps", "Subnetwork apps-apps"])).toBe(
        'CloudRunService "web": network: [place/subnet-missing]',
    );
});

test("triggers are refused without a default URL, which they call", async () => {
    const program = () => serving({ triggers: { sales: { topic: new PubSubTopic("sales") } }, defaultUrl: false });
    expect(await refused(program, {}, ["Topic sales"])).toBe(
        'CloudRunService "web": defaultUrl: [run/default-url-of-triggers]',
    );
});

test("a registry beside an image is refused", async () => {
    const program = () => serving({ registry: new ContainerRegistry("app") });
    expect(await refused(program, {}, ["Repository app"])).toBe(
        'CloudRunService "web": registry: [run/registry-without-source]',
    );
});

test("a source that is missing is refused with its absolute path", async () => {
    const folder = folderOf({});
    const program = () => {
        const registry = new ContainerRegistry("app");
        return new CloudRunService("web", { source: `${folder}/missing`, registry } as CloudRunServiceArgs);
    };
    expect(await refused(program, {}, ["Repository app"])).toContain(`${folder}/missing`);
});

test("all problems are in one error", async () => {
    expect((await refused(() => serving({ port: 0, memory: "1GB", image }))).split("\n")).toHaveLength(2);
});
