import { mkdirSync, writeFileSync } from "node:fs";
import { Deployment } from "./deployment";

const stack = (kind: string) =>
    `config:\n  gcp:project: acme-function-${kind.slice(0, 4)}\n  gcp:region: europe-west1\n  slipway:kind: ${kind}\n`;

/** Functions with all triggers; one of them with a secret, a network and a key. */
const program = `"use strict";
const { KeyRing } = require("@pulumi/gcp/kms/keyRing");
const { CryptoKey } = require("@pulumi/gcp/kms/cryptoKey");
const { Network } = require("@pulumi/gcp/compute/network");
const { Subnetwork } = require("@pulumi/gcp/compute/subnetwork");
const { Environment, PubSubTopic, Secret, ServerlessFunction, StorageBucket } = require("slipway");
const environment = Environment.current();
const dependsOn = environment.enable("cloudkms.googleapis.com", "compute.googleapis.com");
const options = { provider: environment.provider, dependsOn };
const location = "europe-west1";
const ring = new KeyRing("ring", { name: "data", location }, options);
const [first, other] = ["first", "other"].map((name) => new CryptoKey(name, { name, keyRing: ring.id }, options));
const network = new Network("apps", { name: "apps", autoCreateSubnetworks: false }, options);
const apps = new Subnetwork("apps", { name: "apps", region: location, network: network.id, ipCidrRange: "10.0.0.0/24" }, options);
const apiKey = new Secret("api-key");
const code = { source: "./code", entryPoint: "predict" };
const predict = new ServerlessFunction("predict", {
    ...code,
    trigger: { http: { public: true } },
    uses: { API_KEY: apiKey.reader, KEY_FILE: apiKey.file("/secrets/api-key") },
    network: { subnet: apps.id, egress: "all-traffic" },
    encryptionKey: first.id,
    binaryAuthorization: "default",
});
new ServerlessFunction("record", { ...code, trigger: { topic: new PubSubTopic("sales"), retries: true }, uses: { PREDICT: predict.invoker } });
new ServerlessFunction("store", { ...code, trigger: { bucket: new StorageBucket("uploads") }, memory: "1Gi" });
const audit = { service: "bigquery.googleapis.com", method: "a.b", resource: "projects/*/datasets/**" };
new ServerlessFunction("watch", { ...code, trigger: { audit, region: "global" }, runtimeUpdates: "on-deploy" });
new ServerlessFunction("nightly", { ...code, trigger: { schedule: { cron: "0 3 * * *", timeZone: "Europe/Berlin" } }, timeout: "600 seconds" });
`;

function functions(): Deployment {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: functions\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": stack("development"),
        "Pulumi.prod.yaml": stack("production"),
        "package.json": '{ "name": "functions", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
    mkdirSync(deployment.file("code"));
    writeFileSync(deployment.file("code/main.py"), "def predict(request):\n    return 'range'\n");
    return deployment;
}

/** The public functions: Cloud Run does not check the callers of their services. */
const open = (deployment: Deployment) =>
    deployment.resources().flatMap(({ id, properties }) => {
        return properties.invokerIamDisabled ? [id.split("/").at(-1)] : [];
    });

describe("functions in development", () => {
    const deployment = functions();
    afterAll(() => deployment.remove());
    const edit = (...changes: [string, string][]) => {
        deployment.edit("index.js", () => changes.reduce((text, [from, to]) => text.replace(from, to), program));
    };

    test("are created as previewed, and a second up and a refresh change nothing", async () => {
        const created = (await deployment.upAsPreviewed("dev")).length;
        expect(open(deployment)).toEqual(["predict"]);
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
    });

    test("are updated for changed arguments, and nothing else is", async () => {
        edit(
            ["retries: true", "retries: false"],
            ['memory: "1Gi"', 'memory: "2Gi"'],
            ['region: "global"', 'region: "europe-west4"'],
            ["0 3 * * *", "0 4 * * *"],
            ['"all-traffic"', '"private-ranges-only"'],
        );
        expect(await deployment.preview("dev")).toEqual([
            "update Function predict",
            "update Function record",
            "update Function store",
            "update Function watch",
            "update Job nightly-schedule",
            "update PublicAccess predict-public",
        ]);
        edit(["encryptionKey: first.id", "encryptionKey: other.id"]);
        const steps = await deployment.upAsPreviewed("dev");
        expect(steps.filter((step) => !step.includes("CryptoKeyIAMMember"))).toEqual([
            "replace Repository predict-images",
            "replace RepositoryIamMember predict-build-images",
            "update Bucket predict-source",
            "update Function predict",
            "update PublicAccess predict-public",
        ]);
    });

    test("keep their callers' grants when they are replaced, whatever the reason", async () => {
        edit(["...code,", '...code,\n    name: "forecast",']);
        expect(await deployment.upAsPreviewed("dev")).toEqual(
            expect.arrayContaining([
                "replace Function predict",
                "replace PublicAccess predict-public",
                "replace ServiceIamMember record-predict-invoker",
            ]),
        );
        expect(open(deployment)).toEqual(["forecast"]);

        edit(["trigger: { http: { public: true } }", 'trigger: { topic: new PubSubTopic("others") }']);
        await deployment.up("dev");
        expect(open(deployment)).toEqual([]);
        edit();
        // The preview contains updates of the callers, because the URL is unknown then, although it does not change.
        expect(await deployment.preview("dev")).toEqual(
            expect.arrayContaining(["replace Function predict", "create PublicAccess predict-public"]),
        );
        await deployment.up("dev");
        expect(open(deployment)).toEqual(["predict"]);
        expect(Object.keys(await deployment.up("dev"))).toEqual(["unchanged"]);
    });

    test("are deleted by destroy, with all of their resources", async () => {
        const { code, output } = await deployment.run(["destroy", "-s", "dev", "--yes", "--skip-preview"]);
        expect([code === 0, output]).toEqual([
            false,
            expect.stringMatching(
                /Error 400: The subnetwork resource '\S+\/apps' is already being used by '\S+\/addresses\/serverless-ipv4-\d+', resourceInUseByAnotherResource/,
            ),
        ]);
        await deployment.succeed(["destroy", "-s", "dev", "--yes", "--skip-preview"]);
        // Resources with lowercase types were created by Google Cloud, such as the network `default`.
        const kept =
            /^([a-z]|Service |ServiceIdentity |KeyRing |CryptoKey |(CryptoKey)?IAMMember \S+\/serviceAccount:service-)/;
        expect(deployment.existing().filter((each) => !kept.test(each))).toEqual([]);
    });
});

test("functions in production have a minimum instance, and a second up and a refresh change nothing", async () => {
    const deployment = functions();
    const { created } = await deployment.up("prod");
    const waiting = deployment.resources().flatMap(({ id, properties }) => {
        const { minInstanceCount, maxInstanceCount } = Object(properties.serviceConfig);
        return id.includes("/functions/") ? [[id.split("/").at(-1), minInstanceCount, maxInstanceCount]] : [];
    });
    expect(waiting.sort()).toEqual([
        ["nightly", 0, 100],
        ["predict", 1, 100],
        ["record", 0, 100],
        ["store", 0, 100],
        ["watch", 0, 100],
    ]);
    expect(await deployment.again("prod")).toEqual({ unchanged: created });
    await deployment.remove();
});
