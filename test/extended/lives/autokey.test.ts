import { Deployment } from "../../deploy/deployment";

/** The stack `owner` enables Autokey for a folder, as an administrator does, and `sales` is deployed to a project in it. */
const projects = { owner: "acme-foundation", sales: "acme-sales" };

const program = `"use strict";
const pulumi = require("@pulumi/pulumi");
const { Folder } = require("@pulumi/gcp/organizations/folder");
const { AutokeyConfig } = require("@pulumi/gcp/kms/autokeyConfig");
const { allow, EnvironmentProject, KmsKeyHandle, PubSubTopic, Secret, StorageBucket } = require("slipway");

const stacks = {
    owner: () => {
        const folder = new Folder("sales", { displayName: "Sales", parent: "organizations/1", deletionProtection: false });
        const made = { kind: "development", parent: { folder: folder.id }, billingAccount: "012345-6789AB-CDEF01" };
        const apis = ["cloudkms.googleapis.com"];
        const keys = new EnvironmentProject("keys", { ...made, projectId: "acme-keys", apis });
        new EnvironmentProject("sales", { ...made, projectId: "acme-sales" });
        const granted = allow(keys.role("roles/cloudkms.admin"), keys.agent("cloudkms.googleapis.com"));
        const keyProject = pulumi.interpolate\`projects/\${keys.projectId}\`;
        new AutokeyConfig("autokey", { folder: folder.id, keyProject }, { dependsOn: granted });
    },
    sales: () => {
        const key = new KmsKeyHandle("orders", { resourceType: "storage.googleapis.com/Bucket" });
        new StorageBucket("orders", { encryptionKey: key });
        const topics = new KmsKeyHandle("sales", { resourceType: "pubsub.googleapis.com/Topic" });
        new PubSubTopic("sales", { encryptionKey: topics });
        const secrets = new KmsKeyHandle("secrets", { resourceType: "secretmanager.googleapis.com/Secret", location: "global" });
        new Secret("token", { external: true, encryptionKey: secrets });
        exports.key = key.id;
    },
};
stacks[pulumi.getStack()]();
`;

const deployment = new Deployment({
    "Pulumi.yaml": "name: sales\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    ...Object.fromEntries(
        Object.entries(projects).map(([stack, project]) => [
            `Pulumi.${stack}.yaml`,
            `config:\n  gcp:project: ${project}\n  gcp:region: europe-west1\n  slipway:kind: development\n`,
        ]),
    ),
    "package.json": '{ "name": "sales", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program,
});
afterAll(() => deployment.remove());

const keyOf = async () => String((await deployment.outputs("sales")).key);
const handles = () => deployment.existing("acme-sales").filter((each) => each.startsWith("KeyHandle "));
let first: string;

describe("Autokey", () => {
    test("is enabled for a folder by an administrator", async () => {
        await deployment.up("owner");
        expect(await deployment.again("owner")).toEqual({ unchanged: expect.any(Number) });
    });

    test("creates the keys of a bucket, a topic and secrets, and nothing is granted on them", async () => {
        const made = await deployment.upAsPreviewed("sales");
        expect(made).toEqual(expect.arrayContaining(["create KeyHandle orders", "create Bucket orders"]));
        expect(made.filter((each) => each.includes("CryptoKey"))).toEqual([]);
        expect(await deployment.again("sales")).toEqual({ unchanged: expect.any(Number) });
        first = await keyOf();
        expect(first).toMatch(
            /^projects\/acme-keys\/locations\/europe-west1\/keyRings\/autokey\/cryptoKeys\/\d+-storage-[0-9a-f]{8}$/,
        );
    });

    test("creates another key for another name, for which the bucket encrypts from then on", async () => {
        deployment.edit("index.js", (text) =>
            text.replace('"storage.googleapis.com/Bucket" }', '"storage.googleapis.com/Bucket", name: "all" }'),
        );
        expect(await deployment.upAsPreviewed("sales")).toEqual(["replace KeyHandle orders", "update Bucket orders"]);
        expect(await keyOf()).not.toBe(first);
        first = await keyOf();
    });

    test("keeps handles and keys when the stack is destroyed, which can be created again", async () => {
        await deployment.destroy("sales");
        expect(deployment.existing("acme-sales").filter((each) => /^(Bucket|Topic|Secret) /.test(each))).toEqual([]);
        const before = handles();
        expect(before).toHaveLength(4);
        await deployment.up("sales");
        expect(await keyOf()).not.toBe(first);
        expect(handles()).toHaveLength(before.length + 3);
    });

    test("creates no key for a project outside of the folder, at once", async () => {
        deployment.edit("Pulumi.sales.yaml", (text) => text.replace("acme-sales", "acme-elsewhere"));
        await deployment.destroy("sales");
        const { code, output } = await deployment.run(["up", "-s", "sales", "--yes", "--skip-preview"]);
        expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining("Autokey is not enabled") });
        // Waiting does not mend it.
        expect(output).not.toContain("retrying create");
    });
});
