import { flexibleErrors as errors, flask, image } from "./service";

const give =
    'Use a ContainerImage, or append the digest: @sha256:…. Guide: "From gcr.io, latest and a JSON key". To accept it nevertheless, set insecure: true.';
const hosted =
    "image: must be an image in Artifact Registry, such as europe-west1-docker.pkg.dev/acme-dev/app/predict@sha256:…";
const automatic = (scaling: object) => ({ scaling });
const ports = (...forwardedPorts: unknown[]) => ({ network: { forwardedPorts } });
const onHost =
    "must have a port of the machine from 1024 to 65535 that App Engine does not reserve: 8080, 8090, 8443, 10000, 10001, 10400-10500, 11211, 24231";
const inContainer =
    "must have a port of the container from 1 to 65535 that App Engine does not reserve: 22, 10001, 10400-10500, 11211";
const cpus = "resources.cpu: must be 1, an even number from 2 to 32, or a multiple of 4 from 36 to 80";
const volumes = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`v${index}`, { size: "1 GB", type: "tmpfs" }]));
const networkId =
    "network.network: must be a Network, or a network's name or ID such as projects/acme-dev/global/networks/apps";

const refusals: [string, object, string][] = [
    ["another environment", { flexible: false }, "flexible: must be true or false (got false)."],
    [
        "basic scaling",
        { scaling: { max: 1, idleTimeout: "5 minutes" } },
        'scaling.idleTimeout: unknown option "idleTimeout"; the options are min, max, cpu, cpuAggregationWindow, concurrency, initialization.',
    ],
    [
        "an image by a tag",
        { image: "gcr.io/acme-dev/shop:1.0" },
        `image: names an image by a tag, which can later refer to another image (got "gcr.io/acme-dev/shop:1.0"). ${give}`,
    ],
    [
        "the latest image",
        { image: "gcr.io/acme-dev/shop:latest" },
        `image: names the image that was pushed last, which can later be another image (got "gcr.io/acme-dev/shop:latest"). ${give}`,
    ],
    [
        "an image of another registry",
        { image: `ghcr.io/acme/shop@sha256:${"0a".repeat(32)}` },
        `${hosted} (got "ghcr.io/acme/shop@sha256:${"0a".repeat(26)}0…). Use a ContainerImage of a ContainerRegistry, or push the image there.`,
    ],
    ["no origin", { image: undefined }, "source: [appengine/source-or-image-missing]"],
    ["a runtime of an image", { runtime: { name: "python" } }, "runtime: [appengine/only-with-source]"],
    ["an entrypoint of an image", { entrypoint: "./shop" }, "entrypoint: [appengine/only-with-source]"],
    // Resources.
    ...[-4, 0, 0.5, 3, 31, 33, 34, 38, 78, 84].map((cpu): [string, object, string] => [
        `${cpu} CPUs`,
        { resources: { cpu } },
        `${cpus} (got ${cpu}).`,
    ]),
    ["a number of CPUs as a string", { resources: { cpu: "2" } }, `${cpus} (got "2").`],
    [
        "memory without a space",
        { resources: { memory: "4GB" } },
        'resources.memory: must be a size such as "512 MiB" or "20 GB" (got "4GB").',
    ],
    ["too little memory", { resources: { memory: "614 MiB" } }, "resources.memory: [appengine/memory-of-cpus]"],
    [
        "too much memory of one CPU",
        { resources: { memory: "6247 MiB" } },
        "resources.memory: [appengine/memory-of-cpus]",
    ],
    ["too much memory", { resources: { cpu: 2, memory: "13 GiB" } }, "resources.memory: [appengine/memory-of-cpus]"],
    [
        "a disk size with a fraction",
        { resources: { diskSize: "20.5 GB" } },
        'resources.diskSize: must be a whole number of GB (got "20.5 GB").',
    ],
    [
        "a small disk",
        { resources: { diskSize: "9 GB" } },
        'resources.diskSize: must be from 10 GB to 10240 GB (got "9 GB").',
    ],
    [
        "a large disk",
        { resources: { diskSize: "10241 GB" } },
        'resources.diskSize: must be from 10 GB to 10240 GB (got "10241 GB").',
    ],
    [
        "a volume of another type",
        { resources: { volumes: { scratch: { size: "1 GB", type: "ssd" } } } },
        'resources.volumes.scratch.type: must be one of tmpfs (got "ssd").',
    ],
    [
        "a volume of a name with capitals",
        { resources: { volumes: { Scratch: { size: "1 GB", type: "tmpfs" } } } },
        'resources.volumes.Scratch: must have up to 63 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen (got "Scratch").',
    ],
    [
        "nine volumes",
        { resources: { cpu: 16, volumes: volumes(9) } },
        'resources.volumes: there can be 8 volumes at most (got { v0: { size: "1 GB", type: "tmpfs" }, v1: { size: "1 GB", type: "tmpfs" }, v2:…).',
    ],
    [
        "volumes as large as the memory",
        { resources: { memory: "2 GiB", volumes: volumes(2) } },
        "resources.volumes: [appengine/volumes-above-memory]",
    ],
    // Scaling.
    ["a minimum of instances above the maximum", automatic({ min: 5, max: 2 }), "scaling.min: [range/min-above-max]"],
    ["no instances", automatic({ min: 0 }), "scaling.min: must be a whole number from 1 to 1000 instances (got 0)."],
    [
        "a CPU target above 100 percent",
        automatic({ cpu: 101 }),
        "scaling.cpu: must be a percentage above 0, and 100 at most (got 101).",
    ],
    [
        "too long a start timeout",
        automatic({ initialization: "61 minutes" }),
        'scaling.initialization: must be from 60 seconds to 1 hour (got "61 minutes").',
    ],
    [
        "no connection",
        automatic({ concurrency: 0 }),
        "scaling.concurrency: must be a whole number from 1 to 4096 connections (got 0).",
    ],
    [
        "more than a thousand instances",
        automatic({ max: 1001 }),
        "scaling.max: must be a whole number from 1 to 1000 instances (got 1001).",
    ],
    [
        "a CPU target as a string",
        automatic({ cpu: "50" }),
        'scaling.cpu: must be a percentage above 0, and 100 at most (got "50").',
    ],
    ["a CPU target of 0", automatic({ cpu: 0 }), "scaling.cpu: must be a percentage above 0, and 100 at most (got 0)."],
    [
        "too short a start timeout",
        automatic({ initialization: "59 seconds" }),
        'scaling.initialization: must be from 60 seconds to 1 hour (got "59 seconds").',
    ],
    [
        "too long an aggregation window",
        automatic({ cpuAggregationWindow: "2 hours" }),
        'scaling.cpuAggregationWindow: must be from 1 second to 1 hour (got "2 hours").',
    ],
    [
        "too many connections",
        automatic({ concurrency: 4097 }),
        "scaling.concurrency: must be a whole number from 1 to 4096 connections (got 4097).",
    ],
    [
        "no fixed number of instances",
        { scaling: 0 },
        "scaling: must be a whole number from 1 to 1000 instances (got 0).",
    ],
    // Health checks.
    ["a path without its slash", { health: "ready" }, 'health: must be a path such as /healthz (got "ready").'],
    [
        "a path with a space",
        { health: { liveness: { path: "/a b" } } },
        'health.liveness.path: must be a path such as /healthz (got "/a b").',
    ],
    [
        "a timeout as long as the interval",
        { health: { readiness: { timeout: "5 seconds" }, liveness: { interval: "4 seconds" } } },
        [
            "health.readiness.timeout: [appengine/health-timeout-above-interval]",
            "health.liveness.timeout: [appengine/health-timeout-above-interval]",
        ].join("\n"),
    ],
    [
        "an interval of six minutes",
        { health: { liveness: { interval: "6 minutes" } } },
        'health.liveness.interval: must be from 1 second to 300 seconds (got "6 minutes").',
    ],
    [
        "eleven failures",
        { health: { liveness: { unhealthyThreshold: 11 } } },
        "health.liveness.unhealthyThreshold: must be a whole number from 1 to 10 checks (got 11).",
    ],
    [
        "zero successes",
        { health: { readiness: { healthyThreshold: 0 } } },
        "health.readiness.healthyThreshold: must be a whole number from 1 to 10 checks (got 0).",
    ],
    [
        "a start timeout of an hour",
        { health: { readiness: { appStartTimeout: "1 hour" } } },
        'health.readiness.appStartTimeout: must be from 1 second to 1800 seconds (got "1 hour").',
    ],
    [
        "an initial delay of two hours",
        { health: { liveness: { initialDelay: "2 hours" } } },
        'health.liveness.initialDelay: must be from 0 seconds to 3600 seconds (got "2 hours").',
    ],
    [
        "a host with a path",
        { health: { readiness: { host: "acme.dev/" } } },
        'health.readiness.host: must be a host such as shop.acme.dev (got "acme.dev/").',
    ],
    [
        "an option of the other check",
        { health: { readiness: { initialDelay: "1 minute" } } },
        'health.readiness.initialDelay: unknown option "initialDelay"; the options are path, host, timeout, healthyThreshold, interval, unhealthyThreshold, appStartTimeout.',
    ],
    // The network.
    [
        "a network by its address",
        { network: { network: "https://www.googleapis.com/compute/v1/projects/a/global/networks/b/c" } },
        `${networkId} (got "https://www.googleapis.com/compute/v1/projects/a/global/networks/b/c").`,
    ],
    [
        "a subnet of another region",
        { network: { network: "apps", subnet: "projects/acme-dev/regions/us-east1/subnetworks/apps" } },
        "network.subnet: [place/other-region]",
    ],
    ["a subnet of no network", { network: { subnet: "apps" } }, "network.subnet: [appengine/subnet-without-network]"],
    [
        "a port by its name",
        ports("ssh"),
        'network.forwardedPorts.0: must be a port, or two: 8125, 2222/tcp, 9000:9001/udp (got "ssh").',
    ],
    ["a port below 1024", ports(80), `network.forwardedPorts.0: ${onHost} (got 80).`],
    ["a port that App Engine uses", ports(8125, "8080:9000"), `network.forwardedPorts.1: ${onHost} (got "8080:9000").`],
    [
        "a port that App Engine uses in the container",
        ports("2222:22/tcp"),
        `network.forwardedPorts.0: ${inContainer} (got "2222:22/tcp").`,
    ],
    ...[1023, 8080, 8090, 8443, 10000, 10001, 10400, 10500, 11211, 24231, 65536].map(
        (port): [string, object, string] => [
            `the port ${port} of the machine`,
            ports(`${port}:9000`),
            `network.forwardedPorts.0: ${onHost} (got "${port}:9000").`,
        ],
    ),
    ...[0, 22, 10001, 10400, 10500, 11211].map((port): [string, object, string] => [
        `the port ${port} of the container`,
        ports(`9000:${port}`),
        `network.forwardedPorts.0: ${inContainer} (got "9000:${port}").`,
    ]),
    ["an invalid port", ports("2222:65536"), `network.forwardedPorts.0: ${inContainer} (got "2222:65536").`],
    [
        "a tag with capitals",
        { network: { instanceTag: "Shop" } },
        'network.instanceTag: must be a network tag: up to 63 lower-case letters, digits and hyphens, starting with a letter (got "Shop").',
    ],
    [
        "an unknown type of IP addresses",
        { network: { addresses: "none" } },
        'network.addresses: must be one of internal, external (got "none").',
    ],
];

test.each(refusals)("%s is refused", (_, given, expected) => {
    expect(errors(given)).toBe(expected);
});

test("both an image and a source are refused", () => {
    expect(errors({ image }, flask)).toBe("image: [appengine/image-and-source]");
});

test("a source whose language is not recognized requires a runtime", () => {
    expect(errors({}, { "notes.txt": "" })).toBe("runtime: [appengine/flexible-runtime-missing]");
});

test("a runtime of another language is refused once, whatever its version", () => {
    const runtime = { name: "perl", version: "5" };
    expect(errors({ runtime }, flask)).toBe(
        'runtime.name: must be one of python, nodejs, go, java, php, ruby, dotnet, custom (got "perl").',
    );
});

test("a source with more files in its root than a folder can have is refused", () => {
    const files = (count: number) =>
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`${index}.csv`, ""]));
    expect(errors({}, { ...flask, ...files(998) })).toBeUndefined();
    expect(errors({}, { ...flask, ...files(999) })).toBe("source: [appengine/source-too-many-files-in-folder]");
});

const served = {
    name: "php",
    php: { documentRoot: "web", frontControllerFile: "app.php", nginxConfInclude: "a.conf" },
};

test("files that serve a PHP source must exist", () => {
    expect(errors({ runtime: served }, { "web/index.php": "" })?.split("\n")).toEqual([
        "runtime.php.frontControllerFile: [appengine/php-file-missing]",
        "runtime.php.nginxConfInclude: [appengine/php-file-missing]",
    ]);
    expect(errors({ runtime: { ...served, name: "python" } }, flask)).toMatch(/^runtime\.php: is only for PHP \(got/);
    expect(errors({ runtime: { name: "php", php: { documentRoot: "../web" } } }, flask)).toBe(
        'runtime.php.documentRoot: must be a path in the source, such as web (got "../web").',
    );
});

const accepted: [string, object, Record<string, string>?][] = [
    ["an image of the old registry", { image: `eu.gcr.io/acme-dev/shop@sha256:${"0a".repeat(32)}` }],
    ["the minimum memory", { resources: { memory: "615 MiB" } }],
    ["the maximum memory", { resources: { memory: "6246 MiB" } }],
    ["the maximum memory of 80 CPUs", { resources: { cpu: 80, memory: "519 GiB" } }],
    ...[1, 2, 4, 30, 32, 36, 40, 80].map((cpu): [string, object] => [`${cpu} CPUs`, { resources: { cpu } }]),
    ["the smallest disk", { resources: { diskSize: "10 GB" } }],
    ["the largest disk", { resources: { diskSize: "10240 GB" } }],
    ["one volume that is smaller than the memory", { resources: { memory: "2 GiB", volumes: volumes(1) } }],
    ["eight volumes", { resources: { cpu: 16, volumes: volumes(8) } }],
    ["a network's ID", { network: { network: "projects/acme-dev/global/networks/apps", subnet: "apps" } }],
    ["ports", ports(1024, 65535, "2222:1", "10399:10399/udp", "10501:10501", "9000:8080", "9001:65535")],
    ["all of the CPUs", automatic({ cpu: 100, initialization: "60 seconds" })],
    ["half a percent of the CPUs", automatic({ cpu: 0.5, initialization: "1 hour" })],
    ["the same minimum and maximum of instances", automatic({ min: 1, max: 1 })],
    ["a thousand instances", automatic({ min: 1000, max: 1000 })],
    ["one fixed instance", { scaling: 1 }],
    ["a thousand fixed instances", { scaling: 1000 }],
    ["the shortest aggregation window", automatic({ cpuAggregationWindow: "1 second", concurrency: 1 })],
    ["the longest aggregation window", automatic({ cpuAggregationWindow: "1 hour", concurrency: 4096 })],
    ["a source of PHP", { runtime: served }, { "web/app.php": "", "a.conf": "" }],
    ["a source", { runtime: { name: "python", version: "3.14", operatingSystem: "ubuntu24" } }, flask],
    ["a source with an entrypoint", { entrypoint: "python shop.py" }, { "requirements.txt": "", "shop.py": "" }],
];

test.each(accepted)("%s is accepted", (_, given, content = {}) => {
    expect(errors(given, content)).toBeUndefined();
});
