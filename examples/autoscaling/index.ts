import * as pulumi from "@pulumi/pulumi";
import { AutoscaledInstanceGroup, ContainerImage, ContainerRegistry, Environment, LoadBalancer } from "slipway";

const config = new pulumi.Config();

// The service's image, built from its folder and known by its digest.
const web = new ContainerImage("web", {
    registry: new ContainerRegistry("apps"),
    source: "./web",
    build: { args: { BASE: config.get("base") ?? "python:3.13-slim" } },
});

// Between 1 and 3 machines in development, and between 3 and 10 in production.
const { minReplicas: min, maxReplicas: max } = Environment.current().defaults;
const timeZone = "Europe/Berlin";

const group = new AutoscaledInstanceGroup("web", {
    container: { image: web, ports: [8080] },
    ports: { http: 8080 },
    health: "/healthz",
    scaling: {
        min,
        max,
        // By schedule: more machines in working hours, and twice as many over Christmas.
        schedules: {
            "working-hours": { cron: "30 7 * * MON-FRI", duration: "11 hours", timeZone, min: min + 1 },
            christmas: { from: "2026-12-20", to: "2027-01-02", timeZone, min: 2 * min },
        },
        // By demand: machines that use 60 % of their CPU and get 80 % of the requests that they can answer.
        cpu: 60,
        loadBalancing: 80,
        // By prediction: ahead of the CPU utilization of the days and weeks before, by the time that a machine takes to start.
        predictive: true,
        initialization: "2 minutes",
    },
});

// Without a domain there is no certificate: the service is served by HTTP, at an address.
const domain = config.get("domain");
const balancer = new LoadBalancer("quotes", {
    domains: domain,
    insecure: domain === undefined,
    routes: { "/*": { group, capacity: { requestsPerSecond: 20 } } },
});

export const url = balancer.url;
export const dnsRecords = balancer.dnsRecords;
export const autoscaler = group.autoscaler?.id;
