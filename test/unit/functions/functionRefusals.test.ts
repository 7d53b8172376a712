import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, ServerlessFunction, type ServerlessFunctionArgs, StorageBucket } from "slipway";
import { predicting as make, source } from "../predicting";
import { problemsIn, refused, registered, told } from "../registered";

const predicting = (args: object) => () => make(args as Partial<ServerlessFunctionArgs>);

const naming =
    "name: must have up to 63 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen";
const triggers = "exactly one of http, topic, bucket, audit, schedule";
const cpus =
    'cpu: must be one of 0.083, 0.167, 0.333, 0.583, 1, 2, 4, 6, 8, or less than one as thousandths, from "80m" to "999m"';
const instances = "must be a whole number from 0 to 1000";
const variable = "an environment variable's name must have only letters, digits and _, and not start with a digit";
const amount = 'memory: must be a size such as "512 MiB" or "20 GB"';

const refusals: [string, object, string][] = [
    ["no source", { source: undefined }, "source: is missing."],
    [
        "a missing source",
        { source: "./nowhere" },
        `source: is not a folder: ${join(process.cwd(), "nowhere")} does not exist (got "./nowhere"). The path is relative to ${process.cwd()}.`,
    ],
    ["no trigger", { trigger: undefined }, "trigger: is missing."],
    ["an empty trigger", { trigger: {} }, `trigger: must have ${triggers} (got {}).`],
    ["a trigger by its name", { trigger: "http" }, `trigger: must be an object with ${triggers} (got "http").`],
    [
        "an unknown trigger",
        { trigger: { queue: "sales" } },
        `trigger: must have ${triggers} (got { queue: "sales" }).\nServerlessFunction "predict": trigger.queue: unknown option "queue"; the options are http, topic, retries, bucket, event, audit, region, schedule.`,
    ],
    ["a topic by its name", { trigger: { topic: "sales" } }, 'trigger.topic: must be a PubSubTopic (got "sales").'],
    [
        "a bucket by its name",
        { trigger: { bucket: "sales" } },
        'trigger.bucket: must be a StorageBucket (got "sales").',
    ],
    [
        "an unknown option of HTTP",
        { trigger: { http: { publik: true } } },
        'trigger.http.publik: unknown option "publik"; did you mean "public"?',
    ],
    [
        "an option of another trigger",
        { trigger: { http: {}, retries: true } },
        'trigger.retries: unknown option "retries"; the only option is http.',
    ],
    [
        "an unknown ingress",
        { trigger: { http: { ingress: "private" } } },
        'trigger.http.ingress: must be one of internal, load-balancer, all (got "private").',
    ],
    [
        "public as a string",
        { trigger: { http: { public: "yes" } } },
        'trigger.http.public: must be true or false (got "yes").',
    ],
    [
        "an invalid entry point",
        { entryPoint: "predict()" },
        'entryPoint: must be the name of a function in the code (got "predict()").',
    ],
    ["memory in another unit", { memory: "512MB" }, `${amount} (got "512MB").`],
    ["memory as a number", { memory: 512 }, 'memory: must be a size such as "512 MiB" or "20 GB" (got 512).'],
    ["a fraction of a GiB", { memory: "1.5Gi" }, 'memory: must be a whole number of MiB, GiB, MB or GB (got "1.5Gi").'],
    ["too little memory", { memory: "127Mi" }, 'memory: must be from 128 MiB to 32 GiB (got "127Mi").'],
    ["too much memory", { memory: "33Gi" }, 'memory: must be from 128 MiB to 32 GiB (got "33Gi").'],
    ["an unknown number of CPUs", { cpu: 3 }, `${cpus} (got 3).`],
    ["a list of CPUs", { cpu: [1] }, `${cpus} (got [1]).`],
    ["too few CPUs in text", { cpu: "79m" }, `${cpus} (got "79m").`],
    ["too few CPUs for more than 512 MiB", { memory: "513Mi", cpu: 0.333 }, "cpu: [functions/cpu-of-memory]"],
    ["too few CPUs for more than 4 GiB", { memory: "5Gi" }, "cpu: [functions/cpu-of-memory]"],
    ["too few CPUs for 24 GiB", { memory: "24Gi", cpu: 4 }, "cpu: [functions/cpu-of-memory]"],
    ["too few CPUs for 1 GiB", { memory: "1Gi", cpu: 0.333 }, "cpu: [functions/cpu-of-memory]"],
    ["too few CPUs for 2 GiB", { memory: "2Gi", cpu: 0.583 }, "cpu: [functions/cpu-of-memory]"],
    ["too few CPUs for 8 GiB", { memory: "8Gi" }, "cpu: [functions/cpu-of-memory]"],
    ["too few CPUs for 16 GiB", { memory: "16Gi", cpu: 2 }, "cpu: [functions/cpu-of-memory]"],
    ["too few CPUs for 32 GiB", { memory: "32Gi", cpu: 6 }, "cpu: [functions/cpu-of-memory]"],
    ["too little memory for 4 CPUs", { memory: "1Gi", cpu: 4 }, "memory: [functions/memory-of-cpu]"],
    ["too little memory for 8 CPUs", { memory: "2Gi", cpu: 8 }, "memory: [functions/memory-of-cpu]"],
    [
        "concurrency on a fraction of a CPU",
        { cpu: 0.583, scaling: { concurrency: 2 } },
        "scaling.concurrency: [functions/concurrency-of-cpu]",
    ],
    [
        "concurrency of 0",
        { scaling: { concurrency: 0 } },
        "scaling.concurrency: must be a whole number from 1 to 1000 (got 0).",
    ],
    ["negative instances", { scaling: { min: -1 } }, `scaling.min: ${instances} (got -1).`],
    [
        "too many instances",
        { scaling: { max: 1001 } },
        "scaling.max: must be a whole number from 1 to 1000 (got 1001).",
    ],
    ["half an instance", { scaling: { min: 0.5 } }, `scaling.min: ${instances} (got 0.5).`],
    [
        "a maximum of no instances",
        { scaling: { max: 0 } },
        "scaling.max: must be a whole number from 1 to 1000 (got 0).",
    ],
    ["a minimum above the maximum", { scaling: { min: 5, max: 3 } }, "scaling.min: [range/min-above-max]"],
    [
        "an unknown name of a limit",
        { scaling: { maximum: 3 } },
        'scaling.maximum: unknown option "maximum"; did you mean "max"?',
    ],
    ["a timeout of 0", { timeout: "0 seconds" }, 'timeout: must be from 1 second to 60 minutes (got "0 seconds").'],
    [
        "more than an hour",
        { timeout: "3601 seconds" },
        'timeout: must be from 1 second to 60 minutes (got "3601 seconds").',
    ],
    ["a name in upper case", { name: "Predict" }, `${naming} (got "Predict").`],
    ["a name of 64 letters", { name: "p".repeat(64) }, `${naming} (got "${"p".repeat(64)}").`],
    ["a name that ends with a hyphen", { name: "predict-" }, `${naming} (got "predict-").`],
    ["a variable with a hyphen", { env: { "LOG-LEVEL": "info" } }, `env.LOG-LEVEL: ${variable} (got "LOG-LEVEL").`],
    [
        "a variable that Cloud Run sets",
        { env: { PORT: "8080" } },
        'env.PORT: is set by Cloud Run itself (got "PORT"). Choose another name.',
    ],
    ["a variable that is not a string", { env: { LEVEL: 3 } }, "env.LEVEL: must be a string (got 3)."],
    ["a plain password", { env: { DB_PASSWORD: "canary" } }, "env.DB_PASSWORD: [iam/secret-in-env]"],
    ["a plain token", { env: { token: "canary" } }, "env.token: [iam/secret-in-env]"],
    ["a plain key", { env: { API_KEY: "canary" } }, "env.API_KEY: [iam/secret-in-env]"],
    ["a plain secret", { env: { CLIENT_SECRET: "canary" } }, "env.CLIENT_SECRET: [iam/secret-in-env]"],
    [
        "a used value that is not a capability",
        { uses: { MODELS: "acme-dev-models" } },
        'uses.MODELS: must be a capability, such as models.reader or sales.publisher (got "acme-dev-models").',
    ],
    [
        "a used variable that Cloud Run sets",
        { uses: { K_SERVICE: { value: "a", grants: [], attachments: [] } } },
        'uses.K_SERVICE: is set by Cloud Run itself (got "K_SERVICE"). Choose another name.',
    ],
    [
        "a capability that must be mounted",
        { uses: { DB: { value: "a", grants: [], attachments: [{ kind: "Cloud SQL socket" }] } } },
        'uses.DB: needs what cannot be mounted here: Cloud SQL socket (got { value: "a", grants: [], attachments: [{ … }] }).',
    ],
    [
        "a variable that is also in uses",
        { env: { DB: "a" }, uses: { DB: { value: "a", grants: [], attachments: [] } } },
        "env.DB: [iam/env-also-in-uses]",
    ],
    [
        "a plain password of the build",
        { build: { env: { NPM_TOKEN: "canary" } } },
        "build.env.NPM_TOKEN: [iam/secret-in-env]",
    ],
    [
        "a variable that builds of functions have",
        { build: { env: { GOOGLE_RUNTIME: "python313" } } },
        'build.env.GOOGLE_RUNTIME: is set by Cloud Build itself (got "GOOGLE_RUNTIME"). Choose another name.',
    ],
    [
        "a pool by its name",
        { build: { workerPool: "builders" } },
        'build.workerPool: must be a private pool such as projects/acme-dev/locations/europe-west1/workerPools/builders (got "builders").',
    ],
    [
        "a pool of another region",
        { build: { workerPool: "projects/acme-dev/locations/us-east1/workerPools/builders" } },
        "build.workerPool: [place/other-region]",
    ],
    [
        "a key by its name",
        { encryptionKey: "sales" },
        'encryptionKey: must be a KmsKey, or a key\'s ID such as projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales (got "sales").',
    ],
    [
        "a key of another region",
        { encryptionKey: "projects/acme-dev/locations/global/keyRings/data/cryptoKeys/sales" },
        "encryptionKey: [place/other-region]",
    ],
    [
        "a policy by its name",
        { binaryAuthorization: "signed" },
        'binaryAuthorization: must be default or a policy such as projects/acme-dev/platforms/cloudRun/policies/signed (got "signed").',
    ],
    [
        "an unknown update policy",
        { runtimeUpdates: "weekly" },
        'runtimeUpdates: must be one of automatic, on-deploy (got "weekly").',
    ],
    [
        "a transform of an unknown child",
        { transform: { service: {} } },
        'transform.service: unknown option "service"; the options are function, sourceBucket, archive, repository, account, buildAccount, triggerAccount.',
    ],
    ["an unknown option", { triger: {} }, 'triger: unknown option "triger"; did you mean "trigger"?'],
    [
        "an option with a unit",
        { timeoutSeconds: 60 },
        'timeoutSeconds: unknown option "timeoutSeconds"; here it is `timeout`, such as `"180 seconds"`.',
    ],
];

test.each(refusals)("%s is refused for a function", async (_, args, problem) => {
    expect(await refused(predicting(args))).toBe(`ServerlessFunction "predict": ${problem}`);
});

test("two triggers are refused", async () => {
    const made = () => predicting({ trigger: { http: {}, topic: new PubSubTopic("sales") } })();
    expect(await refused(made, {}, ["Topic sales"])).toBe(
        `ServerlessFunction "predict": trigger: must have ${triggers} (got { http: {}, topic: a PubSubTopic }).`,
    );
});

test("a trigger with the wrong type of component is refused", async () => {
    const made = () => predicting({ trigger: { topic: new StorageBucket("sales") } })();
    expect(await refused(made, {}, ["Bucket sales"])).toBe(
        'ServerlessFunction "predict": trigger.topic: must be a PubSubTopic (got a StorageBucket).',
    );
});

test("an unknown bucket event is refused", async () => {
    const made = () => predicting({ trigger: { bucket: new StorageBucket("sales"), event: "created" } })();
    expect(await refused(made, {}, ["Bucket sales"])).toBe(
        'ServerlessFunction "predict": trigger.event: must be one of finalized, deleted, archived, metadataUpdated (got "created").',
    );
});

test("more than nine minutes are refused for events, and accepted for HTTP", async () => {
    const made = () => predicting({ trigger: { topic: new PubSubTopic("sales") }, timeout: "541 seconds" })();
    expect(await refused(made, {}, ["Topic sales"])).toBe(
        'ServerlessFunction "predict": timeout: [functions/timeout-of-trigger]',
    );
    const { "Function predict": http } = await registered(predicting({ timeout: "541 seconds" }));
    expect(http).toMatchObject({ serviceConfig: { timeoutSeconds: 541 } });
});

test("a minimum above the default maximum raises the maximum", async () => {
    const scaling = { min: 200 };
    const { "Function predict": all } = await registered(predicting({ scaling }), { kind: "production" });
    expect(all).toMatchObject({ serviceConfig: { minInstanceCount: 200, maxInstanceCount: 200 } });
});

test("a component name that is invalid for a function is refused", async () => {
    const made = () => new ServerlessFunction("Predict_Range", { source, trigger: { http: {} } });
    expect(await refused(made)).toBe(
        [`ServerlessFunction "Predict_Range": ${naming} (got "Predict_Range").`].join("\n"),
    );
});

test("arguments that are not an object are refused", async () => {
    const all =
        "must be an object with source, trigger, runtime, entryPoint, account, uses, env, scaling, memory, cpu, timeout, network, encryptionKey, binaryAuthorization, runtimeUpdates, build, description, name, region, labels, alerts, transform, allowUnlisted, insecure, crossProject";
    const made = (args: unknown) => () => new ServerlessFunction("predict", args as ServerlessFunctionArgs);
    expect(await refused(made(undefined))).toBe(`ServerlessFunction "predict": ${all} (got undefined).`);
    expect(await refused(made(null))).toBe(`ServerlessFunction "predict": ${all} (got null).`);
    expect(await refused(made(() => source))).toBe(`ServerlessFunction "predict": ${all} (got a function).`);
});

test("all problems are reported together, each with its path", async () => {
    const args = {
        memory: "512MB",
        scaling: { min: -1, maximum: 3 },
        env: { PORT: "1", LEVEL: 3 },
        uses: { "1": {} },
        timeout: pulumi.output("60 seconds"),
    };
    const problems = (await refused(predicting(args))).split("\n");
    expect(problems).toEqual(
        [
            `uses.1: ${variable} (got "1").`,
            "uses.1: must be a capability, such as models.reader or sales.publisher (got {}).",
            'env.PORT: is set by Cloud Run itself (got "PORT"). Choose another name.',
            "env.LEVEL: must be a string (got 3).",
            `scaling.min: ${instances} (got -1).`,
            'scaling.maximum: unknown option "maximum"; did you mean "max"?',
            `${amount} (got "512MB").`,
            'timeout: must be a duration such as "90 seconds" or "7 days" (got an output, which is known only at deployment). Its value must be known before anything is deployed. Pass a plain value: a constant, new pulumi.Config().require(…), or of another stack (await stack.getOutputDetails(…)).value.',
        ].map((problem) => `ServerlessFunction "predict": ${problem}`),
    );
});

test("a plain secret is refused without its value", async () => {
    const message = await told(predicting({ env: { API_KEY: "canary" }, build: { env: { NPM_TOKEN: "canary" } } }));
    expect(problemsIn({ message })).toBe(
        ["env.API_KEY", "build.env.NPM_TOKEN"]
            .map((path) => `ServerlessFunction "predict": ${path}: [iam/secret-in-env]`)
            .join("\n"),
    );
    expect(message).not.toContain("canary");
});

test("invalid combinations are also reported together", async () => {
    const args = {
        entryPoint: "forecast",
        memory: "8Gi",
        scaling: { min: 5, max: 3 },
        env: { API_KEY: "canary", DB: "a", toString: "b" },
        uses: { DB: { value: "a", grants: [], attachments: [] } },
    };
    const problems = (await refused(predicting(args))).split("\n");
    expect(problems).toEqual(
        [
            "entryPoint: [functions/entry-point-not-defined]",
            "cpu: [functions/cpu-of-memory]",
            "scaling.min: [range/min-above-max]",
            "env.API_KEY: [iam/secret-in-env]",
            "env.DB: [iam/env-also-in-uses]",
        ].map((problem) => `ServerlessFunction "predict": ${problem}`),
    );
});

test.each([
    ["8Gi", 1, 2],
    ["16Gi", 2, 4],
    ["24Gi", 4, 6],
])("%s of memory with %d CPUs are refused with the fewest CPUs that suffice, %d", async (memory, cpu, fewest) => {
    expect(await told(predicting({ memory, cpu }))).toContain(`must be at least ${fewest} with ${memory} of memory`);
});
