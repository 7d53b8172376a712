import {
    ContainerImage,
    ContainerRegistry,
    DataflowJob,
    type DataflowJobArgs,
    Network,
    PubSubSubscription,
    PubSubTopic,
} from "slipway";
import { folderOf } from "../folders";
import { refused, registered, registeredOptions } from "../registered";

const image = `docker.io/acme/score@sha256:${"0a".repeat(32)}`;

const score = (args: object = {}) => new DataflowJob("score", { image, type: "streaming", ...args } as DataflowJobArgs);

type Made = Record<string, unknown> & { environment: object; template: object };

/** The provider keeps the content of objects secret. */
const specificationIn = (made: Record<string, object>) =>
    JSON.parse((made["BucketObject score-specification"] as { content: { secret: string } }).content.secret);

const jobOf = async (program: () => unknown) =>
    (await registered(program as never))["DataflowRun score"] as unknown as Made;

const email = "score-flow@acme-dev.iam.gserviceaccount.com";
const environment = {
    tempLocation: "gs://acme-dev-score-dataflow/temp",
    stagingLocation: "gs://acme-dev-score-dataflow/staging",
    serviceAccountEmail: email,
    subnetwork: expect.stringMatching(
        /^https:\/\/www\.googleapis\.com\/compute\/v1\/projects\/acme-dev\/regions\/europe-west1\/subnetworks\//,
    ),
    ipConfiguration: "WORKER_IP_PRIVATE",
    enableStreamingEngine: true,
};

test("a bare streaming job has private workers, Streaming Engine, and an account and a bucket of its own", async () => {
    const made = await registered(() => score());
    expect(made["DataflowRun score"]).toEqual({
        project: "acme-dev",
        location: "europe-west1",
        name: "score",
        type: "streaming",
        template: {
            kind: "flex",
            path: expect.stringMatching(/^gs:\/\/acme-dev-score-dataflow\/templates\/[0-9a-f]{16}\.json$/),
        },
        parameters: {},
        environment,
        workers: { min: 1, max: 2 },
        transformNames: {},
        runOn: [],
        labels: { environment: "dev" },
        onIncompatible: "drain",
        drainSeconds: 1800,
        wait: true,
        waitSeconds: 0,
        __provider: 'exports.handler = () => require("slipway/data/admin").dataflowJob;',
    });
    expect(made).toMatchObject({
        "Bucket score-dataflow": {
            uniformBucketLevelAccess: true,
            publicAccessPrevention: "enforced",
            forceDestroy: true,
            softDeletePolicy: { retentionDurationSeconds: 0 },
        },
        "Account score-dataflow": { accountId: "score-flow" },
        "IAMMember score-project-dataflow-worker": { role: "roles/dataflow.worker", member: `serviceAccount:${email}` },
        "BucketIAMMember score-score-dataflow-object-admin": { role: "roles/storage.objectAdmin" },
    });
    expect(specificationIn(made)).toEqual({
        image,
        sdkInfo: { language: "PYTHON" },
        metadata: { name: "score", streaming: true, parameters: [] },
    });
});

test("the specification stays, as a later deployment can launch it again", async () => {
    const options = await registeredOptions(() => score());
    expect(options["BucketObject score-specification"]).toMatchObject({ retainOnDelete: true });
    expect(options["DataflowRun score"]?.after).toEqual(
        expect.arrayContaining([
            "BucketObject score-specification",
            "IAMMember score-project-dataflow-worker",
            expect.stringMatching(/^IAMMember dataflow-agent/),
        ]),
    );
});

test("what a job uses are options of the pipeline, which the specification lists", async () => {
    const made = await registered(() => {
        const sales = new PubSubSubscription("sales", { topic: new PubSubTopic("sales"), pull: {} });
        return score({ uses: { sales: sales.subscriber }, parameters: { window: "60" } });
    });
    expect(made["DataflowRun score"]).toMatchObject({
        parameters: { sales: "projects/acme-dev/subscriptions/sales", window: "60" },
    });
    const { metadata } = specificationIn(made);
    expect(metadata.parameters.map(({ name }: { name: string }) => name)).toEqual(["sales", "window"]);
    expect(made).toHaveProperty("SubscriptionIAMMember score-sales-subscriber");
});

test("an empty list of experiments is none", async () => {
    expect((await jobOf(() => score({ experiments: [] }))).environment).toEqual(environment);
});

test("a number is a fixed number of workers", async () => {
    const made = await registered(() => score({ scaling: 4 }));
    expect(made["DataflowRun score"]).toMatchObject({ workers: { min: 4, max: 4 } });
});

test.each([
    ["production", 20],
    ["staging", 5],
    ["development", 2],
] as const)("in %s a job has up to %d workers", async (kind, max) => {
    const made = await registered(() => score(), { kind });
    expect(made["DataflowRun score"]).toMatchObject({ workers: { min: 1, max } });
});

test.each([
    [{ min: 5 }, { min: 5, max: 5 }],
    [{ min: 1 }, { min: 1, max: 2 }],
    [{ max: 9 }, { min: 1, max: 9 }],
])("with the bounds %j a job has the workers %j in development", async (scaling, workers) => {
    expect(await jobOf(() => score({ scaling }))).toMatchObject({ workers });
});

test.each([
    [false, { wait: false, waitSeconds: 0 }],
    [true, { wait: true, waitSeconds: 0 }],
    ["2 hours", { wait: true, waitSeconds: 7200 }],
])("a batch job with wait: %j is awaited as %j", async (wait, expected) => {
    expect(await jobOf(() => score({ type: "batch", wait }))).toMatchObject(expected);
});

test("labels of a job are beside that of its stack", async () => {
    expect(await jobOf(() => score({ labels: { team: "sales" } }))).toMatchObject({
        labels: { environment: "dev", team: "sales" },
    });
});

test.each([
    ["the shared network", () => ({}), "slipway-dev"],
    ["a network of the program", () => ({ network: new Network("data") }), "data"],
    ["a subnet of such a network", () => ({ network: { network: new Network("data"), subnet: "apps" } }), "data"],
])("without Streaming Engine, workers exchange data in %s, which is allowed first", async (_, args, network) => {
    const program = () => score({ streamingEngine: false, ...args() });
    const { "Firewall score": firewall, "DataflowRun score": job } = await registered(program);
    expect(firewall).toEqual({
        name: "score-workers",
        description: "Data between the workers of the Dataflow job score",
        network: `projects/acme-dev/global/networks/${network}`,
        direction: "INGRESS",
        sourceTags: ["dataflow"],
        targetTags: ["dataflow"],
        allows: [{ protocol: "tcp", ports: ["12345-12346"] }],
        logConfig: { metadata: "INCLUDE_ALL_METADATA" },
    });
    expect(job).toMatchObject({ environment: { enableStreamingEngine: false } });
    expect((await registeredOptions(program))["DataflowRun score"]?.after).toContain("Firewall score");
});

test.each([
    ["with Streaming Engine", {}],
    ["of a batch job", { type: "batch" }],
    [
        "in a given subnet",
        {
            streamingEngine: false,
            network: { subnet: "projects/acme-net/regions/europe-west1/subnetworks/data" },
        },
    ],
])("no rule is created for workers %s", async (_, args) => {
    expect(await registered(() => score(args))).not.toHaveProperty(["Firewall score"]);
});

test("machines, disks, addresses, modes, keys and experiments are those of the arguments", async () => {
    const key = "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/flow";
    const made = await registered(() =>
        score({
            machineType: "n2-standard-4",
            scaling: { min: 2, max: 30 },
            diskSize: "50 GB",
            publicAddress: true,
            atLeastOnce: true,
            experiments: ["enable_prime"],
            encryptionKey: key,
            network: { subnet: "projects/acme-net/regions/europe-west1/subnetworks/data" },
            drainTimeout: "2 hours",
            workerImage: true,
        }),
    );
    expect(made["DataflowRun score"]).toMatchObject({
        environment: {
            ...environment,
            machineType: "n2-standard-4",
            diskSizeGb: 50,
            ipConfiguration: "WORKER_IP_PUBLIC",
            streamingMode: "STREAMING_MODE_AT_LEAST_ONCE",
            additionalExperiments: ["enable_prime"],
            kmsKeyName: key,
            sdkContainerImage: image,
            subnetwork: "https://www.googleapis.com/compute/v1/projects/acme-net/regions/europe-west1/subnetworks/data",
        },
        workers: { min: 2, max: 30 },
        drainSeconds: 7200,
    });
    expect(made["Bucket score-dataflow"]).toMatchObject({ encryption: { defaultKmsKeyName: key } });
});

test("a folder is built to an image with the launcher, which the workers run as well", async () => {
    const source = folderOf({ "main.py": "import apache_beam", "requirements.txt": "apache-beam[gcp]==2.70.0\n" });
    const made = await registered(() =>
        score({ image: undefined, source, registry: new ContainerRegistry("pipelines") }),
    );
    const build = made["Image score-pipeline"] as { buildArgs: object; dockerfile: { location: string } };
    expect(build.buildArgs).toEqual({
        LAUNCHER: "gcr.io/dataflow-templates-base/python311-template-launcher-base:20230622_RC00",
        SDK: "docker.io/apache/beam_python3.11_sdk:2.70.0",
        MAIN: "main.py",
    });
    expect(build.dockerfile.location).toMatch(/^lib\/dataflow\/Dockerfile$/);
    const { sdkContainerImage } = (made["DataflowRun score"] as Made).environment as Record<string, string>;
    expect(sdkContainerImage).toMatch(/^europe-west1-docker\.pkg\.dev\/acme-dev\/pipelines\/score@/);
    expect(made).toHaveProperty("RepositoryIamMember score-pipelines-reader");
});

test("a folder that pins no Apache Beam is built on the image that is given", async () => {
    const source = folderOf({ "main.py": "import apache_beam" });
    const made = await registered(() =>
        score({
            image: undefined,
            source,
            registry: new ContainerRegistry("pipelines"),
            sdkImage: "docker.io/acme/sdk:1",
        }),
    );
    expect(made["Image score-pipeline"]).toMatchObject({ buildArgs: { SDK: "docker.io/acme/sdk:1", MAIN: "main.py" } });
});

test.each([
    [{}, undefined],
    [{ launcherImage: "gcr.io/acme/launcher:1" }, { LAUNCHER: "gcr.io/acme/launcher:1" }],
    [{ sdkImage: "docker.io/acme/sdk:1" }, { SDK: "docker.io/acme/sdk:1" }],
])("a folder with a Dockerfile is built with the arguments of %j only", async (args, expected) => {
    const Dockerfile = "FROM scratch\nENV FLEX_TEMPLATE_PYTHON_PY_FILE=/main.py\n";
    const source = folderOf({ "main.py": "", Dockerfile });
    const made = await registered(() =>
        score({ image: undefined, source, registry: new ContainerRegistry("pipelines"), ...args }),
    );
    const build = made["Image score-pipeline"] as { buildArgs?: object; dockerfile: { location: string } };
    expect(build.buildArgs).toEqual(expected);
    expect(build.dockerfile.location).toMatch(/slipway-test-\w+\/Dockerfile$/);
});

test("the specification has the image, the language, and the parameters in order, which Dataflow describes", async () => {
    const specified = async (args: object) =>
        specificationIn(await registered(() => score({ parameters: { window: "60", sales: "a" }, ...args })));
    const parameters = ["sales", "window"].map((name) => ({ name, label: name, helpText: name }));
    const expected = {
        image,
        sdkInfo: { language: "PYTHON" },
        metadata: { name: "score", streaming: true, parameters },
    };
    expect(await specified({})).toEqual(expected);
    expect(await specified({ language: "java", type: "batch" })).toEqual({
        ...expected,
        sdkInfo: { language: "JAVA" },
        metadata: { ...expected.metadata, streaming: false },
    });
});

test.each([
    [{}, undefined],
    [{ workerImage: true }, image],
    [{ workerImage: image.replace("score@", "worker@") }, image.replace("score@", "worker@")],
])("the image of the workers of %j is %j", async (args, expected) => {
    const { environment: made } = await jobOf(() => score(args));
    expect((made as Record<string, string>).sdkContainerImage).toBe(expected);
});

test.each([
    [
        { template: "PubSub_to_BigQuery_Flex", parameters: { outputTableSpec: "a:b.c", inputTopic: "t" } },
        { kind: "flex", path: "gs://dataflow-templates-europe-west1/latest/flex/PubSub_to_BigQuery_Flex" },
    ],
    [
        {
            template: "PubSub_Subscription_to_BigQuery",
            version: "2026-11-04-00_RC00",
            parameters: { inputSubscription: "s", outputTableSpec: "a:b.c" },
        },
        {
            kind: "classic",
            path: "gs://dataflow-templates-europe-west1/2026-11-04-00_RC00/PubSub_Subscription_to_BigQuery",
        },
    ],
    [
        { template: { name: "Kafka_to_BigQuery_Flex", kind: "flex" }, type: "streaming" },
        { kind: "flex", path: "gs://dataflow-templates-europe-west1/latest/flex/Kafka_to_BigQuery_Flex" },
    ],
    [
        {
            template: "PubSub_to_BigQuery_Flex",
            type: "streaming",
            parameters: { outputTableSpec: "t", inputTopic: "t" },
        },
        { kind: "flex", path: "gs://dataflow-templates-europe-west1/latest/flex/PubSub_to_BigQuery_Flex" },
    ],
    [
        { template: { name: "Count", kind: "classic" }, type: "streaming" },
        { kind: "classic", path: "gs://dataflow-templates-europe-west1/latest/Count" },
    ],
    [
        { templateFile: "gs://acme-templates/count", kind: "classic", type: "streaming" },
        { kind: "classic", path: "gs://acme-templates/count" },
    ],
])("the template of %j", async (args, template) => {
    const made = await jobOf(() => score({ image: undefined, type: undefined, ...args }));
    expect([made.type, made.template]).toEqual(["streaming", template]);
});

test("a batch job runs on a schedule as an account that may only launch jobs", async () => {
    const made = await registered(() => score({ type: "batch", schedule: "0 3 * * *", runOn: ["one"] }));
    expect(made["DataflowRun score"]).toMatchObject({ type: "batch", runOn: ["one"], workers: { min: 0, max: 2 } });
    const { httpTarget } = made["Job score-schedule"] as unknown as { httpTarget: { uri: string; body: string } };
    expect(httpTarget.uri).toBe(
        "https://dataflow.googleapis.com/v1b3/projects/acme-dev/locations/europe-west1/flexTemplates:launch",
    );
    expect(JSON.parse(Buffer.from(httpTarget.body, "base64").toString()).launchParameter).toMatchObject({
        jobName: "score-scheduled",
        environment: { serviceAccountEmail: email, additionalUserLabels: { "slipway-job": "score" } },
    });
    expect(made).toHaveProperty("IAMMember score-schedule-project-dataflow-developer");
    expect(made).toHaveProperty("IAMMember score-schedule-score-dataflow-service-account-user");
});

test("the job and the account of a schedule can be transformed", async () => {
    const transform = { schedule: { description: "Nightly." }, scheduleAccount: { displayName: "Launches score" } };
    const made = await registered(() => score({ type: "batch", schedule: "0 3 * * *", transform }));
    expect(made).toMatchObject({
        "Job score-schedule": { description: "Nightly." },
        "Account score-schedule-call": { displayName: "Launches score" },
    });
});

test("a schedule launches a classic template at its address", async () => {
    const own = { image: undefined, templateFile: "gs://acme-templates/count", kind: "classic" };
    const made = await registered(() => score({ ...own, type: "batch", schedule: "0 3 * * *" }));
    expect(made["Job score-schedule"]).toMatchObject({
        httpTarget: {
            uri: "https://dataflow.googleapis.com/v1b3/projects/acme-dev/locations/europe-west1/templates:launch?gcsPath=gs%3A%2F%2Facme-templates%2Fcount",
        },
    });
});

test("without runs in deployments there is only the schedule", async () => {
    const made = await registered(() => score({ type: "batch", schedule: "0 3 * * *", runOnDeploy: false }));
    expect(made["DataflowRun score"]).toBeUndefined();
    expect(made).toHaveProperty("Job score-schedule");
});

test.each([
    ["as its job", {}],
    ["on its schedule", { type: "batch", schedule: "0 3 * * *", runOnDeploy: false }],
])("other environments can promote an image that ran %s", async (_, args) => {
    const ran = jest.spyOn(ContainerImage.prototype, "ranBy");
    await registered(() => {
        const registry = new ContainerRegistry("images");
        const pipeline = new ContainerImage("pipeline", { registry, digest: `sha256:${"0a".repeat(32)}` });
        const { job, schedule } = score({ image: pipeline, ...args });
        expect(ran.mock.calls).toEqual([[job ?? schedule]]);
    });
    expect(ran).toHaveBeenCalledTimes(1);
    ran.mockRestore();
});

test("the name of a job is the component's, shortened to 50 characters", async () => {
    const named = async (length: number) => {
        const made = await registered(() => new DataflowJob("s".repeat(length), { image, type: "streaming" }));
        return (made[`DataflowRun ${"s".repeat(length)}`] as { name: string }).name;
    };
    expect(await named(50)).toBe("s".repeat(50));
    expect(await named(51)).toMatch(/^s+-[0-9a-f]{6}$/);
});

test("a streaming job that runs in no deployment is refused without asking for a schedule", async () => {
    expect(await refused(() => score({ runOnDeploy: false }))).toBe(
        'DataflowJob "score": runOnDeploy: [dataflow/option-of-other-type]',
    );
});

const pinned = { "requirements.txt": "apache-beam[gcp]==2.70.0\n" };

test.each<[object, string]>([
    [{ templateFile: "gs://a/b" }, '"score": [dataflow/code-not-exactly-one]'],
    [{ type: undefined }, "type: [dataflow/type-missing]"],
    [{ image: undefined, template: "Word_Count", type: "streaming" }, "type: [dataflow/type-of-template]"],
    [
        { image: undefined, template: "Word_Count", type: undefined, parameters: { inputFile: "gs://a/b" } },
        "parameters.output: [dataflow/template-parameter-missing]",
    ],
    [
        {
            image: undefined,
            template: "Word_Count",
            type: undefined,
            parameters: { inputFile: "gs://a/b", output: "gs://a/c", outputs: "1" },
        },
        "parameters.outputs: [dataflow/template-unknown-parameter]",
    ],
    [
        {
            image: undefined,
            template: "PubSub_to_BigQuery_Flex",
            type: undefined,
            parameters: { outputTableSpec: "a:b.c", inputTopic: "t", inputSubscription: "s" },
        },
        "parameters: [dataflow/template-parameters-not-exactly-one]",
    ],
    [
        { image: undefined, template: "Word_Counts", type: undefined },
        "template: must be one of PubSub_to_BigQuery_Flex, PubSub_Subscription_to_BigQuery",
    ],
    [{ version: "latest" }, "version: [dataflow/option-of-other-code]"],
    [{ main: "score.py" }, "main: [dataflow/option-of-other-code]"],
    [{ registry: "images" }, "registry: "],
    [{ launcherImage: image }, "launcherImage: [dataflow/option-of-other-code]"],
    [{ sdkImage: image }, "sdkImage: [dataflow/option-of-other-code]"],
    [{ kind: "flex" }, "kind: [dataflow/option-of-other-code]"],
    ...[{ language: "java" }, { workerImage: image }].map((args): [object, string] => [
        { image: undefined, templateFile: "gs://templates/count.json", ...args },
        `${Object.keys(args)[0]}: [dataflow/option-of-other-code]`,
    ]),
    [{ runOn: ["one"] }, "runOn: [dataflow/option-of-other-type]"],
    [{ wait: false }, "wait: [dataflow/option-of-other-type]"],
    [{ type: "batch", transformNames: { a: "b" } }, "transformNames: [dataflow/option-of-other-type]"],
    [{ type: "batch", onIncompatible: "fail" }, "onIncompatible: [dataflow/option-of-other-type]"],
    [{ type: "batch", streamingEngine: true }, "streamingEngine: [dataflow/option-of-other-type]"],
    [{ type: "batch", runOnDeploy: false }, "schedule: [dataflow/schedule-missing]"],
    [
        { type: "batch", schedule: "0 3 * * *", runOnDeploy: false, wait: false },
        "wait: [dataflow/option-of-deployed-jobs]",
    ],
    [
        { type: "batch", schedule: "0 3 * * *", runOnDeploy: false, runOn: ["one"] },
        "runOn: [dataflow/option-of-deployed-jobs]",
    ],
    [{ network: { network: "data" } }, "network.subnet: [dataflow/subnet-missing]"],
    [{ atLeastOnce: true, streamingEngine: false }, "atLeastOnce: [dataflow/at-least-once-without-engine]"],
    [{ scaling: { min: 5, max: 3 } }, "scaling.min: [range/min-above-max]"],
    [{ scaling: { max: 5000 } }, "scaling.max: "],
    [{ diskSize: "20 GB" }, "diskSize: must be from 30 GB to 65536 GB"],
    [{ name: "Score" }, "name: must have 1 to 50 lower-case letters"],
    [{ drainTimeout: "2 days" }, "drainTimeout: "],
    [{ parameters: { apiKey: "abc" } }, "parameters.apiKey: [iam/secret-in-env]"],
    [{ parameters: { region: "us-east1" } }, "parameters.region: is an option that the component sets by its other"],
    [
        { uses: { job_name: { value: "a", grants: [], attachments: [] } } },
        "uses.job_name: is an option that the component sets by its other",
    ],
    [
        { uses: { models: { value: "a", grants: [], attachments: [{ kind: "secret-variable" }] } } },
        "uses.models: needs what cannot be mounted here: secret-variable",
    ],
    [{ parameters: { "a-b": "abc" } }, "a parameter's name must have only letters"],
    [
        { network: { subnet: "projects/acme-dev/regions/us-east1/subnetworks/data" } },
        "network.subnet: [place/other-region]",
    ],
    [
        { encryptionKey: "projects/acme-keys/locations/us-east1/keyRings/data/cryptoKeys/flow" },
        "encryptionKey: [place/other-region]",
    ],
    [{ image: "docker.io/acme/score:1" }, "image: names an image by a tag"],
    [{ labels: Object.fromEntries(Array.from({ length: 62 }, (_, at) => [`a${at}`, "b"])) }, "labels: "],
])("%j is refused", async (args, message) => {
    expect(await refused(() => score(args))).toContain(message);
});

test.each<[Record<string, string>, object, string]>([
    [{ "score.py": "", ...pinned }, {}, "main: [dataflow/main-missing]"],
    [{ "main.py": "" }, {}, "source: [dataflow/beam-not-pinned]"],
    [{ "main.py": "", "requirements.txt": "apache-beam[gcp]\n" }, {}, "source: [dataflow/beam-not-pinned]"],
    [{ "main.py": "", Dockerfile: "FROM scratch" }, {}, "source: [dataflow/dockerfile-without-pipeline]"],
    [{ "main.py": "", ...pinned }, { registry: undefined }, "registry: [dataflow/registry-missing]"],
])("a folder with %j and %j is refused", async (files, args, message) => {
    const source = folderOf(files);
    const program = () => {
        const registry = ContainerRegistry.existing("pipelines");
        return score({ image: undefined, source, registry, ...args });
    };
    expect(await refused(program)).toContain(message);
});

test("variables of Cloud Run are options of a pipeline like others", async () => {
    const made = await jobOf(() => score({ uses: { PORT: { value: "a", grants: [], attachments: [] } as never } }));
    expect(made.parameters).toMatchObject({ PORT: "a" });
});

test("a template of one's own has no specification of the component", async () => {
    const made = await registered(() => score({ image: undefined, templateFile: "gs://acme-templates/score.json" }));
    expect(made["BucketObject score-specification"]).toBeUndefined();
});
