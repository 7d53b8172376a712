import * as pulumi from "@pulumi/pulumi";
import {
    CloudRunService,
    type CloudRunServiceArgs,
    ContainerRegistry,
    Network,
    PubSubTopic,
    StorageBucket,
} from "slipway";
import { client, routeBy } from "../databaseClient";
import { folderOf } from "../folders";
import { refused } from "../registered";
import { image, serving } from "../serving";

const other = `docker.io/acme/proxy@sha256:${"0c".repeat(32)}`;
const tagged = "docker.io/acme/web:1.2.0";
const give = "Use a ContainerImage, or append the digest: @sha256:…. To accept it nevertheless, set insecure: true.";

const secret = (path: string, of = "key") => ({
    value: path,
    grants: [],
    attachments: [{ kind: "secret-file", path, secret: `projects/acme-dev/secrets/${of}`, version: "1" }],
});
const database = (more: object = {}) => ({ grants: [], attachments: [client("sales", more)] });

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
    [{ image: undefined }, "must have exactly one of image, source (got neither)."],
    [{ source: "." }, "must have exactly one of image, source (got both)."],
    [
        { image: undefined, source: "." },
        "registry: is missing. A source needs the registry to which its image is pushed.",
    ],
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
    [{ cpu: 20 }, "cpu: must be 8 at most without a GPU (got 20)."],
    [{ memory: "64Mi" }, 'memory: must be at least 128 MiB (got "64Mi").'],
    [{ memory: "1GB" }, 'memory: must be a size such as "512 MiB" or "20 GB" (got "1GB").'],
    [{ memory: "8Gi" }, "cpu: must be at least 2 with 8Gi of memory (got 1)."],
    [{ memory: "1Gi", cpu: "400m" }, 'cpu: must be at least "500m" with 1Gi of memory (got "400m").'],
    [{ memory: "64Gi", cpu: 8 }, 'memory: must be 32 GiB at most (got "64Gi").'],
    [{ memory: "1Gi", cpu: 4 }, 'memory: must be at least 2 GiB with 4 CPUs (got "1Gi").'],
    [{ memory: "2Gi", cpu: 6 }, 'memory: must be at least 4 GiB with 6 CPUs (got "2Gi").'],
    [
        { cpu: "500m", scaling: { concurrency: 2 } },
        "scaling.concurrency: must be 1 with less than one CPU (got 2). Set cpu to 1 or more.",
    ],
    [{ cpu: "500m", cpuAlways: true }, "cpuAlways: needs one CPU at least. Set cpu to 1 or more."],
    [{ memory: "256Mi", cpuAlways: true }, 'memory: must be at least 512 MiB with cpuAlways (got "256Mi").'],
    [
        { cpu: "500m", executionEnvironment: "gen2" },
        'cpu: must be 1 at least with the second generation execution environment (got "500m").',
    ],
    [
        { memory: "256Mi", executionEnvironment: "gen2" },
        'memory: must be at least 512 MiB with the second generation execution environment (got "256Mi").',
    ],
    [{ gpu: "nvidia-t4" }, 'gpu: must be one of nvidia-l4, nvidia-rtx-pro-6000 (got "nvidia-t4").'],
    [
        { gpu: "nvidia-l4", cpu: 2, memory: "8Gi" },
        'cpu: must be at least 4 with nvidia-l4 (got 2).\nmemory: must be at least 16 GiB with nvidia-l4 (got "8Gi").',
    ],
    [
        { gpu: "nvidia-rtx-pro-6000", cpu: 8, memory: "32Gi" },
        'cpu: must be at least 20 with nvidia-rtx-pro-6000 (got 8).\nmemory: must be at least 80 GiB with nvidia-rtx-pro-6000 (got "32Gi").',
    ],
    [{ gpu: "nvidia-l4", cpuAlways: false }, "cpuAlways: must be true with a GPU (got false). Remove it."],
    [
        { gpu: "nvidia-l4", executionEnvironment: "gen1" },
        'executionEnvironment: must be "gen2" for a GPU (got "gen1"). Remove it.',
    ],
    [
        { gpu: "nvidia-l4", regions: ["europe-west3"] },
        "gpu: is not available in europe-west3 (got nvidia-l4). It is in asia-south1, asia-southeast1, europe-west1, europe-west4, us-central1, us-east4.",
    ],
    [{ scaling: { min: 5, max: 3 } }, "scaling.min: must not be above scaling.max, 3 (got 5)."],
    [
        { scaling: { max: 10, revision: { min: 5, max: 3 } } },
        "scaling.revision.min: must not be above scaling.revision.max, 3 (got 5).",
    ],
    [{ scaling: { max: 3, revision: { max: 5 } } }, "scaling.revision.max: must not be above scaling.max, 3 (got 5)."],
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
        "health.liveness: must have exactly one of path, grpc (got { tcp: 8080 }).",
    ],
    [
        { health: { startup: { path: "/", timeout: "11 seconds" } } },
        'health.startup.timeout: must not be above interval, 10 seconds (got "11 seconds").',
    ],
    [
        { health: { startup: { path: "/", unhealthyThreshold: 25 } } },
        "health.startup.unhealthyThreshold: times interval must be 240 seconds at most (got 250). Start faster, or set initialDelay.",
    ],
    [
        { health: { startup: { path: "/", initialDelay: "241 seconds" } } },
        'health.startup.initialDelay: must be from 0 seconds to 240 seconds (got "241 seconds").',
    ],
    [
        { health: { readiness: { path: "/", initialDelay: "1 second" } } },
        'health.readiness.initialDelay: unknown option "initialDelay"; the options are interval, timeout, unhealthyThreshold, path, port.',
    ],
    [
        { env: { API_KEY: "abc" } },
        "env.API_KEY: has the name of a secret, and everyone who can view the service can read its value (got a string). Store it in a Secret and set uses: { API_KEY: thatSecret.reader }, or rename the variable. To accept it nevertheless, set insecure: true.",
    ],
    [{ env: { PORT: "80" } }, 'env.PORT: is set by Cloud Run itself (got "PORT"). Choose another name.'],
    [
        { uses: { KEY: secret("/secrets/key") }, env: { KEY: pulumi.output("1") } },
        "env.KEY: is also in uses. Rename one of them.",
    ],
    [
        { uses: { KEY: secret("/cloudsql/key") } },
        'uses.KEY: would hide a folder of the system (got "/cloudsql/key"). Choose a path such as /secrets/api-key.',
    ],
    [
        { uses: { KEY: secret("/secrets/key"), PIN: secret("/secrets/pin", "pin") } },
        'uses.PIN: is in the folder of uses.KEY, which has another secret (got "/secrets/pin"). Use another folder for each secret.',
    ],
    [
        { uses: { DATABASE: database() }, env: { DATABASE_INSTANCE: "x" } },
        "env.DATABASE_INSTANCE: is also a variable of uses.DATABASE. Rename one of them.",
    ],
    [
        { uses: { DATABASE: database() }, regions: ["europe-west4"] },
        "network: is missing, and the network of uses.DATABASE has no known subnet in europe-west4, the region of the service. Add a subnet to that network, or set network: { subnet }.",
    ],
    [
        {
            uses: { ONE: database(), OTHER: database({ route: routeBy("projects/acme-dev/global/networks/other") }) },
        },
        "uses.OTHER: is in a different network than uses.ONE, and a service can only be in one. Put both databases in one network, or use a service for each.",
    ],
    [
        { network: { subnet: "projects/acme-dev/regions/us-central1/subnetworks/apps" } },
        'network.subnet: must be in europe-west1, as the service is (got "projects/acme-dev/regions/us-central1/subnetworks/apps").',
    ],
    [
        { encryptionKey: "projects/acme-dev/locations/europe/keyRings/data/cryptoKeys/sales" },
        'encryptionKey: must be in europe-west1, as the service is (got "projects/acme-dev/locations/europe/keyRings/data/cryptoKeys/sales").',
    ],
    [
        { volumes: { cache: { path: "/proc/cache", memory: "64Mi" } } },
        'volumes.cache.path: would hide a folder of the system (got "/proc/cache").',
    ],
    [
        { volumes: { one: { path: "/cache", memory: "64Mi" }, two: { path: "/cache", memory: "64Mi" } } },
        'volumes.two.path: is where volumes.one is (got "/cache"). Use another path for each volume.',
    ],
    [
        { volumes: { share: { path: "/share", nfs: { server: "10.0.0.2", path: "/share" } } } },
        "volumes.share.nfs: needs a network, in which the server is. Set network.",
    ],
    [
        { uses: { KEY: secret("/secrets/key") }, volumes: { cache: { path: "/secrets", memory: "64Mi" } } },
        'volumes.cache.path: is the folder of a secret in uses (got "/secrets"). Choose another folder.',
    ],
    [{ sidecars: { web: { image: other } } }, "sidecars.web: has the name of the main container. Choose another name."],
    [
        { sidecars: { proxy: { image: other } }, startAfter: ["proxy"] },
        'sidecars.proxy.health.startup: is missing, and specifies when "proxy" has started, which "web" waits for. Set it, for example to { tcp: 8080 }.',
    ],
    [{ startAfter: ["proxy"] }, 'startAfter: must be one of sidecars, of which there are none (got "proxy").'],
    [
        {
            sidecars: { proxy: { image: other, health: { startup: { tcp: 1 } }, startAfter: ["web"] } },
            startAfter: ["proxy"],
        },
        'startAfter: is a circle: "proxy" starts after "web" (got "proxy"). Remove one of them.\nsidecars.proxy.startAfter: is a circle: "web" starts after "proxy" (got "web"). Remove one of them.',
    ],
    [
        { sidecars: { proxy: { image: other, health: { liveness: "/live" } } } },
        "sidecars.proxy.health.liveness: needs a port, as the container has none. Set port.",
    ],
    [
        { sidecars: { proxy: { image: other, volumes: ["cache"] } } },
        'sidecars.proxy.volumes: must be one of volumes: none (got "cache").',
    ],
    [
        { sidecars: { proxy: { image: other, memory: "8Gi" } } },
        "sidecars.proxy.cpu: must be at least 2 with 8Gi of memory (got 1).",
    ],
    [
        { sidecars: { proxy: { image: other, env: { TOKEN: "x" } } } },
        "sidecars.proxy.env.TOKEN: has the name of a secret, and everyone who can view the service can read its value (got a string). Store it in a Secret and set uses: { TOKEN: thatSecret.reader }, or rename the variable. To accept it nevertheless, set insecure: true.",
    ],
    [
        { sidecars: Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`side${at}`, { image: other }])) },
        "sidecars: there can be 9 sidecars at most (got 10).",
    ],
    [
        { public: true, iap: ["group:shop@acme.dev"] },
        "public: would let everyone call the service without signing in. Remove it, or remove iap.",
    ],
    [
        { iap: ["allUsers"] },
        'iap.0: would allow everyone (got "allUsers"). Name the members, such as group:shop@acme.dev, or remove iap.',
    ],
    [{ iap: [] }, "iap: must have a member, such as group:shop@acme.dev. Remove it for no sign-in."],
    [
        { iap: ["user:ada@gmail.com"] },
        'iap.0: is a personal account (got "user:ada@gmail.com"). Use an account of the project\'s organization.',
    ],
    [{ ingress: "private" }, 'ingress: must be one of internal, load-balancer, all (got "private").'],
    [{ traffic: { split: { latest: 10, previous: 80 } } }, "traffic.split: must sum to 100 (got 90)."],
    [
        { traffic: { split: { latest: 0.5, previous: 99.5 } } },
        "traffic.split.latest: must be a whole number (got 0.5).\ntraffic.split.previous: must be a whole number (got 99.5).",
    ],
    [
        { traffic: { tags: { previous: "latest" } } },
        "traffic.tags.previous: is the tag of the revision that served before the latest. Choose another tag.",
    ],
    [
        { traffic: { tags: { ["a".repeat(44)]: "latest" } } },
        `traffic.tags.${"a".repeat(44)}: must have 46 characters at most together with the name of the service, "web" (got 47).`,
    ],
    [
        { defaultUrl: false, traffic: { tags: { candidate: "latest" } } },
        "traffic.tags: have addresses below the default URL, which the service does not have. Remove them, or defaultUrl.",
    ],
    [{ region: "us-central1", regions: ["europe-west1"] }, "region: has no effect with regions. Remove one of them."],
    [{ regions: [] }, "regions: must have a region at least. Remove it for the region of the environment."],
    [
        { regions: ["europe-west1", "europe-west1"] },
        "regions: must have each region once (got europe-west1, europe-west1).",
    ],
    [{ description: "x".repeat(513) }, `description: must have up to 512 characters (got "${"x".repeat(78)}…).`],
    [{ timeoutSeconds: 60 }, 'timeoutSeconds: unknown option "timeoutSeconds"; did you mean "timeout"?'],
];

test.each(refusals)("%j is refused", async (args, reason) => {
    const lines = reason.split("\n").map((line) => `CloudRunService "web": ${line}`);
    const got = (await refused(() => serving(args))).replace('"web": timeout: unknown', '"web": unknown');
    expect(got).toBe(lines.join("\n"));
});

test("a bucket volume is refused in the first generation", async () => {
    const program = () => {
        const models = new StorageBucket("models");
        return serving({ volumes: { models: { path: "/models", bucket: models } }, executionEnvironment: "gen1" });
    };
    expect(await refused(program, {}, ["Bucket models"])).toBe(
        'CloudRunService "web": executionEnvironment: must be "gen2" for volumes.models (got "gen1"). Remove it.',
    );
});

test("a bucket volume is refused with half a CPU", async () => {
    const program = () => {
        const models = new StorageBucket("models");
        return serving({ volumes: { models: { path: "/models", bucket: models } }, cpu: "500m" });
    };
    expect(await refused(program, {}, ["Bucket models"])).toBe(
        'CloudRunService "web": cpu: must be 1 at least for volumes.models, which needs the second generation execution environment (got "500m").',
    );
});

test("a network without a subnet in the region of the service is refused", async () => {
    const program = () => {
        const network = new Network("apps", { subnets: { apps: { region: "us-central1", range: "10.0.0.0/20" } } });
        return serving({ network });
    };
    expect(await refused(program, {}, ["Network apps", "Subnetwork apps-apps"])).toBe(
        'CloudRunService "web": network: must have a subnet in europe-west1, where the service is. Add one to its subnets.',
    );
});

test("triggers are refused without a default URL, which they call", async () => {
    const program = () => serving({ triggers: { sales: { topic: new PubSubTopic("sales") } }, defaultUrl: false });
    expect(await refused(program, {}, ["Topic sales"])).toBe(
        'CloudRunService "web": defaultUrl: must not be false with triggers, which call the default URL. Remove it.',
    );
});

test("a registry beside an image is refused", async () => {
    const program = () => serving({ registry: new ContainerRegistry("app") });
    expect(await refused(program, {}, ["Repository app"])).toBe(
        'CloudRunService "web": registry: can only be set with a source. Remove it.',
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
