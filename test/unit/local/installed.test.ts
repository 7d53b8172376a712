import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { permissionsOf, releasePermissions } from "../../../local/simulator/permissions/permissions";
import { InstalledProvider } from "../../../local/simulator/provider/installed";
import { releaseSchema, schemaOf } from "../../../local/simulator/schema/schema";
import { installed, newFolder } from "./world";

test("a type has its inputs, which of them are required and computed, and its outputs", () => {
    expect(installed.type("gcp:serviceaccount/account:Account")).toMatchObject({
        inputs: new Set([
            "accountId",
            "createIgnoreAlreadyExists",
            "deletionPolicy",
            "description",
            "disabled",
            "displayName",
            "project",
        ]),
        required: [],
        outputs: ["email", "member", "name", "uniqueId"],
        computed: ["accountId", "deletionPolicy", "project"],
    });
    expect(installed.type("gcp:pubsub/subscription:Subscription")?.required).toEqual(["topic"]);
});

test.each([
    "gcp:projects/iAMMember:IAMMember",
    "gcp:storage/bucketIAMMember:BucketIAMMember",
    "gcp:projects/iAMCustomRole:IAMCustomRole",
    "gcp:compute/uRLMap:URLMap",
    "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
    "gcp:sql/sslCert:SslCert",
])("%s is found, whatever the case of its file's name", (token) => {
    expect(installed.type(token)?.inputs.size).toBeGreaterThan(0);
});

test("every type of the package is found", () => {
    const folder = dirname(require.resolve("@pulumi/gcp/package.json"));
    const tokens = readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => /^\w+\/\w+\.js$/.test(file) && !/\/(get[A-Z]|index)|^types/.test(file))
        .flatMap((file) => /__pulumiType = '(.+)'/.exec(readFileSync(join(folder, file), "utf8"))?.[1] ?? []);
    expect(tokens.length).toBeGreaterThan(1000);
    const strange = tokens.filter((token) => (installed.type(token)?.inputs.size ?? 0) === 0);
    expect(strange).toEqual([]);
});

test.each([
    "gcp:compute/nothing:Nothing",
    "gcp:nothing/topic:Topic",
    "gcp:pubsub/topic:Topics",
    "gcp:pubsub/getTopic:getTopic",
    "gcp:pubsub/index:Topic",
    "aws:s3/bucket:Bucket",
    "gcp:Topic",
])("%s is not a type of the package", (token) => {
    expect(installed.type(token)).toBeUndefined();
});

test("a program without the package is refused with the command to install it", () => {
    expect(() => new InstalledProvider(newFolder())).toThrow(
        "has no @pulumi/gcp: run 'npm install @pulumi/gcp' there.",
    );
});

test("after its memory was released, a daemon knows the same types, blocks and permissions", () => {
    const { folder } = installed;
    const own = new InstalledProvider("", folder);
    const known = () => [
        own.block("pubsub.TopicSchemaSettings"),
        schemaOf("gcp:pubsub/topic:Topic"),
        permissionsOf("roles/pubsub.publisher"),
    ];
    const before = known();
    own.release();
    releaseSchema();
    releasePermissions();
    expect(known()).toEqual(before);
    expect(before[0]).toEqual(expect.objectContaining({ encoding: "string", schema: "string" }));
    expect(before[2]).toContain("pubsub.topics.publish");
});
