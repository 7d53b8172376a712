import { Deployment } from "./deployment";

/** The error of deploying these resources. */
async function failureOf(program: string): Promise<string> {
    const deployment = Deployment.raw(program);
    try {
        const { code, output } = await deployment.run(["up", "-s", "dev", "--yes", "--skip-preview"]);
        expect(code).not.toBe(0);
        return output.replaceAll(/\s+/g, " ");
    } finally {
        await deployment.remove();
    }
}

test("a topic in a project without the Pub/Sub API is refused, with the URL to enable it", async () => {
    const words = await failureOf('new gcp.pubsub.Topic("sales", { name: "sales" });');
    expect(words).toContain(
        "Error creating Topic: googleapi: Error 403: Cloud Pub/Sub API has not been used in project acme-raw before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/pubsub.googleapis.com/overview?project=acme-raw then retry.",
    );
    expect(words).toContain('"reason": "SERVICE_DISABLED"');
});

test("a topic with an existing name is refused", async () => {
    const words = await failureOf(`
        const api = new gcp.projects.Service("pubsub", { service: "pubsub.googleapis.com" });
        const first = new gcp.pubsub.Topic("first", { name: "sales" }, { dependsOn: api });
        new gcp.pubsub.Topic("second", { name: "sales" }, { dependsOn: first });
    `);
    expect(words).toContain(
        "Error creating Topic: googleapi: Error 409: Resource already exists in the project (resource=sales).",
    );
});

test("an object in a missing bucket is refused", async () => {
    const words = await failureOf(
        'new gcp.storage.BucketObject("model", { bucket: "nowhere", name: "model", content: "{}" });',
    );
    expect(words).toContain(
        "Error uploading object model: googleapi: Error 404: The specified bucket does not exist., notFound",
    );
});

test("a role for a missing account is refused", async () => {
    const words = await failureOf(`
        const bucket = new gcp.storage.Bucket("models", { name: "acme-raw-models", location: "EU", uniformBucketLevelAccess: true });
        new gcp.storage.BucketIAMMember("reader", {
            bucket: bucket.name,
            role: "roles/storage.objectViewer",
            member: "serviceAccount:nobody@acme-raw.iam.gserviceaccount.com",
        });
    `);
    expect(words).toContain(
        'Error applying IAM policy for storage bucket "b/acme-raw-models": Error setting IAM policy for storage bucket "b/acme-raw-models": googleapi: Error 400: Service account nobody@acme-raw.iam.gserviceaccount.com does not exist., invalid',
    );
});

describe("a type without simulation rules", () => {
    const program = `
        const cache = new gcp.redis.Instance("cache", { memorySizeGb: 1 });
        new gcp.redis.Instance("other", { memorySizeGb: 1 });
        exports.host = cache.host;
    `;

    test("is refused, with a hint how to accept it", async () => {
        const words = await failureOf(program);
        expect(words).toContain("the local Google Cloud has no rules for gcp:redis/instance:Instance");
        expect(words).toContain("--generic");
    });

    test("is accepted with --generic, with one warning", async () => {
        const deployment = Deployment.raw(program, { generic: true });
        const { code, output } = await deployment.run(["up", "-s", "dev", "--yes", "--skip-preview"]);
        expect([code, output]).toEqual([0, expect.stringContaining("3 created")]);
        const [, diagnostics] = output.split("Diagnostics:");
        expect(diagnostics?.match(/warning: gcp:redis\/instance:Instance has no simulation rules/g)).toHaveLength(1);
        expect(deployment.existing("acme-raw").filter((each) => each.startsWith("Instance "))).toHaveLength(2);
        await deployment.remove();
    });
});

test("invalid arguments are reported at preview: all of them, with the line of the program, and without internals of the library", async () => {
    const platform = Deployment.platform();
    platform.edit("index.ts", (text) =>
        text.replace(
            "{ http: {} }",
            '{ http: { publik: true } as object },\n    scaling: { min: 5, max: 2 },\n    memory: "16Gi"',
        ),
    );
    const { code, output } = await platform.run(["up", "-s", "dev", "--yes"]);
    expect(code).not.toBe(0);
    expect(output).toMatch(
        /\n {4}error: ServerlessFunction "predict": trigger\.http\.publik: unknown option "publik"; did you mean "public"\? \[value\/unknown-option\]\n {4}ServerlessFunction "predict": cpu: must be at least 4 with 16Gi of memory \(got 1\)\. \[functions\/cpu-of-memory\]\n {4}ServerlessFunction "predict": scaling\.min: must not be above scaling\.max, 2 \(got 5\)\. \[range\/min-above-max\]\n {8}at index\.ts:7:17\n/,
    );
    expect(output).not.toContain("unhandled exception");
    expect(platform.existing()).toEqual(["projects projects/acme-forecast-dev"]);
    await platform.remove();
});
