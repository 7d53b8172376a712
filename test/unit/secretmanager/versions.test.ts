import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, Secret, type SecretArgs } from "slipway";
import type { SecretVariable } from "slipway/iam";
import { validateValue } from "../../../lib/secretmanager/value";
import { outcomeOf, problemsIn, registered, registeredOptions, rejection, told } from "../registered";

const one = pulumi.secret("canary-1");
const two = pulumi.secret("canary-2");
const secret = "projects/acme-dev/secrets/key";
const version = (secretData: string, more: object = {}) => ({
    secret,
    secretData: { secret: secretData },
    deletionPolicy: "DELETE",
    enabled: true,
    ...more,
});

test("a secret with several versions has one resource for each, in the order of the program", async () => {
    const program = () => new Secret("key", { versions: { old: { value: one }, new: { value: two } } });
    const made = await registered(program);
    expect(made).toEqual({
        "Secret key": { secretId: "key", replication: { auto: {} }, deletionProtection: false },
        "SecretVersion key-old": version("canary-1"),
        "SecretVersion key-new": version("canary-2"),
    });
    const options = await registeredOptions(program);
    expect([options["SecretVersion key-old"]?.after, options["SecretVersion key-new"]?.after]).toEqual([
        ["Secret key"],
        ["Secret key", "SecretVersion key-old"],
    ]);
    expect(options["SecretVersion key-new"]).toMatchObject({ replacementTrigger: "given" });
});

test("each version is generated or given, can be disabled, and has its own end", async () => {
    const versions = {
        given: { value: one, disabled: true, replaced: "keep" },
        generated: { generate: { length: 20, rotation: "2" } },
        bare: {},
    } as const;
    const program = () => new Secret("key", { versions, replaced: "disable" });
    const made = await registered(program);
    const text = (length: number) => expect.stringMatching(new RegExp(`^[A-Za-z0-9]{${length}}$`));
    expect(made).toMatchObject({
        "SecretVersion key-given": version("canary-1", { enabled: false, deletionPolicy: "ABANDON" }),
        "SecretVersion key-generated": version(text(20), { deletionPolicy: "DISABLE" }),
        "SecretVersion key-bare": version(text(32), { deletionPolicy: "DISABLE" }),
    });
    expect((await registeredOptions(program))["SecretVersion key-generated"]).toMatchObject({
        ignoreChanges: ["secretData"],
        replacementTrigger: { length: 20, rotation: "2" },
    });
});

/** The consumed version, by the name of the resource whose number it is; other versions have the number 1 too. */
async function consumed(args: SecretArgs): Promise<unknown> {
    let current: Secret | undefined;
    const made = await registered(() => {
        current = new Secret("key", args);
        const [{ version }] = current.reader.attachments as [SecretVariable];
        new PubSubTopic("consumer", { labels: { version } });
    });
    const { labels } = made["Topic consumer"] as { labels: { version: unknown } };
    const named = Object.entries(current?.versions ?? {}).find(([, each]) => each === current?.version);
    return [named?.[0], labels.version];
}

const versions = { old: { value: one }, new: { value: two } };

test.each<[string, SecretArgs, [string, string]]>([
    ["the last version", { versions }, ["new", "1"]],
    ["the last version that is not disabled", { versions: { ...versions, next: { disabled: true } } }, ["new", "1"]],
    ["the last of disabled versions", { versions: { a: { disabled: true }, b: { disabled: true } } }, ["b", "1"]],
    ["the version that the program names", { versions, version: "old" }, ["old", "1"]],
    ["the version whose name is known later", { versions, version: pulumi.output("old") }, ["new", "1"]],
    ["a version by its number", { versions, version: "7" }, ["new", "7"]],
    ["the latest version", { versions, version: "latest" }, ["new", "latest"]],
])("consumers read %s of several", async (_, args, expected) => {
    expect(await consumed(args)).toEqual(expected);
});

test("a single version has no name", async () => {
    let made: Secret | undefined;
    await registered(() => {
        made = new Secret("key");
    });
    expect(made?.versions).toEqual({});
});

const refusals: [string, unknown, string][] = [
    ["versions beside a value", { value: one, versions }, "[secretmanager/several-sources]"],
    ["no versions", { versions: {} }, "versions: [secretmanager/versions-empty]"],
    [
        "a version that is given and generated",
        { versions: { a: { value: one, generate: {} } } },
        "versions.a: [secretmanager/version-with-two-sources]",
    ],
    ["a name that no version has", { versions, version: "newest" }, "version: [secretmanager/version-unknown]"],
    ["a name without versions", { version: "new" }, "version: [secretmanager/version-unknown]"],
    [
        "a disabled version for consumers",
        { versions: { ...versions, next: { disabled: true } }, version: "next" },
        "version: [secretmanager/version-disabled]",
    ],
    [
        "a version called latest",
        { versions: { latest: {} } },
        'versions.latest: a version\'s name must have up to 40 lower-case letters, digits and -, start with a letter, and not be latest (got "latest").',
    ],
    [
        "a version called by a number",
        { versions: { 1: {} } },
        'versions.1: a version\'s name must have up to 40 lower-case letters, digits and -, start with a letter, and not be latest (got "1").',
    ],
    [
        "a name of 41 letters",
        { versions: { ["k".repeat(41)]: {} } },
        `versions.${"k".repeat(41)}: a version's name must have up to 40 lower-case letters, digits and -, start with a letter, and not be latest (got "${"k".repeat(41)}").`,
    ],
    [
        "plain text in the program",
        { versions: { a: { value: "canary" } } },
        "versions.a.value: must not be in the source code as plain text. Set it with 'pulumi config set --secret <key>' and pass it as new pulumi.Config().requireSecret(\"<key>\").",
    ],
];

test.each(refusals)("%s is refused for several versions", async (_, args, problem) => {
    const message = await told(() => new Secret("key", args as SecretArgs));
    expect(problemsIn({ message })).toBe(`Secret "key": ${problem}`);
    expect(message).not.toContain("canary");
});

test.each([
    ["newest", "version: [secretmanager/version-unknown]"],
    ["next", "version: [secretmanager/version-disabled]"],
])("consumers cannot read %s, once the name is known", async (name, problem) => {
    const all = { ...versions, next: { disabled: true } };
    const read = () => new Secret("key", { versions: all, version: pulumi.output(name) }).accessor.value;
    expect(problemsIn((await outcomeOf(read)) as Error)).toBe(`Secret "key": ${problem}`);
});

test("a value in clear is refused with the name of its version, once it is known", async () => {
    const { message } = await rejection(validateValue('Secret "key"', pulumi.output("canary"), "versions.a.value"));
    expect(problemsIn({ message })).toBe('Secret "key": versions.a.value: [secretmanager/value-not-secret]');
    expect(message).not.toContain("canary");
});
