/** A cluster with a deployment for each type of exposure and of scaling. `changed` changes the exposures. */
export const exposing = `
"use strict";
const { createHash } = require("node:crypto");
const { PubSubSubscription, PubSubTopic } = require("slipway");
const { AutoscaledDeployment, GkeCluster } = require("slipway/gke");

const changed = false;
const zones = ["europe-west1-b", "europe-west1-c"];
const nodePools = { all: { machineType: "e2-standard-4", scaling: { min: 2, max: 4 }, zones } };
const cluster = new GkeCluster("main", { nodePools, network: { ranges: { proxies: "10.129.0.0/23" } } });
const topic = new PubSubTopic("orders");
const subscription = new PubSubSubscription("reader", { topic, pull: {}, deadLetter: false });

// Known when the topic is there.
const digest = topic.topic.id.apply((id) => createHash("sha256").update(id).digest("hex"));
const image = "ghcr.io/acme/echo@sha256:" + "9".repeat(64);
const resources = { requests: { cpu: "100m", memory: "128Mi", ephemeralStorage: "64Mi" } };
const common = { cluster, image, resources, port: 8080, health: "/healthz" };
const between = { min: 2, max: 4 };
const metric = (name) => ({ metric: { name: "custom.googleapis.com|" + name }, target: { averageValue: "10" } });
const schedules = { always: { from: "2020-01-01", to: "2099-12-31", min: 3 } };

const made = {};
function deployment(name, exposures, more) {
    const expose = exposures[changed ? 1 : 0];
    made[name] = new AutoscaledDeployment(name, { ...common, expose, ...more });
}
const http = (name, more) => ({ domain: name + ".acme.com", ...more });
const everybody = { loadBalancer: { public: true } };

deployment("open", [everybody, { gateway: http("open", { public: true }) }], {
    scaling: { replicas: 2, vertical: { cpu: { min: "50m", max: "1" }, memory: { max: "1Gi" }, updateMode: "Off" } },
});
deployment("inside", [{ loadBalancer: { port: 8443 } }, { loadBalancer: { public: true, port: 8443 } }], {
    scaling: { ...between, cpu: 80, schedules, vertical: { memory: { min: "64Mi", max: "1Gi" } } },
});
deployment("web", [
    { gateway: http("web", { public: true, securityPolicy: "edge" }) },
    { ingress: http("web", { public: true }) },
], {
    scaling: {
        ...between,
        ...(changed ? { memory: 70 } : { requestsPerSecond: 50 }),
        vertical: { cpu: {}, updateMode: "InPlaceOrRecreate" },
    },
});
deployment("named", [
    { gateway: http("named", { public: true, certificate: { names: ["first", "second"] } }) },
    { gateway: http("named", { certificate: false }) },
], { scaling: { ...between, memory: 70, vertical: { cpu: { max: "1" }, updateMode: "Initial" } } });
deployment("near", [{ gateway: http("near", { certificate: { names: ["near"] } }) }, undefined], {
    scaling: { ...between, metrics: [{ external: metric("orders") }] },
});
deployment("shop", [{ ingress: http("shop", { public: true, securityPolicy: "edge" }) }, everybody], {
    scaling: { ...between, backlog: { subscription, perReplica: 100 } },
});
deployment("office", [
    { ingress: http("office", { certificate: false }) },
    { ingress: http("office", { public: true }) },
], { scaling: { ...between, metrics: [{ pods: metric("queue_length") }] } });
deployment("hidden", [], {
    image: digest.apply((text) => "ghcr.io/acme/late@sha256:" + text),
    health: undefined,
    scaling: 2,
});
deployment("worker", [], {
    port: undefined,
    health: { command: ["true"] },
    scaling: 2,
    uses: { HIDDEN: made.hidden.caller },
});

for (const [name, each] of Object.entries(made)) {
    if (name !== "worker") {
        exports[name] = each.url;
        exports[name + "At"] = each.exposed.address;
    }
}
`;
