import * as pulumi from "@pulumi/pulumi";
import {
    buildFile,
    type FlexibleService,
    flexibleDefinition,
    resolveFlexibleService,
} from "../../../lib/appengine/flexible";
import { type EnvironmentKind, environmentDefaults } from "../../../lib/stack/settings/defaults";
import { filesFrom, flask, image } from "./service";

const parts = {
    account: { email: "shop@acme-dev.iam.gserviceaccount.com" },
    env: { LEVEL: "info" },
    cloudSqlInstances: [],
};

function resolve(given: object, kind: EnvironmentKind = "development", content: Record<string, string> = {}) {
    const args = { flexible: true, ...given } as FlexibleService;
    return resolveFlexibleService(args, filesFrom(content), { defaults: environmentDefaults[kind] });
}

const defined = (given: object, kind: EnvironmentKind = "development", more: object = {}) =>
    flexibleDefinition(resolve({ image, ...given }, kind), { ...parts, image, ...more });

const usual = {
    serviceAccount: parts.account.email,
    envVariables: { LEVEL: "info" },
    resources: { cpu: 1, memoryGb: 1, diskGb: 13 },
    automaticScaling: {
        minTotalInstances: 1,
        maxTotalInstances: 3,
        coolDownPeriod: "120s",
        cpuUtilization: { targetUtilization: 0.5 },
    },
    readinessCheck: {
        path: "",
        timeout: "4s",
        checkInterval: "5s",
        failureThreshold: 2,
        successThreshold: 2,
        appStartTimeout: "300s",
    },
    livenessCheck: {
        path: "",
        timeout: "4s",
        checkInterval: "30s",
        failureThreshold: 4,
        successThreshold: 2,
        initialDelay: "300s",
    },
    network: { name: "default", instanceIpMode: "EXTERNAL" },
};

test("a service with only an image has one CPU, and only its machine is checked", () => {
    expect(defined({})).toEqual({ runtime: "custom", deployment: { container: { image } }, ...usual });
});

test("a service with only a folder is built as its files require", () => {
    const files = [{ name: "main.py", sha1Sum: "2fd4", sourceUrl: "https://storage.googleapis.com/source/de9f" }];
    const service = resolve({ source: "." }, "development", flask);
    expect(flexibleDefinition(service, { ...parts, files })).toEqual({
        runtime: "python",
        flexibleRuntimeSettings: { operatingSystem: "ubuntu22", runtimeVersion: "3.13" },
        deployment: { files, cloudBuildOptions: { appYamlPath: "app.slipway.yaml" } },
        ...usual,
    });
});

describe("the build configuration", () => {
    const built = (given: object, content = {}) => {
        const { name, content: text } = buildFile(resolve({ source: ".", ...given }, "development", content));
        return [name, JSON.parse(text)];
    };

    test("contains how a PHP source is served", () => {
        const php = { documentRoot: "web", frontControllerFile: "app.php", nginxConfHttpInclude: "nginx.conf" };
        expect(built({ runtime: { name: "php", version: "8.4", php } })[1]).toEqual({
            runtime: "php",
            env: "flex",
            runtime_config: {
                operating_system: "ubuntu22",
                runtime_version: "8.4",
                document_root: "web",
                front_controller_file: "app.php",
                nginx_conf_http_include: "nginx.conf",
            },
        });
    });

    test("contains the runtime and the entrypoint", () => {
        const given = { runtime: { name: "python", version: "3.14" }, entrypoint: "gunicorn -b :$PORT shop:app" };
        expect(built(given)).toEqual([
            "app.slipway.yaml",
            {
                runtime: "python",
                env: "flex",
                entrypoint: "gunicorn -b :$PORT shop:app",
                runtime_config: { operating_system: "ubuntu24", runtime_version: "3.14" },
            },
        ]);
    });

    test("contains nothing else for a Dockerfile", () => {
        expect(built({}, { Dockerfile: "FROM scratch" })).toEqual([
            "app.slipway.yaml",
            { runtime: "custom", env: "flex" },
        ]);
    });
});

test.each([
    [{ name: "nodejs" }, { name: "nodejs", version: "22", operatingSystem: "ubuntu22" }],
    [
        { name: "nodejs", version: "24" },
        { name: "nodejs", version: "24", operatingSystem: "ubuntu24" },
    ],
    [
        { name: "go", operatingSystem: "ubuntu24" },
        { name: "go", version: "1.27", operatingSystem: "ubuntu24" },
    ],
    [{ name: "dotnet" }, { name: "dotnet", version: "10", operatingSystem: "ubuntu24" }],
    [{ name: "custom" }, { name: "custom" }],
])("the runtime of %j is %j", (runtime, expected) => {
    expect(resolve({ source: ".", runtime }).runtime).toEqual(expected);
});

test.each([
    ["staging", [2, 5]],
    ["production", [3, 10]],
] as const)("in %s there are %j instances", (kind, bounds) => {
    const { automaticScaling } = defined({}, kind);
    const { minTotalInstances, maxTotalInstances } = automaticScaling as {
        minTotalInstances: number;
        maxTotalInstances: number;
    };
    expect([minTotalInstances, maxTotalInstances]).toEqual(bounds);
});

test.each([
    [{ min: 6 }, "development", [6, 6]],
    [{ max: 2 }, "production", [2, 2]],
    [{ min: 1 }, "production", [1, 10]],
] as const)("a limit that %j omits is valid in %s with the other one", (scaling, kind, bounds) => {
    const { automaticScaling } = defined({ scaling }, kind);
    const { minTotalInstances, maxTotalInstances } = automaticScaling as {
        minTotalInstances: number;
        maxTotalInstances: number;
    };
    expect([minTotalInstances, maxTotalInstances]).toEqual(bounds);
});

test("a service has all configured properties", () => {
    const given = {
        resources: {
            cpu: 2,
            memory: "4096 MiB",
            diskSize: "20 GB",
            volumes: { scratch: { size: "1 GB", type: "tmpfs" }, models: { size: "2 GB", type: "tmpfs" } },
        },
        scaling: {
            min: 2,
            max: 8,
            cpu: 60,
            cpuAggregationWindow: "1 minute",
            concurrency: 100,
            initialization: "3 minutes",
        },
        health: {
            readiness: {
                path: "/ready",
                host: "shop.acme.dev",
                timeout: "2 seconds",
                interval: "10 seconds",
                unhealthyThreshold: 3,
                healthyThreshold: 1,
                appStartTimeout: "30 minutes",
            },
            liveness: {
                path: "/live",
                host: "shop.acme.dev",
                timeout: "3 seconds",
                interval: "1 minute",
                unhealthyThreshold: 5,
                healthyThreshold: 1,
                initialDelay: "0 seconds",
            },
        },
        network: {
            network: "apps",
            subnetwork: "apps-europe",
            forwardedPorts: [8125, "2222/tcp", "9000:9001/udp"],
            instanceTag: "shop",
            sessionAffinity: true,
            addresses: "internal",
        },
    };
    const network = { name: "apps", subnetwork: "apps-europe" };
    expect(defined(given, "production", { network })).toEqual({
        runtime: "custom",
        deployment: { container: { image } },
        serviceAccount: parts.account.email,
        envVariables: { LEVEL: "info" },
        resources: {
            cpu: 2,
            memoryGb: 4,
            diskGb: 20,
            volumes: [
                { name: "scratch", sizeGb: 1, volumeType: "tmpfs" },
                { name: "models", sizeGb: 2, volumeType: "tmpfs" },
            ],
        },
        automaticScaling: {
            minTotalInstances: 2,
            maxTotalInstances: 8,
            coolDownPeriod: "180s",
            cpuUtilization: { targetUtilization: 0.6, aggregationWindowLength: "60s" },
            requestUtilization: { targetConcurrentRequests: 100 },
        },
        readinessCheck: {
            path: "/ready",
            host: "shop.acme.dev",
            timeout: "2s",
            checkInterval: "10s",
            failureThreshold: 3,
            successThreshold: 1,
            appStartTimeout: "1800s",
        },
        livenessCheck: {
            path: "/live",
            host: "shop.acme.dev",
            timeout: "3s",
            checkInterval: "60s",
            failureThreshold: 5,
            successThreshold: 1,
            initialDelay: "0s",
        },
        network: {
            name: "apps",
            subnetwork: "apps-europe",
            forwardedPorts: ["8125", "2222/tcp", "9000:9001/udp"],
            instanceTag: "shop",
            sessionAffinity: true,
            instanceIpMode: "INTERNAL",
        },
    });
});

test("a check with only a path has App Engine's default interval", () => {
    const { readinessCheck, livenessCheck } = defined({ health: { readiness: "/ready", liveness: "/live" } });
    expect(readinessCheck).toEqual({ ...usual.readinessCheck, path: "/ready" });
    expect(livenessCheck).toEqual({ ...usual.livenessCheck, path: "/live" });
});

test("a fixed number of instances is constant", () => {
    const { automaticScaling, manualScaling } = defined({ scaling: 2 }, "production");
    expect([automaticScaling, manualScaling]).toEqual([undefined, { instances: 2 }]);
});

test("an instance can have a single volume", () => {
    const volumes = { scratch: { size: "1 GB", type: "tmpfs" } };
    expect(defined({ resources: { memory: "2 GiB", volumes } }).resources).toMatchObject({
        volumes: [{ name: "scratch", sizeGb: 1, volumeType: "tmpfs" }],
    });
});

test("more CPUs get more memory", () => {
    expect(defined({ resources: { cpu: 4 } }).resources).toEqual({ cpu: 4, memoryGb: 4, diskGb: 13 });
});

test.each([
    ["acme-dev:europe-west1:sales", ["acme-dev:europe-west1:sales"]],
    [
        "acme-dev:europe-west1:sales,acme-dev:europe-west1:shop",
        ["acme-dev:europe-west1:sales", pulumi.output("acme-dev:europe-west1:shop")],
    ],
])("databases have sockets named by their connection names: %s", async (expected, cloudSqlInstances) => {
    const { betaSettings } = defined({}, "development", { cloudSqlInstances });
    const settings = await new Promise((resolve) => pulumi.output(betaSettings).apply(resolve));
    expect(settings).toEqual({ cloud_sql_instances: expected });
});
