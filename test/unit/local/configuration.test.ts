import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type CopyOptions, copyConfiguration } from "../../../local/commands/configuration/stackFiles";
import { workspace } from "../../../local/machine/workspace";
import { localCrypter } from "../../../local/runtime/emulator/secretsKey";
import { newFolder } from "./world";

/** A value that only Pulumi Cloud can decrypt. */
const secure = { secure: "AAABAPzKkfGEyCFMBpxkBLdVRZWNmyGSSeSQXSgxOjqxlpUMZ2zUdQ==" };

/** Shows values that are encrypted for local stacks as `secret:value`. */
function decrypted(value: unknown): unknown {
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (Array.isArray(value)) {
        return value.map(decrypted);
    }
    return "secure" in value
        ? `secret:${localCrypter.decrypt(String(value.secure))}`
        : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decrypted(item)]));
}

/** Copies a stack file, with values of the local file and of the command line. */
function copied(shared: object, own?: object, options: Omit<CopyOptions, "environment"> = {}) {
    const folder = newFolder();
    const write = (name: string, content: object) => writeFileSync(join(folder, name), JSON.stringify(content));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: app\nruntime: nodejs\nstackConfigDir: stacks\n");
    mkdirSync(join(folder, "stacks"));
    write("stacks/Pulumi.dev.yaml", shared);
    if (own) {
        write("stacks/Pulumi.dev.local.yaml", own);
    }
    const { files, ...result } = copyConfiguration(workspace(folder, {}), "organization/app/dev", {
        ...options,
        environment: {},
    });
    expect(files.copy).toBe(join(folder, ".slipway", "configuration", "app", "Pulumi.dev.yaml"));
    const { config, ...settings } = parse(readFileSync(files.copy, "utf8"), { intAsBigInt: true });
    expect(settings).toEqual({ secretsprovider: "hashivault://slipway", encryptedkey: expect.any(String) });
    return { ...result, config: decrypted(config) };
}

test("values that replace encrypted ones are encrypted, at any depth", () => {
    const config = {
        "app:key": secure,
        "app:database": { password: secure, user: "app" },
        "app:servers": [{ name: "a", token: secure }, { name: "b", token: secure }, "c"],
        "app:plain": { list: [1] },
    };
    const own = {
        "app:key": { json: [1] },
        "app:database": { password: "p", port: 5432 },
        "app:servers": [{ token: 1 }],
        "app:plain": { other: 2 },
    };
    expect(copied({ config }, { config: own })).toEqual({
        missing: ["app:servers[1].token"],
        encryptedBy: "Pulumi Cloud",
        lacksEnvironments: false,
        config: {
            "app:key": 'secret:{"json":[1]}',
            "app:database": { password: "secret:p", user: "app", port: 5432n },
            "app:servers": [{ name: "a", token: "secret:1" }, { name: "b" }, "c"],
            "app:plain": { other: 2n },
        },
    });
});

test("the command line replaces both files, by key or by path", () => {
    const config = {
        "app:servers": [{ token: secure }, { token: secure }],
        "gcp:project": "acme-dev",
        "app:a.b": secure,
    };
    const values = ["servers[1].token=x=y", "gcp:project=acme-local", "app:a.b=c", 'app:["new key"]=d'];
    expect(copied({ config }, { config: { servers: [{ token: "own" }] } }, { values })).toMatchObject({
        missing: [],
        config: {
            "app:servers": [{ token: "secret:own" }, { token: "secret:x=y" }],
            "gcp:project": "acme-local",
            "app:a.b": "secret:c",
        },
    });
});

test("what cannot be read is listed by path, with its secrets provider, and left out", () => {
    const provider = "gcpkms://projects/acme/locations/global/keyRings/pulumi/cryptoKeys/dev";
    const shared = {
        secretsprovider: provider,
        encryptedkey: "CiQA",
        environment: ["acme/dev"],
        config: { "app:key": secure, "app:tree": { "a b": { c: secure } }, "app:id": 12345678901234567890n.toString() },
    };
    // A value that was copied from the stack file, and an empty one.
    expect(copied(shared, { config: { "app:key": secure, "app:tree": null } })).toEqual({
        missing: ["app:key", 'app:tree["a b"].c'],
        encryptedBy: provider,
        lacksEnvironments: true,
        config: { "app:id": "12345678901234567890", "app:tree": { "a b": {} } },
    });
});

test("a number keeps all of its digits", () => {
    const folder = newFolder();
    writeFileSync(join(folder, "Pulumi.yaml"), "name: app\nruntime: nodejs\n");
    writeFileSync(
        join(folder, "Pulumi.dev.yaml"),
        "config:\n  app:id: 12345678901234567890\n  app:list: [yes, 1.50]\n",
    );
    const { files } = copyConfiguration(workspace(folder, {}), "dev", { environment: {} });
    expect(readFileSync(files.copy, "utf8")).toMatch(/app:id: 12345678901234567890$/m);
});

test("an invalid stack file is named in the error", () => {
    const folder = newFolder();
    writeFileSync(join(folder, "Pulumi.yaml"), "name: app\nruntime: nodejs\n");
    writeFileSync(join(folder, "Pulumi.dev.yaml"), "config: [\n");
    expect(() => copyConfiguration(workspace(folder, {}), "dev", { environment: {} })).toThrow(
        `${join(folder, "Pulumi.dev.yaml")}: Flow sequence`,
    );
});
