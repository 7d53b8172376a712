/**
 * Writes the recorded requests of the services that the local Google Cloud simulates, and the answers of Google Cloud, from a clone of
 * GoogleCloudPlatform/k8s-config-connector. Compares them with a file if it exists, and prints which recordings differ.
 *
 *     node generate.mjs <clone> <file>.json.gz
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";

/** By API, the collections whose resources the local Google Cloud simulates. */
const collections = {
    artifactregistry: ["repositories"],
    bigquery: ["datasets", "routines", "tables"],
    bigquerydatatransfer: ["transferConfigs"],
    billingbudgets: ["budgets"],
    certificatemanager: ["certificateMapEntries", "certificateMaps", "certificates", "dnsAuthorizations"],
    cloudkms: ["cryptoKeyVersions", "cryptoKeys", "keyRings"],
    cloudresourcemanager: ["folders", "liens", "projects"],
    cloudtasks: ["queues"],
    composer: ["environments"],
    compute: [
        ...["addresses", "backendBuckets", "backendServices", "disks", "firewalls", "forwardingRules", "healthChecks"],
        ...["networkEndpointGroups", "networks", "resourcePolicies", "routers", "securityPolicies", "sslPolicies"],
        ...["subnetworks", "targetHttpsProxies", "urlMaps"],
    ],
    container: ["clusters", "nodePools"],
    dns: ["managedZones", "rrsets"],
    essentialcontacts: ["contacts"],
    iam: ["keys", "serviceAccounts"],
    logging: ["exclusions", "metrics", "sinks"],
    monitoring: [
        ...["alertPolicies", "dashboards", "notificationChannels", "serviceLevelObjectives", "services"],
        "uptimeCheckConfigs",
    ],
    orgpolicy: ["policies"],
    pubsub: ["schemas", "subscriptions", "topics"],
    run: ["services"],
    secretmanager: ["secrets", "versions"],
    serviceusage: ["services"],
    sqladmin: ["databases", "instances", "users"],
    storage: ["b", "notificationConfigs", "o"],
    vpcaccess: ["connectors"],
    workflows: ["workflows"],
};

/** APIs without logs of Google Cloud, whose logs of the simulation are included. */
const simulated = ["billingbudgets", "certificatemanager", "cloudtasks", "dns", "run", "sqladmin"];

const [clone, file] = process.argv.slice(2);
if (!clone || !file) {
    throw new Error("usage: node generate.mjs <clone of GoogleCloudPlatform/k8s-config-connector> <file>.json.gz");
}
const git = (args, input) => execFileSync("git", ["-C", clone, ...args], { input, maxBuffer: 1 << 30 });

const fixtures = "pkg/test/resourcefixture/testdata/";
/** Where the simulation's own tests have logs, and those of scenarios: these are written and compared by the simulation too. */
const others = ["mockgcp/", "tests/e2e/testdata/"];
const blobs = new Map(
    git(["ls-tree", "-r", "HEAD", fixtures, ...others])
        .toString()
        .trim()
        .split("\n")
        .map((line) => [line.slice(line.indexOf("\t") + 1), line.split(/\s/)[2]]),
);

/** The fixtures whose logs are not recorded with Google Cloud, as the repository's own test lists them. */
const unrecorded = [
    ...git(["show", `HEAD:pkg/test/resourcefixture/golden_alignment_test.go`])
        .toString()
        .split("realGCPSkipFixtures = ")[1]
        .split("\n}")[0]
        .matchAll(/^\s+"(.+)":\s+true/gm),
].map(([, path]) => `${fixtures}basic/${path}/`);

const isOther = (path) => others.some((folder) => path.startsWith(folder));

const logs = [...blobs.keys()]
    .filter((path) =>
        isOther(path)
            ? /\/testdata\/.*\/_http\d*\.log$/.test(path)
            : /\/_http(_old_controller)?\.log$/.test(path) &&
              blobs.has(path.replace(/\.log$/, "_mock.log")) &&
              !unrecorded.some((folder) => path.startsWith(folder)),
    )
    .sort((one, other) => Number(isOther(one)) - Number(isOther(other)));

/** The contents of the logs, in their order. */
function contents() {
    const output = git(["cat-file", "--batch"], logs.map((path) => `${blobs.get(path)}\n`).join(""));
    let start = 0;
    return logs.map(() => {
        const end = output.indexOf("\n", start);
        const size = Number(output.toString("utf8", start, end).split(" ")[2]);
        start = end + 1 + size + 1;
        return output.toString("utf8", end + 1, end + 1 + size);
    });
}

/** What only the repository's own simulation of Google Cloud answers, so that a log is not of Google Cloud. */
const signs = [
    // Its types, its errors for missing resources and methods, and its certificates.
    /mockgcp/,
    /"message": "\w+ \\"(projects|folders|organizations|billingAccounts)\/[^"]+\\" not found"/,
    /not implemented/,
    /1234567890abcdefghijklmn|"commonName": "common-name"/,
    // One image for all families, no permissions that can be granted, and machines without a CPU.
    /debian-11-bullseye-v20231010/,
    /permissions:queryTestablePermissions[^{]*\{[^}]*\}[^{]*\{\}/,
    /^(?![\s\S]*"cpuPlatform")[\s\S]*"kind": "compute#instance"/,
    // Operations of Google Cloud have a type.
    /"kind": "compute#operation",\s+"name": "[^"]*",\s+"progress"/,
    // Google Cloud returns a state only for proxy-only subnetworks.
    /"purpose": "PRIVATE",(?:(?!"purpose")[\s\S])*?"state": "READY"/,
];

/** A JSON body, after the blank line that ends the headers; undefined if there is none. */
function body(lines) {
    const blank = lines.indexOf("");
    const text = blank < 0 ? "" : lines.slice(blank).join("\n").trim();
    return text.startsWith("{") ? JSON.parse(text) : undefined;
}

function exchange(text) {
    const lines = text.trim().split("\n");
    const answered = lines.findIndex((line) => /^\d{3} /.test(line));
    const [method, url] = lines[0].split(" ");
    if (
        answered < 0 ||
        !url?.startsWith("https://") ||
        url.includes("/operations/") ||
        !collectionOf({ method, url })
    ) {
        return [];
    }
    const request = body(lines.slice(0, answered));
    const answer = body(lines.slice(answered));
    return [
        {
            method,
            url,
            ...(request && { request }),
            status: Number(lines[answered].slice(0, 3)),
            ...(answer && { answer }),
        },
    ];
}

/** The collection of a request's resource, such as `compute networks`; undefined if it is not simulated. */
function collectionOf({ method, url }) {
    const { hostname, pathname } = new URL(url.replaceAll("$", "").replaceAll(/[{}]/g, ""));
    const api = hostname.replace(".googleapis.com", "");
    const steps = pathname.replace(/:[A-Za-z]+$/, "").split("/");
    const found = steps.findLastIndex((step) => collections[api]?.includes(step));
    // The collection, a resource, or a method of a resource such as `setLabels`; not its parts.
    const isOfCollection = found >= steps.length - (method === "POST" ? 3 : 2);
    const isRead = method === "GET" && found === steps.length - 1;
    return found >= 0 && isOfCollection && !isRead ? `${api} ${steps[found]}` : undefined;
}

const isWrite = ({ method, url, status, request }) =>
    status < 300 && request !== undefined && ["POST", "PUT", "PATCH"].includes(method) && !/:get|:test/.test(url);

/** What a request says, whatever the resources' names are. */
const meaning = (each) => JSON.stringify(each).replaceAll(/[\w-]*\$\{[^}]+\}[\w-]*/g, "$");

/** Who answered: see the README. */
function answeredBy(text, path) {
    const ofSimulation = blobs.get(path.replace(/\.log$/, "_mock.log"));
    return signs.some((sign) => sign.test(text))
        ? "simulation"
        : isOther(path) || ofSimulation === blobs.get(path)
          ? "either"
          : "google";
}

const isSimulated = (collection) => simulated.includes(collection.split(" ")[0]) && !covered.has(collection);

const known = new Set();
const covered = new Set();
const recordings = {};
const texts = contents();
/** By recording, the logs of its steps: scenarios have several. */
const steps = new Map();
for (const [index, log] of logs.entries()) {
    const path = log.replace(/_http\d+\.log$/, "_http.log");
    steps.set(path, [...(steps.get(path) ?? []), texts[index]]);
}
const read = [...steps].map(([path, parts]) => {
    const text = parts.join("\n---\n");
    return { path, text, by: answeredBy(text, path) };
});
// Recordings with more evidence come first, and those of the simulation only for collections that have no others.
for (const grade of ["google", "either", "simulation"]) {
    for (const { path, text } of read.filter(
        ({ by, path }) => by === grade && !(by === "simulation" && isOther(path)),
    )) {
        const exchanges = text.split(/^---$/m).flatMap(exchange);
        // What is polled is kept once.
        const kept = exchanges.filter((each, index) => JSON.stringify(each) !== JSON.stringify(exchanges[index - 1]));
        const own = kept.filter(isWrite).map((each) => ({ each, collection: collectionOf(each) }));
        const unseen = own
            .filter(({ collection }) => grade !== "simulation" || isSimulated(collection))
            .map(({ each, collection }) => `${collection} ${meaning({ ...each, answer: 0 })}`)
            .filter((text) => !known.has(text));
        for (const text of unseen) {
            known.add(text);
        }
        if (unseen.length > 0) {
            recordings[path.replace(fixtures, "")] = { answeredBy: grade, exchanges: kept };
        }
    }
    for (const [path, { exchanges }] of Object.entries(recordings)) {
        for (const each of isOther(path) ? [] : exchanges.filter(isWrite)) {
            covered.add(collectionOf(each));
        }
    }
}

const sorted = Object.fromEntries(Object.entries(recordings).sort(([one], [other]) => (one < other ? -1 : 1)));
if (existsSync(file)) {
    const before = JSON.parse(gunzipSync(readFileSync(file)).toString()).recordings;
    for (const path of new Set([...Object.keys(before), ...Object.keys(sorted)])) {
        if (JSON.stringify(before[path]) !== JSON.stringify(sorted[path])) {
            console.log(`${!before[path] ? "+" : !sorted[path] ? "-" : "~"} ${path}`);
        }
    }
}
const commit = git(["log", "-1", "--format=%H"]).toString().trim();
const source = `https://github.com/GoogleCloudPlatform/k8s-config-connector/tree/${commit}/`;
writeFileSync(file, gzipSync(JSON.stringify({ source, recordings: sorted }), { level: 9 }));
