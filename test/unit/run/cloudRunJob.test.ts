import * as pulumi from "@pulumi/pulumi";
import {
    CloudRunJob,
    type CloudRunJobArgs,
    CloudSqlInstance,
    ContainerImage,
    ContainerRegistry,
    Network,
    PubSubTopic,
    Schedule,
    Secret,
    ServerlessFunction,
    StorageBucket,
} from "slipway";
import { lookUpJob, refuseBeside } from "../../../lib/run/execution";
import { folderOf } from "../folders";
import { refused, registered, registeredOptions, registeredOutputs, unknown } from "../registered";

const image = `docker.io/acme/migrate@sha256:${"0a".repeat(32)}`;
const running = (args: object = {}, options?: pulumi.ComponentResourceOptions) =>
    new CloudRunJob("migrate", { image, ...args } as CloudRunJobArgs, options);

const container = { name: "migrate", image, resources: { limits: { cpu: "1", memory: "512Mi" } } };
const tasks = {
    containers: [container],
    serviceAccount: "migrate-run@acme-dev.iam.gserviceaccount.com",
    maxRetries: 3,
    timeout: "600s",
};
const bare = {
    name: "migrate",
    location: "europe-west1",
    project: "acme-dev",
    deletionProtection: false,
    template: { taskCount: 1, template: tasks },
};
const path = "projects/acme-dev/locations/europe-west1/jobs/migrate";

interface Made {
    annotations?: Record<string, string>;
    runExecutionToken?: string;
    template: { template: { containers: Record<string, unknown>[]; volumes?: object[]; vpcAccess?: object } };
}

async function jobOf(program: () => unknown, stack: Parameters<typeof registered>[1] = {}) {
    return (await registered(program, stack))["Job migrate"] as Made;
}

/** A bare job with other parts. */
const withParts = (job: object, execution: object = {}, ofTasks: object = {}, ofContainer: object = {}) => ({
    ...bare,
    ...job,
    template: {
        ...bare.template,
        ...execution,
        template: { ...tasks, ...ofTasks, containers: [{ ...container, ...ofContainer }] },
    },
});

test("a bare job has an account of its own, no grants, and does not run", async () => {
    expect(await registered(() => running())).toEqual({
        "Account migrate-run": { accountId: "migrate-run", displayName: "Runs the job migrate" },
        "Job migrate": bare,
    });
});

test("a job waits for its APIs and grants, and ignores the names of tools", async () => {
    const program = () => running({ uses: { MODELS: new StorageBucket("models").reader } });
    const options = await registeredOptions(program);
    expect(options["Job migrate"]).toEqual({
        parent: "CloudRunJob migrate",
        provider: "Provider dev",
        ignoreChanges: ["client", "clientVersion"],
        after: [
            "Account migrate-run",
            "Bucket models",
            "BucketIAMMember migrate-models-object-viewer",
            "BucketIAMMember migrate-models-storage-bucket-viewer",
            "Service iam",
            "Service run",
        ],
    });
});

test("a job in production is protected", async () => {
    const stack = { kind: "production" } as const;
    expect(await jobOf(() => running(), stack)).toEqual({ ...bare, deletionProtection: true });
    expect((await registeredOptions(() => running(), stack))["Job migrate"]).toMatchObject({ protect: true });
});

test("the output of the component is the job", async () => {
    const outputs = await registeredOutputs(() => running());
    expect(outputs["CloudRunJob migrate"]).toEqual({ job: { resource: "Job migrate" } });
});

const key = "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales";

const options: [string, object, object][] = [
    [
        "tasks, of which some run at once",
        { tasks: 100, parallelism: 10, retries: 0, timeout: "7 days" },
        withParts({}, { taskCount: 100, parallelism: 10 }, { maxRetries: 0, timeout: "604800s" }),
    ],
    [
        "a command and variables",
        { command: ["npm"], args: ["run", "migrate"], workingDirectory: "/app", env: { LEVEL: "info" } },
        withParts(
            {},
            {},
            {},
            {
                commands: ["npm"],
                args: ["run", "migrate"],
                workingDir: "/app",
                envs: [{ name: "LEVEL", value: "info" }],
            },
        ),
    ],
    [
        "a size",
        { cpu: 4, memory: "8Gi" },
        withParts({}, {}, {}, { resources: { limits: { cpu: "4", memory: "8Gi" } } }),
    ],
    [
        "a GPU, with its minimum size",
        { gpu: "nvidia-l4", timeout: "1 hour" },
        withParts(
            {},
            {},
            {
                nodeSelector: { accelerator: "nvidia-l4" },
                gpuZonalRedundancyDisabled: true,
                timeout: "3600s",
            },
            { resources: { limits: { cpu: "4", memory: "16Gi", "nvidia.com/gpu": "1" } } },
        ),
    ],
    [
        "a key and Binary Authorization",
        { encryptionKey: key, binaryAuthorization: "default" },
        withParts({ binaryAuthorization: { useDefault: true } }, {}, { encryptionKey: key }),
    ],
    ["labels", { labels: { team: "shop" } }, withParts({ labels: { team: "shop" } }, { labels: { team: "shop" } })],
    [
        "a subnet",
        { network: { subnet: "apps", network: "acme" } },
        withParts(
            {},
            {},
            {
                vpcAccess: {
                    networkInterfaces: [{ subnetwork: "apps", network: "acme" }],
                    egress: "PRIVATE_RANGES_ONLY",
                },
            },
        ),
    ],
    [
        "volumes",
        { volumes: { cache: { memory: "128Mi", path: "/cache" } } },
        withParts(
            {},
            {},
            { volumes: [{ name: "cache", emptyDir: { medium: "MEMORY", sizeLimit: "128Mi" } }] },
            { volumeMounts: [{ name: "cache", mountPath: "/cache" }] },
        ),
    ],
    [
        "transforms",
        { transform: { job: { annotations: { owner: "shop" }, template: { taskCount: 2 } } } },
        withParts({ annotations: { owner: "shop" } }, { taskCount: 2 }),
    ],
];

test.each(options)("%s", async (_, args, job) => {
    expect(await jobOf(() => running(args))).toEqual(job);
});

test("a sidecar starts before the main container", async () => {
    const proxy = { image, health: { startup: { tcp: 9000 } }, cpu: 1 };
    const { containers } = (await jobOf(() => running({ sidecars: { proxy }, startAfter: ["proxy"] }))).template
        .template;
    expect(containers).toEqual([
        { ...container, dependsOns: ["proxy"] },
        {
            ...container,
            name: "proxy",
            startupProbe: {
                initialDelaySeconds: 0,
                periodSeconds: 10,
                timeoutSeconds: 1,
                failureThreshold: 3,
                tcpSocket: { port: 9000 },
            },
        },
    ]);
});

test("secrets, files, topics and a private database are attached", async () => {
    const all = await registered(() => {
        const network = new Network("apps");
        const database = new CloudSqlInstance("sales", { network });
        const secret = new Secret("key");
        running({
            uses: {
                KEY: secret.reader,
                FILE: secret.file("/secrets/key/text"),
                TOPIC: new PubSubTopic("orders").publisher,
                DATABASE: database.client,
            },
        });
    });
    const { containers, volumes, vpcAccess } = (all["Job migrate"] as Made).template.template;
    expect(containers[0]?.envs).toEqual(
        expect.arrayContaining([
            { name: "FILE", value: "/secrets/key/text" },
            { name: "KEY", valueSource: { secretKeyRef: { secret: "key", version: "1" } } },
            { name: "TOPIC", value: "projects/acme-dev/topics/orders" },
            { name: "DATABASE_INSTANCE", value: expect.stringMatching(/^acme-dev:europe-west1:sales-/) },
        ]),
    );
    expect(volumes).toContainEqual({
        name: "secret-secrets-key",
        secret: { secret: "key", defaultMode: 0o444, items: [{ path: "text", version: "1" }] },
    });
    expect(vpcAccess).toMatchObject({ egress: "PRIVATE_RANGES_ONLY" });
    expect(Object.keys(all)).toEqual(
        expect.arrayContaining(["IAMMember migrate-sales-client", "TopicIAMMember migrate-orders-publisher"]),
    );
});

test("a source is built as an image", async () => {
    const source = folderOf({ Dockerfile: "FROM scratch" });
    const program = () => {
        const registry = new ContainerRegistry("images", {});
        new CloudRunJob("migrate", { source, registry });
    };
    const { containers } = (await jobOf(program)).template.template;
    expect(containers[0]?.image).toMatch(/^europe-west1-docker\.pkg\.dev\/acme-dev\/images\/migrate@sha256:(0d){32}$/);
});

test("a job runs its image, which other environments can then promote", async () => {
    const ran = jest.spyOn(ContainerImage.prototype, "ranBy");
    await registered(() => {
        const registry = new ContainerRegistry("images", {});
        const migrate = new ContainerImage("migrate", { registry, digest: `sha256:${"0a".repeat(32)}` });
        const job = running({ image: migrate, sidecars: { proxy: { image: migrate } } });
        expect(ran.mock.calls).toEqual([[job.job]]);
    });
    expect(ran).toHaveBeenCalledTimes(1);
    ran.mockRestore();
});

describe("a schedule", () => {
    const account = "migrate-schedule-call@acme-dev.iam.gserviceaccount.com";

    test("runs the job through its API, with an access token of an account that may only do that", async () => {
        const all = await registered(() => running({ schedule: "0 3 * * *" }));
        expect(all["Job migrate-schedule"]).toEqual({
            name: "migrate-schedule",
            region: "europe-west1",
            schedule: "0 3 * * *",
            timeZone: "Etc/UTC",
            paused: false,
            retryConfig: expect.anything(),
            httpTarget: {
                uri: `https://run.googleapis.com/v2/${path}:run`,
                httpMethod: "POST",
                oauthToken: {
                    serviceAccountEmail: account,
                    scope: "https://www.googleapis.com/auth/cloud-platform",
                },
            },
        });
        expect(all["JobIamMember migrate-schedule-migrate-invoker"]).toEqual({
            project: "acme-dev",
            location: "europe-west1",
            name: "migrate",
            role: "roles/run.invoker",
            member: `serviceAccount:${account}`,
        });
        expect(Object.keys(all)).toHaveLength(5);
    });

    test("has options and transforms", async () => {
        const schedule = { cron: "0 3 * * MON", timeZone: "Europe/Berlin", paused: true, retries: 2 };
        const transform = { schedule: { description: "weekly" }, scheduleAccount: { displayName: "Weekly" } };
        const all = await registered(() => running({ schedule, transform }));
        expect(all["Job migrate-schedule"]).toMatchObject({
            schedule: "0 3 * * MON",
            timeZone: "Europe/Berlin",
            paused: true,
            retryConfig: { retryCount: 2 },
            description: "weekly",
        });
        expect(all["Account migrate-schedule-call"]).toMatchObject({ displayName: "Weekly" });
    });

    test("of its own runs a job as well", async () => {
        const all = await registered(() => new Schedule("nightly", { call: running(), cron: "0 3 * * *" }));
        expect(all["Job nightly"]).toMatchObject({
            httpTarget: { uri: `https://run.googleapis.com/v2/${path}:run`, oauthToken: expect.anything() },
        });
        expect(all["JobIamMember nightly-migrate-invoker"]).toMatchObject({ role: "roles/run.invoker" });
    });
});

describe("capabilities", () => {
    const source = folderOf({ "main.py": "def run(request):\n    return 'done'\n" });
    const caller = (uses: object) => new ServerlessFunction("run", { source, trigger: { http: {} }, uses } as never);

    test("grant running, with overrides or not, and any role", async () => {
        const all = await registered(() => {
            const job = running();
            caller({ RUN: job.runner, OVERRIDE: job.runnerWithOverrides, VIEW: job.role("roles/run.viewer") });
        });
        const grants = Object.entries(all).filter(([name]) => name.startsWith("JobIamMember"));
        expect(
            grants.map(([name, { role, name: job }]: [string, { role?: string; name?: string }]) => [name, role, job]),
        ).toEqual([
            ["JobIamMember run-migrate-invoker", "roles/run.invoker", "migrate"],
            ["JobIamMember run-migrate-jobs-executor-with-overrides", "roles/run.jobsExecutorWithOverrides", "migrate"],
            ["JobIamMember run-migrate-run-viewer", "roles/run.viewer", "migrate"],
        ]);
        expect(all["Function run"]).toMatchObject({
            serviceConfig: { environmentVariables: { RUN: path, OVERRIDE: path, VIEW: path } },
        });
    });

    test("of a job that exists already are granted, and it is not managed", async () => {
        const all = await registered(() => {
            const job = CloudRunJob.existing("migrate", { region: "us-central1" });
            new Schedule("nightly", { call: job, cron: "0 3 * * *" });
        });
        expect(Object.keys(all)).toEqual([
            "Account nightly-call",
            "Job nightly",
            "JobIamMember nightly-migrate-invoker",
        ]);
        expect(all["JobIamMember nightly-migrate-invoker"]).toMatchObject({ location: "us-central1", name: "migrate" });
        expect(all["Job nightly"]).toMatchObject({
            httpTarget: {
                uri: "https://run.googleapis.com/v2/projects/acme-dev/locations/us-central1/jobs/migrate:run",
            },
        });
    });
});

describe("in each deployment", () => {
    const deploying = (args: object = {}) => running({ runOnDeploy: true, ...args });

    /** The job as the API returns it. */
    interface Deployed {
        execution?: string;
        token?: string;
        state?: string;
        reconciling?: boolean;
    }

    const withJob = ({ execution, token, state = "CONDITION_SUCCEEDED", reconciling = false }: Deployed) => ({
        call: (called: string) =>
            called.endsWith(":getJob")
                ? {
                      effectiveAnnotations: execution === undefined ? {} : { "slipway/execution": execution },
                      runExecutionToken: token ?? "",
                      terminalConditions: [{ state }],
                      reconciling,
                  }
                : undefined,
    });

    const executionOf = async (deployed: Deployed | undefined, args: object = {}) => {
        const { annotations, runExecutionToken } = await jobOf(() => deploying(args), deployed && withJob(deployed));
        return [annotations?.["slipway/execution"], runExecutionToken];
    };

    /** That of a bare job's content. */
    const hash = "d9a33398";
    const succeeded = { execution: `${hash}-3`, token: `${hash}-3` };

    test("a job runs, and its creation waits for the end of its tasks", async () => {
        expect(await jobOf(() => deploying())).toEqual({
            ...bare,
            annotations: { "slipway/execution": `${hash}-1` },
            runExecutionToken: `${hash}-1`,
        });
        const all = await registeredOptions(() =>
            deploying({ tasks: 10, parallelism: 4, retries: 1, timeout: "1 hour" }),
        );
        // Three rounds of two hours, and ten minutes.
        expect(all["Job migrate"]?.timeouts).toEqual({ create: "22200s", update: "22200s" });
        const long = { tasks: 10_000, parallelism: 1, retries: 10, timeout: "7 days" };
        expect((await registeredOptions(() => deploying(long)))["Job migrate"]?.timeouts?.create).toBe("2592000s");
    });

    test.each<[string, Deployed | undefined, object, [string | undefined, string | undefined]]>([
        ["does not run again unchanged", succeeded, {}, [`${hash}-3`, `${hash}-3`]],
        ["runs for the first time although it exists", {}, {}, [`${hash}-1`, `${hash}-1`]],
        ["runs again after it failed", { ...succeeded, state: "CONDITION_FAILED" }, {}, [`${hash}-4`, `${hash}-4`]],
        [
            "runs again with other content, under a new name",
            { execution: "01234567-3", token: "01234567-3" },
            {},
            [`${hash}-4`, `${hash}-4`],
        ],
        ["does not run again with other labels", succeeded, { labels: { team: "shop" } }, [`${hash}-3`, `${hash}-3`]],
        ["keeps no token that the API has forgotten", { execution: `${hash}-3` }, {}, [`${hash}-3`, undefined]],
    ])("a job %s", async (_, deployed, args, execution) => {
        expect(await executionOf(deployed, args)).toEqual(execution);
    });

    test("another image, variable, size or number of tasks runs it again", async () => {
        const other = image.replace("0a", "0b");
        const changes = [{ image: other }, { env: { LEVEL: "info" } }, { cpu: 2 }, { tasks: 2 }];
        const names: unknown[] = [];
        for (const change of changes) {
            names.push((await executionOf(succeeded, change))[1]);
        }
        expect(new Set([...names, `${hash}-4`]).size).toBe(5);
        expect(names.every((name) => /^[0-9a-f]{8}-4$/.test(String(name)))).toBe(true);
    });

    test("a transform is part of the content", async () => {
        const transform = { job: { template: { taskCount: 2 } } };
        expect((await executionOf(undefined, { transform }))[1]).toBe((await executionOf(undefined, { tasks: 2 }))[1]);
    });

    test("the annotations of a transform are kept beside the execution's", async () => {
        const transform = { job: { annotations: { owner: "shop" } } };
        const { annotations } = await jobOf(() => deploying({ transform }));
        expect(annotations).toEqual({ owner: "shop", "slipway/execution": `${hash}-1` });
    });

    test("a job with secret variables has a token that is none", async () => {
        const job = await jobOf(() => deploying({ env: { LEVEL: pulumi.secret("info") } }));
        expect(job.runExecutionToken).toMatch(/^[0-9a-f]{8}-1$/);
    });

    test("the name of the longest job has room for the token", async () => {
        const all = await registered(
            () => deploying({ name: "m".repeat(49) }),
            withJob({ execution: "01234567-9998" }),
        );
        const { name, runExecutionToken } = all["Job migrate"] as { name: string; runExecutionToken: string };
        // "The sum of job name and token length must be fewer than 63 characters."
        expect(name.length + runExecutionToken.length).toBeLessThan(63);
    });

    test("what has to run is unknown while the content is", async () => {
        expect((await jobOf(() => deploying(), { preview: true })).runExecutionToken).toBe(unknown);
    });

    test.each([
        ["has not ended", { state: "CONDITION_RECONCILING" }],
        ["is being changed", { reconciling: true }],
    ])("nothing runs beside an execution that %s", async (_, deployed) => {
        const refusal = async () => {
            const place = { project: "acme-dev", location: "europe-west1", name: "migrate" };
            const found = await lookUpJob('CloudRunJob "migrate"', place, {});
            expect(found.state).toBe("running");
            expect(() => refuseBeside('CloudRunJob "migrate"', "migrate", found)).toThrow(
                'CloudRunJob "migrate": the execution of its last deployment, migrate-01234567-3, has not ended. Wait for it, or cancel it with gcloud run jobs executions cancel migrate-01234567-3. [run/execution-not-ended]',
            );
        };
        await registered(refusal, withJob({ execution: "01234567-3", ...deployed }));
        expect.assertions(2);
    });

    test("the preview fails if the job cannot be looked up, and says what the deployer needs", async () => {
        const words = "googleapi: Error 403: Permission 'run.jobs.get' denied";
        const call = () => {
            throw Object.assign(new Error(words), { details: words });
        };
        const refusal = async () => {
            const place = { project: "acme-dev", location: "europe-west1", name: "migrate" };
            await expect(lookUpJob('CloudRunJob "migrate"', place, {})).rejects.toMatchObject({
                message: expect.stringMatching(
                    /^CloudRunJob "migrate": the job cannot be looked up in acme-dev: .*denied\. The deployer needs run\.jobs\.get\. \[run\/lookup-denied\]$/,
                ),
            });
        };
        await registered(refusal, { call });
        expect.assertions(1);
    });
});

const sidecar = { image, health: { startup: { tcp: 9000 } } };

test.each<[string, object, string]>([
    ["no code", { image: undefined }, "[run/image-or-source]"],
    ["a source without a registry", { image: undefined, source: "test" }, "registry: [run/registry-missing]"],
    ["no task", { tasks: 0 }, "tasks: must be a whole number from 1 to 10000 tasks (got 0)."],
    ["too many tasks", { tasks: 10_001 }, "tasks: must be a whole number from 1 to 10000 tasks (got 10001)."],
    ["more tasks at once than there are", { tasks: 2, parallelism: 3 }, "parallelism: [run/parallelism-above-tasks]"],
    ["too many retries", { retries: 11 }, "retries: must be a whole number from 0 to 10 retries (got 11)."],
    ["a long timeout", { timeout: "8 days" }, 'timeout: must be from 1 second to 7 days (got "8 days").'],
    ["a long timeout with a GPU", { gpu: "nvidia-l4", timeout: "2 hours" }, "timeout: [run/timeout-of-gpu]"],
    ["a GPU in a region without", { gpu: "nvidia-l4", timeout: "1 hour" }, "gpu: [run/gpu-in-region]"],
    ["less than one CPU", { cpu: "500m" }, "cpu: [run/cpu-of-generation]"],
    ["little memory", { memory: "256Mi" }, "memory: [run/memory-of-generation]"],
    [
        "a liveness probe",
        { sidecars: { proxy: { ...sidecar, health: { liveness: { path: "/live", port: 9000 } } } } },
        "sidecars.proxy.health.liveness: [run/liveness-of-job]",
    ],
    [
        "a probe without a port",
        { sidecars: { proxy: { image, health: { startup: "/ready" } } } },
        "sidecars.proxy.health.startup: [run/probe-without-port]",
    ],
    [
        "an order without a probe",
        { sidecars: { log: { image, startAfter: ["migrate"] } } },
        "health.startup: [run/startup-probe-missing]",
    ],
    ["a plain secret", { env: { API_KEY: "abc" } }, "env.API_KEY: "],
    ["an invalid schedule", { schedule: "every day" }, "schedule: "],
    [
        "an invalid option of a schedule",
        { schedule: { cron: "0 3 * * *", retries: 6 } },
        "schedule.retries: must be a whole number from 1 to 5 (got 6).",
    ],
    ["a port", { port: 8080 }, "port: "],
    ["a long name", { name: "m".repeat(50) }, "name: "],
    ["a tag", { image: "docker.io/acme/migrate:1" }, "image: names an image by a tag"],
    ["a key of another region", { encryptionKey: key.replace("europe-west1", "us-central1") }, "encryptionKey: "],
])("%s is refused", async (title, args, problem) => {
    const region = title.includes("region without") ? "europe-north1" : "europe-west1";
    const problems = await refused(() => running(args), { config: { "gcp:region": region } });
    expect(problems).toContain(`CloudRunJob "migrate": ${problem}`);
});
