import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { LocalCloud } from "../../local";
import { Deployment } from "./deployment";

/** Exports its configuration. */
const program = `
    const config = new (require("@pulumi/pulumi").Config)();
    exports.key = config.requireSecret("apiKey");
    exports.password = config.requireSecretObject("database").apply(({ user, password }) => user + ":" + password);
    exports.size = config.get("size");
`;

const values = (secure: [string, string]) => `
config:
  gcp:project: acme-raw
  gcp:region: europe-west1
  raw:apiKey:
    secure: ${secure[0]}
  raw:database:
    password:
      secure: ${secure[1]}
    user: app
  raw:size: "5" # in TiB
`;

/** Stack files as Pulumi writes them for these secrets providers. */
const stackFiles: Record<string, string> = {
    // A key that only Cloud KMS can decrypt.
    "gcpkms://projects/acme/locations/global/keyRings/pulumi/cryptoKeys/dev": `secretsprovider: gcpkms://projects/acme/locations/global/keyRings/pulumi/cryptoKeys/dev
encryptedkey: CiQAfl2qzHcXCd0JYSyVV/xbBDTtQY2sWCnhBnLYRNyCFRy1bWMSSQDmcRVOIJSKzbrMI0gpMVnBnIPwVbtq7a1Hq2MwLdv0QCsSBzYBaPfuP3XFVqsJ8OYDqYLFBMBGnSHTlbkfKbxDHI8nhTSNEKc=${values(
        ["v1:dHlp2rEyFmCBjS2l:fHm8cWtnkPFWxxDSUPYKfWmoNsvqKZrE", "v1:9l2C1XsvFZxFhOyp:lDBK3UxRCGzSKhgbZ8CmBvL7bZEk"],
    )}`,
    "Pulumi Cloud": values([
        "AAABAPzKkfGEyCFMBpxkBLdVRZWNmyGSSeSQXSgxOjqxlpUMZ2zUdQ==",
        "AAABAIGqRxHfyPPHkl8fqAvnkRQGTZ0sZbVhPQSdPhxTkJFXJMVv",
    ]).trimStart(),
};

const outputs = async (raw: Deployment) => (await raw.cloud.stack("dev").outputs()) as Record<string, string>;

describe.each(Object.entries(stackFiles))("a stack file with secrets of %s", (provider, text) => {
    const raw = Deployment.raw(program);
    const file = raw.file("Pulumi.dev.yaml");
    const own = raw.file("Pulumi.dev.local.yaml");
    beforeAll(() => writeFileSync(file, text));
    afterAll(() => raw.remove());

    test("is refused before anything runs, with the commands that set other values", async () => {
        await expect(raw.run(["up", "-s", "dev", "--yes", "--skip-preview"])).rejects.toThrow(
            [
                `Pulumi.dev.yaml contains values that are encrypted by ${provider}, which the local Google Cloud does not call. Set other values:`,
                "    npx slipway local config set --secret raw:apiKey -s dev",
                "    npx slipway local config set --secret --path 'raw:database.password' -s dev",
                "    (stored in Pulumi.dev.local.yaml, which git ignores; for one command only: --local-config 'raw:apiKey=<value>')",
            ].join("\n"),
        );
        expect(existsSync(own)).toBe(false);
    });

    test("is deployed with other values, which are secret as well, and is not changed", async () => {
        await raw.succeed(["config", "set", "--secret", "raw:apiKey", "key-of-this-machine", "-s", "dev"]);
        await raw.succeed(["config", "set", "--secret", "--path", "raw:database.password", "hidden", "-s", "dev"]);
        await raw.up("dev");
        expect(await outputs(raw)).toEqual({ key: "key-of-this-machine", password: "app:hidden", size: "5" });
        expect(JSON.stringify(await raw.exported("dev"))).not.toMatch(/key-of-this-machine|hidden/);
        expect(await raw.up("dev")).toEqual({ unchanged: 1 });
        expect(readFileSync(file, "utf8")).toBe(text);
        expect(readFileSync(raw.file(".gitignore"), "utf8")).toBe("Pulumi.*.local.yaml\n");
    });

    test("can be given values in plain text, and is destroyed without them", async () => {
        writeFileSync(own, "config:\n  raw:apiKey: plain\n  raw:database:\n    password: text\n  raw:size: 7\n");
        await raw.up("dev");
        expect(await outputs(raw)).toEqual({ key: "plain", password: "app:text", size: "7" });
        expect(JSON.stringify(await raw.exported("dev"))).not.toMatch(/plain|app:text/);
        rmSync(own);
        await raw.destroy("dev");
        await raw.succeed(["stack", "rm", "dev", "--yes"]);
        expect(readFileSync(file, "utf8")).toBe(text);
    });
});

// Encrypted by Pulumi 3.259 with the passphrase "correct horse".
describe("a stack file with secrets of a passphrase", () => {
    const raw = Deployment.raw(program);
    const file = raw.file("Pulumi.dev.yaml");
    const text = `encryptionsalt: v1:95/jiJ8oK08=:v1:k5dWCx8NjlLLVXD9:IO0fL9g8yO7J9mW5NWjRn6l0olJCBg==${values([
        "v1:sGS40w2X5w66kqj7:mc0pat2fh8Kf8hfk1MLFWn5NXjqzPXjgooc=",
        "v1:lyV5+QyC0i9oHJoT:d+EJpjK4GPRUDoSLcSuPS1AJda4t68oXzXHLQ3AFxg==",
    ])}`;
    beforeAll(() => writeFileSync(file, text));
    afterAll(() => raw.remove());

    test("is deployed with its own values if the passphrase is set, and is not changed", async () => {
        await raw.up("dev", { PULUMI_CONFIG_PASSPHRASE: "correct horse" });
        expect(await outputs(raw)).toEqual({ key: "key-of-dev", password: "app:password-of-dev", size: "5" });
        expect(JSON.stringify(await raw.exported("dev"))).not.toMatch(/-of-dev/);
        const passphraseFile = raw.file("passphrase");
        writeFileSync(passphraseFile, "correct horse\n");
        expect(await raw.up("dev", { PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile })).toEqual({ unchanged: 1 });
        expect(readFileSync(file, "utf8")).toBe(text);
    });

    test("is refused without it, but other commands need no values", async () => {
        const preview = ["preview", "-s", "dev"];
        const wrong = { PULUMI_CONFIG_PASSPHRASE: "wrong" };
        const message = "encrypted with a passphrase, and PULUMI_CONFIG_PASSPHRASE is not it. Set other values:";
        await expect(raw.run(preview, wrong)).rejects.toThrow(message);
        await expect(raw.run(["config", "get", "apiKey", "-s", "dev"], wrong)).rejects.toThrow(message);
        expect(await raw.run(["config", "get", "size", "-s", "dev"], wrong)).toMatchObject({ code: 0, output: "5\n" });
        await raw.succeed(["refresh", "-s", "dev", "--yes", "--skip-preview"], wrong);
        await raw.destroy("dev");
        expect(readFileSync(file, "utf8")).toBe(text);
    });
});

describe("the configuration of a local stack", () => {
    const raw = Deployment.raw('exports.word = new (require("@pulumi/pulumi").Config)().get("word");');
    const read = (name: string) => readFileSync(raw.file(name), "utf8");
    const text = read("Pulumi.dev.yaml");
    const get = async (key: string) => (await raw.run(["config", "get", key, "-s", "dev"])).output.trim();
    const set = (...args: string[]) => raw.succeed(["config", "set", "-s", "dev", ...args]);
    afterAll(() => raw.remove());

    test("is changed in the stack file, except for secrets", async () => {
        await set("word", "hello");
        expect(read("Pulumi.dev.yaml")).toBe(`${text}  raw:word: hello\n`);
        await set("--secret", "word", "canary");
        await raw.succeed(["config", "set-all", "-s", "dev", "--plaintext", "plain=1", "--secret", "other=canary"]);
        expect(read("Pulumi.dev.yaml")).toBe(`${text}  raw:word: hello\n`);
        expect(read("Pulumi.dev.local.yaml")).toMatch(/^# Values for the local Google Cloud only\. Do not commit/);
        expect(read("Pulumi.dev.local.yaml")).not.toContain("canary");
        expect([await get("word"), await get("other"), await get("plain")]).toEqual(["canary", "canary", "1"]);
    });

    test("replaces that of the stack file, until it is removed", async () => {
        await set("word", "plain");
        expect([await get("word"), read("Pulumi.dev.yaml")]).toEqual(["plain", `${text}  raw:word: hello\n`]);
        await raw.succeed(["config", "rm", "word", "-s", "dev"]);
        expect(await get("word")).toBe("hello");
        await raw.succeed(["config", "rm", "word", "-s", "dev"]);
        expect(read("Pulumi.dev.yaml")).toBe(text);
    });

    test("is not copied to other stacks, which needs their secrets provider", async () => {
        await expect(raw.run(["config", "cp", "--dest", "prod", "-s", "dev"])).rejects.toThrow(
            "'slipway local config' has no 'cp', which needs the secrets provider of the real stack: run 'pulumi config cp'.",
        );
        await expect(raw.run(["stack", "change-secrets-provider", "passphrase", "-s", "dev"])).rejects.toThrow(
            "local stacks have their own secrets provider, which cannot be changed.",
        );
    });

    test("is not decrypted in the history, which needs the secrets provider of the real stack", async () => {
        await expect(raw.run(["stack", "history", "--show-secrets", "-s", "dev"])).rejects.toThrow(
            "'stack export --show-secrets' shows the secrets of the local stack.",
        );
        await raw.succeed(["stack", "history", "-s", "dev"]);
    });

    test("belongs to the selected stack", async () => {
        await expect(raw.run(["config", "get", "other"])).rejects.toThrow(
            "no stack is selected. Name one with '-s dev'.",
        );
        await raw.succeed(["stack", "select", "dev"]);
        expect((await raw.run(["config", "get", "other"])).output.trim()).toBe("canary");
        const environment = { PULUMI_STACK: "dev" };
        expect((await raw.run(["config", "get", "other"], environment)).output.trim()).toBe("canary");
    });

    test("of a stack without a file is refused, unless the stack is created first", async () => {
        await expect(raw.run(["preview", "-s", "dve"])).rejects.toThrow(
            `there is no stack "dve"; did you mean "dev"? For a new one, write Pulumi.dve.yaml or run 'npx slipway local stack init dve'.`,
        );
        await expect(raw.run(["stack", "init"])).rejects.toThrow(
            "name the new stack: 'npx slipway local stack init dev'.",
        );
        await raw.succeed(["stack", "init", "qa"], { PULUMI_STACK: "dev" });
        await raw.succeed(["config", "set", "gcp:project", "acme-qa"]);
        expect(read("Pulumi.qa.yaml")).toBe("config:\n  gcp:project: acme-qa\n");
        await expect(raw.run(["stack", "init", "qa"])).rejects.toThrow('the stack "qa" exists already.');
        await raw.succeed(["stack", "rm", "qa", "--yes"]);
        expect(read("Pulumi.qa.yaml")).toBe("config:\n  gcp:project: acme-qa\n");
    });

    test("is in a folder that git ignores", () => {
        expect(read(".slipway/.gitignore")).toBe("*\n");
    });
});

test("a test gives values for encrypted ones with its stack", async () => {
    const raw = Deployment.raw(program);
    writeFileSync(raw.file("Pulumi.dev.yaml"), stackFiles["Pulumi Cloud"] as string);
    await using cloud = new LocalCloud(raw.place.folder, { pinned: true });
    await expect(cloud.stack("dev", { "raw:apiKey": "given" }).up()).rejects.toThrow(
        'Set other values:\n    cloud.stack("dev", { "raw:database": … })',
    );
    const { outputs } = await cloud.stack("dev", { "raw:apiKey": "given", "raw:database": { password: "x" } }).up();
    expect(outputs).toEqual({ key: "given", password: "app:x", size: "5" });
    await raw.remove();
});
