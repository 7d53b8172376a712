import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, Secret, type SecretArgs } from "slipway";
import type { SecretFile, SecretVariable } from "slipway/iam";
import { use } from "../../../lib/internal/access/capability";
import { validateValue } from "../../../lib/secretmanager/value";
import { problemsIn, refused, registered, registeredOptions, registeredOutputs, rejection, told } from "../registered";

const bare = { secretId: "key", replication: { auto: {} }, deletionProtection: false };
const text = (length: number) => expect.stringMatching(new RegExp(`^[A-Za-z0-9]{${length}}$`));
const version = (secretData: unknown) => ({
    secret: "projects/acme-dev/secrets/key",
    secretData: { secret: secretData },
    deletionPolicy: "DELETE",
});

test("a bare secret has 32 random letters and digits, and automatic replication", async () => {
    expect(await registered(() => new Secret("key"))).toEqual({
        "Secret key": bare,
        "SecretVersion key": version(text(32)),
    });
});

test("a secret in production cannot be deleted, and its destroyed versions can be restored for a week", async () => {
    const made = await registered(() => new Secret("key"), { kind: "production" });
    expect(made["Secret key"]).toEqual({ ...bare, deletionProtection: true, versionDestroyTtl: "604800s" });
});

test("the delay of production can be disabled", async () => {
    const made = await registered(() => new Secret("key", { destroyDelay: "none" }), { kind: "production" });
    expect(made["Secret key"]).toEqual({ ...bare, deletionProtection: true });
});

test.each([
    ["development", undefined],
    ["production", true],
] as const)(
    "in %s the secret waits for its API, and its value is kept while its trigger does not change",
    async (kind, protect) => {
        const provider = "Provider dev";
        const parent = "slipway:Secret key";
        expect(await registeredOptions(() => new Secret("key", { generate: { rotation: "2" } }), { kind })).toEqual({
            "slipway:Secret key": { provider },
            "Secret key": { parent, provider, protect, after: ["Service secretmanager"] },
            "SecretVersion key": {
                parent,
                provider,
                ignoreChanges: ["secretData"],
                replacementTrigger: { rotation: "2" },
                after: ["Secret key"],
            },
        });
    },
);

test("a given value is read in each run", async () => {
    const made = await registeredOptions(() => new Secret("key", { value: pulumi.secret("canary") }));
    expect(made["SecretVersion key"]).toEqual({
        parent: "slipway:Secret key",
        provider: "Provider dev",
        replacementTrigger: "given",
        after: ["Secret key"],
    });
});

test("the outputs of the component are the secret and its version", async () => {
    expect(await registeredOutputs(() => new Secret("key"))).toEqual({
        "slipway:Secret key": { secret: { resource: "Secret key" }, version: { resource: "SecretVersion key" } },
    });
});

test("two runs generate different values", async () => {
    const [one, another] = [await registered(() => new Secret("key")), await registered(() => new Secret("key"))];
    expect(one["SecretVersion key"]).not.toEqual(another["SecretVersion key"]);
});

test("a value contains every selected type of character", async () => {
    const characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHI01-";
    for (let run = 0; run < 20; run++) {
        const made = await registered(() => new Secret("key", { generate: { length: 16, characters } }));
        const { secretData } = made["SecretVersion key"] as { secretData: { secret: string } };
        expect(secretData.secret).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?=.*-)[a-zA-I01-]{16}$/);
    }
});

const globalKey = "projects/acme-dev/locations/global/keyRings/data/cryptoKeys/secrets";
const regionalKey = (region: string) => `projects/acme-dev/locations/${region}/keyRings/data/cryptoKeys/secrets`;
const external = { external: true } as const;
const options: [string, SecretArgs, object][] = [
    ["a name", { ...external, name: "api-key" }, { secretId: "api-key" }],
    ["a name that is an output", { ...external, name: pulumi.output("api_key") }, { secretId: "api_key" }],
    ["a delay of destruction", { ...external, destroyDelay: "1 day" }, { versionDestroyTtl: "86400s" }],
    ["the longest delay", { ...external, destroyDelay: "1000 days" }, { versionDestroyTtl: "86400000s" }],
    [
        "regions in whatever order",
        { ...external, replicas: { "europe-west4": {}, "europe-west1": {} } },
        { replication: { userManaged: { replicas: [{ location: "europe-west1" }, { location: "europe-west4" }] } } },
    ],
    [
        "a key that is not known yet",
        { ...external, replicas: { "europe-west1": { encryptionKey: pulumi.output(regionalKey("europe-west1")) } } },
        {
            replication: {
                userManaged: {
                    replicas: [
                        {
                            location: "europe-west1",
                            customerManagedEncryption: { kmsKeyName: regionalKey("europe-west1") },
                        },
                    ],
                },
            },
        },
    ],
    [
        "a time at which it expires",
        { ...external, expiration: { at: "2099-01-01T00:00:00Z" } },
        { expireTime: "2099-01-01T00:00:00Z" },
    ],
    ["a time after which it expires", { ...external, expiration: { after: "1 day" } }, { ttl: "86400s" }],
    ["annotations", { ...external, annotations: { "a.b": "c" } }, { annotations: { "a.b": "c" } }],
    [
        "the longest key of an annotation",
        { ...external, annotations: { ["k".repeat(63)]: "c" } },
        { annotations: { ["k".repeat(63)]: "c" } },
    ],
    [
        "annotations of 16 KiB",
        { ...external, annotations: { note: "a".repeat(16 * 1024 - 4) } },
        { annotations: { note: "a".repeat(16 * 1024 - 4) } },
    ],
    ["labels", { ...external, labels: { team: "forecast" } }, { labels: { team: "forecast" } }],
    ["a transform", { ...external, transform: { secret: { tags: { a: "b" } } } }, { tags: { a: "b" } }],
];

test.each(options)("an external secret takes %s, and has no version", async (_, args, inputs) => {
    expect(await registered(() => new Secret("key", args))).toEqual({ "Secret key": { ...bare, ...inputs } });
});

test.each([
    ["destroy", "DELETE"],
    ["disable", "DISABLE"],
    ["keep", "ABANDON"],
] as const)("a version that is replaced is handled as %s configures", async (replaced, deletionPolicy) => {
    const made = await registered(() => new Secret("key", { replaced, value: pulumi.secret("canary") }));
    expect(made["SecretVersion key"]).toEqual({ ...version("canary"), deletionPolicy });
});

test("the version can be transformed", async () => {
    const args = { value: pulumi.secret("canary"), transform: { version: { enabled: false } } };
    const made = await registered(() => new Secret("key", args));
    expect(made["SecretVersion key"]).toEqual({ ...version("canary"), enabled: false });
});

const agent = "serviceAccount:service-123@gcp-sa-secretmanager.iam.gserviceaccount.com";

test("Secret Manager's service agent can use the key before the secret is created", async () => {
    const program = () => new Secret("key", { ...external, encryptionKey: globalKey });
    const made = await registered(program, { environment: true });
    const grant = "secretmanager-agent-key-key-crypto-key-encrypter-decrypter";
    expect(made["Secret key"]).toEqual({
        ...bare,
        replication: { auto: { customerManagedEncryption: { kmsKeyName: globalKey } } },
    });
    expect(made[`CryptoKeyIAMMember ${grant}`]).toEqual({
        cryptoKeyId: globalKey,
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: agent,
    });
    expect((await registeredOptions(program))["Secret key"]?.after).toContain(`CryptoKeyIAMMember ${grant}`);
});

test("Secret Manager's service agent can use each region's key", async () => {
    const regions = ["europe-west1", "europe-west4"];
    const replicas = Object.fromEntries(regions.map((region) => [region, { encryptionKey: regionalKey(region) }]));
    const made = await registered(() => new Secret("key", { ...external, replicas }), { environment: true });
    expect(made["Secret key"]).toEqual({
        ...bare,
        replication: {
            userManaged: {
                replicas: regions.map((location) => ({
                    location,
                    customerManagedEncryption: { kmsKeyName: regionalKey(location) },
                })),
            },
        },
    });
    const granted = Object.entries(made).filter(([key]) => key.startsWith("CryptoKeyIAMMember"));
    expect(granted.map(([, grant]) => (grant as { cryptoKeyId: string }).cryptoKeyId)).toEqual(
        regions.map(regionalKey),
    );
});

test("topics receive messages about changes and rotations, and Secret Manager's service agent can publish to them", async () => {
    const program = () =>
        new Secret("key", {
            ...external,
            notifications: {
                topics: [new PubSubTopic("changes")],
                rotation: { every: "30 days", start: "2099-01-01T00:00:00Z" },
            },
        });
    const made = await registered(program, { environment: true });
    expect(made["Secret key"]).toEqual({
        ...bare,
        topics: [{ name: "projects/acme-dev/topics/changes" }],
        rotation: { rotationPeriod: "2592000s", nextRotationTime: "2099-01-01T00:00:00Z" },
    });
    const grant = "TopicIAMMember secretmanager-agent-changes-publisher";
    expect(made[grant]).toEqual({
        topic: "projects/acme-dev/topics/changes",
        role: "roles/pubsub.publisher",
        member: agent,
    });
    const options = (await registeredOptions(program))["Secret key"];
    expect([options?.ignoreChanges, options?.after]).toEqual([
        ["rotation.nextRotationTime"],
        expect.arrayContaining([grant]),
    ]);
});

const versions: [string, SecretArgs, string][] = [
    ["the version that was made, by its number", {}, "1"],
    ["the version that the program names", { version: "3" }, "3"],
    ["the latest version, where the program says so", { version: "latest" }, "latest"],
    ["the latest version of an external secret", external, "latest"],
    ["the version of an external secret that the program names", { ...external, version: "2" }, "2"],
];

test.each(versions)("a consumer reads %s", async (_, args, version) => {
    const read: unknown[] = [];
    const program = () => {
        const secret = new Secret("key", args);
        const uses = { KEY: secret.reader, KEY_FILE: secret.file("/secrets/key/text") };
        const { env: environment, attachments } = use<SecretVariable | SecretFile>(
            "app",
            uses,
            "user:a@acme.example",
            {},
        );
        expect(environment).toEqual({ KEY_FILE: "/secrets/key/text" });
        pulumi.output(attachments).apply((known) => read.push(...known));
    };
    const made = await registered(program);
    const shared = { secret: "projects/acme-dev/secrets/key", version };
    expect(read).toEqual([
        { at: "", variable: "KEY", attachment: { kind: "secret-variable", ...shared } },
        { at: "", variable: "KEY_FILE", attachment: { kind: "secret-file", path: "/secrets/key/text", ...shared } },
    ]);
    expect(Object.entries(made).filter(([key]) => key.startsWith("SecretIamMember"))).toEqual([
        [
            "SecretIamMember app-key-secret-accessor",
            {
                project: "acme-dev",
                secretId: "key",
                role: "roles/secretmanager.secretAccessor",
                member: "user:a@acme.example",
            },
        ],
    ]);
});

test("a consumer waits for the version, whichever it reads", async () => {
    const consumer = (args: SecretArgs) => () => {
        const [{ version }] = new Secret("key", args).reader.attachments as [SecretVariable];
        return new PubSubTopic("consumer", { labels: { version } });
    };
    for (const args of [{}, { version: "latest" }]) {
        const made = await registeredOptions(consumer(args));
        expect(made["Topic consumer"]?.after).toContain("SecretVersion key");
    }
});

test("a consumer that cannot mount files gets the path of the version, and the same role", async () => {
    const made = await registered(() => {
        const { accessor, reader } = new Secret("key");
        expect(accessor.grants).toBe(reader.grants);
        expect(accessor.attachments).toEqual([]);
        new PubSubTopic("consumer", { transform: { topic: { name: accessor.value } } });
    });
    expect(made["Topic consumer"]).toMatchObject({ name: "projects/acme-dev/secrets/key/versions/1" });
});

const mending =
    "Set it with 'pulumi config set --secret <key>' and pass it as new pulumi.Config().requireSecret(\"<key>\").";
const clear = `value: must not be in the source code as plain text. ${mending}`;
const refusals: [string, unknown, string][] = [
    ["a value in the program", { value: "canary" }, clear],
    ["an empty value in the program", { value: "" }, clear],
    ["a value that is an object", { value: { text: "canary" } }, clear],
    [
        "a value that is also generated",
        { value: pulumi.secret("canary"), generate: {} },
        "[secretmanager/several-sources]",
    ],
    [
        "a value that is also external",
        { value: pulumi.secret("canary"), external: true },
        "[secretmanager/several-sources]",
    ],
    ["an external that is false", { external: false }, "external: must be true, or left out (got false)."],
    [
        "what becomes of versions that are made elsewhere",
        { external: true, replaced: "keep" },
        "replaced: [secretmanager/replaced-of-external]",
    ],
    [
        "a short generated value",
        { generate: { length: 15 } },
        "generate.length: must be a whole number from 16 to 65536 characters (got 15).",
    ],
    [
        "a generated value above the limit",
        { generate: { length: 65_537 } },
        "generate.length: must be a whole number from 16 to 65536 characters (got 65537).",
    ],
    [
        "few characters to choose from",
        { generate: { characters: "012345678" } },
        'generate.characters: must have at least 10 characters, all of them printable ASCII (got "012345678").',
    ],
    [
        "characters that are more than a byte",
        { generate: { characters: "0123456789ä" } },
        'generate.characters: must have at least 10 characters, all of them printable ASCII (got "0123456789ä").',
    ],
    [
        "a character twice",
        { generate: { characters: "0123456789a0" } },
        'generate.characters: must not have duplicate characters (got "0123456789a0").',
    ],
    [
        "an unknown option of what is generated",
        { generate: { lenght: 20 } },
        'generate.lenght: unknown option "lenght"; did you mean "length"?',
    ],
    ["an unknown option", { vlaue: "canary" }, 'vlaue: unknown option "vlaue"; did you mean "value"?'],
    ["an empty name", { name: "" }, 'name: must have 1 to 255 letters, digits, - and _ (got "").'],
    ["a name with a dot", { name: "api.key" }, 'name: must have 1 to 255 letters, digits, - and _ (got "api.key").'],
    [
        "a version 0",
        { version: "0" },
        'version: must be a version\'s number, such as "3", "latest", or a name in versions (got "0").',
    ],
    [
        "a version that is a number",
        { version: 3 },
        'version: must be a version\'s number, such as "3", "latest", or a name in versions (got 3).',
    ],
    [
        "a delay below a day",
        { destroyDelay: "23 hours" },
        'destroyDelay: must be from 1 day to 1000 days (got "23 hours").',
    ],
    [
        "an unknown end of versions",
        { replaced: "delete" },
        'replaced: must be one of destroy, disable, keep (got "delete").',
    ],
    ["no regions", { replicas: {} }, "replicas: [secretmanager/replicas-empty]"],
    ["a multi-region", { replicas: { EU: {} } }, 'replicas.EU: must be a region such as europe-west1 (got "EU").'],
    [
        "a key of a region for values that are anywhere",
        { encryptionKey: regionalKey("europe-west1") },
        "encryptionKey: [secretmanager/key-not-global]",
    ],
    [
        "a key for all regions",
        { encryptionKey: globalKey, replicas: { "europe-west1": {} } },
        "encryptionKey: [secretmanager/key-with-replicas]",
    ],
    [
        "a key of another region",
        { replicas: { "europe-west1": { encryptionKey: globalKey } } },
        "replicas.europe-west1.encryptionKey: [secretmanager/replica-key-in-other-location]",
    ],
    [
        "a key for some regions",
        { replicas: { "europe-west1": { encryptionKey: regionalKey("europe-west1") }, "europe-west4": {} } },
        "replicas: [secretmanager/replica-keys-incomplete]",
    ],
    [
        "two times of expiration",
        { expiration: { at: "2099-01-01T00:00:00Z", after: "1 day" } },
        'expiration: must have exactly one of at, after (got { at: "2099-01-01T00:00:00Z", after: "1 day" }).',
    ],
    [
        "a day as a time",
        { expiration: { at: "2099-01-01" } },
        'expiration.at: must be a time such as 2027-01-01T00:00:00Z (got "2099-01-01").',
    ],
    [
        "a time of no calendar",
        { expiration: { at: "2099-02-30T00:00:00Z" } },
        'expiration.at: is not a valid date and time (got "2099-02-30T00:00:00Z").',
    ],
    [
        "notifications of nobody",
        { notifications: { topics: [] } },
        "notifications.topics: must be 1 to 10 topics (got []).",
    ],
    ["notifications without topics", { notifications: {} }, "notifications.topics: is missing."],
    [
        "an invalid topic",
        { notifications: { topics: ["changes"] } },
        'notifications.topics.0: must be a PubSubTopic (got "changes").',
    ],
    [
        "an annotation's key with a blank",
        { annotations: { "a b": "c" } },
        'annotations.a b: an annotation\'s key must have up to 63 letters, digits, -, _ and ., and start and end with a letter or digit (got "a b").',
    ],
    [
        "an annotation's key of 64 letters",
        { annotations: { ["k".repeat(64)]: "c" } },
        `annotations.${"k".repeat(64)}: an annotation's key must have up to 63 letters, digits, -, _ and ., and start and end with a letter or digit (got "${"k".repeat(64)}").`,
    ],
    [
        "a transform of an unknown child",
        { transform: { versions: {} } },
        'transform.versions: unknown option "versions"; did you mean "version"?',
    ],
];

test.each(refusals)("%s is refused for a secret", async (_, args, problem) => {
    const message = await told(() => new Secret("key", args as SecretArgs));
    expect(problemsIn({ message })).toBe(`Secret "key": ${problem}`);
    expect(message).not.toContain("canary");
});

test.each<[unknown, string | undefined]>([
    [pulumi.secret("canary"), undefined],
    [pulumi.secret("a".repeat(65_536)), undefined],
    [pulumi.secret("a".repeat(65_537)), "value: [secretmanager/value-size]"],
    [pulumi.secret(""), "value: [secretmanager/value-size]"],
    [pulumi.secret({ text: "canary" }), "value: [secretmanager/value-not-string]"],
    [pulumi.output("canary"), "value: [secretmanager/value-not-secret]"],
])("a value must be a secret text of 1 to 65,536 bytes, once it is known: case %#", async (value, problem) => {
    const output = validateValue('Secret "key"', value as pulumi.Output<string>);
    if (problem === undefined) {
        const both = [output, value] as [pulumi.Output<string>, pulumi.Output<string>];
        const [known, given] = await new Promise<string[]>((resolve) => pulumi.all(both).apply(resolve));
        expect([known === given, await pulumi.isSecret(output)]).toEqual([true, true]);
        return;
    }
    const { message } = await rejection(output);
    expect(problemsIn({ message })).toBe(`Secret "key": ${problem}`);
    expect(message).not.toContain("canary");
});

test("the keys of regions can be of another environment that is allowed", async () => {
    const config = { "slipway:environments": JSON.stringify({ dev: "acme-dev", prod: "acme-prod" }) };
    const encryptionKey = regionalKey("europe-west1").replace("acme-dev", "acme-prod");
    const program = () =>
        new Secret("key", { ...external, replicas: { "europe-west1": { encryptionKey } }, crossProject: "prod" });
    const made = await registered(program, { config, environment: true, root: true });
    const grants = Object.entries(made).filter(([key]) => key.startsWith("CryptoKeyIAMMember"));
    expect(grants.map(([, grant]) => grant)).toEqual([
        { cryptoKeyId: encryptionKey, role: "roles/cloudkms.cryptoKeyEncrypterDecrypter", member: agent },
    ]);
});

test("annotations above 16 KiB are refused", async () => {
    const args = { annotations: { note: "a".repeat(16 * 1024 - 3) } };
    expect(await refused(() => new Secret("key", args))).toContain(
        'Secret "key": annotations: annotations can have 16 KiB at most in all (got { note: "aaa',
    );
});

test("changes are sent to ten topics at most", async () => {
    const program = (count: number) => () => {
        const topics = Array.from({ length: count }, (_, index) => new PubSubTopic(`topic-${10 + index}`));
        new Secret("key", { ...external, notifications: { topics } });
    };
    expect((await registered(program(10)))["Secret key"]).toMatchObject({ topics: { length: 10 } });
    const before = Array.from({ length: 11 }, (_, index) => `Topic topic-${10 + index}`);
    expect(await refused(program(11), {}, before)).toContain(
        'Secret "key": notifications.topics: must be 1 to 10 topics',
    );
});

test("the first message of a rotation comes after its period, at a full hour, by default", async () => {
    jest.spyOn(Date, "now").mockReturnValueOnce(Date.parse("2026-11-29T10:20:30Z"));
    const program = () =>
        new Secret("key", {
            ...external,
            notifications: { topics: [new PubSubTopic("changes")], rotation: { every: "1 hour" } },
        });
    expect((await registered(program))["Secret key"]).toMatchObject({
        rotation: { rotationPeriod: "3600s", nextRotationTime: "2026-11-29T12:00:00Z" },
    });
});

test.each(["key", "/key", "/secrets/../key", "/secrets/key/"])(
    "%s is refused as the path of a secret file",
    async (path) => {
        const program = () => new Secret("key", external).file(path);
        expect(await refused(program, {}, ["Secret key"])).toBe(
            `Secret "key": file: must be the absolute path of a file in a folder, such as /secrets/api-key/text (got "${path}").`,
        );
    },
);

test("a path in a system folder is refused", async () => {
    const program = () => new Secret("key", external).file("/proc/key");
    expect(await refused(program, {}, ["Secret key"])).toBe(
        'Secret "key": file: must not be in /dev, /proc or /sys (got "/proc/key").',
    );
});
