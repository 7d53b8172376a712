import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import type { Exported } from "../../../local/machine/exported";
import { Deployment } from "../../deploy/deployment";

const program = `"use strict";
const { ComposerEnvironment } = require("slipway");
new ComposerEnvironment("scoring", {
    dags: "./dags",
    variables: { threshold: "0.7" },
    workloads: { worker: { scaling: { max: 3 } } },
    pools: { scoring: { slots: 4 } },
    alerts: { others: { email: "data@acme.example" } },
});
`;

describe("a Composer environment", () => {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: scoring\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-scoring\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "package.json": '{ "name": "scoring", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
    afterAll(() => deployment.remove());
    const edit = (from: string, to: string) => deployment.edit("index.js", (text) => text.replace(from, to));
    const dag = (name: string, text: string) => writeFileSync(deployment.file(`dags/${name}`), text);

    test("has an object for each file: a changed file updates one object, and a removed file deletes it", async () => {
        mkdirSync(deployment.file("dags"));
        dag("score.py", "LIMIT = 1\n");
        dag("load.py", "LIMIT = 1\n");
        await deployment.up("dev");
        dag("score.py", "def score():\n    import xgboost\n");
        rmSync(deployment.file("dags/load.py"));
        dag("train.py", "LIMIT = 1\n");
        expect(await deployment.upAsPreviewed("dev")).toEqual([
            "create BucketObject scoring-dag-train.py",
            "delete BucketObject scoring-dag-load.py",
            "update BucketObject scoring-dag-score.py",
        ]);
    });

    test("is updated for changed workers, packages and options, and the plugin gets the lateness limit", async () => {
        edit("max: 3 } } }", 'max: 5 } } },\n    resilience: "high"');
        edit("alerts: {", 'alerts: { lateAfter: "2 hours",');
        edit(
            "alerts:",
            'dataLineage: true, packages: { xgboost: "==3.0.0" },\n    airflow: { "core-parallelism": "8" },\n    alerts:',
        );
        expect(await deployment.upAsPreviewed("dev")).toEqual([
            "create Service datalineage",
            "update BucketObject scoring-plugin-slipway_plugin.json",
            "update ComposerEnvironment scoring",
            "update Environment scoring",
        ]);
        expect(await deployment.preview("dev")).toEqual([]);
    });

    test("is not updated for another pool, variable or owner of alerts", async () => {
        edit("slots: 4", "slots: 5");
        edit('"0.7"', '"0.8"');
        edit("others:", 'owners: { data: { email: "owner@acme.example" } }, others:');
        expect(await deployment.upAsPreviewed("dev")).toEqual([
            "create AlertPolicy scoring-owner-data",
            "create NotificationChannel scoring-owner-data-email",
            "replace SecretVersion scoring-variable-threshold",
            "update AlertPolicy scoring-others",
            "update BucketObject scoring-plugin-slipway_plugin.json",
        ]);
        expect(await deployment.preview("dev")).toEqual([]);
    });

    test("deletes a notification channel after its policy no longer uses it", async () => {
        const key = 'pagerDuty: { serviceKey: require("@pulumi/pulumi").secret("canary") }';
        edit('others: { email: "data@acme.example" }', `others: { ${key} }`);
        expect(await deployment.upAsPreviewed("dev")).toEqual([
            "create NotificationChannel scoring-others-pagerduty",
            "delete NotificationChannel scoring-others-email",
            "update AlertPolicy scoring-others",
        ]);
    });

    test("is refused at preview if a file imports a package that is not installed", async () => {
        dag("train.py", "import torch\n");
        const { code, output } = await deployment.run(["preview", "-s", "dev"]);
        expect(code).not.toBe(0);
        expect(output).toContain(
            'ComposerEnvironment "scoring": dags: train.py:1 imports torch, which is not installed. Add its package to packages.',
        );
        dag("train.py", "LIMIT = 1\n");
    });

    test("is refused at preview for a change that Composer does not support", async () => {
        edit('resilience: "high"', 'version: "composer-3-airflow-2.10.5"');
        const { code, output } = await deployment.run(["preview", "-s", "dev"]);
        expect(code).not.toBe(0);
        for (const problem of [
            'version: cannot go back from composer-3-airflow-2.11.1 (got "composer-3-airflow-2.10.5"). Keep it, or create another environment. [composer/version-downgrade]',
            'resilience: takes two steps from "high" to "standard". Set workloads.scheduler.count, workloads.dagProcessor.count, workloads.triggerer.count, workloads.worker.scaling.min to 2 for one up, and fewer in the next. [composer/resilience-in-two-steps]',
        ]) {
            expect(output).toContain(`ComposerEnvironment "scoring": ${problem}`);
        }
        edit('version: "composer-3-airflow-2.10.5"', 'version: "composer-2.17.9-airflow-2.11.1"');
        expect((await deployment.run(["preview", "-s", "dev"])).output).toContain(
            'ComposerEnvironment "scoring": version: cannot go from Composer 3 to 2 (got "composer-2.17.9-airflow-2.11.1"). Create another environment, and remove this one later. [composer/version-of-other-generation]',
        );
        edit('version: "composer-2.17.9-airflow-2.11.1"', 'resilience: "high"');
    });

    test("can have standard resilience with the workloads of high resilience", async () => {
        const both = "scheduler: { count: 2 }, dagProcessor: { count: 2 }, triggerer: { count: 2 } }";
        edit("max: 5 } } }", `min: 2, max: 5 } }, ${both}`);
        edit(',\n    resilience: "high"', "");
        expect(await deployment.preview("dev")).toEqual([
            "update ComposerEnvironment scoring",
            "update Environment scoring",
        ]);
        edit(`min: 2, max: 5 } }, ${both}`, 'max: 5 } } },\n    resilience: "high"');
    });

    test("is replaced by one up after it failed", async () => {
        const { urn } = (await deployment.exported("dev")).find(({ type }) =>
            type.endsWith("/environment:Environment"),
        ) as Exported;
        deployment.cloud.set("environments/scoring", "state", "ERROR");
        expect(
            await deployment.succeed(["up", "-s", "dev", "--yes", "--skip-preview", "--replace", urn]),
        ).toMatchObject({ replaced: 1 });
        expect(await deployment.preview("dev")).toEqual([]);
    });

    test("is completely deleted by destroy", async () => {
        await deployment.destroy("dev");
        const own = /^(Environment|Bucket|BucketObject|Account|Secret|SecretVersion|AlertPolicy|NotificationChannel) /;
        expect(deployment.existing().filter((each) => own.test(each))).toEqual([]);
    });
});

const named = `"use strict";
const { ComposerEnvironment, Network } = require("slipway");
const network = new Network("apps", {
    subnets: {
        airflow: {
            range: "10.0.0.0/20",
            secondaryRanges: { pods: "10.64.0.0/17", services: "10.128.0.0/22" },
        },
    },
});
new ComposerEnvironment("scoring", {
    version: "composer-2.17.9-airflow-2.11.1",
    network: { network, pods: "pods", services: "services" },
});
`;

describe("an environment of Composer 2", () => {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: named\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-named\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "package.json": '{ "name": "named", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": named,
    });
    afterAll(() => deployment.remove());

    test("has its pods and Services in secondary ranges of its subnet, and keeps them", async () => {
        await deployment.up("dev");
        const [environment] = deployment.cloud.resources("Environment");
        expect(environment?.properties).toMatchObject({
            config: {
                nodeConfig: {
                    ipAllocationPolicy: {
                        clusterSecondaryRangeName: "pods",
                        servicesSecondaryRangeName: "services",
                    },
                },
            },
        });
        expect(await deployment.preview("dev")).toEqual([]);
        await deployment.destroy("dev");
    });
});
