import * as pulumi from "@pulumi/pulumi";
import { CloudSqlInstance, Network, Schedule, Secret, ServerlessFunction, StorageBucket } from "slipway";
import { nameFormats } from "../../../lib/facts/names";
import { crossProject, type Given, place } from "../everythingElse";
import { folderOf } from "../folders";
import type { SampleCalls } from "../iam/sampleCalls";
import type { LongestNames } from "../lengthened";
import { request, run } from "../run/service.program";

/** All options of functions that use no other components. */
export function program(source: string): void {
    const key = new Secret("function-key");
    new ServerlessFunction("open", {
        source,
        trigger: { http: { public: true, ingress: "all" } },
        entryPoint: "answer",
        network: { connector: "apps", egress: "all-traffic" },
    });
    new ServerlessFunction("watch", {
        source,
        trigger: {
            audit: {
                service: "bigquery.googleapis.com",
                method: "a.b",
                resource: pulumi.output("projects/*/datasets/**"),
            },
            region: "global",
            retries: true,
        },
        entryPoint: "answer",
        uses: { API_KEY: key.reader, KEY_FILE: key.file("/secrets/key") },
        network: {
            subnet: "projects/acme-net/regions/europe-west1/subnetworks/apps",
            network: "projects/acme-net/global/networks/apps",
            tags: ["watch"],
            egress: "all-traffic",
        },
        encryptionKey: pulumi.output("projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales"),
        binaryAuthorization: "default",
        runtimeUpdates: "on-deploy",
        build: {
            env: { GOOGLE_FUNCTION_SOURCE: "main.py" },
            workerPool: "projects/acme-dev/locations/europe-west1/workerPools/builders",
        },
        description: "Watches.",
    });
    const network = new Network("function-databases");
    const exports = { bucket: new StorageBucket("function-exports"), schedule: "0 2 * * *" };
    const databases = { sales: {} };
    const own = new CloudSqlInstance("function-database", { network, databases, users: { app: {} }, exports });
    const open = new CloudSqlInstance("function-open", { engine: "mysql", network: false, publicAddress: true });
    new ServerlessFunction("connect", {
        source,
        trigger: { http: {} },
        entryPoint: "answer",
        uses: { DATABASE: own.client, APP: own.as({ user: "app" }), OPEN: open.client },
    });
    new ServerlessFunction("nightly", {
        source,
        trigger: { schedule: { cron: "0 3 * * *", timeZone: "Europe/Berlin", paused: true, retries: 2 } },
        entryPoint: "answer",
    });
}

/** With arguments that `program` has not. Most of it refers to another project. */
export function more({ account, alerts }: Given, folder: string): void {
    const call = new ServerlessFunction("other-function", {
        source: folder,
        trigger: { http: {} },
        entryPoint: "answer",
        runtime: "python399" as "python313",
        env: { OTHER_TOKEN: "plain" },
        account,
        alerts,
        allowUnlisted: true,
        insecure: true,
        crossProject,
    });
    new Schedule("other-call", { cron: "1 2 * * *", call, alerts, crossProject });
    new Schedule("other-request", {
        cron: "2 2 * * *",
        call: { url: "http://acme-shared.ew.r.appspot.com/other" },
        insecure: true,
        crossProject,
    });
    regional(folder);
}

/** In another region than that of the environment. */
function regional(folder: string): void {
    const { region } = place;
    const trigger = { http: {} };
    new ServerlessFunction("regional-function", { source: folder, trigger, entryPoint: "answer", region });
}

const source = folderOf({ "main.py": "def predict(request):\n    return 'range'\n" });

export const sampleCalls: SampleCalls = {
    "ServerlessFunction.invoker": {
        offer: () =>
            new ServerlessFunction("offered", { source, entryPoint: "predict", trigger: { http: {} } }).invoker,
        source: run,
        calls: request,
    },
};

export const longestNames: LongestNames = {
    "cloudfunctionsv2/function:Function name": nameFormats.rows.function.max,
    "gcp:cloudfunctionsv2/function:Function serviceConfig.secretEnvironmentVariables.key": "unlimited",
    "gcp:eventarc/trigger:Trigger name": "unlimited",
};

export const sameWithout = {
    "ServerlessFunction.trigger.http.ingress": "programs have its default",
};
