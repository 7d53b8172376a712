import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
    ContainerImage,
    ContainerRegistry,
    DataflowJob,
    Network,
    PubSubSubscription,
    PubSubTopic,
    ServiceAccount,
    StorageBucket,
} from "slipway";
import { crossProject, type Given, moving } from "../everythingElse";
import type { LongestNames } from "../lengthened";

const digest = `sha256:${"0a".repeat(32)}`;

/** All options of jobs of Dataflow. */
export function program(): void {
    const key = "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/flow";
    const registry = new ContainerRegistry("pipelines");
    const sales = new PubSubSubscription("flow-sales", { topic: new PubSubTopic("flow-sales"), pull: {} });
    new DataflowJob("whole-stream", {
        source: join(__dirname, "..", "..", "..", "examples", "streaming-predictions", "score"),
        registry,
        main: "main.py",
        launcherImage: pulumi.output("gcr.io/dataflow-templates-base/python311-template-launcher-base:20240506-rc00"),
        sdkImage: "docker.io/apache/beam_python3.11_sdk:2.70.0",
        type: "streaming",
        name: "whole",
        uses: { sales: sales.subscriber },
        parameters: { window: pulumi.output("60") },
        region: "europe-west1",
        machineType: "n2-standard-4",
        scaling: { min: 2, max: 30 },
        diskSize: "50 GB",
        publicAddress: true,
        streamingEngine: true,
        atLeastOnce: true,
        experiments: ["enable_prime"],
        account: new ServiceAccount("flow-workers"),
        network: new Network("flow", { subnets: { data: { range: "10.9.0.0/24" } } }),
        encryptionKey: key,
        transformNames: { Parse: "Parse sales" },
        onIncompatible: "fail",
        drainTimeout: "2 hours",
        labels: { team: pulumi.output("sales") },
    });
    new DataflowJob("image-batch", {
        image: new ContainerImage("counter", { registry, digest }),
        language: "java",
        workerImage: `docker.io/acme/worker@${digest}`,
        type: "batch",
        network: { subnet: "projects/acme-dev/regions/europe-west1/subnetworks/data" },
        runOn: ["2026-11"],
        wait: "2 hours",
        schedule: { cron: "0 3 * * *", timeZone: "Europe/Berlin", retries: 2 },
    });
    new DataflowJob("google-stream", {
        template: "PubSub_Subscription_to_BigQuery",
        version: "2026-11-04-00_RC00",
        uses: { inputSubscription: sales.subscriber },
        parameters: { outputTableSpec: "acme-dev:history.sales" },
    });
    new DataflowJob("other-batch", {
        template: { name: "Jdbc_to_BigQuery_Flex", kind: "flex" },
        type: "batch",
        runOnDeploy: false,
        schedule: "0 4 * * *",
    });
    new DataflowJob("own-template", {
        templateFile: pulumi.interpolate`gs://${new StorageBucket("flow-templates").bucket.name}/count`,
        kind: "classic",
        type: "batch",
        wait: false,
    });
}

/** With arguments that `program` has not. Most of it refers to another project. */
export function more({ account, alerts, image, network }: Given): void {
    new DataflowJob("other-flow", {
        image,
        workerImage: moving,
        type: "batch",
        account,
        network,
        runOnDeploy: false,
        schedule: { cron: "3 4 * * *", paused: true },
        alerts,
        insecure: true,
        crossProject,
    });
    regional();
}

/** In another region than that of the environment. */
function regional(): void {
    new DataflowJob("own-beam", {
        source: join(__dirname, "..", "..", "..", "examples", "streaming-predictions", "score"),
        registry: new ContainerRegistry("beam-images"),
        type: "streaming",
        sdkImage: "docker.io/apache/beam_python3.11_sdk:2.69.0",
        streamingEngine: false,
    });
}

export const longestNames: LongestNames = {
    "dynamic/data:DataflowRun name": 63,
};

export const sameWithout = {
    "DataflowJob.main": "programs have its default",
};
