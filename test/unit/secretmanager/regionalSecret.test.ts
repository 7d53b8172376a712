import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, RegionalSecret, type RegionalSecretArgs, ServerlessFunction } from "slipway";
import { use } from "../../../lib/internal/access/capability";
import { problemsIn, refused, registered, registeredOptions, registeredOutputs, told } from "../registered";

const id = "projects/acme-dev/locations/europe-west1/secrets/key";
const bare = { secretId: "key", location: "europe-west1", deletionProtection: false };
const external = { external: true } as const;
const keyIn = (location: string) => `projects/acme-dev/locations/${location}/keyRings/data/cryptoKeys/secrets`;

test("a bare regional secret is in the environment's region, and has 32 random letters and digits", async () => {
    expect(await registered(() => new RegionalSecret("key"))).toEqual({
        "RegionalSecret key": bare,
        "RegionalSecretVersion key": {
            secret: id,
            secretData: { secret: expect.stringMatching(/^[A-Za-z0-9]{32}$/) },
            deletionPolicy: "DELETE",
        },
    });
});

test("a regional secret in production cannot be deleted, and its destroyed versions can be restored for a week", async () => {
    const program = () => new RegionalSecret("key");
    const made = await registered(program, { kind: "production" });
    expect(made["RegionalSecret key"]).toEqual({ ...bare, deletionProtection: true, versionDestroyTtl: "604800s" });
    expect((await registeredOptions(program, { kind: "production" }))["RegionalSecret key"]).toEqual({
        parent: "slipway:RegionalSecret key",
        provider: "Provider dev",
        protect: true,
        after: ["Service secretmanager"],
    });
});

const options: [string, RegionalSecretArgs, object][] = [
    ["a name", { ...external, name: "api-key" }, { secretId: "api-key" }],
    ["another region", { ...external, region: "europe-west4" }, { location: "europe-west4" }],
    ["a delay of destruction", { ...external, destroyDelay: "1 day" }, { versionDestroyTtl: "86400s" }],
    ["a time after which it expires", { ...external, expiration: { after: "1 day" } }, { ttl: "86400s" }],
    ["annotations", { ...external, annotations: { "a.b": "c" } }, { annotations: { "a.b": "c" } }],
    ["labels", { ...external, labels: { team: "forecast" } }, { labels: { team: "forecast" } }],
    ["a transform", { ...external, transform: { secret: { tags: { a: "b" } } } }, { tags: { a: "b" } }],
    [
        "a key in its region",
        { ...external, region: "europe-west4", encryptionKey: keyIn("europe-west4") },
        { location: "europe-west4", customerManagedEncryption: { kmsKeyName: keyIn("europe-west4") } },
    ],
];

test.each(options)("an external regional secret takes %s, and has no version", async (_, args, inputs) => {
    expect(await registered(() => new RegionalSecret("key", args))).toEqual({
        "RegionalSecret key": { ...bare, ...inputs },
    });
});

test("Secret Manager's service agent can use the key and publish to the topics before the secret is created", async () => {
    const program = () =>
        new RegionalSecret("key", {
            ...external,
            encryptionKey: keyIn("europe-west1"),
            notifications: {
                topics: [new PubSubTopic("changes")],
                rotation: { every: "30 days", start: "2099-01-01T00:00:00Z" },
            },
        });
    const { after, ignoreChanges } = (await registeredOptions(program))["RegionalSecret key"] ?? {};
    expect([after, ignoreChanges]).toEqual([
        expect.arrayContaining([
            "CryptoKeyIAMMember secretmanager-agent-key-key-crypto-key-encrypter-decrypter",
            "TopicIAMMember secretmanager-agent-changes-publisher",
        ]),
        ["rotation.nextRotationTime"],
    ]);
});

test("it has several versions, of which consumers read one", async () => {
    const versions = { old: { value: pulumi.secret("canary"), replaced: "keep" }, new: { disabled: true } } as const;
    let read: pulumi.Input<string> | undefined;
    const made = await registered(() => {
        const secret = new RegionalSecret("key", { versions });
        expect(secret.version).toBe(secret.versions.old);
        read = secret.accessor.value;
        new PubSubTopic("consumer", { transform: { topic: { name: read } } });
    });
    expect(made).toMatchObject({
        "RegionalSecretVersion key-old": { secret: id, enabled: true, deletionPolicy: "ABANDON" },
        "RegionalSecretVersion key-new": { secret: id, enabled: false, deletionPolicy: "DELETE" },
        "Topic consumer": { name: `${id}/versions/1` },
    });
});

test("the outputs of the component are the secret and its version", async () => {
    expect(await registeredOutputs(() => new RegionalSecret("key"))).toEqual({
        "slipway:RegionalSecret key": {
            secret: { resource: "RegionalSecret key" },
            version: { resource: "RegionalSecretVersion key" },
        },
    });
});

test("a consumer gets the name of the version with its region, and a role on this secret alone", async () => {
    const made = await registered(() => {
        const { accessor, role, region } = new RegionalSecret("key");
        const uses = { KEY: accessor, META: role("roles/secretmanager.viewer") };
        const { env } = use("app", uses, "user:a@acme.example", {});
        new PubSubTopic("consumer", { labels: { region }, transform: { topic: { name: env.KEY } } });
    });
    const on = { project: "acme-dev", location: "europe-west1", secretId: "key", member: "user:a@acme.example" };
    expect(made).toMatchObject({
        "Topic consumer": { name: `${id}/versions/1`, labels: { region: "europe-west1" } },
        "RegionalSecretIamMember app-key-secret-accessor": { ...on, role: "roles/secretmanager.secretAccessor" },
        "RegionalSecretIamMember app-key-secretmanager-viewer": { ...on, role: "roles/secretmanager.viewer" },
    });
});

const refusals: [string, unknown, string][] = [
    [
        "replicas",
        { replicas: { "europe-west1": {} } },
        'replicas: unknown option "replicas". A regional secret is in one region. For several write new Secret(name, { replicas: { … } }).',
    ],
    ["a multi-region", { region: "EU" }, 'region: must be a region such as europe-west1 (got "EU").'],
    [
        "a key of another region",
        { encryptionKey: keyIn("global") },
        "encryptionKey: [secretmanager/regional-key-in-other-location]",
    ],
    [
        "a disabled version for consumers",
        { versions: { a: { disabled: true } }, version: "a" },
        "version: [secretmanager/version-disabled]",
    ],
    [
        "a value in clear",
        { value: "canary" },
        "value: must not be in the source code as plain text. Set it with 'pulumi config set --secret <key>' and pass it as new pulumi.Config().requireSecret(\"<key>\").",
    ],
];

test.each(refusals)("%s is refused for a regional secret", async (_, args, problem) => {
    const message = await told(() => new RegionalSecret("key", args as RegionalSecretArgs));
    expect(problemsIn({ message })).toBe(`RegionalSecret "key": ${problem}`);
    expect(message).not.toContain("canary");
});

test.each(["reader", "file"])("a function cannot use a %s of a regional secret", async (capability) => {
    const program = () => {
        const secret = new RegionalSecret("key", external) as unknown as Record<string, never>;
        new ServerlessFunction("predict", {
            source: "./predict",
            trigger: { http: {} },
            uses: { KEY: secret[capability] as never },
        });
    };
    expect(await refused(program, {}, ["RegionalSecret key"])).toContain("uses.KEY: must be a capability");
});
