import { Deployment } from "./deployment";

/** An environment that several service agents encrypt with one key. */
const program = `"use strict";
const { CryptoKey } = require("@pulumi/gcp/kms/cryptoKey");
const { KeyRing } = require("@pulumi/gcp/kms/keyRing");
const { ComposerEnvironment, Environment } = require("slipway");
const environment = Environment.current();
const options = { provider: environment.provider, dependsOn: environment.enable("cloudkms.googleapis.com") };
const keyRing = new KeyRing("keys", { name: "keys", location: "europe-west1" }, options).id;
const encryptionKey = new CryptoKey("key", { name: "key", keyRing }, options).id;
new ComposerEnvironment("scoring", {
    version: "composer-2.17.9-airflow-2.11.1",
    ranges: { controlPlane: "172.20.0.0/28", pods: "10.64.0.0/17", services: "10.128.0.0/22" },
    encryptionKey,
});
`;

const dev = new Deployment({
    "Pulumi.yaml": "name: keys\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml": "config:\n  gcp:project: acme-keys\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "package.json": '{ "name": "keys", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program,
});
afterAll(() => dev.remove());

test("a key encrypts an environment of Composer 2, for the service agents of all its parts", async () => {
    await dev.up("dev");
    const users = dev.existing().flatMap((each) => /serviceAccount:service-\d+@([\w-]+)\./.exec(each)?.[1] ?? []);
    expect([...new Set(users)].sort()).toEqual([
        "cloudcomposer-accounts",
        "compute-system",
        "container-engine-robot",
        "gcp-sa-artifactregistry",
        "gcp-sa-pubsub",
        "gs-project-accounts",
    ]);
    expect(await dev.preview("dev")).toEqual([]);
});
