import { refusalOf, textAsset, tokenOf, World } from "./world";

const location = "europe-west1";

test("a bucket has server defaults, in the server's format", () => {
    const world = new World({ project: "acme-dev", region: location, defaultLabels: { environment: "dev" } });
    const { id, state } = world.make("Bucket", { name: "acme-models", location, labels: { team: "forecast" } });
    const labels = { "goog-pulumi-provisioned": "true", environment: "dev", team: "forecast" };
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect({ id, state }).toEqual({
        id: "acme-models",
        state: {
            name: "acme-models",
            location: "EUROPE-WEST1",
            project: "acme-dev",
            projectNumber: Number(world.number),
            storageClass: "STANDARD",
            forceDestroy: false,
            deletionPolicy: "DELETE",
            publicAccessPrevention: "inherited",
            uniformBucketLevelAccess: true,
            rpo: "",
            softDeletePolicy: { retentionDurationSeconds: 604800, effectiveTime: time },
            labels: { team: "forecast" },
            effectiveLabels: labels,
            pulumiLabels: labels,
            selfLink: "https://www.googleapis.com/storage/v1/b/acme-models",
            url: "gs://acme-models",
            timeCreated: time,
            updated: time,
        },
    });
});

test("a data source finds a bucket of any project by its name, and has the project that it is given", () => {
    const world = new World();
    const other = world.beside({ project: "acme-prod" });
    other.make("Bucket", { name: "acme-sales", location: "EU" });
    const found = (inputs: Record<string, string>) => world.provider.invoke("gcp:storage/getBucket:getBucket", inputs);
    expect(found({ name: "acme-sales" })).toMatchObject({ project: "acme-prod", location: "EU" });
    expect(found({ name: "acme-sales", project: "acme-test" })).toMatchObject({ project: "acme-test" });
});

test("a bucket's name is globally unique, and the error distinguishes own buckets from others", () => {
    const world = new World();
    world.make("Bucket", { name: "acme-models", location });
    expect(refusalOf(() => world.make("Bucket", { name: "acme-models", location }))).toBe(
        "googleapi: Error 409: Your previous request to create the named bucket succeeded and you already own it., conflict",
    );
    const other = world.beside({ project: "acme-prod", region: location });
    expect(refusalOf(() => other.make("Bucket", { name: "acme-models", location }))).toBe(
        "googleapi: Error 409: The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again., conflict",
    );
});

test.each(["Acme", "ab", "-acme", "goog-acme", "acme-google", "192.168.0.1", "a".repeat(64)])(
    "the bucket name %s is refused",
    (name) => {
        expect(refusalOf(() => new World().make("Bucket", { name, location }))).toBe(
            `googleapi: Error 400: Invalid bucket name: '${name}'., invalid`,
        );
    },
);

test.each(["europe-west99", "mars"])("%s is not a bucket location", (place) => {
    expect(refusalOf(() => new World().make("Bucket", { location: place }))).toBe(
        "googleapi: Error 400: The specified location constraint is not valid., invalid",
    );
});

test.each(["us", "EUR4", "asia-southeast3", "me-west1"])("%s is a bucket location, in any case", (place) => {
    expect(new World().make("Bucket", { location: place }).state.location).toBe(place.toUpperCase());
});

test("a retention period that is no number is refused by the provider", () => {
    expect(refusalOf(() => new World().make("Bucket", { location, retentionPolicy: { retentionPeriod: "30d" } }))).toBe(
        'strconv.ParseInt: parsing "30d": invalid syntax',
    );
});

// https://cloud.google.com/storage/docs/bucket-lock#policy-locks
test("a locked retention policy can be extended, and neither reduced nor removed", () => {
    const world = new World();
    const locked = (retentionPeriod: string) => ({
        name: "acme-records",
        uniformBucketLevelAccess: true,
        location,
        retentionPolicy: { isLocked: true, retentionPeriod },
    });
    const made = world.make("Bucket", locked("3600"));
    const extended = world.update(made, locked("7200"));
    expect(refusalOf(() => world.update(extended, locked("3600")))).toBe(
        "googleapi: Error 403: Cannot reduce retention duration of a locked Retention Policy for bucket 'acme-records'., forbidden",
    );
});

// https://cloud.google.com/storage/docs/availability-durability#turbo-replication
test("turbo replication is for dual-regions only", () => {
    const make = (inputs: object) => new World().make("Bucket", { rpo: "ASYNC_TURBO", ...inputs });
    for (const place of ["europe-west1", "EU"]) {
        expect(refusalOf(() => make({ location: place }))).toContain("Turbo replication is only available for");
    }
    expect(make({ location: "EUR4" }).state.rpo).toBe("ASYNC_TURBO");
    const dataLocations = ["EUROPE-WEST1", "EUROPE-WEST4"];
    expect(make({ location: "EU", customPlacementConfig: { dataLocations } }).state.rpo).toBe("ASYNC_TURBO");
});

test("a storage class that the location does not support is refused", () => {
    expect(refusalOf(() => new World().make("Bucket", { location, storageClass: "MULTI_REGIONAL" }))).toEqual(
        expect.stringMatching(
            /Error 400: Project \d+ may not create storageClass MULTI_REGIONAL buckets with locationConstraint EUROPE-WEST1\., invalid$/,
        ),
    );
});

test("the class of a bucket is not changed to one that its location does not have", () => {
    const world = new World();
    const made = world.make("Bucket", { name: "acme-models", location });
    expect(refusalOf(() => world.update(made, { ...made.inputs, storageClass: "MULTI_REGIONAL" }))).toContain(
        "may not create storageClass MULTI_REGIONAL buckets",
    );
    expect(world.update(made, { ...made.inputs, storageClass: "NEARLINE" }).state.storageClass).toBe("NEARLINE");
});

test("the lifecycle rules of a bucket have at most 1,000 prefixes and suffixes", () => {
    const rules = (count: number) => [
        {
            action: { type: "Delete" },
            condition: { matchesPrefixes: Array.from({ length: count - 1 }, (_, index) => `${index}/`) },
        },
        { action: { type: "Delete" }, condition: { matchesSuffixes: [".tmp"] } },
    ];
    const make = (count: number) => new World().make("Bucket", { location, lifecycleRules: rules(count) });
    expect(make(1000).state.lifecycleRules).toHaveLength(2);
    expect(refusalOf(() => make(1001))).toContain("cannot specify more than 1000 rules per config");
});

test("an IP filter has at most 25 networks and 200 ranges", () => {
    const filter = (networks: number, ranges: number) => ({
        mode: "Enabled",
        allowAllServiceAgentAccess: true,
        vpcNetworkSources: Array.from({ length: networks }, () => ({
            network: "projects/acme-dev/global/networks/apps",
            allowedIpCidrRanges: Array.from({ length: ranges }, (_, index) => `10.0.${index}.0/24`),
        })),
    });
    const make = (networks: number, ranges: number) => {
        const world = new World();
        world.enable("compute");
        world.make("Network", { name: "apps", autoCreateSubnetworks: false });
        return world.make("Bucket", { location, ipFilter: filter(networks, ranges) });
    };
    expect(make(25, 8).id).toEqual(expect.any(String));
    for (const [networks, ranges] of [
        [26, 1],
        [1, 201],
    ] as const) {
        expect(refusalOf(() => make(networks, ranges))).toContain("at most 25 VPC networks and 200 IP CIDR ranges");
    }
});

test("an object has at most 8 KiB of custom metadata and 50 contexts", () => {
    const make = (settings: object) => {
        const world = new World();
        world.make("Bucket", { name: "acme-models", location });
        return world.make("BucketObject", { bucket: "acme-models", name: "a", content: "", ...settings });
    };
    const contexts = (count: number) => ({
        contexts: { customs: Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: "v" })) },
    });
    expect(make({ metadata: { a: "x".repeat(8191) }, ...contexts(50) }).id).toBe("acme-models-a");
    expect(refusalOf(() => make({ metadata: { a: "x".repeat(8192) } }))).toContain("at most 8 KiB");
    expect(refusalOf(() => make(contexts(51)))).toContain("at most 50 contexts");
});

test("a bucket without uniform access takes no conditions, and members by basic roles of its own project only", () => {
    const world = new World();
    world.override("storage.uniformBucketLevelAccess", { enforce: "FALSE" });
    const condition = { title: "until", expression: 'request.time < timestamp("2030-01-01T00:00:00Z")' };
    const grant = (bucket: string, more: object) =>
        world.make("BucketIAMMember", { bucket, role: "roles/storage.objectViewer", ...more });
    world.make("Bucket", { name: "acme-uniform", location, uniformBucketLevelAccess: true });
    world.make("Bucket", { name: "acme-fine", location, uniformBucketLevelAccess: false });
    const member = "projectViewer:acme-dev";
    expect(grant("acme-uniform", { member, condition }).id).toContain("acme-uniform");
    expect(refusalOf(() => grant("acme-fine", { member, condition }))).toContain(
        "Error 412: To set IAM conditions in this bucket, enable uniform bucket-level access.",
    );
    expect(refusalOf(() => grant("acme-uniform", { member: "projectViewer:acme-prod" }))).toContain(
        "Error 400: Project acme-prod does not exist.",
    );
});

test("a lifecycle rule can set the class STANDARD", () => {
    const rule = { action: { type: "SetStorageClass", storageClass: "STANDARD" }, condition: { age: 30 } };
    const { state } = new World().make("Bucket", { location, lifecycleRules: [rule] });
    expect(state.lifecycleRules).toMatchObject([rule]);
});

test("a bucket with objects is not deleted without forceDestroy, and is deleted with them otherwise", () => {
    const world = new World();
    const bucket = world.make("Bucket", { name: "acme-models", location });
    const object = world.make("BucketObject", { bucket: "acme-models", name: "a", content: "1" });
    expect(refusalOf(() => world.remove(bucket))).toBe(
        "Error trying to delete bucket acme-models without `force_destroy` set to true",
    );
    expect(world.refreshed(object)).toBeDefined();
    world.remove(world.update(bucket, { ...bucket.inputs, forceDestroy: true }));
    expect([world.refreshed(bucket), world.refreshed(object)]).toEqual([undefined, undefined]);
    world.make("Bucket", { name: "acme-models", location });
});

test("in a bucket with versioning a deleted or replaced object still exists, so the bucket is not empty", () => {
    const world = new World();
    const bucket = world.make("Bucket", { name: "acme-models", location, versioning: { enabled: true } });
    const object = world.make("BucketObject", { bucket: "acme-models", name: "a", content: "1" });
    const replaced = world.update(object, { ...object.inputs, content: "2" });
    world.remove(replaced);
    const versions = world.cloud.store.list("//storage.googleapis.com/buckets/acme-models/noncurrent");
    expect(versions.map(({ id, content }) => [id, world.cloud.store.content(content as string).toString()])).toEqual([
        [`acme-models-a#${object.state.generation}`, "1"],
        [`acme-models-a#${replaced.state.generation}`, "2"],
    ]);
    expect(world.refreshed(replaced)).toBeUndefined();
    expect(refusalOf(() => world.remove(bucket))).toContain("without `force_destroy` set to true");
});

test("an object has its checksums and links", () => {
    const world = new World();
    world.make("Bucket", { name: "acme-models", location });
    const name = "2026/sale range.json";
    const { id, state } = world.make("BucketObject", { bucket: "acme-models", name, source: textAsset("hello") });
    const { generation } = state;
    expect(id).toBe("acme-models-2026/sale range.json");
    expect(state).toEqual({
        bucket: "acme-models",
        name,
        outputName: name,
        // Without content, of which the provider would compare the checksum instead of the file's, and plan an update:
        // https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/storage/resource_storage_bucket_object.go
        source: textAsset("hello"),
        contentType: "text/plain; charset=utf-8",
        crc32c: "mnG7TA==",
        md5hash: "XUFAKrxLKna5cZ2REBfFkg==",
        md5hexhash: "5d41402abc4b2a76b9719d911017c592",
        detectMd5hash: "XUFAKrxLKna5cZ2REBfFkg==",
        deletionPolicy: "DELETE",
        kmsKeyName: "",
        storageClass: "STANDARD",
        generation: expect.any(Number),
        selfLink: "https://www.googleapis.com/storage/v1/b/acme-models/o/2026%2Fsale%20range.json",
        mediaLink: `https://storage.googleapis.com/download/storage/v1/b/acme-models/o/2026%2Fsale%20range.json?generation=${generation}&alt=media`,
    });
    expect(String(generation)).toMatch(/^\d{16}$/);
});

test.each([
    ["{}", "text/plain; charset=utf-8"],
    ["<!doctype html><title>Sales</title>", "text/html; charset=utf-8"],
    ["a\tb\r\n\x1b[1m", "text/plain; charset=utf-8"],
    ["\u{1}", "application/octet-stream"],
    ["PK\u{3}\u{4}", "application/zip"],
    ["%PDF-1.7", "application/pdf"],
])("an object with the content %j has the content type %s", (content, contentType) => {
    const world = new World();
    world.make("Bucket", { name: "acme-models", location });
    expect(world.make("BucketObject", { bucket: "acme-models", name: "a.json", content }).state).toMatchObject({
        contentType,
    });
});

test("changed content creates a new generation of an object, other changes do not", () => {
    const world = new World();
    world.make("Bucket", { name: "acme-models", location });
    const made = world.make("BucketObject", { bucket: "acme-models", name: "a", content: "1" });
    const held = world.update(made, { ...made.inputs, eventBasedHold: true });
    const other = world.update(held, { ...held.inputs, content: "2" });
    expect(held.state.generation).toBe(made.state.generation);
    expect(other.state.generation).toBeGreaterThan(made.state.generation);
    const again = world.make("BucketObject", { bucket: "acme-models", name: "a", content: "2" });
    expect(again.state.generation).toBeGreaterThan(other.state.generation);
});

test("an object is refused without its bucket, and with an invalid name", () => {
    const world = new World();
    const object = (name: string) => world.make("BucketObject", { bucket: "acme-models", name, content: "" });
    expect(refusalOf(() => object("a"))).toBe(
        "Error uploading object a: googleapi: Error 404: The specified bucket does not exist., notFound",
    );
    world.make("Bucket", { name: "acme-models", location });
    expect(refusalOf(() => object(".."))).toContain("Error 400: Invalid object name: '..'");
    expect(refusalOf(() => object("a\nb"))).toContain("Error 400: Disallowed unicode characters");
    expect(refusalOf(() => object("ü".repeat(513)))).toContain("Error 400: The maximum object length is 1024");
    expect(refusalOf(() => world.make("BucketObject", { bucket: "acme-models", name: "a" }))).toBe(
        'content: Invalid combination of arguments. "content": one of `content,source` must be specified',
    );
});

test("a public member is refused in a bucket that prevents public access, and accepted in another", () => {
    const world = new World();
    world.override("iam.allowedPolicyMemberDomains", { allowAll: "TRUE" });
    const member = { role: "roles/storage.objectViewer", member: "allUsers" };
    world.make("Bucket", { name: "acme-open", location });
    expect(world.make("BucketIAMMember", { bucket: "acme-open", ...member }).id).toBe(
        "b/acme-open/roles/storage.objectViewer/allUsers",
    );
    world.make("Bucket", { name: "acme-models", location, publicAccessPrevention: "enforced" });
    const refusal =
        'Error applying IAM policy for storage bucket "b/acme-models": Error setting IAM policy for storage bucket "b/acme-models": googleapi: Error 412: The member bindings allUsers and allAuthenticatedUsers are not allowed since public access prevention is enforced., conditionNotMet';
    expect(refusalOf(() => world.make("BucketIAMMember", { bucket: "acme-models", ...member }))).toBe(refusal);
});

describe("a notification", () => {
    const topic = "projects/acme-dev/topics/files";

    function prepared(): World {
        const world = new World();
        world.enable("pubsub");
        world.make("Bucket", { name: "acme-models", location });
        world.make("Topic", { name: "files" });
        return world;
    }
    const make = (world: World) => world.make("Notification", { bucket: "acme-models", topic, payloadFormat: "NONE" });
    const refusal = ({ number }: World) =>
        `Error creating notification config for bucket acme-models: googleapi: Error 403: The service account 'service-${number}@gs-project-accounts.iam.gserviceaccount.com' does not have permission to publish messages to to the Cloud Pub/Sub topic '//pubsub.googleapis.com/${topic}', or that topic does not exist., forbidden`;

    test("is refused unless Cloud Storage's service agent can publish to the topic", () => {
        const world = prepared();
        expect(refusalOf(() => make(world))).toBe(refusal(world));
        const { member } = world.provider.invoke("gcp:storage/getProjectServiceAccount:getProjectServiceAccount", {});
        world.make("TopicIAMMember", { topic, role: "roles/pubsub.publisher", member });
        expect(make(world)).toMatchObject({
            id: "acme-models/notificationConfigs/1",
            state: {
                notificationId: "1",
                topic,
                selfLink: "https://www.googleapis.com/storage/v1/b/acme-models/notificationConfigs/1",
            },
        });
        expect(make(world).id).toBe("acme-models/notificationConfigs/2");
    });

    test("is refused without its topic or its bucket, or with the service in the topic's name", () => {
        const world = prepared();
        world.remove({ token: tokenOf("Topic"), id: topic, inputs: {}, state: { project: "acme-dev", name: "files" } });
        expect(refusalOf(() => make(world))).toBe(refusal(world));
        const elsewhere = { bucket: "acme-other", topic, payloadFormat: "NONE" };
        expect(refusalOf(() => world.make("Notification", elsewhere))).toBe(
            "Error creating notification config for bucket acme-other: googleapi: Error 404: The specified bucket does not exist., notFound",
        );
        const withService = { ...elsewhere, topic: `//pubsub.googleapis.com/${topic}` };
        expect(refusalOf(() => world.make("Notification", withService))).toContain("Invalid Topic Format.");
    });
});

describe("the content of an object", () => {
    const read = (world: World, name: string, bucket = "acme-models") =>
        world.provider.invoke("gcp:storage/getBucketObjectContent:getBucketObjectContent", { bucket, name });
    const prepared = () => {
        const world = new World();
        world.make("Bucket", { name: "acme-models", location });
        return world;
    };
    const refused = "Error downloading storage bucket object: googleapi: got HTTP response code 404 with body: ";

    test("is what was written last, even if another stack created the object", () => {
        const world = prepared();
        world.make("BucketObject", { bucket: "acme-models", name: "a/model.json", content: "1" });
        const again = world.make("BucketObject", { bucket: "acme-models", name: "a/model.json", content: "{}" });
        expect(world.changed(again)).toEqual([]);
        const sha512 =
            "27c74670adb75075fad058d5ceaf7b20c4e7786c83bae8a32f626f9782af34c9a33c2046ef60fd2a7878d378e29fec851806bbd9a67878f3a9f1cda4830763fd";
        expect(read(world, "a/model.json")).toEqual({
            id: "acme-models-a/model.json",
            bucket: "acme-models",
            name: "a/model.json",
            content: "{}",
            contentBase64: "e30=",
            contentHexsha512: sha512,
            contentBase64sha512: Buffer.from(sha512, "hex").toString("base64"),
        });
    });

    test("is refused with a download error if the object or the bucket does not exist", () => {
        const world = prepared();
        expect(refusalOf(() => read(world, "a/model.json"))).toBe(`${refused}No such object: acme-models/a/model.json`);
        expect(refusalOf(() => read(world, "a/model.json", "acme-others"))).toBe(
            `${refused}The specified bucket does not exist.`,
        );
    });
});

// https://cloud.google.com/storage/docs/ip-filtering-overview
test("the networks of an enabled IP filter exist", () => {
    const world = new World();
    world.enable("compute");
    const filter = {
        mode: "Enabled",
        allowAllServiceAgentAccess: true,
        vpcNetworkSources: [{ network: "projects/acme-dev/global/networks/apps", allowedIpCidrRanges: ["10.0.0.0/8"] }],
    };
    const make = (ipFilter: object) => world.make("Bucket", { name: "acme-filtered", location, ipFilter });
    expect(refusalOf(() => make(filter))).toContain("The VPC network projects/acme-dev/global/networks/apps does not");
    world.make("Network", { name: "apps", autoCreateSubnetworks: false });
    expect(make(filter).state.ipFilter).toEqual(filter);
});

test("an object with a hold is not deleted, and neither is its bucket with it", () => {
    const world = new World();
    const bucket = world.make("Bucket", { name: "acme-models", location, forceDestroy: true });
    const object = world.make("BucketObject", { bucket: "acme-models", name: "a", content: "1", temporaryHold: true });
    const held =
        "googleapi: Error 403: Object 'acme-models/a' is under active Temporary hold and cannot be deleted, overwritten or archived until hold is removed., objectUnderActiveHold";
    expect(refusalOf(() => world.remove(object))).toBe(`Error deleting contents of object a: ${held}`);
    expect(refusalOf(() => world.remove(bucket))).toBe(
        `could not delete non-empty bucket due to error when deleting contents: ${held}`,
    );
    world.remove(world.update(object, { ...object.inputs, temporaryHold: false }));
    world.remove(bucket);
});

test("a bucket with a locked policy is not deleted while it retains an object", () => {
    const world = new World();
    const retentionPolicy = { isLocked: true, retentionPeriod: "1000" };
    const bucket = world.make("Bucket", { name: "acme-models", location, forceDestroy: true, retentionPolicy });
    const object = world.make("BucketObject", { bucket: "acme-models", name: "a", content: "1" });
    expect(refusalOf(() => world.remove(object))).toContain(
        "Object 'acme-models/a' is subject to bucket's retention policy or object retention and cannot be deleted or overwritten until ",
    );
    expect(refusalOf(() => world.remove(bucket))).toBe(
        'Bucket "acme-models" contains objects that have not met the retention period yet and cannot be deleted.',
    );
});
