/**
 * Writes the prices of machines, disks, networks and storage from a clone of Cyclenerd/google-cloud-pricing-cost-calculator, whose
 * `pricing.yml` is computed from Google's Cloud Billing Catalog:
 *
 *     node local/commands/cost/generate.mjs <clone> <commit> local/commands/cost/prices-<month>.json.gz
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { parse } from "yaml";

const [clone, commit, file] = process.argv.slice(2);
if (!clone || !commit || !file) {
    throw new Error(
        "usage: node generate.mjs <clone of Cyclenerd/google-cloud-pricing-cost-calculator> <commit> <file>.json.gz",
    );
}
const git = (...args) => execFileSync("git", ["-C", clone, ...args], { encoding: "utf8", maxBuffer: 1 << 26 });
const { about, region, compute, storage, monitoring } = parse(git("show", `${commit}:pricing.yml`));

const regions = Object.keys(region).sort();
/** A price for each region, in the order of `regions`; null where there is none. */
const by = (cost, key) => regions.map((name) => cost?.[name]?.[key] ?? null);

const machines = Object.entries(compute.instance)
    .filter(([name, { cost }]) => cost !== undefined && !name.startsWith("custom-"))
    .map(([name, { cost }]) => [name, { onDemand: by(cost, "hour"), spot: by(cost, "hour_spot") }]);

/** The types of disks of Compute Engine, with the names that the file has for them. */
const disks = { "pd-standard": "hdd", "pd-balanced": "balanced", "pd-ssd": "ssd", "pd-extreme": "extreme" };
const regionalDisks = {
    "pd-standard": "hdd-replicated",
    "pd-balanced": "balanced-replicated",
    "pd-ssd": "ssd-replicated",
};
const monthly = (names) =>
    Object.fromEntries(Object.entries(names).map(([type, name]) => [type, by(compute.storage[name].cost, "month")]));

const classes = { STANDARD: "standard", NEARLINE: "nearline", COLDLINE: "coldline", ARCHIVE: "archiv" };
/** The locations of several regions, as Cloud Storage names them. */
const large = {
    "asia-multi": "ASIA",
    "europe-multi": "EU",
    "us-multi": "US",
    asia1: "ASIA1",
    eur4: "EUR4",
    nam4: "NAM4",
};
const stored = (kind) =>
    Object.fromEntries(
        Object.entries(classes)
            .filter(([, name]) => name in storage[kind])
            .map(([storageClass, name]) => {
                const others = { ...storage[kind][`${name}-multi`].cost, ...storage[kind][`${name}-dual`].cost };
                const named = Object.entries(others).map(([place, { month }]) => [large[place], month]);
                return [
                    storageClass,
                    { regional: by(storage[kind][name].cost, "month"), large: Object.fromEntries(named) },
                ];
            }),
    );

const { network } = compute;
const prices = {
    source: "https://github.com/Cyclenerd/google-cloud-pricing-cost-calculator",
    commit: git("rev-parse", commit).trim(),
    date: new Date(about.timestamp * 1000).toISOString().slice(0, 10),
    copyright: about.copyright.trim().split("\n")[0],
    license: "Apache-2.0",
    changes: "Only prices of resources that Pulumi programs declare, in tables by region, without commitments.",
    regions,
    machines: Object.fromEntries(machines),
    disks: monthly(disks),
    regionalDisks: monthly(regionalDisks),
    localSsd: { onDemand: by(compute.storage.local.cost, "month"), spot: by(compute.storage.local.cost, "month_spot") },
    snapshots: by(compute.storage.snapshot.cost, "month"),
    addresses: { unused: by(network.ip.unused.cost, "hour"), machine: by(network.ip.vm.cost, "hour") },
    nat: { gateway: by(network.nat.gateway.cost, "hour"), data: by(network.nat.data.cost, "month") },
    vpnTunnels: by(network.vpn.tunnel.cost, "hour"),
    egress: by(network.traffic.egress.internet.cost["0-1"], "month"),
    buckets: stored("bucket"),
    retrieval: stored("retrieval"),
    metrics: by(monitoring.data.cost["0-100000"], "month"),
};
writeFileSync(file, gzipSync(JSON.stringify(prices), { level: 9 }));
console.log(`${machines.length} machine types in ${regions.length} regions, of ${prices.date}`);
