import { secondsIn } from "../../lib/formats/duration";
import { bytesIn } from "../../lib/internal/arguments/size";
import { documentedLimits, limitsByFile } from "./documentedLimits";
import { collected } from "./everything";
import { compiled, lib, type Member, members } from "./members";

/** Names that no argument has, with what the table in `docs/development/spellings.md` says instead. */
const replaced: Record<string, string> = {
    accelerator: "gpu",
    accelerators: "gpu",
    attemptDeadline: "timeout",
    checkInterval: "interval",
    deadline: "timeout",
    deletionProtection: "protection",
    environment: "env",
    failureThreshold: "unhealthyThreshold",
    friendlyName: "displayName",
    healthCheck: "health",
    healthRoute: "health",
    initialNodes: "scaling",
    initialReplicas: "scaling",
    kmsKeyName: "encryptionKey",
    location: "region",
    maxAttempts: "retries",
    maximum: "max",
    maxInstances: "scaling.max",
    maxNodes: "scaling.max",
    maxReplicas: "scaling.max",
    maxRetries: "retries",
    minimum: "min",
    minInstances: "scaling.min",
    minNodes: "scaling.min",
    minReplicas: "scaling.min",
    peering: "network",
    publicAddresses: "publicAddress",
    requestTimeout: "timeout",
    retry: "retries",
    serviceAccount: "account",
    subnetwork: "subnet",
    taskTimeout: "timeout",
    title: "displayName",
    vCpus: "cpu",
    vpc: "network",
};

/** Units at the end of a name. The type has the unit: `Duration`, `Size`. */
const unit = /[a-z](Seconds|Hours|Days|Minutes|Milliseconds|Gb|Mb|Bytes|Percent)$/;

/** Arguments that have such a name, by their paths, and why. */
const kept = collected("otherNames");

/**
 * Names with values of kinds that have nothing in common, such as a number and an object, and why they are one name: what they mean is
 * said by the object that they are in.
 */
const meanings: Record<string, string> = {
    accessLogs: "of a bucket they go to another one",
    account: "a service account, and the number of an account of AWS",
    address: "where its user takes a reserved one it is an IpAddress, elsewhere the address itself",
    addresses: "how many addresses Cloud NAT has, and where the addresses of instances are",
    args: "arguments of a command are a list, of a build they have names",
    audit: "a trigger has the audited method, an instance only records",
    avro: "a schema is a text, the format of a file has options",
    binaryAuthorization: "of a function it is a policy, a cluster has one",
    canary: "the canary, and its share",
    certificate: "a managed one is a text, others are objects",
    condition: "of IAM it is an expression, of a lifecycle rule it has parts",
    connections: "of Airflow by name, of the capacity of a group they are counted",
    container: "the container of a machine, and the image that is trained in",
    controlPlane: "a range of addresses, and who reaches the control plane",
    cpu: "the CPUs of a machine, the share that scales, and the bounds of what is requested",
    cron: "the cron jobs of an application, and the expression of a schedule",
    databases: "those that are created, and the names of those that are exported",
    deny: "what rules deny: traffic, values, or the days of maintenance",
    disk: "a size, and a disk with a type",
    domains: "those of an application have settings",
    egress: "which traffic goes through a network, and which peers pods reach",
    end: "of a range of numbers, and of a time",
    endpoints: "the kind of clients of Cloud NAT, and endpoints",
    expiration: "after a time, or at a point in time",
    external: "a metric, and a secret whose value is set elsewhere",
    from: "a time of the day, and what a database is copied from",
    gpu: "the GPUs of a machine, and the share that scales",
    iap: "of all of an application, and of a route",
    image: "of a container or of a machine",
    ingress: "which requests reach a service, and an Ingress of Kubernetes",
    instances: "how many, and the rows of a prediction",
    interval: "of time, and of a range of numbers",
    ipv6: "a load balancer has it or not, those of a subnet are internal or external",
    keep: "how many are kept, or all that a rule matches",
    keyRing: "a component, and the name of the ring of a key that exists already",
    latest: "a share, and a model",
    logging: "which logs a component can record",
    max: "of a number, or of an amount of CPU or memory",
    memory: "a size, the share that scales, and the bounds of what is requested",
    metadata: "of a machine, and the XML of SAML",
    metric: "Kubernetes' metrics have labels",
    metrics: "of a tuning they have names",
    min: "of a number, or of an amount of CPU or memory",
    packages:
        "of Composer they have versions, of a training they are a list of archives, of a cleanup prefixes of names",
    parameters: "of a template, and a schema",
    password: "of a user it is a text, of a source of packages a Secret",
    period: "a time, and a calendar period of a budget",
    pods: "a range of addresses, and pods of Kubernetes",
    policies: "organization policies by name, and the steps of an autoscaler",
    port: "a number, and the name of a port of a group",
    ports: "of a container, and of a group, by name",
    privateServiceConnect: "the endpoints of a network, and the projects that connect to an endpoint",
    project: "the ID of a project, and an EnvironmentProject",
    protection: "a database has levels of it, as the table says",
    range: "of addresses, and of numbers",
    ranges: "those of a network have names",
    rate: "a number, and how a metric becomes one",
    replicas: "copies of a secret or an instance have names, those of a deployment or a job are a number",
    requests: "of Kubernetes they are amounts, of a rate limit they are counted",
    responseHeaders: "those that are set, and the names of those that are readable",
    retention: "of a bucket it can be locked",
    retries: "Eventarc and jobs of Vertex AI only retry or not",
    rotation: "a text whose change rotates a value, and when messages say to rotate it",
    rules: "in the order of a firewall, or by name",
    runtime: "of a flexible service it has a version",
    scale: "of a decimal, and of a parameter",
    scaling: "of a fixed number it is the number",
    schedule: "of a machine it has a start and an end",
    schema: "of a table, of a topic, and the URI of a schema",
    secrets: "those that are mounted, and whether a backup has them",
    service: "the name of a service of App Engine, and a component",
    services: "of an application, and a range of addresses",
    subnets: "those of a network have names, those of a service attachment are IDs",
    sessionAffinity: "of a service it is on or off, of packets it is by what they have in common",
    size: "of a disk, and the size of an environment of Composer",
    split: "shares by the name of a version, or by service",
    start: "of a range of numbers, and of a time",
    table: "the name of a table, and a component",
    tags: "network tags, the tags of revisions, and prefixes of those of packages",
    target: "a number, the target of a metric of Kubernetes, and the stage of a build",
    targets: "whose traffic a firewall rule concerns, and what a dashboard shows",
    template: "of a group, and of a job of Dataflow",
    thresholds: "of a budget, and of alerts and columns by name",
    time: "a partition, and a time of the day",
    to: "a time of the day, and who gets alerts and logs",
    topic: "the ID of a topic, and a component",
    uses: "a list where no variable can be set",
    value: "of a secret, of a label, and of a step of an autoscaler",
    values: "of a tag key they have descriptions, elsewhere they are a list",
    versions: "those of a secret have names, those of a cleanup rule are prefixes",
    volumes: "volumes by name, and the names of those that a sidecar mounts",
    window: "a weekly window, and a time",
};

/** Names, or paths of arguments, that are being replaced. Nothing new has them. */
const pending = new Set<string>(["deletionProtection"]);

/** Numbers in doc comments that are not bounds of the check, but of some combinations of arguments, which are checked elsewhere. */
const combined: Record<string, number[]> = {
    "Backups.transactionLogRetention": [secondsIn("7 days")],
    "FirewallSources.ranges": [5000],
    "GroupScaling.max": [2000],
    "Nat.minPortsPerVm": [32],
    "QueryInsights.queryPlansPerMinute": [20],
    "QueryInsights.queryStringLength": [4500],
    "RangePartitioning.interval": [10_000],
    "Snapshots.every": [secondsIn("23 hours")],
    "Storage.iops": [500],
    "Storage.size": [bytesIn("3054 GB")],
    "TopicMessage.attributes": [1024],
};

const library = compiled();
const all = members(library);
const pathsOf = (name: string) => [...new Set(all.filter((one) => one.name === name).map(({ path }) => path))];
const isPending = ({ name, path }: Pick<Member, "name" | "path">) => pending.has(name) || pending.has(path);
const isKept = (path: string) => Object.keys(kept).some((one) => path === one || path.startsWith(`${one}.`));

test("the arguments of components are found", () => {
    expect(all.length).toBeGreaterThan(2000);
    expect(pathsOf("env")).toEqual(expect.arrayContaining(["ServerlessFunction.env", "ServerlessFunction.build.env"]));
});

test("no argument has a unit in its name", () => {
    const found = [...new Set(all.map(({ name }) => name))].filter((name) => unit.test(name) && !pending.has(name));
    expect(found).toEqual([]);
});

test("no argument has a name that the table replaces", () => {
    const found = all.filter(
        ({ name, path }) => Object.hasOwn(replaced, name) && !isKept(path) && !isPending({ name, path }),
    );
    expect([...new Set(found.map(({ name, path }) => `${path}: ${replaced[name]}`))]).toEqual([]);
});

const byName = new Map(all.map(({ name }) => [name, all.filter((one) => one.name === name)]));
const differ = ([, group]: [string, Member[]]) =>
    group.some((one) => group.some((other) => !one.kinds.some((kind) => other.kinds.includes(kind))));

test("an argument has one kind of value in all components", () => {
    const found = [...byName].filter(differ).map(([name]) => name);
    expect(found.filter((name) => !Object.hasOwn(meanings, name) && !pending.has(name))).toEqual([]);
});

test("each exception exists", () => {
    expect(Object.keys(kept).filter((path) => !all.some((one) => one.path === path))).toEqual([]);
    // The arguments of `existing` have the paths of those of the constructor.
    const isOne = (name: string) => pathsOf(name).length < 2 && !differ([name, byName.get(name) ?? []]);
    expect(Object.keys(meanings).filter(isOne)).toEqual([]);
});

const limits = documentedLimits(library, lib);

test("no limit of an argument changes unnoticed: numbers, seconds or bytes", () => {
    const lines = limits.map(({ argument, bounds }) => `${argument}: ${bounds.join(", ")}`);
    expect(`\n${[...new Set(lines)].sort().join("\n")}\n`).toMatchSnapshot();
});

test("no limit in the library changes unnoticed, also of parts of arguments", () => {
    expect(`\n${limitsByFile(library, lib).sort().join("\n")}\n`).toMatchSnapshot();
});

test("the limits that doc comments state are those of the checks", () => {
    expect(limits.filter(({ stated }) => stated.length > 0).length).toBeGreaterThan(100);
    const others = limits.flatMap(({ argument, bounds, stated }) => {
        const unknown = stated.filter((each) => !bounds.includes(each));
        return unknown.length > 0 ? [[argument, unknown]] : [];
    });
    expect(Object.fromEntries(others)).toEqual(combined);
});
