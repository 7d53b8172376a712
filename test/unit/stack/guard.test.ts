import { Provider, type ProviderArgs } from "@pulumi/gcp/provider";
import { Topic } from "@pulumi/gcp/pubsub/topic";
import * as pulumi from "@pulumi/pulumi";
import {
    BigQueryDataset,
    BigQueryTable,
    type ComponentArgs,
    ContainerRegistry,
    crossing,
    Deployer,
    PubSubSubscription,
    PubSubTopic,
    Schedule,
    Secret,
    ServerlessFunction,
    StorageBucket,
} from "slipway";
import { EnvironmentProject } from "slipway/resourcemanager";
import { guard } from "../../../lib/stack/boundary/guard";
import { registration } from "../engine";
import { folderOf } from "../folders";
import { problemsIn, refused, registered, registeredOptions, rejection, told } from "../registered";

/** A stack with other environments, in which all resources are guarded. */
const among = (environments: object, project = "acme-dev") => ({
    config: { "gcp:project": project, "slipway:environments": JSON.stringify(environments) },
    root: true,
});
const number = "987654321098";
const stack = among({ dev: "acme-dev", prod: { project: "acme-prod", number } });

/** A resource without a component. */
class Raw extends pulumi.CustomResource {}
const resource = (type: string, props: object, options?: pulumi.CustomResourceOptions) =>
    new Raw(`gcp:${type}`, "it", props as pulumi.Inputs, options);

const crosses = "[stack/reference-crosses-environments]";

const member = (given: string) => ["storage/bucketIAMMember:BucketIAMMember", { bucket: "b", member: given }] as const;
const image = (given: string) =>
    [
        "cloudrunv2/service:Service",
        { template: { containers: [{ image: given }] } },
        "template.containers.0.image",
    ] as const;
const view = (query: string) => ["bigquery/table:Table", { view: { query } }, "view.query"] as const;
const variable = (value: string) =>
    [
        "cloudfunctionsv2/function:Function",
        { serviceConfig: { environmentVariables: { GIVEN: value } } },
        "serviceConfig.environmentVariables.GIVEN",
    ] as const;
const network = (given: string) => ["compute/subnetwork:Subnetwork", { network: given }] as const;
const url = (given: string) => ["cloudscheduler/job:Job", { httpTarget: { uri: given } }, "httpTarget.uri"] as const;
const topic = (given: string) => ["pubsub/subscription:Subscription", { topic: given }] as const;
const bucket = (given: string) => ["storage/bucketObject:BucketObject", { name: "model", bucket: given }] as const;

const bucketOf = (given: string): [string, object] => [bucket(given)[0], bucket(given)[1]];

type Case = readonly [what: string, given: readonly [type: string, props: object, path?: string]];

const violations: Case[] = [
    ["a project", ["pubsub/topic:Topic", { name: "sales", project: "acme-prod" }, "project"]],
    ["a project's number", ["pubsub/topic:Topic", { name: "sales", project: number }, "project"]],
    ["a path", topic("projects/acme-prod/topics/sales")],
    ["a path by the number", topic(`projects/${number}/topics/sales`)],
    ["a self link", network("https://www.googleapis.com/compute/v1/projects/acme-prod/global/networks/main")],
    [
        "a full resource name",
        ["tags/tagBinding:TagBinding", { parent: `//cloudresourcemanager.googleapis.com/projects/acme-prod` }],
    ],
    ["an account", member("serviceAccount:predict@acme-prod.iam.gserviceaccount.com")],
    ["App Engine's account", member("serviceAccount:acme-prod@appspot.gserviceaccount.com")],
    ["Compute Engine's account", member(`serviceAccount:${number}-compute@developer.gserviceaccount.com`)],
    ["a service's account", member(`serviceAccount:service-${number}@gcp-sa-pubsub.iam.gserviceaccount.com`)],
    ["BigQuery's account", member(`serviceAccount:bq-${number}@bigquery-encryption.iam.gserviceaccount.com`)],
    ["an account of Kubernetes", member("serviceAccount:acme-prod.svc.id.goog[web/predict]")],
    ["the owners of a project", member("projectOwner:acme-prod")],
    [
        "a federated identity",
        member(`principalSet://iam.googleapis.com/projects/${number}/locations/global/workloadIdentityPools/ci/*`),
    ],
    ["a user of Cloud SQL", ["sql/user:User", { name: "predict@acme-prod.iam" }]],
    ["an image", image("europe-west1-docker.pkg.dev/acme-prod/images/predict@sha256:0123")],
    ["an image of Container Registry", image("eu.gcr.io/acme-prod/predict:v1")],
    ["a connection", variable("acme-prod:europe-west1:sales")],
    ["a connection's socket", variable("/cloudsql/acme-prod:europe-west1:sales")],
    [
        "a table",
        [
            "pubsub/subscription:Subscription",
            { bigqueryConfig: { table: "acme-prod.sales.orders" } },
            "bigqueryConfig.table",
        ],
    ],
    ["a table in the other format", variable("acme-prod:sales.orders")],
    ["a table for code", variable("acme-prod.sales.orders_*")],
    ["a dataset for code", variable("acme-prod.sales")],
    ["a table in a query", view("SELECT * FROM `acme-prod.sales.orders` WHERE amount > 0")],
    ["a quoted project in a query", view("SELECT * FROM `acme-prod`.sales.orders")],
    ["a bare table in a query", view("SELECT *\nFROM acme-prod.sales.orders AS o")],
    ["a table in a legacy query", view("SELECT * FROM [acme-prod:sales.orders]")],
    ["a table in a query for code", variable("SELECT amount FROM acme-prod.sales.orders")],
    ["a table's address", variable("bq://acme-prod.sales.orders")],
    ["a function's host", url("https://europe-west1-acme-prod.cloudfunctions.net/predict")],
    ["a host of App Engine", url("https://acme-prod.appspot.com/tasks")],
    ["a regional host of App Engine", url("https://acme-prod.ew.r.appspot.com/tasks")],
    ["a service's host in App Engine", url("https://api-dot-acme-prod.ew.r.appspot.com/tasks")],
    ["a host of Cloud Run", url(`https://predict-${number}.europe-west1.run.app`)],
    ["a bucket with a name of this library", bucket("acme-prod-models")],
    ["a bucket's address", variable("gs://acme-prod-models/sales.json")],
    ["a bucket's address for browsers", url("https://storage.googleapis.com/acme-prod-models/sales.json")],
    ["a bucket for code", variable("acme-prod-models")],
    ["a new bucket with the name of another environment's", ["storage/bucket:Bucket", { name: "acme-prod-models" }]],
    ["Cloud Build's bucket", variable("gs://acme-prod_cloudbuild/source")],
    ["a project for code", variable("acme-prod")],
    ["a flag for code", ["batch/job:Job", { command: ["deploy", "--project=acme-prod"] }, "command.1"]],
    [
        "a machine's metadata",
        ["compute/instance:Instance", { metadata: { DATABASE: "acme-prod:europe-west1:sales" } }, "metadata.DATABASE"],
    ],
    ["a filter", ["logging/projectSink:ProjectSink", { filter: 'resource.labels.project_id="acme-prod"' }]],
    [
        "a text of JSON",
        ["eventarc/trigger:Trigger", { payload: '{"target":{"project_id":"acme-prod"}}' }, "payload.target.project_id"],
    ],
];

test.each(violations)(
    "%s of another environment is refused",
    async (_, [type, props, path = Object.keys(props).at(-1)]) => {
        const name = type.split(":").at(-1);
        expect(await refused(() => resource(type, props), stack)).toBe(`${name} "it": ${path}: ${crosses}`);
    },
);

test("the name of a resource of another type does not make a bucket the stack's own", async () => {
    const [type, props, path] = variable("gs://acme-prod-models/sales.json");
    const program = () => {
        new Raw("gcp:pubsub/topic:Topic", "named", { name: "acme-prod-models" } as pulumi.Inputs);
        resource(type, props);
    };
    expect(await refused(program, stack, ["Topic named"])).toBe(`Function "it": ${path}: ${crosses}`);
});

const key = "projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales";

const lawful: Case[] = [
    [
        "all of the stack's own resources",
        ["pubsub/subscription:Subscription", { project: "acme-dev", topic: "projects/acme-dev/topics/sales" }],
    ],
    ["a project whose ID contains another's", topic("projects/acme-prod-models/topics/sales")],
    ["a project whose ID ends like another's", topic("projects/the-acme-prod/topics/sales")],
    ["App Engine's account of such a project", member("serviceAccount:the-acme-prod@appspot.gserviceaccount.com")],
    ["a connection to such a project", variable("the-acme-prod:europe-west1:sales")],
    ["a host of such a project", url("https://the-acme-prod.appspot.com/tasks")],
    ["a number that is a part of a longer one", topic(`projects/${number}1/topics/sales`)],
    ["a name", ["pubsub/topic:Topic", { name: "acme-prod" }]],
    ["an id of one's own", ["serviceaccount/account:Account", { accountId: "acme-prod" }]],
    ["a path that ends with this name", topic("projects/acme-dev/topics/acme-prod")],
    [
        "an image of that name in the stack's own registry",
        image("europe-west1-docker.pkg.dev/acme-dev/images/acme-prod:v1"),
    ],
    ["an image of that name", image("acme-prod:latest")],
    ["descriptions", ["pubsub/topic:Topic", { description: "as in acme-prod.sales.orders", displayName: "acme-prod" }]],
    ["labels", ["pubsub/topic:Topic", { labels: { copied: "acme-prod" }, effectiveLabels: { copied: "acme-prod" } }]],
    ["annotations", ["secretmanager/secret:Secret", { annotations: { from: "acme-prod" } }]],
    [
        "the content of an object",
        ["storage/bucketObject:BucketObject", { bucket: "b", content: "gs://acme-prod-models" }],
    ],
    [
        "a file",
        ["storage/bucketObject:BucketObject", { source: new pulumi.asset.StringAsset("gs://acme-prod-models") }],
    ],
    ["a file in a list", ["workflows/workflow:Workflow", { import: ["acme-prod/steps.yaml"] }]],
    [
        "a description in a schema",
        ["bigquery/table:Table", { schema: '[{"name":"id","description":"of acme-prod.sales.orders"}]' }],
    ],
    ["a site", url("https://acme-prod.example.com/sales")],
    [
        "a domain",
        ["compute/managedSslCertificate:ManagedSslCertificate", { managed: { domains: ["acme-prod.example.com."] } }],
    ],
    ["a host in any domain", ["compute/urlMap:URLMap", { hostRules: [{ hosts: ["acme-prod.acme.shop"] }] }]],
    ["an address of mail", member("user:sales@acme-prod.example.com")],
    ["a repository of code", ["cloudbuild/trigger:Trigger", { github: { owner: "acme", path: "acme/acme-prod" } }]],
    ["a file's name", variable("acme-prod.json")],
    ["a folder's name", variable("acme-prod/iris.json")],
    ["a column", view("SELECT t.`acme-prod` FROM `acme-dev.sales.orders` AS t")],
    ["a text in a query", view("SELECT * FROM `acme-dev.sales.orders` WHERE host = 'acme-prod.example.com'")],
    ["a bucket of the stack's own", bucket("acme-dev-models")],
    ["a function's host", url("https://europe-west1-the-acme-prod.cloudfunctions.net/predict")],
    [
        "a name that only starts with it",
        ["cloudrunv2/serviceIamMember:ServiceIamMember", { name: "acme-prod-proxy", topic: "acme-prod-events" }],
    ],
    ["numbers and nothing", ["pubsub/topic:Topic", { number: Number(number), nothing: null, kmsKeyName: key }]],
];

test.each(lawful)("%s is not one of another environment", async (_, [type, props]) => {
    const made = await registered(() => resource(type, props), stack);
    expect(Object.keys(made)).toEqual([`${type.split(":").at(-1)} it`]);
});

test.each([
    ["forecast", "forecast-dev"],
    ["acme-forecast", "acme-forecast-dev"],
])("of two projects, %s and %s, each has its own buckets", async (short, long) => {
    const inShort = among({ prod: short, dev: long }, short);
    const inLong = among({ prod: short, dev: long }, long);
    const own = { ...inShort, name: "prod" };
    expect(await told(() => resource(...bucketOf(`${long}-models`)), own)).toContain(
        `bucket: refers to ${long}, the project`,
    );
    expect(Object.keys(await registered(() => resource(...bucketOf(`${short}-models`)), own))).toEqual([
        "BucketObject it",
    ]);
    expect(await told(() => resource(...bucketOf(`${short}-models`)), inLong)).toContain(
        `bucket: refers to ${short}, the project`,
    );
    expect(Object.keys(await registered(() => resource(...bucketOf(`${long}-models`)), inLong))).toEqual([
        "BucketObject it",
    ]);
    // A common prefix can have another meaning, such as a company's name.
    const [type, props] = variable(`${short}-sales`);
    expect(Object.keys(await registered(() => resource(type, props), inLong))).toEqual(["Function it"]);
});

describe("a project whose ID starts with that of the stack's own", () => {
    const forecast = among({ prod: "forecast", dev: "forecast-dev" }, "forecast-dev");

    test.each<Case>([
        ["its own bucket", bucket("forecast-dev-models")],
        ["a variable with this prefix", variable("forecast-sales")],
        ["a new bucket with this prefix", ["storage/bucket:Bucket", { name: "forecast-sales" }]],
    ])("is distinguished from it: %s", async (__, [type, props]) => {
        expect(Object.keys(await registered(() => resource(type, props), forecast))).toHaveLength(1);
    });

    test("is detected in the name of a bucket, unless the stack creates that", async () => {
        const program = () => {
            const logs = new Raw("gcp:storage/bucket:Bucket", "forecast-logs", {});
            resource("storage/bucket:Bucket", { name: "forecast-sales" });
            resource("storage/bucketIAMMember:BucketIAMMember", {
                bucket: "forecast-sales",
                member: "group:a@acme.com",
            });
            resource("storage/folder:Folder", { bucket: logs.urn.apply(() => "forecast-logs-0a1b2c3") });
            resource("storage/bucketObject:BucketObject", { bucket: "forecast-models" });
        };
        expect(
            await refused(program, forecast, ["Bucket forecast-logs", "Bucket it", "BucketIAMMember it", "Folder it"]),
        ).toBe(`BucketObject "it": bucket: ${crosses}`);
    });
});

test("a project whose ID is a common word is only detected in properties with project IDs", async () => {
    const word = among({ prod: "forecast", dev: "acme-dev" });
    const program = () => {
        resource("cloudfunctionsv2/function:Function", { buildConfig: { entryPoint: "forecast" }, topic: "forecast" });
        resource("compute/urlMap:URLMap", { host: "forecast.sales.orders" });
        resource("bigquery/table:Table", {
            view: { query: "SELECT * FROM forecast.sales JOIN `acme-dev.forecast.sales`" },
        });
        resource("pubsub/topic:Topic", variable("forecast")[1]);
        resource("cloudrunv2/service:Service", variable("forecast-sales")[1]);
        resource("run/job:Job", { env: { GOOGLE_CLOUD_PROJECT: "forecast" }, table: "forecast.sales.orders" });
    };
    expect(await refused(program, word, ["Function it", "Service it", "Table it", "Topic it", "URLMap it"])).toBe(
        `Job "it": env.GOOGLE_CLOUD_PROJECT: ${crosses}\nJob "it": table: ${crosses}`,
    );
    const read = () => resource("organizations/project:Project", {}, { id: "forecast" });
    expect(await refused(read, word)).toBe(`Project "it": id: ${crosses}`);
    const [type, props, path] = variable("forecast-models.storage.googleapis.com");
    expect(await refused(() => resource(type, props), word)).toBe(`Function "it": ${path}: ${crosses}`);
});

test("stacks with the same project are not foreign to each other, and those of another project are reported together", async () => {
    const several = among({ dev: "acme-dev", alice: "acme-dev", prod: "acme-prod", canary: "acme-prod" });
    const program = () => {
        resource("pubsub/topic:Topic", { project: "acme-dev" });
        resource("pubsub/subscription:Subscription", { project: "acme-prod" });
    };
    expect(await told(program, several, ["Topic it"])).toContain(
        'Subscription "it": project: refers to acme-prod, the project of prod and canary, but',
    );
});

test.each<[string, () => unknown, string[], string]>([
    ["a resource without a component", () => resource(...bucketOf("acme-prod-models")), [], "it"],
    [
        "a deployer, which has no argument for it",
        () => {
            const transform = { account: { project: "acme-prod" } };
            new Deployer("deploys-dev", {
                github: { repository: "acme/sales", environment: "dev" },
                roles: [],
                transform,
            });
        },
        [],
        'Deployer "deploys-dev"',
    ],
    [
        "a project, which has none either",
        () => {
            const parent = { folder: "123456789012" };
            const billingAccount = "012345-6789AB-CDEF01";
            new EnvironmentProject("prod", { projectId: "acme-prod", kind: "production", parent, billingAccount });
        },
        [],
        'EnvironmentProject "prod"',
    ],
])("the way to allow a reference from %s is an option", async (_, program, unharmed, whom) => {
    expect(await told(program, stack, unharmed)).toContain(
        `Use a resource of this stack, or give ${whom} the option transformations: [crossing("prod")], with crossing from slipway.`,
    );
});

test("all environments are foreign to a stack that is not one of them", async () => {
    const feature = { ...among({ dev: "acme-dev", prod: "acme-prod" }, "acme-feature"), name: "feature" };
    expect(await told(() => resource("pubsub/topic:Topic", { project: "acme-dev" }), feature)).toContain(
        "project: refers to acme-dev, the project of dev, but this stack is feature in acme-feature (got",
    );
});

describe("a stack without a project in its configuration", () => {
    const environments = JSON.stringify({ dev: "acme-dev", prod: "acme-prod" });
    const config = { "gcp:project": undefined, "slipway:environments": environments };

    test.each([
        ["has the one of its entry", "dev", "dev in acme-dev"],
        ["has none if it has no entry", "feature", "feature"],
    ])("%s", async (_, name, place) => {
        const own = { config, name, root: true };
        const text = await told(() => resource(...bucketOf("acme-prod-models")), own);
        expect(text).toContain(`bucket: refers to acme-prod, the project of prod, but this stack is ${place} (got`);
        expect(Object.keys(await registered(() => resource(...bucketOf("models")), own))).toEqual(["BucketObject it"]);
    });
});

test.each<[string, () => unknown, string]>([
    ["an output", () => pulumi.output("acme-prod"), '"acme-prod"'],
    ["a promise", () => Promise.resolve("acme-prod"), '"acme-prod"'],
    ["a secret, which the error does not contain,", () => pulumi.secret("acme-prod"), "a secret"],
])("a reference in %s is refused when it is known", async (_, reference, got) => {
    let message = "";
    await registered(async () => {
        const props = { project: reference() };
        const { project } = guard(registration("gcp:pubsub/topic:Topic", "it", props, {}))?.props ?? {};
        const failure = pulumi.Output.isInstance(project) ? rejection(project) : project.catch((error: Error) => error);
        ({ message } = await failure);
    }, stack);
    expect(message).toMatch(/^Topic "it": project: refers to acme-prod, /);
    expect(message).toContain(`(got ${got})`);
});

test("a resource as a value is left as it is, as it was inspected by itself", async () => {
    const found: unknown[] = [];
    await registered(() => {
        const topic = new Topic("sales", project, { transformations: [crossing("prod")] });
        const args = registration("gcp:pubsub/subscription:Subscription", "it", { topic }, {});
        found.push(topic, guard(args)?.props.topic);
    }, stack);
    expect(found[1]).toBe(found[0]);
});

test("an archive as a value is left as it is, whatever the name of its folder", async () => {
    const source = new pulumi.asset.FileArchive("acme-prod");
    const found: unknown[] = [];
    await registered(() => {
        const args = registration("gcp:storage/bucketObject:BucketObject", "it", { source }, {});
        found.push(guard(args)?.props.source);
    }, stack);
    expect(found[0]).toBe(source);
});

test("a bucket whose name is known later is the stack's own from then on", async () => {
    const forecast = among({ prod: "forecast", dev: "forecast-dev" }, "forecast-dev");
    const made = await registered(async () => {
        const props = { name: pulumi.output("forecast-sales") };
        const bucket = new Raw("gcp:storage/bucket:Bucket", "sales", props);
        await new Promise((resolve) => bucket.urn.apply(resolve));
        resource("storage/bucketObject:BucketObject", { bucket: "forecast-sales" });
    }, forecast);
    expect(Object.keys(made)).toEqual(["Bucket sales", "BucketObject it"]);
});

test("the dependencies of a resource stay, and the check of a provider whose project is known later is added", async () => {
    const found: unknown[] = [];
    const topics: Topic[] = [];
    await registered(() => {
        const provider = new Provider("own", { project: pulumi.output("acme-dev") });
        topics.push(new Topic("sales"), new Topic("returns"));
        for (const dependsOn of [undefined, topics[0], topics]) {
            const args = registration("gcp:pubsub/topic:Topic", "it", {}, { provider, dependsOn });
            found.push(guard(args)?.opts.dependsOn);
        }
    }, stack);
    const check = expect.any(Promise);
    expect(found).toEqual([[check], [topics[0], check], [...topics, check]]);
});

test("the outputs of another stack can be read, also in an organization with the name of a project", async () => {
    // It is read, not registered.
    expect(await registered(() => new pulumi.StackReference("acme-prod/sales/prod"), stack)).toEqual({});
});

test("reading a bucket of another environment is refused by its name", async () => {
    const options = { id: "acme-prod-models" };
    expect(await refused(() => resource("storage/bucket:Bucket", {}, options), stack)).toBe(
        `Bucket "it": id: ${crosses}`,
    );
});

test.each<[string, pulumi.CustomResourceOptions, string]>([
    ["imported by an id that starts with its project", { import: "acme-prod/sales" }, "import"],
    ["read by its path", { id: "projects/acme-prod/topics/sales" }, "id"],
])("what is %s is refused", async (_, options, path) => {
    expect(await refused(() => resource("pubsub/topic:Topic", {}, options), stack)).toBe(
        `Topic "it": ${path}: ${crosses}`,
    );
});

test("an imported resource can have a name that starts with another environment's project", async () => {
    const program = () => resource("pubsub/topic:Topic", {}, { import: "acme-prod-sales" });
    expect(Object.keys(await registered(program, stack))).toEqual(["Topic it"]);
});

describe("a program without environments, or with invalid ones", () => {
    const foreign = () => resource("pubsub/topic:Topic", { project: "acme-prod" });

    test.each<[string, string | undefined]>([
        ["without other environments", undefined],
        ["with an invalid environment", '{"prod":"Acme"}'],
    ])("is guarded in no stack %s", async (__, environments) => {
        const config = { "slipway:environments": environments };
        expect(await registered(foreign, { config, root: true })).toEqual({ "Topic it": { project: "acme-prod" } });
    });

    test("with the project of another stack is refused before a resource is registered", async () => {
        const copied = among({ dev: "acme-dev", prod: "acme-prod" }, "acme-prod");
        expect(await refused(() => resource("pubsub/topic:Topic", { name: "sales" }), copied)).toBe(
            'Environment "dev": gcp:project: [stack/project-not-of-stack]',
        );
    });
});

describe("a provider", () => {
    test("of another environment's project is refused", async () => {
        expect(await refused(() => new Provider("prod", { project: "acme-prod" }), stack)).toBe(
            `Provider "prod": project: ${crosses}`,
        );
    });

    const program = (options: pulumi.CustomResourceOptions) => () => {
        const provider = new Provider("prod", { project: "acme-prod" }, { transformations: [crossing("prod")] });
        resource("pubsub/topic:Topic", { name: "sales" }, { ...options, provider });
    };

    test("that is allowed does not allow its resources", async () => {
        expect(await refused(program({}), stack, ["Provider prod"])).toBe(`Topic "it": provider: ${crosses}`);
    });

    test("that is allowed does not allow the resources that inherit it from their parent", async () => {
        const inherited = () => {
            const transformations = [crossing("prod")];
            const provider = new Provider("prod", { project: "acme-prod" }, { transformations });
            const parent = new pulumi.ComponentResource("acme:index:Shop", "shop", {}, { provider });
            resource("pubsub/topic:Topic", { name: "sales" }, { parent });
        };
        expect(await refused(inherited, stack, ["Provider prod"])).toBe(`Topic "it": provider: ${crosses}`);
    });

    test("is allowed in all environments of its transformations", async () => {
        const transformations = (...order: string[]) => order.map((each) => crossing(each));
        for (const order of [
            ["prod", "staging"],
            ["staging", "prod"],
        ]) {
            const allowed = () =>
                new Provider("prod", { project: "acme-prod" }, { transformations: transformations(...order) });
            expect(Object.keys(await registered(allowed, stack))).toEqual(["Provider prod"]);
        }
    });

    test.each<[string, ProviderArgs]>([
        ["without a project", {}],
        ["with a project that is known later", { project: Promise.resolve("acme-dev") }],
    ])("%s is not of another environment", async (_, args) => {
        const own = () => resource("pubsub/topic:Topic", { name: "sales" }, { provider: new Provider("own", args) });
        expect(Object.keys(await registered(own, stack))).toEqual(["Provider own", "Topic it"]);
    });

    test("and a resource that are both allowed are registered", async () => {
        const made = await registered(program({ transformations: [crossing("prod")] }), stack);
        expect(Object.keys(made)).toEqual(["Provider prod", "Topic it"]);
    });
});

const source = folderOf({ "main.py": "def predict(request):\n    return 'range'\n" });
const project = { project: "acme-prod" };

/** A component that refers to another environment, and the child with the reference. */
const components: [string, child: string, (given: ComponentArgs) => unknown][] = [
    [
        "ServerlessFunction",
        'Function "range": serviceConfig.environmentVariables.DATABASE',
        (given) =>
            new ServerlessFunction("range", {
                ...given,
                source,
                entryPoint: "predict",
                trigger: { http: {} },
                env: { DATABASE: "acme-prod:europe-west1:sales" },
            }),
    ],
    [
        "PubSubTopic",
        'Topic "range": project',
        (given) => new PubSubTopic("range", { ...given, transform: { topic: project } }),
    ],
    [
        "PubSubSubscription",
        'Subscription "range": pushConfig.pushEndpoint',
        (given) => {
            const push = { endpoint: "https://europe-west1-acme-prod.cloudfunctions.net/predict", audience: "sales" };
            new PubSubSubscription("range", { ...given, topic: new PubSubTopic("sales"), push, deadLetter: false });
        },
    ],
    [
        "StorageBucket",
        'Bucket "range": name',
        (given) => new StorageBucket("range", { ...given, name: "acme-prod-models" }),
    ],
    [
        "ContainerRegistry",
        'Repository "range": project',
        (given) => new ContainerRegistry("range", { ...given, transform: { repository: project } }),
    ],
    [
        "BigQueryDataset",
        'DatasetIamMember "range-prod": member',
        (given) => {
            const reader = "serviceAccount:predict@acme-prod.iam.gserviceaccount.com";
            new BigQueryDataset("range", { ...given, access: { prod: { reader } } });
        },
    ],
    [
        "BigQueryTable",
        'Table "range": project',
        (given) =>
            new BigQueryTable("range", {
                ...given,
                dataset: new BigQueryDataset("sales"),
                transform: { table: project },
            }),
    ],
    ["Secret", 'Secret "range": project', (given) => new Secret("range", { ...given, transform: { secret: project } })],
    [
        "Schedule",
        'Job "range": httpTarget.uri',
        (given) => {
            const url = "https://europe-west1-acme-prod.cloudfunctions.net/predict";
            new Schedule("range", { ...given, cron: "0 3 * * *", call: { url } });
        },
    ],
];

describe.each(components)("a %s", (type, child, program) => {
    const { config } = stack;

    test("that refers to another environment is refused, with the argument that allows it", async () => {
        const name = child.replaceAll('"', "").split(":")[0] as string;
        expect(Object.keys(await registered(() => program({ crossProject: "prod" }), { config }))).toContain(name);
        const message = await told(() => program({}), { config }, expect.not.arrayContaining([name]));
        const [before = "", after] = message.split(" (got ");
        expect(before).toBe(`${child}: refers to acme-prod, the project of prod, but this stack is dev in acme-dev`);
        expect(after).toContain(`, or give ${type} "range" the argument crossProject: "prod". ${crosses}\n`);
    });

    test("can be allowed an existing stack, and no other", async () => {
        const told = await refused(() => program({ crossProject: ["dev", "prdo"] }), { config }, expect.anything());
        expect(told).toBe(
            `${type} "range": crossProject.1: must be a stack in slipway:environments: dev, prod (got "prdo"). Did you mean "prod"?`,
        );
    });
});

test("what a component allows applies to its children, and to nothing else", async () => {
    const { config } = stack;
    const job = { cron: "0 3 * * *", call: { url: "https://acme-prod.ew.r.appspot.com" } };
    const program = () => {
        const parent = new PubSubTopic("sales", { crossProject: "prod" });
        new Schedule("nightly", job, { parent });
        resource("pubsub/topic:Topic", { project: "acme-prod" }, { parent });
        new Schedule("daily", job);
    };
    expect(await refused(program, { config }, ["Job nightly", "Topic it", "Topic sales"])).toContain('Job "daily": ');
});

test("a program that shares its process with others is guarded from its first component on", async () => {
    const { config } = stack;
    // The package was imported before this stack existed.
    const within = (program: () => unknown) => () => pulumi.runtime.runInPulumiStack(async () => program());
    let refusal: unknown;
    const program = () => {
        new PubSubTopic("sales");
        try {
            resource("pubsub/topic:Topic", { project: "acme-prod" });
        } catch (error) {
            refusal = error;
        }
    };
    expect(Object.keys(await registered(within(program), { config }))).toEqual(["Topic sales"]);
    expect(problemsIn(refusal as Error)).toBe(`Topic "it": project: ${crosses}`);
});

test("resources of nested components are allowed by the component of the program", async () => {
    const orders = { transform: { table: project } };
    const program = (given: ComponentArgs) => () => new BigQueryDataset("sales", { ...given, tables: { orders } });
    const { config } = stack;
    expect(await told(program({}), { config }, ["Dataset sales"])).toMatch(
        /^Table "sales-orders": project: refers to .*, or give BigQueryDataset "sales" the argument crossProject: "prod"\. \[stack\/reference-crosses-environments\]$/m,
    );
    expect(await registered(program({ crossProject: "prod" }), { config })).toMatchObject({
        "Table sales-orders": project,
    });
});

test("another environment's key can be used, and granted, if the component allows it", async () => {
    const encryptionKey = "projects/acme-prod/locations/europe-west1/keyRings/data/cryptoKeys/sales";
    const program = (crossProject?: string) => () => new PubSubTopic("sales", { encryptionKey, crossProject });
    const grant = "CryptoKeyIAMMember pubsub-agent-sales-key-crypto-key-encrypter-decrypter";
    const shown = { config: stack.config, environment: true };
    expect(await registered(program("prod"), shown)).toMatchObject({
        [grant]: { cryptoKeyId: encryptionKey },
        "Topic sales": { kmsKeyName: encryptionKey },
    });
    const made = ["Provider dev", "Service pubsub", "ServiceIdentity pubsub-agent"];
    expect(await told(program(), shown, made)).toMatch(
        /^CryptoKeyIAMMember "pubsub-.*": cryptoKeyId: refers to acme-prod, .* or set crossProject: "prod" on the component that needs it\. \[stack\/reference-crosses-environments\]$/m,
    );
});

test("a component can be allowed by an option, too", async () => {
    const { config } = stack;
    const program = (options: pulumi.ComponentResourceOptions) => () =>
        new PubSubTopic("sales", { transform: { topic: project } }, options);
    expect(await registered(program({ transformations: [crossing("prod")] }), { config })).toMatchObject({
        "Topic sales": project,
    });
});

test("crossProject is refused in a stack without other environments", async () => {
    expect(await refused(() => new PubSubTopic("sales", { crossProject: "prod" }))).toBe(
        `PubSubTopic "sales": crossProject: must be a stack in slipway:environments, which this stack does not have (got "prod"). Set it with 'pulumi config set --path slipway:environments.<stack> <project id>'.`,
    );
    const { config } = among({ dev: "acme-dev" });
    expect(await refused(() => new PubSubTopic("sales", { crossProject: "prod" }), { config })).toBe(
        'PubSubTopic "sales": crossProject: must be a stack in slipway:environments: dev (got "prod"). Did you mean "dev"?',
    );
});

test("a guarded resource is the same as without the guard", async () => {
    const unguarded = { "slipway:environments": undefined };
    const program = () => {
        const topic = new PubSubTopic("sales", { labels: { team: pulumi.secret("forecast") } });
        const uses = { SALES: topic.publisher, MODELS: new StorageBucket("models").reader };
        const partly = pulumi.output({ known: "acme-dev", later: topic.topic.id });
        resource(
            "pubsub/topic:Topic",
            { partly, all: pulumi.all([topic.topic.id]), list: ["a", topic.topic.id] },
            { parent: topic },
        );
        const environment = { LEVEL: Promise.resolve("info"), KEY: pulumi.secret("acme-dev") };
        new ServerlessFunction("range", { source, entryPoint: "predict", trigger: { topic }, uses, env: environment });
    };
    for (const preview of [false, true]) {
        const guarded = { config: stack.config, preview, environment: true };
        expect(await registered(program, guarded)).toEqual(
            await registered(program, { ...guarded, config: unguarded }),
        );
        expect(await registeredOptions(program, guarded)).toEqual(
            await registeredOptions(program, { ...guarded, config: unguarded }),
        );
    }
});
