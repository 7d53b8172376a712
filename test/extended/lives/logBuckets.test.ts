import { Deployment } from "../../deploy/deployment";

const program = (...lines: string[]) => `import { allow, KmsKey, LogBucket, LogSink, ServiceAccount } from "slipway";
${lines.join("\n")}
`;
const logs = [
    'const logs = new LogBucket("audit", {',
    '    retention: "90 days",',
    '    analytics: { datasetId: "audit_logs" },',
    "    views: { errors: { filter: 'LOG_ID(\"stderr\")' } },",
    '    indexes: { "jsonPayload.request.status": "integer" },',
    "});",
    'new LogSink("audit", { to: logs, filter: "severity>=NOTICE" });',
    'allow(logs.view("errors").viewer, "user:ana@acme.com");',
    'new LogBucket("default", { name: "_Default", retention: "60 days" });',
    "export const id = logs.id;",
];

/** The log buckets, with their retention. */
const buckets = (audit: Deployment) =>
    audit
        .resources()
        .filter(({ id }) => /\/buckets\/[^/]+$/.test(id) && id.startsWith("projects/"))
        .map(
            ({ id, properties }) =>
                `${id
                    .split("/")
                    .at(-1)
                    ?.replace(/-[0-9a-f]{6}$/, "")} ${properties.retentionDays}`,
        )
        .sort();

const files = (...lines: string[]) => ({
    "Pulumi.yaml": "name: audit\nruntime: nodejs\n",
    "Pulumi.dev.yaml": "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "Pulumi.prod.yaml": "config:\n  gcp:project: acme-prod\n  gcp:region: europe-west1\n  slipway:kind: production\n",
    "package.json": '{ "name": "audit", "version": "1.0.0", "main": "index.ts" }\n',
    "index.ts": program(...lines),
});

describe.each(["dev", "prod"] as const)("log buckets as %s", (stack) => {
    const audit = new Deployment(files(...logs));
    afterAll(() => audit.remove());
    let first: string;

    test("are created and adopted, and a second up and a refresh change nothing", async () => {
        expect(await audit.upAsPreviewed(stack)).toEqual(
            expect.arrayContaining([
                "create ProjectBucketConfig audit",
                "create ProjectBucketConfig default",
                "create LinkedDataset audit",
                "create LogView audit-errors",
            ]),
        );
        expect(await audit.again(stack)).toEqual({ unchanged: expect.any(Number) });
        expect(buckets(audit)).toEqual(["_Default 60", "audit 90"]);
        first = (await audit.outputs(stack)).id as string;
        expect(first).toMatch(/^projects\/acme-\w+\/locations\/europe-west1\/buckets\/audit-[0-9a-f]{6}$/);
    });

    test("are updated in place", async () => {
        audit.edit("index.ts", (text) => text.replace("90 days", "120 days").replace("stderr", "stdout"));
        const changes = await audit.upAsPreviewed(stack);
        expect(changes).toEqual(
            expect.arrayContaining(["update LogView audit-errors", "update ProjectBucketConfig audit"]),
        );
        expect(await audit.again(stack)).toEqual({ unchanged: expect.any(Number) });
        expect((await audit.outputs(stack)).id).toBe(first);
    });

    test("keep analytics, with a warning, when it is removed from the program", async () => {
        audit.edit("index.ts", (text) => text.replace('    analytics: { datasetId: "audit_logs" },\n', ""));
        const { output } = await audit.run(["preview", "-s", stack]);
        expect(output).toContain('LogBucket "audit": analytics stays enabled, as Cloud Logging cannot disable it.');
        await audit.up(stack);
        const [bucket] = audit.resources().filter(({ id }) => id === first);
        expect(bucket?.properties.enableAnalytics).toBe(true);
        expect(await audit.again(stack)).toEqual({ unchanged: expect.any(Number) });
    });

    test("are refused a key that is added later", async () => {
        const addKey = (text: string) =>
            text.replace('    retention: "120 days",', '    retention: "120 days", encryptionKey: new KmsKey("logs"),');
        audit.edit("index.ts", addKey);
        const { code, output } = await audit.run(["preview", "-s", stack]);
        expect({ code, output }).toEqual({
            code: expect.any(Number),
            output: expect.stringContaining("[logging/key-after-creation]"),
        });
        audit.edit("index.ts", (text) => text.replace(' encryptionKey: new KmsKey("logs"),', ""));
    });

    test("are destroyed, but for _Default, and can be created again at once", async () => {
        await (stack === "prod" ? audit.takeDown(stack) : audit.destroy(stack));
        expect(buckets(audit)).toEqual(["_Default 60"]);
        expect(audit.remaining()).toEqual([]);
        await audit.up(stack);
        expect((await audit.outputs(stack)).id).not.toBe(first);
    });
});

test("a locked log bucket cannot be changed, and stays when the stack is destroyed", async () => {
    const audit = new Deployment(files('new LogBucket("audit", { retention: { period: "30 days", locked: true } });'));
    try {
        const { output: note } = await audit.run(["preview", "-s", "dev"]);
        expect(note).toContain('LogBucket "audit" is locked permanently once it is created');
        await audit.up("dev");
        expect(await audit.again("dev")).toEqual({ unchanged: expect.any(Number) });
        audit.edit("index.ts", (text) => text.replace("30 days", "31 days"));
        const { output } = await audit.run(["preview", "-s", "dev"]);
        expect(output).toContain("[logging/change-of-locked-bucket]");
        audit.edit("index.ts", (text) => text.replace("31 days", "30 days"));
        await audit.takeDown("dev");
        expect(buckets(audit)).toEqual(["audit 30"]);
    } finally {
        audit.remove();
    }
});

test("a log bucket is encrypted with a key of the program", async () => {
    const audit = new Deployment(
        files('new LogBucket("audit", { encryptionKey: new KmsKey("logs", { protection: false }) });'),
    );
    try {
        await audit.up("dev");
        expect(await audit.again("dev")).toEqual({ unchanged: expect.any(Number) });
        await audit.destroy("dev");
        expect(audit.remaining()).toEqual([]);
    } finally {
        audit.remove();
    }
});
