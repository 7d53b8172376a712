import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, ServerlessFunction, type ServerlessFunctionArgs, StorageBucket } from "slipway";
import { bare, bucket, invoker, made, member, messages, predicting, source, topic, triggered } from "../predicting";
import { registered, registeredOptions, registeredOutputs } from "../registered";

let mockFunction = {};

/** What Cloud Functions answers about a function, which tests change. */
jest.mock("../computed", () => {
    const { computed } = jest.requireActual("../computed");
    return {
        computed: (type: string, ...more: unknown[]) => ({
            ...computed(type, ...more),
            ...(type.endsWith(":Function") && mockFunction),
        }),
    };
});

/** Everybody may call: Cloud Run does not check the callers of the function's service. */
const openToAll = {
    "Provider predict": {},
    "PublicAccess predict-public": {
        project: "acme-dev",
        location: "europe-west1",
        service: "predict",
        deployed: "2026-11-22T00:00:00Z",
        __provider: 'exports.handler = () => require("slipway/function/admin").publicAccess;',
    },
};

test("a private function accepts requests from the project and load balancers, and has no callers", async () => {
    expect(await registered(() => predicting())).toEqual(made("predict"));
});

test("a public function can be called by everybody from everywhere", async () => {
    expect(await registered(() => predicting({ trigger: { http: { public: true } } }))).toEqual({
        ...made("predict"),
        "Function predict": {
            ...bare("predict"),
            serviceConfig: { ...bare("predict").serviceConfig, ingressSettings: "ALLOW_ALL" },
        },
        ...openToAll,
    });
});

const reached: [object, string][] = [
    [{ ingress: "internal" }, "ALLOW_INTERNAL_ONLY"],
    [{ ingress: "load-balancer" }, "ALLOW_INTERNAL_AND_GCLB"],
    [{ ingress: "all" }, "ALLOW_ALL"],
    [{ public: true, ingress: "internal" }, "ALLOW_INTERNAL_ONLY"],
    [{ public: true, ingress: "load-balancer" }, "ALLOW_INTERNAL_AND_GCLB"],
    [{ public: false }, "ALLOW_INTERNAL_AND_GCLB"],
];

test.each(reached)("ingress is independent of the callers: %j", async (http, setting) => {
    const isPublic = "public" in http && http.public;
    expect(await registered(() => predicting({ trigger: { http } }))).toEqual({
        ...made("predict"),
        "Function predict": {
            ...bare("predict"),
            serviceConfig: { ...bare("predict").serviceConfig, ingressSettings: setting },
        },
        ...(isPublic ? openToAll : {}),
    });
});

test("an undefined trigger beside another one is ignored", async () => {
    expect(await registered(() => predicting({ trigger: { http: {}, topic: undefined } }))).toEqual(made("predict"));
});

test("a function in production has a minimum instance, unless it only handles events", async () => {
    const { serviceConfig } = bare("predict");
    expect(await registered(() => predicting(), { kind: "production" })).toEqual({
        ...made("predict"),
        "Function predict": {
            ...bare("predict"),
            serviceConfig: { ...serviceConfig, minInstanceCount: 1, maxInstanceCount: 100 },
        },
    });
});

test("the URL is not a secret, even with a secret among the variables", async () => {
    let isSecret: boolean | undefined;
    await registered(async () => {
        const { url } = predicting({ env: { SALT: pulumi.secret("sea") } });
        isSecret = await pulumi.isSecret(url);
    });
    expect(isSecret).toBe(false);
});

test("a function waits for its APIs, its code and the grants of its build account", async () => {
    const apis = ["artifactregistry", "cloudbuild", "cloudfunctions", "iam", "run", "storage"];
    const services = apis.map((api) => `Service ${api}`);
    const child = (...after: string[]) => ({
        parent: "ServerlessFunction predict",
        provider: "Provider dev",
        after: [...after, ...services],
    });
    const {
        "StorageBucket models": _,
        "Bucket models": __,
        ...options
    } = await registeredOptions(() => [
        predicting({ trigger: { http: { public: true } }, uses: { MODELS: new StorageBucket("models").reader } }),
    ]);
    expect(options).toEqual({
        "ServerlessFunction predict": { provider: "Provider dev" },
        "Account predict-run": child(),
        "Account predict-build": child(),
        "Bucket predict-source": child(),
        "BucketObject predict-archive": child("Bucket predict-source"),
        "Repository predict-images": { ...child(), deleteBeforeReplace: true },
        "BucketIAMMember predict-build-source": child("Account predict-build", "Bucket predict-source"),
        "RepositoryIamMember predict-build-images": child("Account predict-build", "Repository predict-images"),
        "IAMMember predict-build-copied-source": child("Account predict-build"),
        "IAMMember predict-build-log": child("Account predict-build"),
        "BucketIAMMember predict-models-object-viewer": {
            parent: "ServerlessFunction predict",
            provider: "Provider dev",
            after: ["Account predict-run", "Bucket models"],
        },
        "BucketIAMMember predict-models-storage-bucket-viewer": {
            parent: "ServerlessFunction predict",
            provider: "Provider dev",
            after: ["Account predict-run", "Bucket models"],
        },
        "Function predict": {
            deleteBeforeReplace: true,
            replacementTrigger: "http",
            ...child(
                "Account predict-build",
                "Account predict-run",
                "Bucket models",
                "Bucket predict-source",
                "BucketIAMMember predict-build-source",
                "BucketIAMMember predict-models-object-viewer",
                "BucketIAMMember predict-models-storage-bucket-viewer",
                "BucketObject predict-archive",
                "IAMMember predict-build-copied-source",
                "IAMMember predict-build-log",
                "Repository predict-images",
                "RepositoryIamMember predict-build-images",
            ),
        },
        "Provider predict": { parent: "ServerlessFunction predict" },
        "PublicAccess predict-public": {
            parent: "ServerlessFunction predict",
            provider: "Provider predict",
            after: ["Function predict"],
        },
    });
});

test("the outputs of the component are the function and its URL", async () => {
    expect(await registeredOutputs(() => predicting())).toEqual({
        "ServerlessFunction predict": {
            function: { resource: "Function predict" },
            url: "https://predict-1a2b3c-ew.a.run.app",
        },
    });
});

test("each used resource is granted to the service account and provided as a variable", async () => {
    const program = () => {
        const sales = new PubSubTopic("sales");
        const results = new StorageBucket("sales");
        const answer = new ServerlessFunction("answer", { source, entryPoint: "predict", trigger: { http: {} } });
        predicting({ uses: { SALES: sales.publisher, RESULTS_BUCKET: results.writer, ANSWER: answer.invoker } });
    };
    expect(await registered(program)).toEqual({
        ...topic,
        ...bucket,
        ...made("answer"),
        ...made("predict"),
        "TopicIAMMember predict-sales-publisher": {
            topic: "projects/acme-dev/topics/sales",
            role: "roles/pubsub.publisher",
            member: member("predict-run"),
        },
        "BucketIAMMember predict-sales-object-user": {
            bucket: "acme-dev-sales",
            role: "roles/storage.objectUser",
            member: member("predict-run"),
        },
        "BucketIAMMember predict-sales-storage-bucket-viewer": {
            bucket: "acme-dev-sales",
            role: "roles/storage.bucketViewer",
            member: member("predict-run"),
        },
        ...invoker("predict-answer-invoker", "answer", member("predict-run")),
        "Function predict": {
            ...bare("predict"),
            serviceConfig: {
                ...bare("predict").serviceConfig,
                environmentVariables: {
                    SALES: "projects/acme-dev/topics/sales",
                    RESULTS_BUCKET: "acme-dev-sales",
                    ANSWER: "https://answer-1a2b3c-ew.a.run.app",
                },
            },
        },
    });
});

test("variables of used resources can have any name, also that of a child resource", async () => {
    const program = () => {
        const answer = new ServerlessFunction("answer", { source, entryPoint: "predict", trigger: { http: {} } });
        predicting({ trigger: { topic: new PubSubTopic("sales") }, uses: { TRIGGER: answer.invoker } });
    };
    const { "Function predict": _, ...others } = triggered(messages);
    const { "Function predict": __, ...registrations } = await registered(program);
    expect(registrations).toEqual({
        ...topic,
        ...made("answer"),
        ...others,
        ...invoker("predict-answer-invoker", "answer", member("predict-run")),
    });
});

test("a consumer of invoker gets the role on the function", async () => {
    const program = () => {
        const { to } = predicting().invoker.grants[0] as { to: (...given: unknown[]) => void };
        to("team-invoker", "group:forecast@acme.com", {});
    };
    expect(await registered(program)).toEqual({
        ...made("predict"),
        ...invoker("team-invoker", "predict", "group:forecast@acme.com"),
    });
});

const configured: [string, Partial<ServerlessFunctionArgs>, object][] = [
    ["memory", { memory: "4Gi" }, { availableMemory: "4Gi" }],
    ["a fraction of a CPU", { cpu: 0.083 }, { availableCpu: "0.083" }],
    ["half a CPU as text", { cpu: "500m" }, { availableCpu: "0.5" }],
    ["one CPU as text", { cpu: "1000m" }, { availableCpu: "1" }],
    ["any amount of memory", { memory: "640Mi" }, { availableMemory: "640Mi" }],
    ["the default CPU for 1 GiB", { memory: "1Gi", cpu: 0.583 }, { availableMemory: "1Gi", availableCpu: "0.583" }],
    ["the least memory for 4 CPUs", { memory: "2Gi", cpu: 4 }, { availableMemory: "2Gi", availableCpu: "4" }],
    ["the least memory for 8 CPUs", { memory: "4Gi", cpu: 8 }, { availableMemory: "4Gi", availableCpu: "8" }],
    ["all memory and CPUs", { memory: "32Gi", cpu: 8 }, { availableMemory: "32Gi", availableCpu: "8" }],
    ["a timeout", { timeout: "60 minutes" }, { timeoutSeconds: 3600 }],
    ["instances", { scaling: { min: 2, max: 20 } }, { minInstanceCount: 2, maxInstanceCount: 20 }],
    ["a fixed number of instances", { scaling: 2 }, { minInstanceCount: 2, maxInstanceCount: 2 }],
    ["only minimum instances", { scaling: { min: 5 } }, { minInstanceCount: 5, maxInstanceCount: 5 }],
    ["an undefined scaling as none", { scaling: { min: undefined, max: undefined } }, {}],
    ["concurrency", { scaling: { concurrency: 80 } }, { maxInstanceRequestConcurrency: 80 }],
    ["variables", { env: { LEVEL: "info" } }, { environmentVariables: { LEVEL: "info" } }],
    [
        "a variable that is an output",
        { env: { LEVEL: pulumi.output("info") } },
        { environmentVariables: { LEVEL: "info" } },
    ],
    [
        "a secret variable, which stays one",
        { env: { API_KEY: pulumi.secret("canary") } },
        { environmentVariables: { API_KEY: { secret: "canary" } } },
    ],
];

test.each(configured)("a function takes %s", async (_, args, serviceConfig) => {
    expect(await registered(() => predicting(args))).toEqual({
        ...made("predict"),
        "Function predict": {
            ...bare("predict"),
            serviceConfig: { ...bare("predict").serviceConfig, ...serviceConfig },
        },
    });
});

const key = "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales";
const pool = "projects/acme-dev/locations/europe-west1/workerPools/builders";

const others: [string, Partial<ServerlessFunctionArgs>, object][] = [
    ["a description", { description: "Predicts." }, { description: "Predicts." }],
    [
        "updates on deployment only",
        { runtimeUpdates: "on-deploy" },
        { buildConfig: { automaticUpdatePolicy: undefined, onDeployUpdatePolicy: {} } },
    ],
    [
        "variables of the build and a pool that builds",
        { build: { env: { GOOGLE_NODE_RUN_SCRIPTS: "" }, workerPool: pool } },
        { buildConfig: { environmentVariables: { GOOGLE_NODE_RUN_SCRIPTS: "" }, workerPool: pool } },
    ],
    [
        "the project's policy of Binary Authorization",
        { binaryAuthorization: "default" },
        { serviceConfig: { binaryAuthorizationPolicy: "default" } },
    ],
    [
        "a policy of Binary Authorization",
        { binaryAuthorization: pulumi.output("projects/acme-dev/platforms/cloudRun/policies/signed") },
        { serviceConfig: { binaryAuthorizationPolicy: "projects/acme-dev/platforms/cloudRun/policies/signed" } },
    ],
];

test.each(others)("a function takes %s", async (_, args, more) => {
    const { buildConfig, serviceConfig, ...rest } = bare("predict");
    const { buildConfig: build, serviceConfig: service, ...others } = more as Record<string, object>;
    const changed = { ...rest, ...others, buildConfig: { ...buildConfig, ...build } };
    expect(await registered(() => predicting(args))).toEqual({
        ...made("predict"),
        "Function predict": JSON.parse(JSON.stringify({ ...changed, serviceConfig: { ...serviceConfig, ...service } })),
    });
});

test("a Binary Authorization policy enables its API", async () => {
    const all = await registered(() => predicting({ binaryAuthorization: "default" }), { environment: true });
    expect(all["Service binaryauthorization"]).toMatchObject({ service: "binaryauthorization.googleapis.com" });
    expect(await registered(() => predicting(), { environment: true })).not.toHaveProperty([
        "Service binaryauthorization",
    ]);
});

test("a key encrypts code, images and instances, after the grants to the service agents", async () => {
    const bareOnes = made("predict");
    expect(await registered(() => predicting({ encryptionKey: key }))).toEqual({
        ...bareOnes,
        "Function predict": { ...bare("predict"), kmsKeyName: key },
        "Bucket predict-source": { ...bareOnes["Bucket predict-source"], encryption: { defaultKmsKeyName: key } },
        "Repository predict-images": { ...bareOnes["Repository predict-images"], kmsKeyName: key },
    });
    const program = () => predicting({ encryptionKey: key });
    const all = await registered(program, { environment: true });
    const grants = Object.keys(all).filter((each) => each.startsWith("CryptoKeyIAMMember"));
    expect(grants.map((grant) => all[grant])).toEqual(
        [
            "gcp-sa-artifactregistry",
            "gcp-sa-cloudfunctions",
            "gcp-sa-eventarc",
            "gcp-sa-run",
            "gs-project-accounts",
        ].map((agent) => ({
            cryptoKeyId: key,
            role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
            member: `serviceAccount:service-123@${agent}.iam.gserviceaccount.com`,
        })),
    );
    const options = await registeredOptions(program);
    for (const child of ["Function predict", "Bucket predict-source", "Repository predict-images"]) {
        expect(options[child]?.after).toEqual(expect.arrayContaining(grants));
    }
});

test.each(["google-sales", "ask-google", "g00gle"])("the bucket of the function %s has a valid name", async (name) => {
    const { "Bucket predict-source": bucket } = await registered(() => predicting({ name }));
    const [given] = [(bucket as { name: string }).name];
    expect(given).toMatch(/^acme-dev-[a-z0-9-]+-source-[0-9a-f]{6}$/);
    expect(given).not.toMatch(/google|g00gle/);
});

test("the name argument changes the names in Google Cloud, not those in Pulumi", async () => {
    const renamed = Object.entries(made("forecast")).map(([key, inputs]) => [
        key.replace("forecast", "predict"),
        inputs,
    ]);
    expect(await registered(() => predicting({ name: "forecast" }))).toEqual(Object.fromEntries(renamed));
});

test("labels are set on every billed resource", async () => {
    const labels = { team: "forecast" };
    const bareOnes = made("predict");
    expect(await registered(() => predicting({ labels }))).toEqual({
        ...bareOnes,
        "Function predict": { ...bare("predict"), labels },
        "Bucket predict-source": { ...bareOnes["Bucket predict-source"], labels },
        "Repository predict-images": { ...bareOnes["Repository predict-images"], labels },
    });
});

test("names too long for a service account or a bucket are shortened and stay unique", async () => {
    const named = (end: string) => `predict-the-range-of-the-sales-of-the-coming-week-in-${end}`;
    const program = () =>
        ["north", "south"].map(
            (end) => new ServerlessFunction(named(end), { source, entryPoint: "predict", trigger: { http: {} } }),
        );
    const all = (await registered(program)) as Record<string, Record<string, string>>;
    const names = Object.entries(all).flatMap(([key, { accountId, name, repositoryId }]) =>
        /^(Account|Bucket|Repository|Function) /.test(key) ? [accountId ?? repositoryId ?? name] : [],
    );
    expect(names).toEqual([
        "predict-the-range-d23174-build",
        "predict-the-range-o-d23174-run",
        "predict-the-range-ca62f5-build",
        "predict-the-range-o-ca62f5-run",
        "acme-dev-predict-the-range-of-the-sales-of-the-coming-we-96e10c",
        "acme-dev-predict-the-range-of-the-sales-of-the-coming-we-d08123",
        "predict-the-range-of-the-sales-of-the-coming-week-in-north",
        "predict-the-range-of-the-sales-of-the-coming-week-in-south",
        "predict-the-range-of-the-sales-of-the-coming-week-in-north",
        "predict-the-range-of-the-sales-of-the-coming-week-in-south",
    ]);
});

const failure =
    "is in state FAILED, because its last deployment failed. Run 'pulumi up --replace urn:pulumi:dev::slipway::slipway:index:ServerlessFunction$gcp:cloudfunctionsv2/function:Function::predict', or change its code or arguments.";

test("a function whose last deployment failed is warned of at preview, as the update can correct it", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    jest.spyOn(pulumi.runtime, "isDryRun").mockReturnValue(true);
    mockFunction = { state: "FAILED" };
    await registered(() => predicting());
    mockFunction = { state: "ACTIVE" };
    await registered(() => predicting());
    expect(warn.mock.calls.map(([text]) => text)).toEqual([`ServerlessFunction "predict": ${failure}`]);
    mockFunction = {};
    jest.restoreAllMocks();
});

test.each([
    [[{ uri: "https://answer-1a2b3c-ew.a.run.app" }], "https://answer-1a2b3c-ew.a.run.app"],
    [[{}], ""],
    [[], ""],
])("an existing function with the configuration %j has the URL %j", async (serviceConfigs, expected) => {
    let url: string | undefined;
    const program = async () => {
        const { url: output } = ServerlessFunction.existing("answer");
        url = await new Promise((resolve) => output.apply(resolve));
    };
    await registered(program, { call: () => ({ serviceConfigs }) });
    expect(url).toBe(expected);
});
