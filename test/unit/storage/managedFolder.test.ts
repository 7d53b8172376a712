import * as pulumi from "@pulumi/pulumi";
import { allow, CloudRunService, ManagedFolder, type ManagedFolderArgs, StorageBucket } from "slipway";
import { refused, registered } from "../registered";

const image =
    "europe-docker.pkg.dev/acme-dev/apps/web@sha256:1111111111111111111111111111111111111111111111111111111111111111";

test("a folder of a bucket is reached by those who have its capabilities, who receive its URI and nothing of the bucket", async () => {
    const made = await registered(
        () => {
            const reports = new ManagedFolder("reports", { bucket: new StorageBucket("data") });
            new CloudRunService("web", { image, uses: { REPORTS: reports.reader } });
            allow(reports.role("roles/storage.folderAdmin"), "group:sales@acme.com");
            allow(reports.writer, "group:writers@acme.com");
            allow(reports.creator, "group:creators@acme.com");
        },
        { environment: true },
    );
    const on = { bucket: "acme-dev-data", managedFolder: "reports/" };
    expect(made["ManagedFolder reports"]).toEqual({ bucket: "acme-dev-data", name: "reports/", forceDestroy: true });
    const grants = Object.entries(made).filter(([key]) => key.startsWith("ManagedFolderIamMember"));
    expect(grants.map(([, inputs]) => inputs)).toEqual(
        expect.arrayContaining([
            { ...on, role: "roles/storage.objectViewer", member: expect.stringMatching(/^serviceAccount:web/) },
            { ...on, role: "roles/storage.folderAdmin", member: "group:sales@acme.com" },
            { ...on, role: "roles/storage.objectUser", member: "group:writers@acme.com" },
            { ...on, role: "roles/storage.objectCreator", member: "group:creators@acme.com" },
        ]),
    );
    expect(grants).toHaveLength(4);
    expect(Object.keys(made).filter((key) => /^BucketIAM|^ProjectIAM|^IAMMember/.test(key))).toEqual([]);
    expect(JSON.stringify(made["Service web"])).toContain('{"name":"REPORTS","value":"gs://acme-dev-data/reports/"}');
});

test.each<[string, Partial<ManagedFolderArgs>, object]>([
    ["at a path", { path: "reports/daily" }, { name: "reports/daily/" }],
    ["of a bucket that exists", { bucket: StorageBucketOf("acme-files") }, { bucket: "acme-files" }],
    ["with other arguments", { transform: { folder: { forceDestroy: false } } }, { forceDestroy: false }],
])("a folder %s", async (_, args, expected) => {
    const made = await registered(() => new ManagedFolder("daily", { bucket: new StorageBucket("data"), ...args }));
    expect(made["ManagedFolder daily"]).toMatchObject(expected);
});

/** What `StorageBucket.existing` returns, which cannot be called outside of a program. */
function StorageBucketOf(name: string) {
    const none = { grants: [], attachments: [], value: "" } as never;
    const bucket = { name: pulumi.output(name), location: pulumi.output("EU"), url: pulumi.output("") };
    return { existing: "StorageBucket", bucket, reader: none, writer: none, creator: none, role: () => none };
}

test.each<[string, object, string]>([
    ["no bucket", { bucket: undefined }, "bucket: is missing"],
    ["the name of a bucket", { bucket: "data" }, "bucket: must be a StorageBucket"],
    ["an empty path", { path: "" }, "path: must be a path of names"],
    ["a path from the root", { path: "/reports" }, "path: must be a path of names"],
    ["a path with a slash at its end", { path: "reports/" }, "path: must be a path of names"],
    ["a path with an empty name", { path: "reports//daily" }, "path: must be a path of names"],
    ["a path above the bucket", { path: ".." }, "path: must be a path of names"],
    ["a reserved path", { path: ".well-known/acme-challenge" }, "path: must be a path of names"],
    ["a long path", { path: "ä".repeat(512) }, "path: must have at most 1023 bytes in UTF-8"],
])("%s is refused", async (_, args, message) => {
    const given = { bucket: StorageBucketOf("data"), ...args } as ManagedFolderArgs;
    const wrong = await refused(() => new ManagedFolder("reports", given));
    expect(wrong).toContain(`ManagedFolder "reports": ${message}`);
});
