import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, ServerlessFunction, type ServerlessFunctionArgs, StorageBucket } from "slipway";
import { folderOf } from "./folders";
import { registered, registeredOptions, registeredOutputs } from "./registered";

const source = folderOf({ "main.py": "def predict(request):\n    return 'range'\n" });
/** The archive of this source, which is the same wherever these tests run. */
const hash = "c15b7e205a4ea75aaeda82efd0544b207e0ffd130dc89e90437888a1c18173d0";
const archive = { file: join(tmpdir(), `slipway-archives-${process.getuid?.() ?? ""}`, `${hash}.zip`) };

const member = (name: string) => `serviceAccount:${name}@acme-dev.iam.gserviceaccount.com`;

/** What every function registers, the bare one of its name. */
const made = (name: string) => ({
    [`Account ${name}-run`]: { accountId: `${name}-run`, displayName: `Runs the function ${name}` },
    [`Account ${name}-build`]: { accountId: `${name}-build`, displayName: `Builds the function ${name}` },
    [`Bucket ${name}-source`]: {
        name: `acme-dev-${name}-source`,
        location: "europe-west1",
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        forceDestroy: true,
    },
    [`BucketObject ${name}-archive`]: { bucket: `acme-dev-${name}-source`, name: `${hash}.zip`, source: archive },
    [`Repository ${name}-images`]: {
        repositoryId: name,
        location: "europe-west1",
        format: "DOCKER",
        description: `Images of the function ${name}`,
    },
    [`BucketIAMMember ${name}-build-source`]: {
        bucket: `acme-dev-${name}-source`,
        role: "roles/storage.objectViewer",
        member: member(`${name}-build`),
    },
    [`RepositoryIamMember ${name}-build-images`]: {
        project: "acme-dev",
        location: "europe-west1",
        repository: name,
        role: "roles/artifactregistry.writer",
        member: member(`${name}-build`),
    },
    [`IAMMember ${name}-build-log`]: {
        project: "acme-dev",
        role: "roles/logging.logWriter",
        member: member(`${name}-build`),
    },
    [`Function ${name}`]: bare(name),
});

const bare = (name: string) => ({
    name,
    location: "europe-west1",
    buildConfig: {
        runtime: "python313",
        entryPoint: "predict",
        serviceAccount: `projects/acme-dev/serviceAccounts/${name}-build@acme-dev.iam.gserviceaccount.com`,
        dockerRepository: `projects/acme-dev/locations/europe-west1/repositories/${name}`,
        source: { storageSource: { bucket: `acme-dev-${name}-source`, object: `${hash}.zip` } },
    },
    serviceConfig: {
        serviceAccountEmail: `${name}-run@acme-dev.iam.gserviceaccount.com`,
        environmentVariables: {},
        availableMemory: "512Mi",
        availableCpu: "1",
        maxInstanceRequestConcurrency: 1,
        minInstanceCount: 0,
        maxInstanceCount: 3,
        timeoutSeconds: 60,
        ingressSettings: "ALLOW_INTERNAL_AND_GCLB",
        allTrafficOnLatestRevision: true,
    },
});

const invoker = (key: string, name: string, whom: string) => ({
    [`ServiceIamMember ${key}`]: {
        project: "acme-dev",
        location: "europe-west1",
        name,
        role: "roles/run.invoker",
        member: whom,
    },
});

const predicting = (args: Partial<ServerlessFunctionArgs> = {}) =>
    new ServerlessFunction("predict", { source, trigger: { http: {} }, ...args } as ServerlessFunctionArgs);

test("a private function is reached from inside alone, and nobody may call it", async () => {
    expect(await registered(() => predicting())).toEqual(made("predict"));
});

test("a public function can be called by everybody from everywhere", async () => {
    expect(await registered(() => predicting({ trigger: { http: { public: true } } }))).toEqual({
        ...made("predict"),
        "Function predict": {
            ...bare("predict"),
            serviceConfig: { ...bare("predict").serviceConfig, ingressSettings: "ALLOW_ALL" },
        },
        ...invoker("predict-invoker-public", "predict", "allUsers"),
    });
});

test("an undefined trigger beside another is none", async () => {
    expect(await registered(() => predicting({ trigger: { http: {}, topic: undefined } }))).toEqual(made("predict"));
});

test("a function of production has an instance that waits, unless it only handles events", async () => {
    const { serviceConfig } = bare("predict");
    expect(await registered(() => predicting(), { kind: "production" })).toEqual({
        ...made("predict"),
        "Function predict": {
            ...bare("predict"),
            serviceConfig: { ...serviceConfig, minInstanceCount: 1, maxInstanceCount: 100 },
        },
    });
});

const triggered = (eventTrigger: object) => ({
    ...made("predict"),
    "Account predict-trigger": {
        accountId: "predict-trigger",
        displayName: "Calls the function predict for its events",
    },
    "Function predict": {
        ...bare("predict"),
        eventTrigger: {
            triggerRegion: "europe-west1",
            serviceAccountEmail: "predict-trigger@acme-dev.iam.gserviceaccount.com",
            retryPolicy: "RETRY_POLICY_DO_NOT_RETRY",
            ...eventTrigger,
        },
    },
    ...invoker("predict-invoker-trigger", "predict", member("predict-trigger")),
});

const topic = { "Topic sales": { name: "sales" } };
const messages = {
    eventType: "google.cloud.pubsub.topic.v1.messagePublished",
    pubsubTopic: "projects/acme-dev/topics/sales",
};

test("a function on a topic is called by an account that may do nothing else", async () => {
    expect(await registered(() => predicting({ trigger: { topic: new PubSubTopic("sales") } }))).toEqual({
        ...topic,
        ...triggered(messages),
    });
});

test("a function on a topic is called again after a failure if it says so", async () => {
    expect(await registered(() => predicting({ trigger: { topic: new PubSubTopic("sales"), retry: true } }))).toEqual({
        ...topic,
        ...triggered({ ...messages, retryPolicy: "RETRY_POLICY_RETRY" }),
    });
});

const bucket = {
    "Bucket sales": {
        name: "acme-dev-sales",
        location: "europe-west1",
        storageClass: "STANDARD",
        versioning: { enabled: true },
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        forceDestroy: true,
    },
};
const receiver = {
    "IAMMember predict-trigger-receiver": {
        project: "acme-dev",
        role: "roles/eventarc.eventReceiver",
        member: member("predict-trigger"),
    },
};

test.each([
    [undefined, "finalized"],
    ["finalized", "finalized"],
    ["deleted", "deleted"],
    ["archived", "archived"],
    ["metadataUpdated", "metadataUpdated"],
] as const)("a function on a bucket with the event %s is called when an object is %s", async (event, type) => {
    expect(await registered(() => predicting({ trigger: { bucket: new StorageBucket("sales"), event } }))).toEqual({
        ...bucket,
        ...triggered({
            eventType: `google.cloud.storage.object.v1.${type}`,
            eventFilters: [{ attribute: "bucket", value: "acme-dev-sales" }],
        }),
        ...receiver,
    });
});

test("a bucket's events are taken where the bucket is, and the function stays in its region", async () => {
    const { "Function predict": made } = await registered(() =>
        predicting({ trigger: { bucket: new StorageBucket("sales", { location: "EU" }) } }),
    );
    expect(made).toMatchObject({ location: "europe-west1", eventTrigger: { triggerRegion: "eu" } });
});

test("an address is no secret, even of a function with a secret among its variables", async () => {
    let isSecret: boolean | undefined;
    await registered(async () => {
        const { url } = predicting({ environment: { SALT: pulumi.secret("sea") } });
        isSecret = await pulumi.isSecret(url);
    });
    expect(isSecret).toBe(false);
});

test("the services' own accounts get what events need before the trigger is made", async () => {
    const options = await registeredOptions(() => predicting({ trigger: { bucket: new StorageBucket("sales") } }));
    expect(options["Function predict"]).toEqual({
        parent: "ServerlessFunction predict",
        provider: "Provider dev",
        after: [
            "Account predict-build",
            "Account predict-run",
            "Account predict-trigger",
            "Bucket predict-source",
            "Bucket sales",
            "BucketIAMMember predict-build-source",
            "BucketObject predict-archive",
            "IAMMember eventarc-agent-serviceAgent",
            "IAMMember predict-build-log",
            "IAMMember predict-trigger-receiver",
            "IAMMember storage-agent-publisher",
            "Repository predict-images",
            "RepositoryIamMember predict-build-images",
            ...["artifactregistry", "cloudbuild", "cloudfunctions", "eventarc", "iam", "pubsub", "run", "storage"].map(
                (api) => `Service ${api}`,
            ),
        ],
    });
});

test("a function waits for its APIs, its code and all that its builder may do", async () => {
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
        "Repository predict-images": child(),
        "BucketIAMMember predict-build-source": child("Account predict-build", "Bucket predict-source"),
        "RepositoryIamMember predict-build-images": child("Account predict-build", "Repository predict-images"),
        "IAMMember predict-build-log": child("Account predict-build"),
        "BucketIAMMember predict-models-object-viewer": {
            parent: "ServerlessFunction predict",
            provider: "Provider dev",
            after: ["Account predict-run", "Bucket models"],
        },
        "Function predict": child(
            "Account predict-build",
            "Account predict-run",
            "Bucket models",
            "Bucket predict-source",
            "BucketIAMMember predict-build-source",
            "BucketIAMMember predict-models-object-viewer",
            "BucketObject predict-archive",
            "IAMMember predict-build-log",
            "Repository predict-images",
            "RepositoryIamMember predict-build-images",
        ),
        "ServiceIamMember predict-invoker-public": {
            parent: "ServerlessFunction predict",
            provider: "Provider dev",
            after: ["Function predict"],
        },
    });
});

test("a function and its address are what the component gives back", async () => {
    expect(await registeredOutputs(() => predicting())).toEqual({
        "ServerlessFunction predict": {
            function: { resource: "Function predict" },
            url: "https://predict-1a2b3c-ew.a.run.app",
        },
    });
});

test("what a function uses is granted to its account on the one resource and told to its code", async () => {
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

test("what a function uses may be named as anything, also as what the function makes for itself", async () => {
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

test("another account is granted what it may do with the function", async () => {
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
    ["a part of a CPU", { cpu: 0.083 }, { availableCpu: "0.083" }],
    ["the CPU that goes with 1 GiB", { memory: "1Gi", cpu: 0.583 }, { availableMemory: "1Gi", availableCpu: "0.583" }],
    ["all memory and CPUs", { memory: "32Gi", cpu: 8 }, { availableMemory: "32Gi", availableCpu: "8" }],
    ["a timeout", { timeoutSeconds: 3600 }, { timeoutSeconds: 3600 }],
    ["instances", { scaling: { min: 2, max: 20 } }, { minInstanceCount: 2, maxInstanceCount: 20 }],
    ["as many instances as wait", { scaling: { min: 5 } }, { minInstanceCount: 5, maxInstanceCount: 5 }],
    ["an undefined scaling as none", { scaling: { min: undefined, max: undefined } }, {}],
    ["concurrency", { scaling: { concurrency: 80 } }, { maxInstanceRequestConcurrency: 80 }],
    ["variables", { environment: { LEVEL: "info" } }, { environmentVariables: { LEVEL: "info" } }],
    [
        "a variable that is an output",
        { environment: { LEVEL: pulumi.output("info") } },
        { environmentVariables: { LEVEL: "info" } },
    ],
    [
        "a secret variable, which stays one",
        { environment: { API_KEY: pulumi.secret("canary") } },
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

test("a function takes another name for all that is named after it, but for what Pulumi calls it", async () => {
    const renamed = Object.entries(made("forecast")).map(([key, inputs]) => [
        key.replace("forecast", "predict"),
        inputs,
    ]);
    expect(await registered(() => predicting({ name: "forecast" }))).toEqual(Object.fromEntries(renamed));
});

test("labels are those of all that costs something", async () => {
    const labels = { team: "forecast" };
    const bareOnes = made("predict");
    expect(await registered(() => predicting({ labels }))).toEqual({
        ...bareOnes,
        "Function predict": { ...bare("predict"), labels },
        "Bucket predict-source": { ...bareOnes["Bucket predict-source"], labels },
        "Repository predict-images": { ...bareOnes["Repository predict-images"], labels },
    });
});

test("names too long for a service account or a bucket are cut, and two that begin alike stay two", async () => {
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

const languages: [string, Record<string, string>, Partial<ServerlessFunctionArgs>, [string, string]][] = [
    ["Python", { "main.py": "def sale_range(): pass" }, {}, ["python313", "sale_range"]],
    ["an older Python", { "main.py": "def sale_range(): pass" }, { runtime: "python311" }, ["python311", "sale_range"]],
    ["JavaScript", { "package.json": "{}", "index.js": "" }, {}, ["nodejs22", "saleRange"]],
    ["Go", { "go.mod": "module a", "function.go": "package a" }, {}, ["go125", "saleRange"]],
    ["Java", { "pom.xml": "<project/>" }, { runtime: "java21", entryPoint: "acme.Sales" }, ["java21", "acme.Sales"]],
];

test.each(languages)("the runtime and the entry point are those of %s", async (_, files, args, expected) => {
    const folder = folderOf(files);
    const all = await registered(
        () => new ServerlessFunction("sale-range", { source: folder, trigger: { http: {} }, ...args }),
    );
    const { buildConfig } = all["Function sale-range"] as { buildConfig: Record<string, string> };
    expect([buildConfig.runtime, buildConfig.entryPoint]).toEqual(expected);
});
