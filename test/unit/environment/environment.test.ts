import { Provider } from "@pulumi/gcp/provider";
import { Topic } from "@pulumi/gcp/pubsub/topic";
import * as pulumi from "@pulumi/pulumi";
import { PubSubSubscription, PubSubTopic, ServerlessFunction, StorageBucket } from "slipway";
import { Environment, type EnvironmentKind, environmentDefaults } from "slipway/environment";
import { allowsGoogle, type EffectivePolicy, warnOfForbiddenLogs } from "../../../lib/environment/logsPolicy";
import { AdminApi } from "../../../lib/internal/adminApi/adminApi";
import { logged, startProgram } from "../engine";
import { folderOf } from "../folders";
import { refused, registered, registeredOptions, registeredOutputs } from "../registered";

const withEnvironment = { environment: true };
const provider = {
    "Provider dev": { project: "acme-dev", region: "europe-west1", defaultLabels: '{"environment":"dev"}' },
};
const service = (name: string) => ({
    [`Service ${name}`]: { project: "acme-dev", service: `${name}.googleapis.com`, disableOnDestroy: false },
});

test("an environment is its provider, which labels everything, and enables no API", async () => {
    expect(await registered(() => Environment.current(), withEnvironment)).toEqual(provider);
});

const unlisted = `Environment "dev": gcp:region: is not a region that this release of slipway lists; the nearest is europe-west9 (got "europe-west99").`;

test("a region that this release does not list is refused, with the nearest one and a way out", async () => {
    expect(await refused(() => Environment.current(), { config: { "gcp:region": "europe-west99" } })).toBe(
        `${unlisted} If Google Cloud added it since, update slipway or run 'pulumi config set slipway:allowUnlisted true'.`,
    );
});

test("a region that this release does not list is accepted on request, with a warning", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const config = { "gcp:region": "europe-west99", "slipway:allowUnlisted": "true" };
    const made = await registered(() => Environment.current(), { ...withEnvironment, config });
    const texts = warn.mock.calls.map(([text]) => text);
    warn.mockRestore();
    expect(texts).toEqual([`${unlisted} It is passed on because of allowUnlisted.`]);
    expect(made).toEqual({ "Provider dev": { ...provider["Provider dev"], region: "europe-west99" } });
});

test("a label contains the stack's name with valid characters", async () => {
    expect(await registered(() => Environment.current(), { ...withEnvironment, name: "Feature.X_1" })).toEqual({
        "Provider Feature.X_1": { ...provider["Provider dev"], defaultLabels: '{"environment":"feature-x_1"}' },
    });
});

test("a label of a stack with a long name is shortened to 63 characters", async () => {
    expect(await registered(() => Environment.current(), { ...withEnvironment, name: "f".repeat(70) })).toEqual({
        [`Provider ${"f".repeat(70)}`]: {
            ...provider["Provider dev"],
            defaultLabels: `{"environment":"${"f".repeat(63)}"}`,
        },
    });
});

test("a program can read its environment, which is always the same object", async () => {
    const read: Environment[] = [];
    const outputs = await registeredOutputs(() => read.push(Environment.current(), Environment.current()), {
        ...withEnvironment,
        kind: "staging",
    });
    expect(read[0]).toBe(read[1]);
    expect(read[0]).toMatchObject({ project: "acme-dev", region: "europe-west1", kind: "staging" });
    expect(read[0]?.defaults).toEqual(environmentDefaults.staging);
    expect(outputs).toEqual({
        "Environment dev": { project: "acme-dev", region: "europe-west1", kind: "staging" },
    });
});

test("each program has its own environment", async () => {
    const read: string[] = [];
    await registered(() => read.push(Environment.current().project));
    await registered(() => read.push(Environment.current().project), { config: { "gcp:project": "acme-prod" } });
    expect(read).toEqual(["acme-dev", "acme-prod"]);
});

test("an API is enabled once, however many components need it, and never disabled", async () => {
    const topics = () => [new PubSubTopic("sales"), new PubSubTopic("returns")];
    expect(await registered(topics, withEnvironment)).toEqual({
        ...provider,
        ...service("pubsub"),
        "Topic sales": { name: "sales" },
        "Topic returns": { name: "returns" },
    });
});

test("no API is enabled if slipway:enableApis is false", async () => {
    const config = { "slipway:enableApis": "false" };
    expect(await registered(() => new PubSubTopic("sales"), { ...withEnvironment, config })).toEqual({
        ...provider,
        "Topic sales": { name: "sales" },
    });
});

test("a service's role in the project is granted once, and kept when the stack is destroyed", async () => {
    const twice = () => {
        const environment = Environment.current();
        const grant = () => environment.grantAgent("eventarc.googleapis.com", "roles/eventarc.serviceAgent");
        const another = () => environment.grantAgent("eventarc.googleapis.com", "roles/pubsub.publisher");
        return [grant(), grant(), another()];
    };
    const member = "serviceAccount:service-123@gcp-sa-eventarc.iam.gserviceaccount.com";
    expect(await registered(twice, withEnvironment)).toEqual({
        ...provider,
        ...service("eventarc"),
        "ServiceIdentity eventarc-agent": { project: "acme-dev", service: "eventarc.googleapis.com" },
        "IAMMember eventarc-agent-serviceAgent": { project: "acme-dev", role: "roles/eventarc.serviceAgent", member },
        "IAMMember eventarc-agent-publisher": { project: "acme-dev", role: "roles/pubsub.publisher", member },
    });
    const child = { parent: "Environment dev", provider: "Provider dev" };
    const kept = { ...child, retainOnDelete: true };
    expect(await registeredOptions(twice, withEnvironment)).toEqual({
        "Environment dev": {},
        "Provider dev": { parent: "Environment dev" },
        "Service eventarc": child,
        "ServiceIdentity eventarc-agent": { ...kept, after: ["Service eventarc"] },
        "IAMMember eventarc-agent-serviceAgent": {
            ...kept,
            after: ["Service eventarc", "ServiceIdentity eventarc-agent"],
        },
        "IAMMember eventarc-agent-publisher": {
            ...kept,
            after: ["Service eventarc", "ServiceIdentity eventarc-agent"],
        },
    });
});

test("Cloud Storage's service agent is looked up, because it already exists", async () => {
    const grant = () => Environment.current().grantAgent("storage.googleapis.com", "roles/pubsub.publisher");
    expect(await registered(grant, withEnvironment)).toEqual({
        ...provider,
        ...service("storage"),
        "IAMMember storage-agent-publisher": {
            project: "acme-dev",
            role: "roles/pubsub.publisher",
            member: "serviceAccount:service-123@gs-project-accounts.iam.gserviceaccount.com",
        },
    });
});

/** The properties of a stack with all types of components that depend on the kind of its environment. */
async function differences(kind: EnvironmentKind, config = {}) {
    const source = folderOf({ "main.py": "def predict(request):\n    return 'range'\n" });
    const program = () => {
        const topic = new PubSubTopic("sales");
        new PubSubSubscription("range", { topic, pull: {}, deadLetter: false });
        new StorageBucket("models");
        new ServerlessFunction("predict", { source, trigger: { http: {} } });
        new ServerlessFunction("record", { source, trigger: { topic }, entryPoint: "predict" });
    };
    const made = Object.entries(await registered(program, { kind, config }));
    const options = Object.entries(await registeredOptions(program, { kind, config }));
    const instances = (key: string) => {
        const { serviceConfig } = Object.fromEntries(made)[key] as { serviceConfig: Record<string, number> };
        return [serviceConfig.minInstanceCount, serviceConfig.maxInstanceCount];
    };
    return {
        protected: options.filter(([, { protect }]) => protect).map(([key]) => key),
        deletedWithObjects: made
            .filter(([, inputs]) => "forceDestroy" in inputs && inputs.forceDestroy)
            .map(([key]) => key),
        instancesOfPredict: instances("Function predict"),
        instancesOfRecord: instances("Function record"),
    };
}

const development = {
    protected: [],
    deletedWithObjects: ["Bucket models", "Bucket predict-source", "Bucket record-source"],
    instancesOfPredict: [0, 3],
    instancesOfRecord: [0, 3],
};
const production = {
    protected: ["Bucket models", "Subscription range", "Topic sales"],
    deletedWithObjects: ["Bucket predict-source", "Bucket record-source"],
    instancesOfPredict: [1, 100],
    instancesOfRecord: [0, 100],
};

test("development is small and deletable, staging larger, production highly available and protected", async () => {
    expect(await differences("development")).toEqual(development);
    expect(await differences("staging")).toEqual({
        ...development,
        instancesOfPredict: [0, 10],
        instancesOfRecord: [0, 10],
    });
    expect(await differences("production")).toEqual(production);
});

test("slipway:protection off disables only production's protection", async () => {
    const { protected: none, deletedWithObjects } = development;
    expect(await differences("production", { "slipway:protection": "off" })).toEqual({
        ...production,
        protected: none,
        deletedWithObjects,
    });
    expect(await differences("production", { "slipway:protection": "on" })).toEqual(production);
});

describe("the provider of a component's children", () => {
    const providerOf = async (program: () => unknown) => (await registeredOptions(program))["Topic sales"]?.provider;

    test("is the environment's by default", async () => {
        expect(await providerOf(() => new PubSubTopic("sales"))).toBe("Provider dev");
    });

    test("is the one in the component's options", async () => {
        const given = () => new Provider("own", { project: "acme-dev" });
        expect(await providerOf(() => new PubSubTopic("sales", {}, { provider: given() }))).toBe("Provider own");
        expect(await providerOf(() => new PubSubTopic("sales", {}, { providers: [given()] }))).toBe("Provider own");
        expect(await providerOf(() => new PubSubTopic("sales", {}, { providers: { gcp: given() } }))).toBe(
            "Provider own",
        );
    });

    test("is the one of the component's parent", async () => {
        const nested = (options: pulumi.ComponentResourceOptions) => {
            const parent = new pulumi.ComponentResource("acme:index:Sales", "all", {}, options);
            return new PubSubTopic("sales", {}, { parent });
        };
        expect(await providerOf(() => nested({}))).toBe("Provider dev");
        expect(await providerOf(() => nested({ provider: new Provider("own") }))).toBe("Provider own");
    });

    test("is the environment's if only a provider of another package is given", async () => {
        class Kubernetes extends pulumi.ProviderResource {
            constructor() {
                super("kubernetes", "cluster");
            }
        }
        expect(await providerOf(() => new PubSubTopic("sales", {}, { provider: new Kubernetes() }))).toBe(
            "Provider dev",
        );
        const providers = () => ({ kubernetes: new Kubernetes() });
        expect(await providerOf(() => new PubSubTopic("sales", {}, { providers: providers() }))).toBe("Provider dev");
    });

    test("does not affect other resources", async () => {
        const made = await registeredOptions(() => [new PubSubTopic("sales"), new Topic("raw")]);
        expect(made["Topic raw"]).toEqual({});
    });
});

describe("configuration", () => {
    const message = async (config: Record<string, string | undefined>, name?: string) =>
        (await refused(() => new PubSubTopic("sales"), { config, name })).split("\n");

    test("that is missing is reported with the commands that set it", async () => {
        const none = { "gcp:project": undefined, "gcp:region": undefined, "slipway:kind": undefined };
        expect(await message(none)).toEqual([
            `Environment "dev": gcp:project: is missing. Set it with 'pulumi config set gcp:project <project id>'.`,
            `Environment "dev": gcp:region: is missing. Set it with 'pulumi config set gcp:region <region, such as europe-west1>'.`,
            `Environment "dev": slipway:kind: is missing. Set it with 'pulumi config set slipway:kind <development, staging or production>'.`,
        ]);
    });

    const project =
        "gcp:project: must be a project ID: 6 to 30 lower-case letters, digits and hyphens, starting with a letter, not ending with a hyphen";
    const command = "Set it with 'pulumi config set gcp:project <project id>'.";
    const wrong: [string, Record<string, string>, string][] = [
        ["a project's number", { "gcp:project": "277856556757" }, `${project} (got "277856556757"). ${command}`],
        ["a project of five letters", { "gcp:project": "acme5" }, `${project} (got "acme5"). ${command}`],
        ["a project in upper case", { "gcp:project": "Acme-Dev" }, `${project} (got "Acme-Dev"). ${command}`],
        [
            "a zone as the region",
            { "gcp:region": "europe-west1-b" },
            `gcp:region: must be a region such as europe-west1, not a zone or a multi-region (got "europe-west1-b"). Set it with 'pulumi config set gcp:region <region, such as europe-west1>'.`,
        ],
        [
            "an unknown kind",
            { "slipway:kind": "prod" },
            `slipway:kind: must be one of development, staging, production (got "prod"). Set it with 'pulumi config set slipway:kind <development, staging or production>'.`,
        ],
        [
            "an invalid protection",
            { "slipway:protection": "false" },
            `slipway:protection: must be one of on, off (got "false"). Set it with 'pulumi config set slipway:protection <on or off>'.`,
        ],
        [
            "an enableApis that is not a boolean",
            { "slipway:enableApis": "off" },
            `slipway:enableApis: must be true or false (got "off"). Set it with 'pulumi config set slipway:enableApis <true or false>'.`,
        ],
        [
            "environments that are not an object",
            { "slipway:environments": "acme-dev" },
            `slipway:environments: must be an object (got "acme-dev"). Set it with 'pulumi config set --path slipway:environments.<stack> <project id>'.`,
        ],
        [
            "an environment with a wrong project",
            { "slipway:environments": '{"prod":"Acme"}' },
            `slipway:environments.prod: ${project.replace("gcp:project: ", "")} (got "Acme"). Set it with 'pulumi config set --path slipway:environments.<stack> <project id>'.`,
        ],
        [
            "an unknown setting",
            { "slipway:protect": "off" },
            'slipway:protect: unknown option "slipway:protect"; did you mean "slipway:protection"?',
        ],
    ];

    test.each(wrong)("%s is refused", async (_, config, problem) => {
        expect(await message(config)).toEqual([`Environment "dev": ${problem}`]);
    });

    const environments = { "slipway:environments": '{"dev":"acme-dev","prod":"acme-prod"}' };

    test("with the project of another stack is refused", async () => {
        expect(await message({ ...environments, "gcp:project": "acme-prod" })).toEqual([
            'Environment "dev": gcp:project: [stack/project-not-of-stack]',
        ]);
    });

    test("with the project of another stack is refused in a new stack", async () => {
        expect(await message({ ...environments, "gcp:project": "acme-prod" }, "feature")).toEqual([
            'Environment "feature": gcp:project: [stack/project-of-other-stack]',
        ]);
    });

    test("with its own project or an unknown one is accepted", async () => {
        const topic = { "Topic sales": { name: "sales" } };
        const another = { ...environments, "gcp:project": "acme-feature" };
        expect(await registered(() => new PubSubTopic("sales"), { config: environments })).toEqual(topic);
        expect(await registered(() => new PubSubTopic("sales"), { config: another, name: "feature" })).toEqual(topic);
    });

    test("of another program's namespace is ignored", async () => {
        expect(await registered(() => new PubSubTopic("sales"), { config: { "acme:kind": "x" } })).toEqual({
            "Topic sales": { name: "sales" },
        });
    });
});

test.each<[string, EffectivePolicy, boolean]>([
    ["no policy", {}, true],
    ["a policy without values", { listPolicy: {} }, true],
    ["all values", { listPolicy: { allValues: "ALLOW" } }, true],
    ["no value", { listPolicy: { allValues: "DENY" } }, false],
    ["no value but Google", { listPolicy: { allValues: "DENY", allowedValues: ["C02h8e9nw"] } }, false],
    ["Google", { listPolicy: { allowedValues: ["C01234567", "C02h8e9nw"] } }, true],
    ["Google in the longer form", { listPolicy: { allowedValues: ["is:C02h8e9nw"] } }, true],
    ["another organization", { listPolicy: { allowedValues: ["is:C01234567"] } }, false],
])(
    "an organization policy for the domains of members with %s decides whether Google writes usage logs",
    (_, policy, allows) => {
        expect(allowsGoogle(policy)).toBe(allows);
    },
);

describe("usage logs that an organization policy forbids", () => {
    const only = (value: string) => ({ listPolicy: { allowedValues: [value] } });
    const warned = async (answer: object | Error, { preview = true, isMocked = false } = {}) => {
        await startProgram({ preview });
        const monitor = isMocked ? class MockMonitor {} : class Engine {};
        Object.assign(pulumi.runtime.getMonitor() ?? {}, { constructor: monitor });
        const warnings = logged("warn");
        const post = jest.spyOn(AdminApi.prototype, "post");
        answer instanceof Error ? post.mockRejectedValue(answer) : post.mockResolvedValue(answer);
        await warnOfForbiddenLogs("acme-dev");
        return { warnings, calls: post.mock.calls };
    };

    test("are warned of at preview", async () => {
        expect(await warned(only("is:C01234567"))).toEqual({
            warnings: [
                'The organization policy iam.allowedPolicyMemberDomains forbids the group of Google that writes usage logs, so accessLogs is refused in acme-dev. Leave it out and use audit logs, or allow the group: EnvironmentProject with policies: { "iam.allowedPolicyMemberDomains": { allow: ["is:C02h8e9nw"], inherit: true } }.',
            ],
            calls: [
                [
                    "projects/acme-dev:getEffectiveOrgPolicy",
                    { body: { constraint: "constraints/iam.allowedPolicyMemberDomains" }, retry: false },
                ],
            ],
        });
    });

    test.each<[string, object | Error]>([
        ["the policy allows them", only("is:C02h8e9nw")],
        ["policies cannot be read", new Error("Error 403: forbidden")],
    ])("are not warned of if %s", async (_, answer) => {
        expect((await warned(answer)).warnings).toEqual([]);
    });

    test.each([
        ["at an up", { preview: false }],
        ["in a test with mocks", { isMocked: true }],
    ])("are not looked for %s", async (_, program) => {
        expect(await warned(only("is:C01234567"), program)).toEqual({ warnings: [], calls: [] });
    });
});
