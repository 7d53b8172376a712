import * as pulumi from "@pulumi/pulumi";
import {
    allow,
    BigQueryDataset,
    BigQueryTable,
    CloudRunService,
    CloudSqlInstance,
    Environment,
    PubSubSubscription,
    PubSubTopic,
    Secret,
    ServerlessFunction,
    ServiceAccount,
    StorageBucket,
} from "slipway";
import type { Member } from "slipway/iam";
import { source } from "../predicting";
import { refused, registered, registeredOptions } from "../registered";

const group = "group:ml@acme.com";
const stack = { environment: true };
const image = `docker.io/acme/web@sha256:${"0a".repeat(32)}`;

/** The grants that a program registers, by name. */
async function grants(program: () => unknown): Promise<Record<string, object>> {
    const all = Object.entries(await registered(program, stack));
    return Object.fromEntries(all.filter(([key]) => /^(\w*I[Aa][Mm]Member|User) .*(ml-acme|etl|ana)/.test(key)));
}

test("a person or a group gets the roles of a capability", async () => {
    const program = () => allow(new StorageBucket("models").reader, [group, "user:ana@acme.com"]);
    const grant = { bucket: "acme-dev-models", role: "roles/storage.objectViewer" };
    const metadata = { bucket: "acme-dev-models", role: "roles/storage.bucketViewer" };
    expect(await grants(program)).toEqual({
        "BucketIAMMember models-object-viewer-group-ml-acme-com": { ...grant, member: group },
        "BucketIAMMember models-object-viewer-user-ana-acme-com": { ...grant, member: "user:ana@acme.com" },
        "BucketIAMMember models-storage-bucket-viewer-group-ml-acme-com": { ...metadata, member: group },
        "BucketIAMMember models-storage-bucket-viewer-user-ana-acme-com": { ...metadata, member: "user:ana@acme.com" },
    });
    const options = await registeredOptions(program, stack);
    expect(options["BucketIAMMember models-object-viewer-group-ml-acme-com"]).toEqual({
        parent: "Environment dev",
        provider: "Provider dev",
        after: ["Bucket models"],
    });
});

test("everyone gets the objects of a bucket, and not its metadata", async () => {
    const all = await registered(
        () => allow(StorageBucket.existing("open-data").reader, ["allUsers", group], { public: true }),
        stack,
    );
    expect(Object.values(all).filter((inputs) => "role" in inputs)).toEqual([
        expect.objectContaining({ member: "allUsers", role: "roles/storage.objectViewer" }),
        expect.objectContaining({ member: group, role: "roles/storage.objectViewer" }),
        expect.objectContaining({ member: group, role: "roles/storage.bucketViewer" }),
    ]);
});

test("datasets get principals in the form of their access entries", async () => {
    const pool = "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pipelines/*";
    const memberOf = async (member: Member) => {
        const reader = () => new BigQueryDataset("sales").role("roles/bigquery.dataViewer");
        const all = await registered(() => allow(reader(), member, { public: true }), stack);
        return Object.entries(all).find(([key]) => key.startsWith("DatasetIamMember"))?.[1];
    };
    expect(await memberOf(group)).toMatchObject({ member: group });
    expect(await memberOf(pool)).toMatchObject({ member: `iamMember:${pool}` });
    expect(await memberOf("allUsers")).toMatchObject({ member: "iamMember:allUsers" });
    expect(await memberOf("allAuthenticatedUsers")).toMatchObject({ member: "allAuthenticatedUsers" });
    await expect(memberOf("projectViewer:acme-dev")).rejects.toThrow(
        /: "projectViewer:acme-dev" .* \[bigquery\/member-unsupported\]$/,
    );
});

test("roles can have a condition, an end, or both", async () => {
    const models = () => new StorageBucket("models").role("roles/storage.objectViewer");
    const condition = {
        title: "open data",
        expression: 'resource.name.startsWith("projects/_/buckets/m/objects/open/")',
    };
    const conditions = async (args: object) => Object.values(await grants(() => allow(models(), group, args)));
    expect(await conditions({ condition })).toEqual([expect.objectContaining({ condition })]);
    expect(await conditions({ until: "2099-01-31" })).toEqual([
        expect.objectContaining({
            condition: { title: "until 2099-01-31", expression: 'request.time < timestamp("2099-01-31T00:00:00Z")' },
        }),
    ]);
    expect(await conditions({ until: "2099-01-31T18:00Z", condition })).toEqual([
        expect.objectContaining({
            condition: {
                title: "open data",
                expression: `(${condition.expression}) && request.time < timestamp("2099-01-31T18:00Z")`,
            },
        }),
    ]);
});

test("roles with the same last word are told apart, and one role is granted once", async () => {
    const all = await grants(() => {
        const models = new StorageBucket("models");
        allow(Environment.current().role("roles/storage.admin"), group);
        allow(Environment.current().role("roles/pubsub.admin"), group);
        allow(models.reader, group);
        allow(models.role("roles/storage.objectViewer"), group);
        allow(models.role("roles/storage.admin"), group);
        allow(models.role("roles/storage.admin"), group);
    });
    expect(Object.keys(all).sort()).toEqual([
        "BucketIAMMember models-object-viewer-group-ml-acme-com",
        "BucketIAMMember models-storage-admin-group-ml-acme-com",
        "BucketIAMMember models-storage-bucket-viewer-group-ml-acme-com",
        "IAMMember project-pubsub-admin-group-ml-acme-com",
        "IAMMember project-storage-admin-group-ml-acme-com",
    ]);
});

test("service agents and other outputs are granted roles under a name", async () => {
    const member = pulumi.output("serviceAccount:p123-456@gcp-sa-logging.iam.gserviceaccount.com");
    const all = await registered(
        () => allow(new StorageBucket("models").creator, { member, memberName: "etl-sink" }),
        stack,
    );
    expect(all["BucketIAMMember models-object-creator-etl-sink"]).toMatchObject({
        member: "serviceAccount:p123-456@gcp-sa-logging.iam.gserviceaccount.com",
    });
});

test("a role that several capabilities have in common is granted once", async () => {
    const all = await grants(() => {
        allow(new BigQueryDataset("sales").reader, group);
        allow(new BigQueryDataset("stock").writer, group);
    });
    expect(Object.keys(all).sort()).toEqual([
        "DatasetIamMember sales-data-viewer-group-ml-acme-com",
        "DatasetIamMember stock-data-editor-group-ml-acme-com",
        "IAMMember bigquery-job-user-group-ml-acme-com",
    ]);
});

test("a long name of a grant is shortened to 100 characters", async () => {
    const all = await registered(() => allow(new PubSubTopic("s".repeat(80)).publisher, group), stack);
    const [name] = Object.keys(all).filter((key) => key.startsWith("TopicIAMMember "));
    expect(name).toMatch(/^TopicIAMMember s{80}-publisher-gr-[0-9a-f]{6}$/);
});

test("a database's client makes somebody an IAM user of the instance", async () => {
    const all = await grants(() => {
        const sales = new CloudSqlInstance("sales", { version: "18", databases: { sales: {} } });
        allow(sales.client, "user:ana@acme.com", { until: "2099-01-31" });
    });
    expect(all["User sales-user-user-ana-acme-com-until-2099-01-31"]).toMatchObject({
        name: "ana@acme.com",
        type: "CLOUD_IAM_USER",
    });
    expect(all["IAMMember sales-client-user-ana-acme-com-until-2099-01-31"]).toMatchObject({
        role: "roles/cloudsql.client",
        condition: {
            title: "until 2099-01-31, only sales",
            expression: expect.stringMatching(
                /^resource\.service == "sqladmin\.googleapis\.com" && \(.*\) && \(request\.time < timestamp\("2099-01-31T00:00:00Z"\)\)$/,
            ),
        },
    });
});

test("roles of the project, of a resource, and accounts of other components can be granted", async () => {
    const all = await grants(() => {
        const etl = new ServiceAccount("etl-runner");
        const predict = new ServerlessFunction("predict", { source, entryPoint: "predict", trigger: { http: {} } });
        allow(Environment.current().role("roles/viewer"), group);
        allow(new PubSubTopic("sales").role("roles/pubsub.viewer"), etl);
        allow(predict.invoker, etl);
    });
    const member = "serviceAccount:etl-runner@acme-dev.iam.gserviceaccount.com";
    expect(all).toEqual({
        "IAMMember project-viewer-group-ml-acme-com": { project: "acme-dev", role: "roles/viewer", member: group },
        "TopicIAMMember sales-pubsub-viewer-etl-runner": {
            topic: "projects/acme-dev/topics/sales",
            role: "roles/pubsub.viewer",
            member,
        },
        "ServiceIamMember predict-invoker-etl-runner": expect.objectContaining({ role: "roles/run.invoker", member }),
    });
});

const form =
    "must be a principal such as user:ana@acme.com, group:ml@acme.com or serviceAccount:etl@acme-data.iam.gserviceaccount.com, or a resource with a member, such as a ServiceAccount";

const refusals: [string, () => unknown, string, string?][] = [
    [
        "no principal",
        () => allow(new StorageBucket("m").reader, "ml@acme.com" as Member),
        `members.0: ${form} (got "ml@acme.com").`,
    ],
    [
        "nobody",
        () => allow(new StorageBucket("m").reader, [group, null as never]),
        "members.1: must be a principal such as user:ana@acme.com",
    ],
    [
        "a deadline for a policy without conditions",
        () => allow(new PubSubTopic("sales").publisher, group, { until: "2099-01-31" }),
        "until: is not possible for sales-publisher",
        "[iam/condition-unsupported]",
    ],
    [
        "a deadline for a service of Cloud Run, whose conditions the provider does not read",
        () => allow(new CloudRunService("web", { image }).invoker, group, { until: "2099-01-31" }),
        "until: is not possible for web-invoker",
        "[iam/condition-unsupported]",
    ],
    [
        "a condition of a basic role",
        () => allow(Environment.current().role("roles/editor"), group, { until: "2099-01-31" }),
        "until: is not possible for project-editor",
        "[iam/condition-unsupported]",
    ],
    [
        "what needs no role, such as a call in a cluster",
        () => allow({ grants: [], attachments: [] }, group),
        "has no role to grant",
        "[iam/no-role-to-grant]",
    ],
    [
        "everyone, unless meant",
        () => allow(new StorageBucket("m").reader, "allUsers"),
        "members: allUsers makes the resource public",
        "[iam/public-not-meant]",
    ],
    [
        "a condition for everyone",
        () => allow(new StorageBucket("m").reader, "allUsers", { public: true, until: "2099-01-31" }),
        "until: is not possible for allUsers",
        "[iam/condition-for-everyone]",
    ],
    [
        "the past",
        () => allow(new StorageBucket("m").reader, group, { until: "2020-01-31" }),
        "until: must be in the future",
    ],
    [
        "no day",
        () => allow(new StorageBucket("m").reader, group, { until: "2099-13-31" }),
        "until: is not a day of the calendar",
    ],
    [
        "February 30",
        () => allow(new StorageBucket("m").reader, group, { until: "2099-02-30" }),
        "until: is not a day of the calendar",
    ],
    ["no role", () => Environment.current().role("storage.admin"), "role: must be the name of a role"],
    ["no uses", () => new ServiceAccount("etl-runner", { uses: [{}] as never }), "uses.0: must be a capability"],
    [
        "nothing to use",
        () => new ServiceAccount("etl-runner", { uses: [null] as never }),
        "uses.0: must be a capability",
    ],
    [
        "a long display name of an account",
        () => new ServiceAccount("etl-runner", { displayName: `${"é".repeat(50)}x` }),
        "displayName: must have 100 bytes at most",
    ],
    [
        "a long description of an account",
        () => new ServiceAccount("etl-runner", { description: "é".repeat(257) }),
        "description: must have 256 characters at most",
    ],
    ["a short account ID", () => new ServiceAccount("etl"), "accountId: must be the ID of a service account"],
];

test.each(refusals)("%s is refused", async (_, program, message, id = "[value/") => {
    let refusal = "";
    await registered(() => {
        try {
            program();
        } catch (error) {
            refusal = (error as Error).message;
        }
    });
    expect(refusal).toContain(message);
    expect(refusal).toContain(id);
});

test("everyone can be meant", async () => {
    const all = await registered(() => allow(new StorageBucket("m").reader, "allUsers", { public: true }), stack);
    expect(all["BucketIAMMember m-object-viewer-allUsers"]).toMatchObject({ member: "allUsers" });
});

describe("a service account", () => {
    const email = "etl-runner@acme-dev.iam.gserviceaccount.com";

    test("has roles, and what it uses", async () => {
        const all = await registered(() => {
            const uses = [new StorageBucket("models").reader, new Secret("key", { external: true }).reader];
            new ServiceAccount("etl-runner", { roles: ["roles/bigquery.user"], uses, displayName: "Loads sales" });
        });
        expect(all).toMatchObject({
            "Account etl-runner": { accountId: "etl-runner", displayName: "Loads sales", project: "acme-dev" },
            "BucketIAMMember etl-runner-models-object-viewer": { member: `serviceAccount:${email}` },
            "SecretIamMember etl-runner-key-secret-accessor": { member: `serviceAccount:${email}` },
            "IAMMember etl-runner-project-bigquery-user": {
                role: "roles/bigquery.user",
                member: `serviceAccount:${email}`,
            },
        });
    });

    test("has a display name of 100 bytes and a description of 256 characters at most", async () => {
        const args = { displayName: "é".repeat(50), description: "é".repeat(256) };
        const all = await registered(() => new ServiceAccount("etl-runner", args));
        expect(all["Account etl-runner"]).toMatchObject(args);
    });

    test("of two functions gets each role once, and the functions have none of their own", async () => {
        const all = await registered(() => {
            const account = new ServiceAccount("etl-runner");
            const { reader } = new StorageBucket("models");
            for (const name of ["predict", "rank"]) {
                const uses = { MODELS: reader };
                new ServerlessFunction(name, { source, entryPoint: "predict", trigger: { http: {} }, account, uses });
            }
        });
        const names = Object.keys(all).filter((key) => /etl-runner|-run$|object-viewer/.test(key));
        expect(names.sort()).toEqual([
            "Account etl-runner",
            "BucketIAMMember etl-runner-models-object-viewer",
            "BucketIAMMember etl-runner-models-storage-bucket-viewer",
        ]);
        for (const name of ["predict", "rank"]) {
            expect(all[`Function ${name}`]).toMatchObject({ serviceConfig: { serviceAccountEmail: email } });
        }
    });
});

describe("what exists", () => {
    const call = (token: string) =>
        token.endsWith(":getBucket") ? { name: "acme-data", url: "gs://acme-data" } : undefined;

    test("registers nothing but grants, of which each stack has its own", async () => {
        const all = await registered(
            () => {
                const data = StorageBucket.existing("acme-data");
                allow(data.reader, group);
                new ServerlessFunction("predict", {
                    source,
                    entryPoint: "predict",
                    trigger: { http: {} },
                    uses: { DATA: data.reader },
                });
            },
            { ...stack, call },
        );
        expect(Object.keys(all)).not.toContain("Bucket acme-data");
        expect(all["BucketIAMMember acme-data-object-viewer-group-ml-acme-com"]).toEqual({
            bucket: "acme-data",
            role: "roles/storage.objectViewer",
            member: group,
            condition: {
                title: "granted by slipway/dev",
                expression: 'request.time > timestamp("2020-01-01T00:00:00Z")',
            },
        });
        // Only this stack has the account of its function.
        expect(all["BucketIAMMember predict-acme-data-object-viewer"]).not.toHaveProperty("condition");
    });

    const topics = { ...stack, call: () => ({ id: "projects/acme-dev/topics/sales", name: "sales" }) };

    test.each([true, false])("a role without conditions is kept or revoked as the program says: %s", async (keep) => {
        const program = () => allow(PubSubTopic.existing("sales").publisher, group, { keep });
        const { retainOnDelete = false } =
            (await registeredOptions(program, topics))["TopicIAMMember sales-publisher-group-ml-acme-com"] ?? {};
        expect(retainOnDelete).toBe(keep);
    });

    test("a role without conditions, which might be another stack's, is refused unless the program says what happens to it", async () => {
        const program = () => allow(PubSubTopic.existing("sales").publisher, group);
        expect(await refused(program, { call: topics.call })).toBe('allow "sales-publisher": keep: [iam/keep-missing]');
    });

    test.each(["123456789012-compute@developer", "acme-data@appspot"])(
        "the default account %s is found by its address alone",
        async (start) => {
            const email = `${start}.gserviceaccount.com`;
            const asked: unknown[] = [];
            const all = await registered(
                () => allow(new StorageBucket("models").reader, ServiceAccount.existing(email)),
                {
                    ...stack,
                    call: (token, inputs) => {
                        asked.push(inputs);
                        return token.endsWith(":getAccount") ? { email, member: `serviceAccount:${email}` } : undefined;
                    },
                },
            );
            expect(asked).toContainEqual({ accountId: email });
            expect(Object.values(all)).toContainEqual(expect.objectContaining({ member: `serviceAccount:${email}` }));
        },
    );

    test("an account is found by its ID in the project of the environment", async () => {
        const asked: unknown[] = [];
        const call = (token: string, inputs: unknown) => {
            asked.push(inputs);
            return token.endsWith(":getAccount") ? { email: "a@b", member: "serviceAccount:a@b" } : undefined;
        };
        await registered(() => ServiceAccount.existing("etl"), { ...stack, call });
        expect(asked).toContainEqual({ accountId: "etl@acme-dev.iam.gserviceaccount.com" });
    });

    test("accounts are principals, and tables receive messages", async () => {
        const email = "etl@acme-data.iam.gserviceaccount.com";
        const all = await registered(
            () => {
                const topic = PubSubTopic.existing("sales");
                allow(new StorageBucket("models").reader, ServiceAccount.existing(email));
                const table = BigQueryTable.existing("history.sales");
                new PubSubSubscription("archive", { topic, bigQuery: { table, useTopicSchema: true } });
            },
            {
                ...stack,
                call: (token) =>
                    token.endsWith(":getAccount") ? { email, member: `serviceAccount:${email}` } : { id: "sales" },
            },
        );
        expect(all["BucketIAMMember models-object-viewer-etl"]).toMatchObject({ member: `serviceAccount:${email}` });
        expect(all["Subscription archive"]).toMatchObject({
            bigqueryConfig: { table: "acme-dev.history.sales", useTopicSchema: true },
        });
    });

    test("the role of an account, which another stack might have granted too, stays where no condition is possible", async () => {
        const email = "etl@acme-data.iam.gserviceaccount.com";
        const program = () => {
            const uses = {
                SALES: PubSubTopic.existing("sales").publisher,
                DATA: StorageBucket.existing("data").reader,
            };
            const account = ServiceAccount.existing(email);
            new ServerlessFunction("predict", { source, entryPoint: "predict", trigger: { http: {} }, account, uses });
        };
        const options = await registeredOptions(program, {
            ...stack,
            call: (token) =>
                token.endsWith(":getAccount") ? { email, member: `serviceAccount:${email}` } : { id: "sales" },
        });
        expect(options["TopicIAMMember etl-sales-publisher"]).toMatchObject({ retainOnDelete: true });
        expect(options["BucketIAMMember etl-data-object-viewer"]).not.toHaveProperty("retainOnDelete");
    });

    test("an invalid name is refused", async () => {
        const message = await refused(() => StorageBucket.existing("Acme_Data!"));
        expect(message).toMatch(/^StorageBucket "Acme_Data!": name: must have/);
    });
});

test("a role on a service account is granted on the account itself", async () => {
    const made = await grants(() => {
        const etl = new ServiceAccount("shop-etl");
        for (const capability of [etl.user, etl.impersonator, etl.role("roles/iam.workloadIdentityUser")]) {
            allow(capability, group);
        }
    });
    const serviceAccountId = "projects/acme-dev/serviceAccounts/shop-etl@acme-dev.iam.gserviceaccount.com";
    const roles = ["workloadIdentityUser", "serviceAccountTokenCreator", "serviceAccountUser"];
    expect(Object.values(made)).toEqual(
        roles.map((role) => ({ serviceAccountId, role: `roles/iam.${role}`, member: group })),
    );
});
