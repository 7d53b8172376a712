import { nameFormats } from "../../../lib/facts";

type Name = keyof typeof nameFormats.rows;

const accepts = (name: Name, value: string) => nameFormats.rows[name].pattern.test(value);

test.each(Object.entries(nameFormats.rows))("the rule of %s states its maximum length", (_, { rule, max }) => {
    expect(rule.includes(String(max)) || rule.includes("domain such as")).toBe(true);
});

const longest: [Name, string][] = [
    ["computeResource", "a".repeat(63)],
    ["gkeCluster", "a".repeat(40)],
    ["backupPlan", "a".repeat(63)],
    ["vpcConnector", "a".repeat(25)],
    ["projectId", "a".repeat(30)],
    ["projectDisplayName", "a".repeat(30)],
    ["serviceAccountId", "a".repeat(30)],
    ["appEngineService", "a".repeat(63)],
    ["appEngineVersion", "a".repeat(63)],
    ["artifactRegistryRepository", "a".repeat(63)],
    ["bigQueryDataset", "a".repeat(1024)],
    ["bigQueryRoutine", "a".repeat(256)],
    ["bigQueryTable", "a".repeat(1024)],
    ["bigQueryColumn", "a".repeat(300)],
    ["bucket", `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(30)}`],
    ["appEngineVolume", "a".repeat(63)],
    ["certificateManager", "a".repeat(64)],
    ["cloudRunService", "a".repeat(49)],
    ["cloudSqlInstance", "a".repeat(98)],
    ["composerEnvironment", "a".repeat(63)],
    ["customRole", "a".repeat(64)],
    ["dnsZone", "a".repeat(63)],
    ["endpointOfApis", "a".repeat(20)],
    ["kmsKey", "a".repeat(63)],
    ["kubernetesObject", "a".repeat(63)],
    ["workflow", "a".repeat(64)],
    ["workloadIdentityPool", "a".repeat(32)],
    ["domain", `${`${"a".repeat(62)}.`.repeat(4)}b`],
    ["domainLabel", "a".repeat(63)],
    ["function", "a".repeat(63)],
    ["logBucket", "a".repeat(100)],
    ["logLink", "a".repeat(100)],
    ["logMetric", "a".repeat(100)],
    ["logSink", "a".repeat(100)],
    ["pubSub", "a".repeat(255)],
    ["queue", "a".repeat(100)],
    ["schedulerJob", "a".repeat(500)],
    ["secret", "a".repeat(255)],
];

test("every format has a name of the maximum length", () => {
    expect(longest.map(([name]) => name).sort()).toEqual(Object.keys(nameFormats.rows).sort());
});

test.each(longest)("%s accepts a name of the maximum length, and none that is longer", (name, value) => {
    expect(value).toHaveLength(nameFormats.rows[name].max);
    expect(accepts(name, value)).toBe(true);
    expect(accepts(name, `${value}a`)).toBe(false);
});

test.each<[Name, string]>([
    ["computeResource", "1st"],
    ["computeResource", "apps-"],
    ["computeResource", "Apps"],
    ["projectId", "acme1"],
    ["vpcConnector", "a"],
    ["appEngineService", "ah-shop"],
    ["appEngineService", "a-dot-b"],
    ["appEngineVersion", "default"],
    ["appEngineVersion", "latest"],
    ["bigQueryDataset", "sales-eu"],
    ["bigQueryRoutine", "with-tax"],
    ["bigQueryTable", "sales$2026"],
    ["bucket", "googled"],
    ["bucket", "my-g00gle"],
    ["bucket", "10.0.0.1"],
    ["bucket", "a..b"],
    ["bucket", "ab-"],
    ["bucket", `${"a".repeat(64)}.b`],
    ["domain", "localhost"],
    ["domain", "10.0.0.1"],
    ["domain", "-a.dev"],
    ["pubSub", "google-sales"],
    ["pubSub", "ab"],
    ["queue", "my_queue"],
    ["certificateManager", "1st"],
    ["endpointOfApis", "google-apis"],
    ["kmsKey", "sales.eu"],
    ["workflow", "sales-"],
    ["workloadIdentityPool", "gcp-pool"],
    ["workloadIdentityPool", "abc"],
])("%s refuses %j", (name, value) => {
    expect(accepts(name, value)).toBe(false);
});

test.each<[Name, string]>([
    ["computeResource", "a"],
    ["function", "predict_v2"],
    ["appEngineVersion", "20261122t100000"],
    ["bigQueryTable", "Verkäufe 2026-01"],
    ["bigQueryColumn", "größe in %"],
    ["bucket", "assets.acme.dev"],
    ["bucket", "abc"],
    ["domain", "shop.acme.dev"],
    ["domain", "x.a.io"],
    ["pubSub", "sales%20.v1"],
])("%s accepts %j", (name, value) => {
    expect(accepts(name, value)).toBe(true);
});
